"""Food in its pack: jars, standing bags, boxes and fish on bamboo."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storefront.demo.pictures.ink import Grid, blurred, linear, noise, smooth
from storefront.demo.pictures.leaves import leaf
from storefront.demo.pictures.soft import _on_the_floor
from storefront.demo.pictures.studio import (
    HEIGHT,
    WIDTH,
    Studio,
    line,
    lit,
    rounded,
    shape,
    thick,
)

PAPER, KRAFT = "#F3EEE0", "#C4A071"


def bites(dyes: Sequence[str], size: float, chance: np.random.Generator) -> Grid:
    """Many small pieces heaped: puffed rice, crackers, beans. In linear light."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    best: Grid = np.full((HEIGHT, WIDTH), 1e9, np.float32)
    tone: Grid = np.zeros((HEIGHT, WIDTH), np.float32)
    for row in range(int(HEIGHT / size) + 2):
        for column in range(int(WIDTH / size) + 2):
            x = (column + 0.5 * (row % 2) + chance.normal(0, 0.16)) * size
            y = (row + chance.normal(0, 0.16)) * size
            y0, y1 = max(int(y - size), 0), min(int(y + size), HEIGHT)
            x0, x1 = max(int(x - size), 0), min(int(x + size), WIDTH)
            if y1 <= y0 or x1 <= x0:
                continue
            part = (slice(y0, y1), slice(x0, x1))
            angle, slim = chance.uniform(0, 3.14), chance.uniform(0.6, 1)
            dx, dy = across[part] - x, down[part] - y
            u = dx * np.cos(angle) + dy * np.sin(angle)
            v = (-dx * np.sin(angle) + dy * np.cos(angle)) / slim
            away = np.hypot(u, v)
            nearer = away < best[part]
            best[part] = np.where(nearer, away, best[part])
            tone[part] = np.where(nearer, chance.uniform(), tone[part])
    relief = np.sqrt(np.clip(1 - (best / (size * 0.75)) ** 2, 0, 1)) * size * 0.5
    first, second = linear(dyes[0]), linear(dyes[min(1, len(dyes) - 1)])
    colour = first * (1 - tone[..., None]) + second * tone[..., None]
    return (
        colour * (lit(relief, 0.9, 0.35) * (0.35 + 0.65 * smooth(relief, 0, size * 0.3)))[..., None]
    )


def _label(
    studio: Studio, left: float, top: float, right: float, bottom: float, dyes: Sequence[str]
) -> None:
    """A paper label with a dye stripe and lines of writing too small to read."""
    mask = rounded(left, top, right, bottom, 6)
    studio.cast(mask, 2, 3, 3, 0.25)
    studio.lay(
        linear(PAPER) * (1.0 + 0.04 * (noise(HEIGHT, WIDTH, 5, studio.chance, 2) - 0.5))[..., None],
        mask,
    )
    studio.lay(dyes[0], rounded(left, top, left + 16, bottom, 3))
    high = bottom - top
    for at, (share, wide) in enumerate(
        ((0.24, 0.62), (0.36, 0.5), (0.6, 0.66), (0.69, 0.58), (0.78, 0.4))
    ):
        y = top + high * share
        studio.lay(
            "#3A3A34",
            line([(left + 40, y), (left + 40 + (right - left - 70) * wide, y)], 9 if at < 2 else 3),
        )


def jar(dyes: Sequence[str], wall: str, floor: str, seed: int) -> Grid:
    studio = Studio(wall, floor, 0.72, seed)
    glass, lid = rounded(290, 380, 670, 1000, 70), rounded(310, 300, 650, 392, 14)
    _on_the_floor(studio, 300, 660, 1000)
    u = (studio.across - 480) / 190
    studio.lay(linear("#DCE2DC") * 0.9, glass)
    inside = rounded(302, 430, 658, 988, 60)
    round_ = np.clip(0.55 + 0.55 * np.cos(np.clip(u, -1, 1) * 1.4 + 0.5), 0.3, 1.1)
    studio.lay(bites(dyes, 46, studio.chance) * round_[..., None], inside)
    _label(studio, 330, 600, 630, 850, dyes)
    for x, wide in ((336, 16), (620, 8)):
        gleam = (
            np.exp(-(((studio.across - x) / wide) ** 2))
            * glass
            * smooth(studio.down, 400, 470)
            * smooth(980 - studio.down, 0, 70)
        )
        studio.light = studio.light * (1 - 0.5 * gleam[..., None]) + 0.5 * gleam[..., None]
    studio.lay(linear("#B98D43") * (0.55 + 0.7 * np.exp(-(((u + 0.4) / 0.5) ** 2)))[..., None], lid)
    return studio.finished()


def pouch(dyes: Sequence[str], wall: str, floor: str, seed: int, size: float = 40) -> Grid:
    """A standing paper bag with a window."""
    studio = Studio(wall, floor, 0.74, seed)
    body = shape([(270, 330), (690, 330), (716, 980), (690, 1010), (270, 1010), (244, 980)])
    _on_the_floor(studio, 254, 706, 1008)
    studio.cast(body, 20, 30, 26, 0.25)
    relief = (
        60
        * np.sqrt(np.clip(1 - ((studio.across - 480) / 250) ** 2, 0.01, 1))
        * smooth(studio.down, 330, 620)
    )
    crumple = (noise(HEIGHT, WIDTH, 120, studio.chance, 3) - 0.5) * 16
    studio.lay(linear(KRAFT) * lit(relief + crumple, 0.6)[..., None], body)
    window = rounded(330, 690, 630, 920, 40)
    studio.lay(bites(dyes, size, studio.chance), window)
    studio.light = (
        studio.light
        * (1 - 0.35 * np.clip(blurred(window, 10) - window * 0.98, 0, 1) * window)[..., None]
    )
    _label(studio, 340, 450, 620, 640, dyes)
    for y in (362, 372):
        studio.light = (
            studio.light * (1 - 0.25 * np.exp(-(((studio.down - y) / 2) ** 2)) * body)[..., None]
        )
    return studio.finished()


def box(dyes: Sequence[str], wall: str, seed: int, columns: int, rows: int) -> Grid:
    """An open box seen from above, a kind of food in each of its fields."""
    studio = Studio(wall, seed=seed)
    outer = rounded(150, 300, 810, 980, 10)
    studio.stand(outer)
    studio.lay(linear(KRAFT) * lit(thick(outer, 18, 10))[..., None], outer)
    wide, high = 620 / columns, 640 / rows
    for row in range(rows):
        for column in range(columns):
            x, y = 170 + column * wide, 320 + row * high
            field = rounded(x + 6, y + 6, x + wide - 6, y + high - 6, 8)
            ink = dyes[(row * columns + column) % max(1, len(dyes) - 1)]
            studio.lay(bites([ink, dyes[-1]], 30 + 12 * ((row + column) % 2), studio.chance), field)
            edge = np.clip(field - np.roll(field, (9, 9), (0, 1)), 0, 1)
            studio.light = studio.light * (1 - 0.45 * blurred(edge, 4))[..., None]
    return studio.finished()


def fish(dyes: Sequence[str], wall: str, seed: int, count: int, is_wrapped: bool = False) -> Grid:
    """Milkfish on split bamboo, on a banana leaf; wrapped ones lie under clear film."""
    studio = Studio(wall, seed=seed)
    leaf_mask = shape(
        [
            (90, 560),
            (200, 330),
            (480, 250),
            (760, 330),
            (870, 580),
            (780, 880),
            (480, 990),
            (180, 880),
        ]
    )
    studio.stand(leaf_mask)
    ribs = np.sin((studio.across * 0.35 + studio.down) / 9) * 3
    studio.lay(
        linear("#4F6B32")
        * (lit(ribs, 0.7) * (0.85 + 0.3 * noise(HEIGHT, WIDTH, 160, studio.chance)))[..., None],
        leaf_mask,
    )
    for at in range(count):
        y = 620 + (at - (count - 1) / 2) * (150 if count < 4 else 120)
        t = np.clip((studio.across - 170) / 620, 0, 1)
        half = (
            74
            * (np.clip(np.sin(np.pi * np.clip(t * 1.06, 0, 1)), 0, 1) ** 0.6)
            * (1 - 0.3 * t)
            * (1.0 if count < 4 else 0.8)
        )
        body = smooth(half - np.abs(studio.down - y), -1.5, 1.5) * (t > 0) * (t < 1)
        tail = shape([(760, y), (850, y - 60), (826, y), (850, y + 60)])
        stick = np.maximum(
            line([(110, y - 8), (880, y - 8)], 9), line([(110, y + 10), (880, y + 10)], 9)
        )
        whole = np.maximum.reduce([body, tail])
        studio.cast(np.maximum(whole, stick), 10, 14, 10, 0.5)
        relief = 70 * np.sqrt(np.clip(1 - ((studio.down - y) / np.maximum(half, 1)) ** 2, 0, 1))
        char = noise(HEIGHT, WIDTH, 60, studio.chance, 4)
        colour = (
            linear(dyes[at % 2 if len(dyes) > 3 else 0]) * (1 - smooth(char, 0.5, 0.9))[..., None]
            + linear(dyes[2] if len(dyes) > 2 else dyes[0]) * smooth(char, 0.5, 0.9)[..., None]
        )
        studio.lay(colour * (lit(relief + char * 14, 0.7, gloss=0.25))[..., None], whole)
        studio.lay(
            linear("#C8A765") * 0.9,
            stick
            * (1 - body * 0.0)
            * ((np.abs((studio.across % 210) - 105) < 40) | (t <= 0) | (t >= 1)),
        )
        for x in (260, 420, 580, 720):
            studio.lay("#B99A5C", line([(x, y - 62), (x + 6, y + 62)], 7))
    if is_wrapped:
        film = rounded(120, 300, 840, 940, 40)
        sheen = smooth(noise(HEIGHT, WIDTH, 140, studio.chance, 3), 0.62, 0.8) * film
        studio.light = studio.light * (1 - 0.35 * sheen[..., None]) + 0.35 * sheen[..., None]
        studio.light = studio.light * (1 - 0.12 * film[..., None]) + 0.1 * film[..., None]
        _label(studio, 560, 760, 800, 900, dyes)
    return studio.finished()


def tofu(dyes: Sequence[str], wall: str, seed: int) -> Grid:
    """White tofu in a tray lined with a leaf."""
    studio = Studio(wall, seed=seed)
    tray = rounded(140, 340, 820, 960, 30)
    studio.stand(tray)
    studio.lay(linear("#8A6A44") * lit(thick(tray, 22, 12))[..., None], tray)
    mask, _ = leaf("ketapang", 620, 1.57, studio.chance)
    top, left = 650 - mask.shape[0] // 2, 480 - mask.shape[1] // 2
    bed: Grid = np.zeros((HEIGHT, WIDTH), np.float32)
    bed[max(top, 0) : top + mask.shape[0], max(left, 0) : left + mask.shape[1]] = mask[
        max(-top, 0) :, max(-left, 0) :
    ][: HEIGHT - max(top, 0), : WIDTH - max(left, 0)]
    studio.lay("#5B7437", bed * tray)
    for at in range(10):
        x, y = 200 + (at % 5) * 118, 430 + (at // 5) * 240
        block = rounded(x, y, x + 104, y + 200, 12)
        studio.cast(block, 6, 9, 7, 0.45)
        relief = thick(block, 26, 12) + (noise(HEIGHT, WIDTH, 30, studio.chance, 3) - 0.5) * 4
        studio.lay(linear(dyes[0]) * lit(relief, 0.8)[..., None] * 0.97, block)
    return studio.finished()
