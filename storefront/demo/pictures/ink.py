"""Colour and chance: light in linear values, dyes as absorbance, noise that looks grown.

A dye of colour c on cotton w absorbs -ln(c / w); densities add, which is why overlaps look dyed
and not pasted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from scipy import ndimage

Grid: TypeAlias = np.ndarray[Any, Any]  # float32; height × width, or height × width × 3
Chance: TypeAlias = np.random.Generator
COTTON = "#F1ECDF"
QUALITY = 74


def linear(colour: str) -> Grid:
    """A #rrggbb colour as three linear values of light."""
    code = colour.lstrip("#")
    channels = np.array([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)], np.float32)
    low, high = channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    return np.where(channels <= 0.04045, low, high).astype(np.float32)


def absorbed(colour: str, white: str = COTTON) -> Grid:
    """How much a dye that looks like this on the white takes away, per channel."""
    return -np.log(np.clip(linear(colour) / linear(white), 0.004, 1))


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two, as #rrggbb."""
    pairs = [(int(first[at : at + 2], 16), int(second[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def smooth(values: Grid, low: float, high: float) -> Grid:
    """0 below the low edge, 1 above the high one, without a kink between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(height: int, width: int, cell: float, chance: Chance, octaves: int = 4) -> Grid:
    """Cloudy values between 0 and 1 whose largest clouds are `cell` px wide."""
    total: Grid = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        step = max(cell / 2**octave, 1.5)
        coarse = chance.random((int(height / step) + 3, int(width / step) + 3))
        layer = Image.fromarray(coarse.astype(np.float32)).resize(
            (width, height), Image.Resampling.BICUBIC
        )
        total += np.asarray(layer, np.float32) * 0.5**octave
    spread = float(total.std()) * 4 + 1e-6
    return np.clip(0.5 + (total - total.mean()) / spread, 0, 1).astype(np.float32)


def clouds(like: Grid, cell: float, chance: Chance, octaves: int = 4) -> Grid:
    """Noise of the size of another grid."""
    return noise(like.shape[0], like.shape[1], cell, chance, octaves)


def blurred(values: Grid, radius: float) -> Grid:
    """A soft copy; wide blurs are made on a smaller one."""
    if radius < 6:
        return ndimage.gaussian_filter(values, radius, mode="nearest", truncate=2.5)
    step = int(radius / 3)
    height, width = values.shape
    small = Image.fromarray(values.astype(np.float32)).resize(
        (max(width // step, 2), max(height // step, 2)), Image.Resampling.BOX
    )
    soft = ndimage.gaussian_filter(np.asarray(small), radius / step, mode="nearest")
    back = Image.fromarray(soft).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(back, np.float32)


def taken(picture: Grid, across: Grid, down: Grid) -> Grid:
    """The picture's colours at other coordinates; beyond its edge it is mirrored."""
    return np.stack(
        [
            ndimage.map_coordinates(picture[..., at], [down, across], order=1, mode="reflect")
            for at in range(3)
        ],
        -1,
    )


def save(light: Grid, path: Path, size: tuple[int, int] | None = None) -> None:
    """Write linear light as a WebP picture."""
    light = np.clip(light, 0, 1)
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    picture = Image.fromarray((shown * 255 + 0.5).astype(np.uint8))
    if size is not None and size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=QUALITY, method=6)
