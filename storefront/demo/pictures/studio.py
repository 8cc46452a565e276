"""The studio: a tinted wall, one soft light from the upper left, shadows down to the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from storefront.demo.pictures.ink import Grid, blurred, clouds, linear, smooth

WIDTH, HEIGHT = 960, 1200
LIGHT = np.array([-0.42, -0.50, 0.76])
SHADOW = np.array([0.16, 0.13, 0.11], np.float32)
Points = Sequence[tuple[float, float]]


class Studio:
    """A picture in the making, in linear light. Coordinates are px of the finished picture."""

    def __init__(self, wall: str, floor: str = "", horizon: float = 0.74, seed: int = 1) -> None:
        self.down, self.across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self.chance = np.random.default_rng(seed)
        x, y = self.across / WIDTH, self.down / HEIGHT
        fall = 1.07 - 0.2 * ((x - 0.28) ** 2 + (y - 0.22) ** 2 * 0.8)
        self.light: Grid = linear(wall) * fall[..., None]
        if floor:
            below = smooth(y, horizon - 0.045, horizon + 0.05)[..., None]
            ground = (
                linear(floor) * (1.05 - 0.16 * (x - 0.35) ** 2 - 0.12 * (y - horizon))[..., None]
            )
            self.light = self.light * (1 - below) + ground * below

    def lay(self, colour: Grid | str, mask: Grid) -> None:
        """Put something opaque where the mask is."""
        light = linear(colour) if isinstance(colour, str) else colour
        self.light = self.light * (1 - mask[..., None]) + light * mask[..., None]

    def cast(self, mask: Grid, right: float, below: float, soft: float, depth: float) -> None:
        """The shadow of the mask."""
        moved = ndimage.shift(mask, (below, right), order=0)
        shade = blurred(moved, soft) * depth
        self.light = self.light * (1 - shade[..., None] * (1 - SHADOW))

    def stand(self, mask: Grid) -> None:
        """The two shadows of a thing on or before the ground: wide and faint, narrow and dark."""
        self.cast(mask, 26, 38, 30, 0.4)
        self.cast(mask, 8, 10, 7, 0.28)

    def finished(self) -> Grid:
        grain = self.chance.normal(0, 0.008, (HEIGHT, WIDTH)).astype(np.float32)
        return np.clip(self.light * (1 + grain)[..., None], 0, 1)


def shape(points: Points) -> Grid:
    """A filled outline with soft edges."""
    picture = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
    ImageDraw.Draw(picture).polygon([(x * 2, y * 2) for x, y in points], fill=255)
    return _shrunk(picture)


def rounded(left: float, top: float, right: float, bottom: float, corner: float) -> Grid:
    picture = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
    box = [left * 2, top * 2, right * 2, bottom * 2]
    ImageDraw.Draw(picture).rounded_rectangle(box, corner * 2, fill=255)
    return _shrunk(picture)


def oval(left: float, top: float, right: float, bottom: float) -> Grid:
    picture = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
    ImageDraw.Draw(picture).ellipse([left * 2, top * 2, right * 2, bottom * 2], fill=255)
    return _shrunk(picture)


def line(points: Points, thick: float) -> Grid:
    """A stroke with round ends."""
    picture = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
    pen = ImageDraw.Draw(picture)
    doubled = [(x * 2, y * 2) for x, y in points]
    pen.line(doubled, fill=255, width=int(thick * 2), joint="curve")
    for x, y in (doubled[0], doubled[-1]):
        pen.ellipse([x - thick, y - thick, x + thick, y + thick], fill=255)
    return _shrunk(picture)


def lit(relief: Grid, slope: float = 0.9, ambient: float = 0.42, gloss: float = 0.0) -> Grid:
    """How much light a relief (px of height) gives back."""
    down, across = np.gradient(relief)
    size = np.sqrt((across * slope) ** 2 + (down * slope) ** 2 + 1)
    sun = LIGHT / np.linalg.norm(LIGHT)
    facing = (-across * slope * sun[0] - down * slope * sun[1] + sun[2]) / size
    shade = ambient + (1 - ambient) * np.clip(facing, 0, 2) / sun[2]
    if gloss:
        half = sun + np.array([0, 0, 1])
        half = half / np.linalg.norm(half)
        mirror = (-across * slope * half[0] - down * slope * half[1] + half[2]) / size
        shade = shade + gloss * np.clip(mirror, 0, 1) ** 28
    return np.clip(shade, 0.12, 1.7)


def thick(mask: Grid, height: float, edge: float) -> Grid:
    """The relief of something with rounded edges."""
    depth = ndimage.distance_transform_edt(mask > 0.5).astype(np.float32)
    return height * (1 - np.exp(-depth / edge))


def folds(x: Grid, chance: np.random.Generator, count: int, depth: float) -> Grid:
    """Hanging folds across x (0 to 1 over the cloth)."""
    total = np.zeros_like(x)
    for at in range(count):
        often = chance.uniform(0.7, 1.25) * (1 + at * 0.75)
        total += (
            chance.uniform(0.5, 1)
            / (1 + 0.38 * at)
            * np.sin(2 * np.pi * often * x + chance.uniform(0, 6.28))
        )
    return total * depth * 1.9 + (clouds(x, 300, chance, 3) - 0.5) * depth * 1.8


def _shrunk(picture: Image.Image) -> Grid:
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255
