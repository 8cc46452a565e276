"""A cloth: what is dyed where, and the weave that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import ndimage

from storefront.demo.pictures.ink import (
    COTTON,
    Grid,
    absorbed,
    blurred,
    clouds,
    linear,
    noise,
    smooth,
)
from storefront.demo.pictures.leaves import leaf

YELLOW: Final = "#C79A36"  # what tannin leaves around a leaf
IRON: Final = "#2C302C"


@dataclass(frozen=True)
class Print:
    """How a leaf prints: two colours across it, their strength, how far it resists the ground."""

    first: str
    second: str
    strength: float = 0.85
    resist: float = 0.0
    halo: float = 0.28
    rim: float = 0.3
    vein: float = 0.6


class Cloth:
    """Densities of dye on white cotton, `width` × `height` px, from one seed."""

    def __init__(self, width: int, height: int, seed: int, white: str = COTTON) -> None:
        self.width, self.height = width, height
        self.chance = np.random.default_rng(seed)
        self.ground: Grid = np.zeros((height, width, 3), np.float32)
        self.printed: Grid = np.zeros((height, width, 3), np.float32)
        self.covered: Grid = np.zeros((height, width), np.float32)
        self.white = linear(white)

    def dye(self, first: str, second: str = "", strength: float = 1.0, cloudy: float = 0.3) -> None:
        """Dye the whole cloth, unevenly as a hand does."""
        clouds = noise(self.height, self.width, self.width * 0.35, self.chance, 5)
        density = np.broadcast_to(absorbed(first), (self.height, self.width, 3))
        if second:
            share = smooth(
                noise(self.height, self.width, self.width * 0.45, self.chance, 3), 0.25, 0.75
            )
            density = density * (1 - share[..., None]) + absorbed(second) * share[..., None]
        self.ground += density * (strength * (1 + cloudy * 2 * (clouds - 0.5)))[..., None]

    def leaf(
        self,
        plant: str,
        x: float,
        y: float,
        length: float,
        turn: float,
        how: Print,
        mirror: bool = False,
    ) -> None:
        """Print a leaf around a point; `mirror` is the fainter half across the fold."""
        mask, veins = leaf(plant, length, turn, self.chance)
        if mirror:
            mask, veins = mask[:, ::-1], veins[:, ::-1]
        box = self._box(mask.shape, x, y)
        if box is None:
            return
        here, there = box
        mask, veins = self._warped(mask, veins, length)
        tone, touch = self._tone(mask, veins, length, how, 0.85 if mirror else 0.55)
        strength = how.strength * (0.75 if mirror else 1.0)
        share = smooth(clouds(mask, length * 0.4, self.chance, 3), 0.3, 0.7)[..., None]
        colour = absorbed(how.first) * (1 - share) + absorbed(how.second) * share
        dye = colour * (mask * tone * strength)[..., None]
        beyond = blurred(mask, length * 0.045) * (1 - mask)
        dye = dye + absorbed(YELLOW) * (beyond * how.halo)[..., None]
        rim = np.clip(blurred(mask, length * 0.01) * (1 - mask) * 2.2, 0, 1)
        dye = dye + absorbed(IRON) * (rim * how.rim * 0.6)[..., None]
        free = 1 - 0.93 * self.covered[here]
        self.printed[here] += dye[there] * free[..., None]
        if how.resist:
            kept = np.clip(mask * (0.8 + 0.2 * touch), 0, 1) * how.resist
            kept = kept[there] * free
            self.ground[here] *= (1 - kept * (1 - 0.55 * veins[there]))[..., None]
        self.covered[here] = np.maximum(self.covered[here], mask[there])

    def threads(self, pitch: float = 3.4, depth: float = 0.16) -> Grid:
        """The cloth as light: dye through the weave of yarns `pitch` px apart."""
        relief, yarn = _weave(self.height, self.width, pitch, self.chance)
        density = (self.printed + self.ground) * (1 + depth * (relief - 0.62) + 0.07 * yarn)[
            ..., None
        ]
        light = self.white * np.exp(-np.clip(density, 0, 6))
        folds = noise(self.height, self.width, self.width * 0.45, self.chance, 3)
        down, across = np.gradient(blurred(folds, 14))
        shade = 1 + 0.1 * (relief - 0.62) + 0.022 * yarn
        shade = shade * (1 + np.clip((-across - down) * 34, -0.1, 0.1))
        return np.clip(light * shade[..., None], 0, 1).astype(np.float32)

    def _box(
        self, shape: tuple[int, int], x: float, y: float
    ) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        left, top = int(x - shape[1] / 2), int(y - shape[0] / 2)
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + shape[1], self.width), min(top + shape[0], self.height)
        if x1 <= x0 or y1 <= y0:
            return None
        inside = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        return (slice(y0, y1), slice(x0, x1)), inside

    def _warped(self, mask: Grid, veins: Grid, length: float) -> tuple[Grid, Grid]:
        height, width = mask.shape
        down, across = np.mgrid[0:height, 0:width].astype(np.float32)
        push = [
            (noise(height, width, length * 0.1, self.chance, 3) - 0.5) * length * 0.024
            for _ in range(2)
        ]
        at = [down + push[0], across + push[1]]
        soft = length * 0.0022 + 0.5
        moved = [ndimage.map_coordinates(each, at, order=1) for each in (mask, veins)]
        return blurred(moved[0], soft), blurred(moved[1], 0.5 + length * 0.0006)

    def _tone(
        self, mask: Grid, veins: Grid, length: float, how: Print, patchy: float
    ) -> tuple[Grid, Grid]:
        """Tannin pools at the edge, some patches barely touch, veins resist."""
        depth = ndimage.distance_transform_edt(mask > 0.5).astype(np.float32)
        pooled = np.exp(-depth / (length * 0.013))
        mottled = clouds(mask, length * 0.22, self.chance, 4)
        speckled = clouds(mask, 4, self.chance, 2)
        touch = smooth(mottled, 0.22, 0.46)
        tone = 0.62 + 0.55 * pooled + 0.5 * (mottled - 0.5) + 0.28 * (speckled - 0.5)
        tone = tone * (1 - patchy + patchy * touch) * (1 - how.vein * veins)
        tone = tone + 0.22 * np.clip(blurred(veins, length * 0.006 + 0.6) - veins * 0.6, 0, 1)
        return np.clip(tone, 0.02, 1.8), touch


def _weave(height: int, width: int, pitch: float, chance: np.random.Generator) -> tuple[Grid, Grid]:
    """Height of plain weave (0 to 1) and the unevenness of its yarns."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float32) / pitch
    if pitch > 5:  # seen from close by, yarns wander
        across = across + (noise(height, width, 160, chance, 3) - 0.5) * 0.9
        down = down + (noise(height, width, 160, chance, 3) - 0.5) * 0.9
    column, row = np.floor(across).astype(int), np.floor(down).astype(int)
    column, row = column - column.min(), row - row.min()
    u = np.cos((across - np.floor(across) - 0.5) * np.pi)
    v = np.cos((down - np.floor(down) - 0.5) * np.pi)
    over = (column + row) % 2 == 0
    relief = np.where(over, u * (0.7 + 0.3 * v), v * (0.7 + 0.3 * u))
    warp = chance.normal(0, 1, column.max() + 1)[column]
    weft = chance.normal(0, 1, row.max() + 1)[row]
    slub = noise(height, width, 24, chance, 2) - 0.5
    return relief.astype(np.float32), (np.where(over, warp, weft) * 0.4 + slub * 2).astype(
        np.float32
    )
