"""The mark (a leaf on the fold) as picture points: for previews and for the icons of the shop.

The path is the one of static/img/mark.svg: half a leaf filled, its print in outline, the bar.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

NILA, MORI = "#17304F", "#FCFBF7"
_FINER = 8  # drawn larger and made smaller, for smooth edges
Point = tuple[float, float]
_LEAF: tuple[tuple[Point, ...], ...] = (
    ((16, 3), (7, 10), (2, 18), (3, 26)),
    ((3, 26), (3.7, 32.3), (8, 37), (16, 39)),
)
_PRINT: tuple[tuple[Point, ...], ...] = (
    ((18, 3), (27, 10), (32, 18), (31, 26)),
    ((31, 26), (30.3, 32.3), (26, 37), (18, 39)),
)
_BAR: tuple[Point, Point] = ((17, 1), (17, 47))
# file name: (size in px, share of the side the mark takes)
ICONS = {
    "icon-192.png": (192, 0.86),
    "icon-512.png": (512, 0.86),
    # A masked icon may lose a fifth at each side.
    "maskable-512.png": (512, 0.6),
    "apple-touch-icon.png": (180, 0.72),
}


def draw_mark(height: int, ink: str, ground: str) -> Image.Image:
    """The mark alone, `height` px high, in one colour on another."""
    scale = height / 48
    size = (round(34 * scale * _FINER), height * _FINER)
    picture = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(picture)
    zoom = scale * _FINER
    leaf = _scaled([point for curve in _LEAF for point in _walk(curve)], zoom)
    pen.polygon(leaf, fill=ink)
    thick = max(1, round(1.6 * zoom))
    outline = _scaled([point for curve in _PRINT for point in _walk(curve)], zoom)
    pen.line(outline, fill=ink, width=thick, joint="curve")
    pen.line(_scaled(list(_BAR), zoom), fill=ink, width=thick)
    return picture.resize((size[0] // _FINER, height), Image.Resampling.LANCZOS)


def draw_icon(size: int, share: float) -> Image.Image:
    """The mark in the middle of a square of indigo."""
    icon = Image.new("RGB", (size, size), NILA)
    mark = draw_mark(round(size * share), MORI, NILA)
    icon.paste(mark, ((size - mark.width) // 2, (size - mark.height) // 2))
    return icon


def write_icons(folder: Path) -> list[Path]:
    """Write every icon of the web manifest; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (size, share) in ICONS.items():
        draw_icon(size, share).save(folder / name, optimize=True)
    return [folder / name for name in ICONS]


def _walk(curve: tuple[Point, ...], steps: int = 40) -> list[Point]:
    """Points on a cubic Bézier curve."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    found = []
    for at in range(steps + 1):
        t = at / steps
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        xs, ys = (ax, bx, cx, dx), (ay, by, cy, dy)
        found.append(
            (
                sum(w * x for w, x in zip(weights, xs, strict=True)),
                sum(w * y for w, y in zip(weights, ys, strict=True)),
            )
        )
    return found


def _scaled(points: list[Point], zoom: float) -> list[Point]:
    return [(x * zoom, y * zoom) for x, y in points]
