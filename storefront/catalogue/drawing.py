"""The size drawing: a piece to scale beside something everybody knows. Plain arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

# What a piece is shown beside: (width, height) in mm, and from which size (mm) on it serves.
THINGS: Final = {
    "person": ((500, 1650), 600),
    "paper": ((210, 297), 220),
    "hand": ((95, 180), 90),
    "card": ((86, 54), 0),
}
# The drawing's floor in its own units (400 by 500), and the room for the two things.
FLOOR, LEFT = 450, 204
HIGHEST, WIDEST, THING_WIDEST = 380, 120, 120

# Which outline a shelf's pieces have; the others are drawn as the cloth or plate they are.
SHAPES: Final = {
    "ecoprint-scarves": "fringed",
    "batik-woven-scarves": "fringed",
    "shirts-blouses": "shirt",
    "outerwear-skirts": "shirt",
    "bags": "bag",
    "pouches-sleeves": "case",
    "wallets-leather": "case",
    "cushions": "cushion",
    "plaiting": "basket",
}


# How far a sleeve hangs out, as a share of the width.
SLEEVE = 0.3


class SizeDrawing(NamedTuple):
    """Where things stand in a 400 by 500 field. `scale` is units per mm; `outline` is the piece's
    filled path, `lines` what is drawn on it; a handle stands `crown` above `top`, sleeves `reach`
    beyond the sides."""

    thing: str
    thing_width: float
    thing_height: float
    scale: float
    left: float
    top: float
    width: float
    height: float
    crown: float
    reach: float
    outline: str
    lines: str
    fringed: bool
    across: str
    upwards: str


def size_drawing(
    length_mm: int, width_mm: int, height_mm: int, *, shelf: str = ""
) -> SizeDrawing | None:
    """The drawing of a piece as it hangs or stands; None without two dimensions."""
    face = _face(length_mm, width_mm, height_mm)
    if face is None:
        return None
    wide, tall = face
    thing = next(key for key, (_, least) in THINGS.items() if max(face) >= least)
    (thing_wide, thing_tall), _ = THINGS[thing]
    kind = SHAPES.get(shelf, "")
    out = SLEEVE if kind == "shirt" else 0
    scale = min(
        HIGHEST / max(tall, thing_tall),
        WIDEST / (wide * (1 + 2 * out)),
        THING_WIDEST / thing_wide,
    )
    width, height = round(wide * scale, 1), round(tall * scale, 1)
    top = round(FLOOR - height, 1)
    reach = round(width * out, 1)
    left = round(LEFT + reach, 1)
    drawn = _shape(kind, left, top, width, height)
    return SizeDrawing(
        thing=thing,
        thing_width=round(thing_wide * scale, 1),
        thing_height=round(thing_tall * scale, 1),
        scale=round(scale, 4),
        left=left,
        top=top,
        width=width,
        height=height,
        crown=drawn.crown,
        reach=reach,
        outline=drawn.path,
        lines=drawn.lines,
        fringed=kind == "fringed",
        across=centimetres(wide),
        upwards=centimetres(tall),
    )


def _face(length_mm: int, width_mm: int, height_mm: int) -> tuple[int, int] | None:
    """Width and height of the side one looks at: flat cloth hangs by its long side, a bag or a
    cushion shows its face, a basket stands."""
    sides = sorted(side for side in (length_mm, width_mm, height_mm) if side > 0)
    if len(sides) < 2:
        return None
    if height_mm and 2 * height_mm < sides[1]:
        return length_mm, width_mm
    if height_mm:
        return length_mm or width_mm, height_mm
    return sides[-2], sides[-1]


class Outline(NamedTuple):
    """A filled path, lines drawn on it, and how far these reach above its measured top."""

    path: str
    lines: str = ""
    crown: float = 0


def _shape(kind: str, x: float, y: float, w: float, h: float) -> Outline:
    draw = _DRAWN.get(kind)
    return draw(x, y, w, h) if draw else Outline(f"M{x} {y}h{w}v{h}h{-w}z")


def _fringed(x: float, y: float, w: float, h: float) -> Outline:
    cloth = round(h - min(12, h / 20), 1)
    fringe = "".join(f"M{x + at} {y + cloth}v{h - cloth:.1f}" for at in range(2, int(w), 5))
    return Outline(f"M{x} {y}h{w}v{cloth}h{-w}z", fringe)


def _bag(x: float, y: float, w: float, h: float) -> Outline:
    rise, inset, lean = round(h * 0.34, 1), round(w * 0.28, 1), round(w * 0.05, 1)
    span, bend = round(w - 2 * inset, 1), round(-rise * 1.3, 1)
    handle = f"M{x + inset} {y}c0 {bend} {span} {bend} {span} 0"
    return Outline(f"M{x + lean} {y}h{w - 2 * lean:.1f}l{lean} {h}h{-w}z", handle, rise)


def _cushion(x: float, y: float, w: float, h: float) -> Outline:
    bow, across, down = round(min(w, h) * 0.05, 1), round(w / 2, 1), round(h / 2, 1)
    top, bottom = f"q{across} {bow} {w} 0", f"q{-across} {-bow} {-w} 0"
    return Outline(f"M{x} {y}{top}q{-bow} {down} 0 {h}{bottom}q{bow} {-down} 0 {-h}z")


def _case(x: float, y: float, w: float, h: float) -> Outline:
    if max(w, h) > 3 * min(w, h):  # a loop or a fob: nothing folds
        return Outline(f"M{x} {y}h{w}v{h}h{-w}z")
    fold = round(y + h * 0.42, 1)
    clasp = f"M{x + w / 2:.1f} {fold}v{min(10, h / 6):.1f}"
    return Outline(f"M{x} {y}h{w}v{h}h{-w}z", f"M{x} {fold}h{w}{clasp}")


def _basket(x: float, y: float, w: float, h: float) -> Outline:
    lean = round(w * 0.08, 1)
    ribs = "".join(
        f"M{x + lean * part:.1f} {y + h * part:.1f}h{w - 2 * lean * part:.1f}"
        for part in (0.25, 0.5, 0.75)
    )
    return Outline(f"M{x} {y}h{w}l{-lean} {h}h{-(w - 2 * lean):.1f}z", ribs)


def _shirt(x: float, y: float, w: float, h: float) -> Outline:
    neck, sleeve, drop, cuff = w * 0.14, w * SLEEVE, h * 0.4, w * 0.1
    shoulder, side = w / 2 - neck, h - drop / 2 - cuff
    right = f"l{sleeve:.1f} {drop:.1f}l{-sleeve * 0.7:.1f} {cuff:.1f}"
    right += f"l{-sleeve * 0.3:.1f} {-drop / 2:.1f}v{side:.1f}"
    left = f"v{-side:.1f}l{-sleeve * 0.3:.1f} {drop / 2:.1f}l{-sleeve * 0.7:.1f} {-cuff:.1f}z"
    top = f"h{shoulder:.1f}q{neck:.1f} {neck:.1f} {2 * neck:.1f} 0h{shoulder:.1f}"
    return Outline(f"M{x} {y}{top}{right}h{-w}{left}")


_DRAWN: Final[dict[str, Callable[[float, float, float, float], Outline]]] = {
    "fringed": _fringed,
    "bag": _bag,
    "cushion": _cushion,
    "case": _case,
    "basket": _basket,
    "shirt": _shirt,
}


def centimetres(millimetres: int) -> str:
    """2000 as 200, 135 as 13.5."""
    whole, rest = divmod(millimetres, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def dimensions(length_mm: int, width_mm: int, height_mm: int) -> str:
    """Length × width × height in cm, without those that were not measured."""
    sides = [centimetres(side) for side in (length_mm, width_mm, height_mm) if side > 0]
    return f"{' × '.join(sides)} cm" if sides else ""
