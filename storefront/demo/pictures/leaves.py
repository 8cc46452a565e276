"""Leaves as outline and veins, drawn on two masks with the tip upwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from storefront.demo.pictures.ink import Chance, Grid

Pen = ImageDraw.ImageDraw


@dataclass(frozen=True)
class Shape:
    """One blade: width over length, where it is widest (`a`, `b`), its teeth, bend and veins."""

    width: float
    a: float = 0.7
    b: float = 1.0
    bend: float = 0.0
    wave: float = 0.0
    teeth: float = 0.0
    veins: int = 9
    rise: float = 0.2
    is_laddered: bool = True
    stalk: float = 0.12


BLADES = {
    "teak": Shape(0.66, 0.62, 0.72, 0.03, 0.018, veins=10),
    "ketapang": Shape(0.54, 1.05, 0.42, 0.04, 0.012, rise=0.17),
    "lanang": Shape(0.62, 0.5, 1.1, 0.02, 0.01, veins=6, rise=0.3),
    "eucalyptus": Shape(0.17, 0.5, 1.05, 0.17, veins=14, rise=0.15, is_laddered=False),
    "kersen": Shape(0.41, 0.55, 1.0, 0.06, teeth=0.025, veins=7, rise=0.26),
    "mango": Shape(0.26, 0.6, 0.95, 0.06, 0.02, veins=14, rise=0.13),
    "guava": Shape(0.42, 0.72, 0.86, 0.05, veins=13, rise=0.14),
    "mahogany": Shape(0.34, 0.6, 1.0, 0.08, veins=9, rise=0.18),
    "tegeran": Shape(0.5, 0.7, 1.0, 0.02, veins=7),
    "jalawe": Shape(0.5, 0.9, 0.6, 0.02, veins=8),
}


def leaf(plant: str, length: float, turn: float, chance: Chance) -> tuple[Grid, Grid]:
    """Mask and veins of a leaf in a square tile around its middle, 0 to 1; `turn` in radians."""
    side = int(length * 1.5)
    scale = 2 if length < 520 else 1
    masks = [Image.new("L", (side * scale, side * scale), 0) for _ in range(2)]
    pens = [ImageDraw.Draw(mask) for mask in masks]
    size = length * scale
    middle = np.array([side * scale / 2, side * scale / 2])
    if plant == "castor":
        _hand(pens, middle, size * 0.55, turn, chance)
    elif plant == "kenikir":
        _flower(pens, middle, size * 0.36, turn, chance)
    elif plant in ("fern", "suren", "indigo", "sappan", "tingi"):
        _feather(pens, plant, middle, size, turn, chance)
    else:
        foot = middle + np.array([-math.sin(turn), math.cos(turn)]) * size * 0.48
        _blade(pens, BLADES.get(plant, BLADES["guava"]), foot, size * 0.96, turn, chance)
    drawn = [
        np.asarray(mask.resize((side, side), Image.Resampling.BOX), np.float32) / 255
        for mask in masks
    ]
    return drawn[0], drawn[1]


def _turned(points: Grid, foot: Grid, turn: float) -> list[tuple[float, float]]:
    c, s = math.cos(turn), math.sin(turn)
    moved = points @ np.array([[c, -s], [s, c]]).T + foot
    return [(float(x), float(y)) for x, y in moved]


def _stroke(
    pen: Pen, points: list[tuple[float, float]], first: float, last: float, ink: int
) -> None:
    steps = len(points) - 1
    for at in range(steps):
        width = first + (last - first) * at / max(steps - 1, 1)
        pen.line([points[at], points[at + 1]], fill=ink, width=max(1, round(width)))


def _blade(
    pens: list[Pen], shape: Shape, foot: Grid, length: float, turn: float, chance: Chance
) -> None:
    t = np.linspace(0, 1, 140)
    half = t**shape.a * (1 - t) ** shape.b
    half = half / half.max() * shape.width * length / 2
    middle = np.stack([shape.bend * length * np.sin(np.pi * t * 0.9) * t, -t * length], -1)
    along = np.gradient(middle, axis=0)
    along /= np.linalg.norm(along, axis=1)[:, None] + 1e-9
    across = np.stack([-along[:, 1], along[:, 0]], -1)
    sides = {sign: _edge(shape, half, t, sign, chance) for sign in (1, -1)}
    outline = np.vstack(
        [middle + across * sides[1][:, None], (middle - across * sides[-1][:, None])[::-1]]
    )
    pens[0].polygon(_turned(outline, foot, turn), fill=255)
    if shape.stalk:
        stalk = np.array([[0, 0], [-shape.bend * length * 0.2, shape.stalk * length]])
        _stroke(pens[0], _turned(stalk, foot, turn), length * 0.016, length * 0.011, 255)
    thick = max(1.2, length * 0.012)
    _stroke(pens[1], _turned(middle[2:-3], foot, turn), thick * 1.25, 1, 255)
    for sign, edge in sides.items():
        rows = [_vein(middle, across, edge, sign, at, shape, chance) for at in range(shape.veins)]
        for row in rows:
            _stroke(pens[1], _turned(row, foot, turn), thick * 0.72, 1, 225)
        if shape.is_laddered and length > 150:
            for low, high in pairwise(rows):
                for at in range(2, 13, max(1, int(600 / length))):
                    pens[1].line(
                        _turned(np.array([low[at], high[max(0, at - 1)]]), foot, turn), fill=105
                    )


def _edge(shape: Shape, half: Grid, t: Grid, sign: int, chance: Chance) -> Grid:
    edge = half * (1 + sign * 0.04)
    edge = edge * (1 + shape.wave * np.sin(2 * np.pi * 6 * t + chance.random() * 6))
    if shape.teeth:
        edge = edge + shape.teeth * half.max() * 2 * (t * 34 % 1) * np.minimum(1, edge)
    return edge


def _vein(
    middle: Grid, across: Grid, edge: Grid, sign: int, at: int, shape: Shape, chance: Chance
) -> Grid:
    """A side vein that leaves the midrib and bends towards the tip before it meets the edge."""
    start = 0.05 + 0.8 * (at + (0.5 if sign > 0 else 0.3)) / shape.veins
    end = min(start + shape.rise * (0.85 + 0.25 * chance.random()), 0.97)
    first, last, between = (
        int(place * 139) for place in (start, end, start + (end - start) * 0.34)
    )
    reach = middle[last] + across[last] * sign * edge[last] * 0.93
    pull = middle[between] + across[between] * sign * edge[between] * 0.62
    s = np.linspace(0, 1, 14)[:, None]
    return (1 - s) ** 2 * middle[first] + 2 * (1 - s) * s * pull + s**2 * reach


def _hand(pens: list[Pen], middle: Grid, length: float, turn: float, chance: Chance) -> None:
    lobe = Shape(0.36, 0.78, 0.82, teeth=0.05, veins=8, rise=0.16, is_laddered=False, stalk=0)
    for at in range(9):
        angle = (at - 4) * 4.5 / 8
        reach = length * (1 - 0.42 * (abs(angle) / 2.25) ** 1.5) * (0.96 + 0.08 * chance.random())
        _blade(pens, lobe, middle, reach, turn + angle, chance)


def _flower(pens: list[Pen], middle: Grid, length: float, turn: float, chance: Chance) -> None:
    petal = Shape(0.5, 0.75, 0.28, veins=4, rise=0.5, is_laddered=False, stalk=0)
    for at in range(8):
        reach = length * (0.94 + 0.1 * chance.random())
        _blade(pens, petal, middle, reach, turn + at * math.pi / 4, chance)
    for x, y in chance.normal(0, length * 0.085, (60, 2)) + middle:
        pens[1].ellipse([x - 2, y - 2, x + 2, y + 2], fill=200)


def _feather(
    pens: list[Pen], plant: str, middle: Grid, length: float, turn: float, chance: Chance
) -> None:
    """Leaflets in pairs along a stalk: many narrow ones for a fern, five for a cedar."""
    pairs, slim = {"fern": (21, 0.17), "suren": (5, 0.26)}.get(plant, (9, 0.4))
    leaflet = Shape(slim, 0.5, 0.9, 0.06, veins=6, rise=0.16, is_laddered=False, stalk=0)
    foot = middle + np.array([-math.sin(turn), math.cos(turn)]) * length * 0.5
    t = np.linspace(0, 1, 60)
    stalk = np.stack([0.12 * length * t**2, -t * length * 0.94], -1)
    for pen, width in zip(pens, (0.012, 0.007), strict=True):
        _stroke(pen, _turned(stalk, foot, turn), max(3, length * width), 1, 255)
    for at in range(pairs):
        place = 0.12 + 0.84 * at / pairs
        point = np.array(
            _turned(np.array([[0.12 * length * place**2, -place * length * 0.94]]), foot, turn)[0]
        )
        reach = (
            length
            * (0.3 if pairs > 5 else 0.34)
            * math.sin(math.pi * min(1, place * 0.86 + 0.14)) ** 0.8
        )
        for sign in (-1, 1):
            angle = turn + 0.24 * place + sign * (1.22 - 0.38 * place) + chance.normal(0, 0.03)
            _blade(pens, leaflet, point, max(reach, 8), angle, chance)
    end = np.array(_turned(stalk[-1:], foot, turn)[0])
    _blade(pens, leaflet, end, length * 0.16, turn + 0.2, chance)
