"""What a piece is made of, as a flat surface: printed, waxed, woven, plaited, hide or metal."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from storefront.demo.content import Facts
from storefront.demo.pictures.cloth import Cloth, Print
from storefront.demo.pictures.ink import Grid, absorbed, blurred, linear, mixed, noise, smooth
from storefront.demo.pictures.leaves import leaf

ECOPRINT = {
    "steaming",
    "pounding",
    "pounding_steam",
    "boiling",
    "iron_blanket",
    "ecoprint_on_leather",
}
WAXED = {"batik_tulis", "batik_cap", "batik_kombinasi"}
WOVEN = {"tenun_atbm", "ikat"}
HIDES = {"cow_leather", "goat_leather"}
PLAITED = {"plaiting"}
# Which plants print their own leaf; the others only dye.
PRINTING = (
    "teak",
    "lanang",
    "castor",
    "eucalyptus",
    "ketapang",
    "kersen",
    "kenikir",
    "mango",
    "mahogany",
)
# Left half of a folded cloth, big leaves first: across from the fold, down, length, turn.
LAYOUTS = (
    (
        (0.25, 0.27, 0.46, -0.5),
        (0.40, 0.68, 0.48, 0.35),
        (0.09, 0.55, 0.34, 0.5),
        (0.42, 0.30, 0.33, -0.2),
        (0.12, 0.86, 0.3, -0.8),
        (0.06, 0.08, 0.34, -0.9),
        (0.28, 0.95, 0.28, 1.1),
        (0.44, 0.06, 0.26, 0.6),
        (0.22, 0.52, 0.22, 1.3),
    ),
    (
        (0.20, 0.36, 0.5, 0.2),
        (0.38, 0.78, 0.46, -0.3),
        (0.10, 0.70, 0.32, -0.6),
        (0.42, 0.18, 0.4, 0.5),
        (0.08, 0.12, 0.3, 0.9),
        (0.30, 0.56, 0.26, -1.1),
        (0.16, 0.94, 0.34, 0.4),
        (0.45, 0.50, 0.26, 1.4),
        (0.26, 0.05, 0.24, -0.4),
    ),
)


def seed_of(piece: Facts) -> int:
    """The same piece, the same picture."""
    return zlib.crc32(str(piece["sku"]).encode())


def surface(piece: Facts, width: int, height: int, zoom: float = 1.0) -> Grid:
    """The piece's material in linear light; `zoom` above 1 looks closer."""
    techniques, materials = set(piece["techniques"]), {part["key"] for part in piece["materials"]}
    hide = bool(materials & HIDES)
    if techniques & ECOPRINT and not techniques & PLAITED:
        return _printed(piece, width, height, zoom, hide)
    if techniques & WAXED:
        return _waxed(piece, width, height, zoom)
    if techniques & WOVEN:
        return _woven(piece, width, height, zoom)
    if techniques & PLAITED:
        return plait(piece["dyes"], width, height, seed_of(piece), 26 * zoom)
    if hide:
        return skin(piece["dyes"][0], width, height, seed_of(piece))
    return metal(piece["dyes"][0], width, height, seed_of(piece))


def bright(colour: str) -> float:
    """How light a colour is, 0 to 1."""
    return float(linear(colour) @ np.array([0.21, 0.72, 0.07]))


def _printed(piece: Facts, width: int, height: int, zoom: float, hide: bool) -> Grid:
    dyes = sorted(piece["dyes"], key=bright)
    is_dark = "iron_blanket" in piece["techniques"] or bright(dyes[-1]) < 0.35
    cloth = Cloth(
        width, height, seed_of(piece), white=mixed(dyes[-1], "#F1ECDF", 0.35) if hide else "#F1ECDF"
    )
    if is_dark:
        cloth.dye(dyes[0], dyes[min(1, len(dyes) - 1)], 1.0, 0.2)
    else:
        cloth.dye(dyes[-1], strength=0.8, cloudy=0.35)
    plants = [plant for plant in piece["plants"] if plant in PRINTING] or ["teak"]
    inks = piece["dyes"] if not is_dark else [mixed(dye, "#E6D8AC", 0.3) for dye in dyes[1:]]
    layout = LAYOUTS[seed_of(piece) % len(LAYOUTS)]
    size = min(width, height * 0.8) * zoom
    for at, (across, down, length, turn) in enumerate(layout):
        plant = plants[at % len(plants)]
        ink, other = inks[at % max(1, len(inks) - (not is_dark))], inks[(at + 1) % len(inks)]
        how = Print(
            ink,
            mixed(ink, other, 0.5),
            0.5 if is_dark else 0.95,
            0.86 if is_dark else 0,
            0.08 if is_dark else 0.3,
            vein=0.3 if is_dark else 0.62,
        )
        y = height * 0.5 + (down - 0.5) * height * zoom
        for sign in (-1, 1):
            x = width * 0.5 + sign * across * width * zoom
            cloth.leaf(plant, x, y + 3 * (sign > 0), length * size, turn, how, mirror=sign > 0)
    if hide:
        return (
            cloth.threads(2.0, 0.0)
            * (0.94 + 0.12 * noise(height, width, 6, cloth.chance, 2))[..., None]
        )
    return cloth.threads(3.2 * zoom, 0.16 + 0.08 * (zoom > 1.5))


# -- batik ----------------------------------------------------------------------------------------


def _waxed(piece: Facts, width: int, height: int, zoom: float) -> Grid:
    """Wax keeps the pale lines; where it cracked, the dye ran in fine threads."""
    chance = np.random.default_rng(seed_of(piece))
    dyes = sorted(piece["dyes"], key=bright)
    lines, fills = _motif(piece, width, height, zoom, chance)
    if "batik_tulis" in piece["techniques"]:
        lines, fills = (_by_hand(mask, chance) for mask in (lines, fills))
    kept = np.clip(lines + fills * 0.75, 0, 1)
    cracks = _cracks(height, width, chance) * kept
    ground = (
        absorbed(dyes[0])
        * (0.95 + 0.2 * (noise(height, width, width * 0.3, chance) - 0.5))[..., None]
    )
    middle = absorbed(dyes[len(dyes) // 2]) * fills[..., None] * (1 - lines)[..., None]
    density = ground * (1 - kept + cracks * 0.55)[..., None] + middle
    density = density + absorbed(dyes[-1]) * (0.25 * kept)[..., None]
    cloth = Cloth(width, height, seed_of(piece))
    cloth.ground = density.astype(np.float32)
    return cloth.threads(2.9 * zoom, 0.12)


def _motif(
    piece: Facts, width: int, height: int, zoom: float, chance: np.random.Generator
) -> tuple[Grid, Grid]:
    words = f"{piece['motif']} {piece['text']['en']['name']}".lower()
    step = int(width / 6 * zoom)
    if any(word in words for word in ("wave", "arus", "ombak", "scale", "lapis")):
        return _arcs(width, height, step)
    if any(word in words for word in ("bedug", "kawah", "ani")):
        return _rings(width, height, step, "kawah" in words)
    return _sprigs(width, height, step, chance)


def _canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", (width * 2, height * 2), 0)
    return picture, ImageDraw.Draw(picture)


def _mask(picture: Image.Image, width: int, height: int) -> Grid:
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX), np.float32) / 255


def _arcs(width: int, height: int, step: int) -> tuple[Grid, Grid]:
    line, pen = _canvas(width, height)
    fill, brush = _canvas(width, height)
    size = step * 2
    for row in range(height * 4 // size + 3):
        for column in range(width * 2 // size + 3):
            x, y = (column - 0.5 * (row % 2)) * size, row * size / 2
            box = [x - size / 2, y - size / 2, x + size / 2, y + size / 2]
            pen.ellipse(box, fill=0)
            brush.ellipse(box, fill=0)
            for part in (1.0, 0.74, 0.48):
                ring = [
                    x - size / 2 * part,
                    y - size / 2 * part,
                    x + size / 2 * part,
                    y + size / 2 * part,
                ]
                pen.ellipse(ring, outline=255, width=max(3, size // 26))
            brush.ellipse(
                [x - size * 0.13, y - size * 0.13, x + size * 0.13, y + size * 0.13], fill=255
            )
    return _mask(line, width, height), _mask(fill, width, height)


def _rings(width: int, height: int, step: int, dotted: bool) -> tuple[Grid, Grid]:
    line, pen = _canvas(width, height)
    fill, brush = _canvas(width, height)
    size = step * 2
    for row in range(height * 2 // size + 2):
        for column in range(width * 2 // size + 2):
            x, y = (column + 0.5 * (row % 2)) * size, row * size
            brush.ellipse(
                [x - size * 0.3, y - size * 0.3, x + size * 0.3, y + size * 0.3], fill=255
            )
            for part in (0.42, 0.34, 0.16):
                pen.ellipse(
                    [x - size * part, y - size * part, x + size * part, y + size * part],
                    outline=255,
                    width=max(3, size // 34),
                )
            for at in range(16):
                angle, far = at * np.pi / 8, size * (0.25 if dotted else 0.48)
                px, py = x + far * np.cos(angle), y + far * np.sin(angle)
                dot = size * 0.022
                pen.ellipse([px - dot, py - dot, px + dot, py + dot], fill=255)
    return _mask(line, width, height), _mask(fill, width, height)


def _sprigs(width: int, height: int, step: int, chance: np.random.Generator) -> tuple[Grid, Grid]:
    lines: Grid = np.zeros((height, width), np.float32)
    fills: Grid = np.zeros((height, width), np.float32)
    size = int(step * 1.5)
    stamps = [leaf("guava", size, turn, chance) for turn in (0.5, -0.6, 2.4)]
    for row in range(height // step + 2):
        for column in range(width // step + 2):
            mask, veins = stamps[(row + column) % 3]
            x = int((column + 0.5 * (row % 2)) * step) - mask.shape[1] // 2
            y = row * step - mask.shape[0] // 2
            x0, y0, x1, y1 = (
                max(x, 0),
                max(y, 0),
                min(x + mask.shape[1], width),
                min(y + mask.shape[0], height),
            )
            if x1 <= x0 or y1 <= y0:
                continue
            part = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
            edge = np.clip(blurred(mask, 1.2) - blurred(mask, 4.0), 0, 1) * 3
            here = (slice(y0, y1), slice(x0, x1))
            lines[here] = np.maximum(lines[here], np.clip(edge + veins, 0, 1)[part])
            fills[here] = np.maximum(fills[here], mask[part])
    spots = np.zeros_like(lines)
    down, across = np.mgrid[0:height, 0:width]
    grid = step / 5
    spots = smooth(2.4 - np.hypot((across % grid) - grid / 2, (down % grid) - grid / 2), 0, 1.2)
    return np.clip(lines + spots * (1 - blurred(fills, 3)) * 0.8, 0, 1).astype(np.float32), fills


def _by_hand(mask: Grid, chance: np.random.Generator) -> Grid:
    from scipy import ndimage

    height, width = mask.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    push = [(noise(height, width, 130, chance, 3) - 0.5) * 22 for _ in range(2)]
    return ndimage.map_coordinates(mask, [down + push[0], across + push[1]], order=1, mode="wrap")


def _cracks(height: int, width: int, chance: np.random.Generator) -> Grid:
    total: Grid = np.zeros((height, width), np.float32)
    for cell in (260, 150, 90):
        field = noise(height, width, cell, chance, 3)
        total = np.maximum(total, np.exp(-((np.abs(field - 0.5) / 0.006) ** 2)))
    return total * smooth(noise(height, width, 200, chance, 2), 0.35, 0.7)


# -- woven, plaited, hide, metal ------------------------------------------------------------------


def _woven(piece: Facts, width: int, height: int, zoom: float) -> Grid:
    chance = np.random.default_rng(seed_of(piece))
    dyes = sorted(piece["dyes"], key=bright)
    dark, pale = dyes[0], dyes[-1]
    between = dyes[len(dyes) // 2]
    unit = width / 20 * zoom
    plan = [
        (dark, 4.2),
        (pale, 0.5),
        (dark, 0.9),
        (between, 1.5),
        (dark, 0.9),
        (pale, 0.5),
        (dark, 2.4),
        (between, 0.6),
    ]
    if bright(dark) > 0.3 or piece["colour_family"] == "natural":
        plan = [(pale, 3.0), (between, 0.4), (pale, 1.2), (dark, 0.8), (pale, 1.2), (between, 0.4)]
    stripes: Grid = np.zeros((height, width, 3), np.float32)
    x, at = 0.0, 0
    while x < width:
        colour, share = plan[at % len(plan)]
        stripes[:, int(x) : int(x + share * unit) + 1] = absorbed(colour)
        x, at = x + share * unit, at + 1
    period = sum(share for _, share in plan) * unit
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    yarn = np.floor(across / (4.6 * zoom)).astype(int)
    down = down + chance.normal(0, 7 * zoom, yarn.max() + 1)[yarn]
    if "ikat" in piece["techniques"] or "Lintang" in piece["text"]["en"]["name"]:
        side = np.abs((across - plan[0][1] * unit / 2 + period / 2) % period - period / 2)
        rise = np.abs(down % (unit * 5) - unit * 2.5)
        diamond = side / (unit * 1.7) + rise / (unit * 2.2)
        ring = smooth(-diamond, -1.0, -0.94) * (1 - smooth(-diamond, -0.74, -0.68)) + smooth(
            -diamond, -0.42, -0.34
        )
        stripes = stripes * (1 - 0.85 * ring)[..., None]
    cloth = Cloth(width, height, seed_of(piece))
    cloth.ground = (
        stripes * (0.88 + 0.24 * (noise(height, width, 300, chance) - 0.5))[..., None]
    ).astype(np.float32)
    return cloth.threads(4.8 * zoom, 0.2)


def plait(dyes: Sequence[str], width: int, height: int, seed: int, strip: float) -> Grid:
    """Flat strips over and under each other, two by two."""
    chance = np.random.default_rng(seed)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (across + down) / (strip * 1.414), (across - down) / (strip * 1.414)
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    column, row = column - column.min(), row - row.min()
    over = ((column + row) // 2) % 2 == 0
    place = np.where(over, u - np.floor(u), v - np.floor(v)) - 0.5
    along = np.where(over, v - np.floor(v), u - np.floor(u)) - 0.5
    round_ = np.cos(place * np.pi * 0.92) ** 0.4 * (0.78 + 0.22 * np.cos(along * np.pi * 1.1))
    tint = np.where(
        over,
        chance.normal(0, 0.07, column.max() + 1)[column],
        chance.normal(0, 0.07, row.max() + 1)[row],
    )
    accent = np.where(over, column % 7 == 3, row % 7 == 3)
    fibre = noise(height, width, 3, chance, 1) - 0.5
    light = np.where(accent[..., None], linear(dyes[min(1, len(dyes) - 1)]), linear(dyes[0]))
    return np.clip(light * (round_ * (1 + tint + 0.14 * fibre))[..., None], 0, 1).astype(np.float32)


def skin(colour: str, width: int, height: int, seed: int) -> Grid:
    """Hide: fine grain on slow clouds."""
    chance = np.random.default_rng(seed)
    grain, clouds = noise(height, width, 12, chance, 3), noise(height, width, 240, chance, 3)
    return (linear(colour) * (1 + 0.26 * (grain - 0.5) + 0.3 * (clouds - 0.5))[..., None]).astype(
        np.float32
    )


def metal(colour: str, width: int, height: int, seed: int) -> Grid:
    """Brushed metal with the bloom of the forge."""
    chance = np.random.default_rng(seed)
    brushed = Image.fromarray(noise(height, max(4, width // 24), 5, chance, 2)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    bloom = noise(height, width, 220, chance, 3)
    return (
        linear(colour) * (1 + 0.5 * (np.asarray(brushed) - 0.5) + 0.5 * (bloom - 0.5))[..., None]
    ).astype(np.float32)
