"""Simple pictures of the demo's pieces: their dyes and leaves on a wall. Same piece, same picture.

They are drawn once and kept beside this module (`flask demo pictures`); whoever puts a better
picture of the same name there is not overwritten.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw

from storefront.demo import content
from storefront.demo.content import MASTERS, Facts

WIDTH, HEIGHT = 960, 1200
WALL, SHADOW = "#EFE9DC", "#DDD4C2"
SCALE = 2  # drawn larger and made smaller, which smooths every edge


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
    pencil = ImageDraw.Draw(picture)
    box = _outline(piece)
    shifted = [value + 14 * SCALE for value in box]
    pencil.rounded_rectangle(shifted, radius=10 * SCALE, fill=SHADOW)
    cloth = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), piece["dyes"][0])
    _bands(ImageDraw.Draw(cloth), cloth.size, piece["dyes"], chance)
    for _ in range(14):
        _leaf(cloth, chance, chance.choice(piece["dyes"][1:]))
    picture.paste(cloth, (box[0], box[1]))
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(path, "WEBP", quality=78)


def _outline(piece: Facts) -> list[int]:
    """Where the piece hangs: its own proportions, as large as the wall allows."""
    long = max(piece["length_cm"], piece["width_cm"], piece["height_cm"], 1)
    sides = sorted((piece["length_cm"] or long, piece["width_cm"] or long))
    ratio = max(0.42, min(1.0, sides[0] / sides[1]))
    height = 900 * SCALE if ratio < 0.85 else 720 * SCALE
    width = round(height * ratio)
    left, top = (WIDTH * SCALE - width) // 2, (HEIGHT * SCALE - height) // 2
    return [left, top, left + width, top + height]


def _bands(
    pencil: ImageDraw.ImageDraw, size: tuple[int, int], dyes: list[str], chance: random.Random
) -> None:
    """Uneven stripes across, as a dye bath leaves them."""
    width, height = size
    at = 0
    while at < height:
        thick = chance.randint(height // 40, height // 9)
        if chance.random() < 0.4:
            pencil.rectangle([0, at, width, at + thick], fill=chance.choice(dyes))
        at += thick


def _leaf(cloth: Image.Image, chance: random.Random, dye: str) -> None:
    """A pointed leaf with its vein, somewhere, turned somehow."""
    length = chance.randint(cloth.width // 5, cloth.width // 2)
    breadth = length * chance.uniform(0.3, 0.55)
    layer = Image.new("L", cloth.size, 0)
    pencil = ImageDraw.Draw(layer)
    turn = chance.uniform(0, math.tau)
    x, y = chance.randint(0, cloth.width), chance.randint(0, cloth.height)

    def at(along: float, across: float) -> tuple[float, float]:
        return (
            x + along * math.cos(turn) - across * math.sin(turn),
            y + along * math.sin(turn) + across * math.cos(turn),
        )

    steps = [step / 24 for step in range(25)]
    one = [at(length * t, breadth / 2 * math.sin(math.pi * t**0.8)) for t in steps]
    other = [at(length * t, -breadth / 2 * math.sin(math.pi * t**0.8)) for t in reversed(steps)]
    pencil.polygon(one + other, fill=170)
    pencil.line([at(0, 0), at(length, 0)], fill=60, width=3 * SCALE)
    for t in (0.25, 0.4, 0.55, 0.7):
        for side in (1, -1):
            tip = at(length * (t + 0.15), side * breadth * 0.3)
            pencil.line([at(length * t, 0), tip], fill=90, width=2 * SCALE)
    cloth.paste(Image.new("RGB", cloth.size, dye), mask=layer)
