"""Simple pictures of the demo's pieces: their outline, dyes and technique on a wall. Same piece,
same picture.

They are drawn once and kept beside this module (`flask demo pictures`); whoever puts a better
picture of the same name there is not overwritten.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storefront.demo import content
from storefront.demo.content import MASTERS, Facts

WIDTH, HEIGHT = 960, 1200
WALL, SHADOW = "#EFE9DC", "#D3C9B5"
SCALE = 2  # drawn larger and made smaller, which smooths every edge
ECOPRINT = {
    "pounding",
    "steaming",
    "pounding_steam",
    "boiling",
    "iron_blanket",
    "ecoprint_on_leather",
}
WOVEN = {"tenun_atbm", "ikat"}
WAXED = {"batik_tulis", "batik_cap", "batik_kombinasi"}
CLOTHES = {"shirts-blouses", "outerwear-skirts"}
FOOD = {"gipang", "bandeng", "snacks"}
Pattern = Callable[[Image.Image, list[str], random.Random], None]


def draw_missing(anew: bool = False) -> int:
    """Draw what has no picture yet (or all); returns how many were drawn."""
    MASTERS.mkdir(exist_ok=True)
    drawn = 0
    for piece in content.pieces():
        path = MASTERS / f"{piece['sku']}.webp"
        if anew or not path.exists():
            draw(piece, path)
            drawn += 1
    return drawn


def draw(piece: Facts, path: Path) -> None:
    """One picture, 960 by 1200."""
    chance = random.Random(piece["sku"])
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), WALL)
    size = _size(piece)
    left, top = (picture.width - size[0]) // 2, (picture.height - size[1]) // 2
    # A wrapped skirt is a cloth with two sides; what is sewn has none.
    is_sewn = piece["category"] in CLOTHES and not piece["length_cm"]
    outline = _outline("clothes" if is_sewn else piece["category"], size)
    thrown = Image.new("L", picture.size, 0)
    thrown.paste(outline, (left + 14 * SCALE, top + 16 * SCALE))
    picture.paste(SHADOW, mask=thrown.filter(ImageFilter.GaussianBlur(9 * SCALE)))
    surface = Image.new("RGB", size, piece["dyes"][0])
    _pattern(set(piece["techniques"]))(surface, piece["dyes"], chance)
    picture.paste(surface, (left, top), outline)
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(path, "WEBP", quality=80)


def _size(piece: Facts) -> tuple[int, int]:
    """Height and width on the wall: the piece's own proportions, as large as it allows."""
    sides = sorted((piece["length_cm"] or 1, piece["width_cm"] or piece["length_cm"] or 1))
    ratio = 1.0 if piece["category"] in FOOD else sides[0] / sides[1]
    height = (900 if ratio < 0.85 else 700) * SCALE
    return round(height * max(0.42, min(1.0, ratio))), height


def _outline(category: str, size: tuple[int, int]) -> Image.Image:
    """The piece's shape as a mask."""
    width, height = size
    mask = Image.new("L", size, 0)
    pencil = ImageDraw.Draw(mask)

    def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * width, y * height) for x, y in pairs]

    if category == "clothes":
        half = [(0.38, 0.04), (0.22, 0.1), (0.0, 0.34), (0.12, 0.44), (0.24, 0.34), (0.22, 1.0)]
        other = [(1 - x, y) for x, y in reversed(half)]
        pencil.polygon(points(*half, *other, (0.5, 0.1)), fill=255)
    elif category == "bags":
        pencil.arc([*points((0.3, 0.02))[0], *points((0.7, 0.55))[0]], 180, 360, 255, width // 30)
        pencil.rounded_rectangle(
            [*points((0.06, 0.26))[0], width * 0.94, height - 1], width // 30, fill=255
        )
    elif category in FOOD:
        pencil.ellipse([0, 0, width - 1, height - 1], fill=255)
    else:
        pencil.rounded_rectangle([0, 0, width - 1, height - 1], radius=5 * SCALE, fill=255)
    return mask


def _pattern(techniques: set[str]) -> Pattern:
    """How the surface came to its colours."""
    for family, pattern in ((ECOPRINT, _leaves), (WAXED, _motif), (WOVEN, _stripes)):
        if techniques & family:
            return pattern
    return _plait if "plaiting" in techniques else _plain


def _leaves(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    _cloudy(surface, dyes, chance)
    for _ in range(16):
        _leaf(surface, chance, chance.choice(dyes[1:]))


def _stripes(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    """Warp stripes, mirrored as a loom is set up, with the weft across."""
    pencil, half = ImageDraw.Draw(surface), surface.width // 2
    at = 0
    while at < half:
        thick = chance.choice((3, 5, 8, 16, 30)) * SCALE
        dye = chance.choice(dyes)
        pencil.rectangle([at, 0, at + thick, surface.height], fill=dye)
        pencil.rectangle(
            [surface.width - at - thick, 0, surface.width - at, surface.height], fill=dye
        )
        at += thick
    weft = Image.new("L", surface.size, 0)
    threads = ImageDraw.Draw(weft)
    for y in range(0, surface.height, 4 * SCALE):
        threads.line([(0, y), (surface.width, y)], fill=46, width=SCALE)
    surface.paste(dyes[-1], mask=weft)


def _motif(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    """One drawn shape repeated in rows, each set off by half."""
    pencil = ImageDraw.Draw(surface)
    step = chance.choice((60, 76, 92)) * SCALE
    petals = chance.choice((3, 4, 5, 6))
    for row, y in enumerate(range(-step, surface.height + step, step)):
        for x in range(-step + (row % 2) * step // 2, surface.width + step, step):
            dye = dyes[1 + (row % (len(dyes) - 1))]
            for petal in range(petals):
                turn = math.tau * petal / petals
                tip = (x + step * 0.42 * math.cos(turn), y + step * 0.42 * math.sin(turn))
                pencil.line([(x, y), tip], fill=dye, width=5 * SCALE)
                pencil.ellipse(_around(tip, step * 0.09), outline=dye, width=3 * SCALE)
            pencil.ellipse(_around((x, y), step * 0.1), fill=dye)


def _plait(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    """Strips over and under one another."""
    pencil, step = ImageDraw.Draw(surface), 34 * SCALE
    for row, y in enumerate(range(0, surface.height, step)):
        band = dyes[1 + row // 4 % (len(dyes) - 1)]
        for column, x in enumerate(range(0, surface.width, step)):
            dye = dyes[0] if (row + column) % 2 else band
            pencil.rounded_rectangle(
                [x + SCALE, y + SCALE, x + step - SCALE, y + step - SCALE], 6 * SCALE, fill=dye
            )


def _plain(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    """Leather, metal, food: a surface with a little life."""
    _cloudy(surface, dyes, chance)
    pencil = ImageDraw.Draw(surface)
    for _ in range(260):
        spot = (chance.uniform(0, surface.width), chance.uniform(0, surface.height))
        pencil.ellipse(_around(spot, chance.uniform(1, 6) * SCALE), fill=chance.choice(dyes))


def _cloudy(surface: Image.Image, dyes: list[str], chance: random.Random) -> None:
    """Soft patches, as a bath leaves them."""
    patches = Image.new("L", (12, 16))
    patches.putdata([chance.randint(0, 90) for _ in range(12 * 16)])
    surface.paste(dyes[-1], mask=patches.resize(surface.size, Image.Resampling.BICUBIC))


def _leaf(surface: Image.Image, chance: random.Random, dye: str) -> None:
    """A pointed leaf with its veins, somewhere, turned somehow."""
    length = chance.randint(surface.width // 5, surface.width // 2)
    breadth = length * chance.uniform(0.3, 0.55)
    layer = Image.new("L", surface.size, 0)
    pencil = ImageDraw.Draw(layer)
    turn = chance.uniform(0, math.tau)
    x, y = chance.randint(0, surface.width), chance.randint(0, surface.height)

    def at(along: float, across: float) -> tuple[float, float]:
        return (
            x + along * math.cos(turn) - across * math.sin(turn),
            y + along * math.sin(turn) + across * math.cos(turn),
        )

    steps = [step / 24 for step in range(25)]
    one = [at(length * t, breadth / 2 * math.sin(math.pi * t**0.8)) for t in steps]
    other = [at(length * t, -breadth / 2 * math.sin(math.pi * t**0.8)) for t in reversed(steps)]
    pencil.polygon(one + other, fill=200)
    edge = Image.new("L", surface.size, 0)
    veins = ImageDraw.Draw(edge)
    veins.line([at(0, 0), at(length, 0)], fill=150, width=3 * SCALE)
    for t in (0.2, 0.34, 0.48, 0.62):
        for side in (1, -1):
            veins.line(
                [at(length * t, 0), at(length * (t + 0.14), side * breadth * 0.28)],
                fill=110,
                width=2 * SCALE,
            )
    surface.paste(dye, mask=ImageChops.subtract(layer, edge))


def _around(middle: tuple[float, float], radius: float) -> list[float]:
    return [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius]
