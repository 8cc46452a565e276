"""Soft things: cloth over a rod, on a table, sewn into cushions and clothes."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from storefront.demo.pictures.ink import Grid, blurred, linear, noise, smooth, taken
from storefront.demo.pictures.studio import (
    HEIGHT,
    WIDTH,
    Studio,
    folds,
    line,
    lit,
    oval,
    shape,
    thick,
)

ROD = "#4A3524"


def _drape(
    studio: Studio,
    cloth: Grid,
    box: tuple[float, float, float, float],
    count: int,
    depth: float,
    shift: float,
) -> tuple[Grid, Grid, Grid]:
    """Hanging cloth in a box (left, top, right, bottom): its light, its mask, its lower edge."""
    left, top, right, bottom = box
    t = np.clip((studio.down - top) / (bottom - top), 0, 1)
    middle = (left + right) / 2
    x = (studio.across - middle) / (1 + 0.03 * t) + middle
    relief = folds((x - left) / (right - left) + 0.1 * t, studio.chance, count, depth)
    wobble = 3.5 * np.sin(8 * t + shift) + 2 * np.sin(19 * t + shift * 2)
    hem = bottom + 8 * np.sin(10 * (x - left) / (right - left) + shift) + relief * 0.35
    mask = smooth(x - left - wobble, -1, 1) * smooth(right + wobble - x, -1, 1)
    mask = mask * smooth(studio.down - top, -1, 1) * smooth(hem - studio.down, -1.2, 1.2)
    scale = cloth.shape[1] / max(right - left, 560)
    seen = taken(cloth, shift * 40 + (x - left) * scale + relief * 0.9, (studio.down - top) * scale)
    hollow = np.clip(1 + (relief - blurred(relief, 26)) * 0.014, 0.7, 1.1)
    return seen * (lit(relief) * hollow)[..., None], mask, hem


def _fringe(studio: Studio, left: float, right: float, hem: float, length: float) -> Grid:
    total: Grid = np.zeros((HEIGHT, WIDTH), np.float32)
    threads: list[Grid] = []
    for x in np.arange(left + 5, right - 3, 9.0):
        bend = studio.chance.normal(0, 4)
        end = hem + length * studio.chance.uniform(0.8, 1.1)
        threads.append(
            line([(x, hem - 3), (x + bend * 0.4, (hem + end) / 2), (x + bend, end)], 2.4)
        )
    for thread in threads:
        total = np.maximum(total, thread)
    return total


def _rod(studio: Studio, left: float, right: float, y: float) -> Grid:
    mask = shape([(left, y - 8), (right, y - 8), (right, y + 8), (left, y + 8)])
    round_ = 0.6 + 0.7 * np.exp(-((((studio.down - y) / 16 + 0.18) / 0.26) ** 2))
    studio.cast(mask, 20, 28, 18, 0.35)
    studio.lay(linear(ROD) * round_[..., None], mask)
    return mask


def scarf(cloth: Grid, wall: str, seed: int) -> Grid:
    """A long cloth over a rod, the near half shorter than the far one."""
    studio = Studio(wall, seed=seed)
    far = _drape(studio, cloth, (350, 190, 650, 1020), 4, 7, 2.0)
    near = _drape(studio, cloth, (290, 178, 600, 850), 5, 10, 0.5)
    fringes = [_fringe(studio, 352, 648, 1020, 40), _fringe(studio, 292, 598, 852, 40)]
    studio.stand(np.maximum(far[1], near[1]))
    for light, mask, fringe, dim in (
        (far[0], far[1], fringes[0], 0.82),
        (near[0], near[1], fringes[1], 1.0),
    ):
        if dim == 1.0:
            _rod(studio, 150, 810, 184)
            shade = blurred(ndimage.shift(mask, (18, 14), order=0), 13) * 0.5 * far[1]
            studio.light = studio.light * (1 - shade * 0.8)[..., None]
        studio.lay(light[..., :] * dim * 0.9, fringe)
        studio.lay(light * dim, mask)
    turn = np.exp(-(((studio.down - 182) / 8) ** 2)) * near[1]
    studio.light = studio.light * (1 + 0.22 * turn)[..., None]
    return studio.finished()


def length(cloth: Grid, wall: str, seed: int, is_hanging: bool = False) -> Grid:
    """A whole cloth on a rod; a wall hanging is narrower and has a cord and a fringe."""
    studio = Studio(wall, seed=seed)
    box = (240.0, 230.0, 720.0, 960.0) if is_hanging else (170.0, 200.0, 790.0, 1040.0)
    light, mask, _ = _drape(studio, cloth, box, 3 if is_hanging else 6, 4 if is_hanging else 9, 0.0)
    if is_hanging:
        cord = np.maximum(line([(252, 228), (480, 90)], 3.5), line([(480, 90), (708, 228)], 3.5))
        studio.cast(cord, 8, 10, 5, 0.25)
        studio.lay("#3A2C20", cord)
        fringe = _fringe(studio, box[0], box[2], box[3], 90)
        studio.stand(np.maximum(mask, fringe))
        studio.lay(light * 0.92, fringe)
    else:
        studio.stand(mask)
    studio.lay(light, mask)
    _rod(studio, box[0] - 60, box[2] + 60, box[1] - 2)
    return studio.finished()


def runner(cloth: Grid, wall: str, seed: int) -> Grid:
    """A long cloth over a table, its end hanging down in front."""
    studio = Studio(wall, seed=seed)
    back, front, wood = 480.0, 780.0, linear("#6B4A30")
    t = np.clip((studio.down - back) / (front - back), 0, 1)
    table = shape([(130, back), (830, back), (950, front), (10, front)])
    edge = shape([(10, front), (950, front), (950, front + 36), (10, front + 36)])
    legs = np.maximum(
        shape([(50, front + 36), (105, front + 36), (105, HEIGHT), (50, HEIGHT)]),
        shape([(855, front + 36), (910, front + 36), (910, HEIGHT), (855, HEIGHT)]),
    )
    grain = noise(HEIGHT, WIDTH, 60, studio.chance, 4)
    studio.lay(wood * 0.55, legs)
    studio.lay(wood * (0.85 + 0.4 * (grain - 0.5) + 0.2 * t)[..., None], table)
    studio.lay(wood * 0.62, edge)
    half = 350 + 120 * t
    u = (studio.across - 480) / half
    on_top = smooth(0.42 - np.abs(u), -0.004, 0.004) * table
    scale = cloth.shape[1] / 2
    depth = 1 / (1.55 - t * 0.62)
    seen = taken(cloth, scale + u / 0.42 * scale, (depth - 0.64) * 900)
    ripple = noise(HEIGHT, WIDTH, 200, studio.chance, 3) * 16
    studio.cast(on_top, 8, 7, 7, 0.4)
    studio.lay(seen * lit(ripple, 0.5)[..., None], on_top)
    left, right = 480 - 470 * 0.42, 480 + 470 * 0.42
    across = (studio.across - left) / (right - left)
    relief = folds(across, studio.chance, 3, 5) * np.clip((studio.down - front) / 140, 0, 1)
    hem = 1060 - 70 * np.abs(across - 0.5) * 2
    drop = (
        smooth(across, -0.003, 0.003)
        * smooth(1 - across, -0.003, 0.003)
        * smooth(hem - studio.down, -1, 1)
        * (studio.down >= front)
    )
    seen = taken(cloth, across * cloth.shape[1], 320 + (studio.down - front) * 1.3)
    studio.cast(drop, 18, 15, 16, 0.4)
    studio.lay(seen * (lit(relief, 0.7) * 0.88)[..., None], drop)
    bowl = shape(
        [
            (560 + 110 * np.cos(a), 585 + (86 * np.sin(a) if np.sin(a) > 0 else 22 * np.sin(a)))
            for a in np.linspace(0, 6.283, 160)
        ]
    )
    studio.cast(bowl, 26, 22, 16, 0.5)
    side = np.clip((studio.across - 450) / 220, 0, 1)
    studio.lay(linear("#E7E0D0") * (1.04 - 0.5 * side**1.6)[..., None], bowl)
    studio.lay(linear("#CFC6B2") * (0.55 + 0.5 * side)[..., None], oval(455, 567, 665, 603))
    return studio.finished()


def mats(cloth: Grid, wall: str, seed: int) -> Grid:
    """Four mats, fanned on a table top seen from above."""
    studio = Studio(wall, seed=seed)
    for at, (x, y, turn) in enumerate(
        ((430, 420, -0.2), (500, 540, 0.1), (450, 660, -0.06), (510, 770, 0.05))
    ):
        c, s = np.cos(turn), np.sin(turn)
        u = (studio.across - x) * c + (studio.down - y) * s
        v = -(studio.across - x) * s + (studio.down - y) * c
        mask = smooth(290 - np.abs(u), -1, 1) * smooth(200 - np.abs(v), -1, 1)
        studio.stand(mask)
        seen = taken(cloth, (u + 290) * cloth.shape[1] / 580, (v + 200) * 1.3 + at * 30)
        studio.lay(seen * lit(thick(mask, 6, 5))[..., None], mask)
    return studio.finished()


def cushion(cloth: Grid, wall: str, floor: str, seed: int, kind: str = "square") -> Grid:
    """A filled cushion; `kind`: square, floor (two high) or bolster."""
    studio = Studio(wall, floor, seed=seed)
    if kind == "bolster":
        return _bolster(studio, cloth)
    high = 0.62 if kind == "floor" else 1.0
    x0, y0, reach = 480.0, 650.0 if high == 1 else 760.0, 345.0
    x, y = (studio.across - x0) / reach, (studio.down - y0) / (reach * high)
    angle = np.arctan2(y, x)
    far = np.abs(np.cos(angle)), np.abs(np.sin(angle))
    square = 1 / np.maximum(*far)
    corner = (square - 1) / 0.4142
    edge = square * (0.925 + 0.075 * corner**1.5 - 0.035 * smooth(corner, 0.86, 1.0)) * 1.02
    rim = np.hypot(x, y) / edge
    mask = smooth(1 - rim, -0.004, 0.004)
    dome = np.clip(
        (1 - np.clip(np.abs(x), 0, 1) ** 2) * (1 - np.clip(np.abs(y), 0, 1) ** 2), 0.0004, 1
    )
    relief = 230 * dome**0.46 + (noise(HEIGHT, WIDTH, 190, studio.chance, 3) - 0.5) * 24
    for ax, ay in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        dx, dy = x - ax * 0.97, y - ay * 0.97
        away = np.hypot(dx, dy)
        relief = relief + np.sin(np.arctan2(dy, dx) * 17 + ax) * np.exp(
            -((away / 0.42) ** 2)
        ) * 7 * np.clip(away / 0.18, 0, 1)
    bulge = 1 + 0.16 * (x**2 + y**2)
    middle = cloth.shape[1] / 2
    seen = taken(
        cloth, middle + x * middle * 0.92 * bulge, cloth.shape[0] / 2 + y * middle * 0.92 * bulge
    )
    shade = (
        lit(relief, 0.66, 0.3)
        * (1 - 0.3 * smooth(y, 0.35, 1.05))
        * (1 - 0.2 * smooth(rim, 0.86, 1.0))
    )
    _on_the_floor(studio, x0 - reach * 0.9, x0 + reach * 0.95, y0 + reach * high * 0.94)
    studio.lay(seen * shade[..., None], mask)
    depth = ndimage.distance_transform_edt(mask > 0.5)
    piping = smooth(depth, 0, 1.5) * (1 - smooth(depth, 6, 8))
    studio.lay(np.median(cloth, axis=(0, 1)) * 0.55 * np.clip(shade, 0.5, 1.2)[..., None], piping)
    return studio.finished()


def _bolster(studio: Studio, cloth: Grid) -> Grid:
    y = (studio.down - 720) / 170
    mask = smooth(1 - np.maximum(np.abs(y), 0), -0.01, 0.01) * smooth(
        390 - np.abs(studio.across - 480) - 26 * y**2, -1, 1
    )
    relief = 150 * np.sqrt(np.clip(1 - y**2, 0, 1)) + folds(
        studio.across / 800, studio.chance, 5, 2
    )
    seen = taken(
        cloth,
        (studio.across - 90) * cloth.shape[1] / 780,
        (np.arcsin(np.clip(y, -1, 1)) + 1.57) * 190,
    )
    _on_the_floor(studio, 110, 860, 885)
    studio.lay(seen * (lit(relief, 0.7, 0.3) * (1 - 0.3 * smooth(y, 0.3, 1)))[..., None], mask)
    for x in (150, 810):
        studio.light = (
            studio.light * (1 - 0.35 * np.exp(-(((studio.across - x) / 5) ** 2)) * mask)[..., None]
        )
    return studio.finished()


def _on_the_floor(studio: Studio, left: float, right: float, y: float) -> None:
    wide = shape([(left, y - 30), (right, y - 30), (right + 150, y + 60), (left + 90, y + 66)])
    near = shape([(left + 14, y - 8), (right - 14, y - 8), (right, y + 14), (left + 22, y + 14)])
    studio.light = studio.light * (1 - 0.45 * blurred(wide, 28))[..., None]
    studio.light = studio.light * (1 - 0.62 * blurred(near, 9))[..., None]


def garment(cloth: Grid, wall: str, seed: int, kind: str) -> Grid:
    """A piece of clothing on a rod; `kind`: shirt, blouse, outer or skirt."""
    studio = Studio(wall, seed=seed)
    if kind == "skirt":
        _rod(studio, 200, 760, 240)
        light, mask, _ = _drape(studio, cloth, (270, 250, 690, 1010), 7, 11, 0.0)
        band = shape([(262, 240), (698, 240), (698, 296), (262, 296)])
        tie = np.maximum(
            line([(690, 268), (760, 420), (748, 560)], 13), line([(690, 272), (730, 460)], 12)
        )
        studio.stand(np.maximum(mask, np.maximum(band, tie)))
        studio.lay(light, mask)
        for part in (tie, band):
            studio.lay(light * 0.82 + 0.01, part)
            studio.light = studio.light * (1 - 0.2 * (blurred(part, 3) - part).clip(0)[..., None])
        return studio.finished()
    is_open, long = kind == "outer", 1010.0 if kind == "outer" else 900.0
    top, sleeve = 230.0, 500.0 if kind == "shirt" else 620.0
    wide = 900.0 if kind != "shirt" else 870.0
    _rod(studio, 60 if is_open else 330, 900 if is_open else 630, top - 6)
    arms = [
        shape(
            [
                (480 + s * 190, top),
                (480 + s * (wide - 480), top + (10 if is_open else 120)),
                (480 + s * (wide - 500), sleeve),
                (480 + s * 200, sleeve - 70),
            ]
        )
        for s in (-1, 1)
    ]
    gap = 34 if is_open else 3
    body = [
        shape(
            [
                (480 + s * 60, top - 12),
                (480 + s * 205, top + 6),
                (480 + s * 215, sleeve - 60),
                (480 + s * 228, long),
                (480 + s * gap, long + 6),
                (480 + s * gap, top + 120),
            ]
        )
        for s in (-1, 1)
    ]
    everything = np.maximum.reduce([*arms, *body])
    studio.stand(everything)
    if is_open:
        studio.lay(
            np.median(cloth, axis=(0, 1)) * 0.4,
            shape([(440, top), (520, top), (524, long - 20), (436, long - 20)]),
        )
    relief = folds(studio.across / 480, studio.chance, 5, 7) * np.clip(
        (studio.down - top) / 300, 0.15, 1
    )
    fold = np.abs(studio.across - 480)
    seen = taken(
        cloth,
        cloth.shape[1] / 2
        + np.sign(studio.across - 480) * fold * cloth.shape[1] / 960
        + relief * 0.6,
        (studio.down - top) * cloth.shape[0] / 900,
    )
    for mask in (*arms, *body):
        studio.lay(seen * lit(relief, 0.9)[..., None], mask)
        depth = ndimage.distance_transform_edt(mask > 0.5)
        studio.light = (
            studio.light * (1 - 0.22 * np.exp(-((depth / 5) ** 2)) * (mask > 0.5))[..., None]
        )
    plain = np.median(cloth, axis=(0, 1)) * 0.7
    for s in (-1, 1):
        neck = [
            (480 + s * 66, top - 22),
            (480 + s * 96, top - 4),
            (480 + s * (gap + 44), top + 130),
            (480 + s * gap, top + 140),
            (480 + s * (gap + 6), top + 60),
        ]
        if is_open:
            neck = [
                (480 + s * 60, top - 14),
                (480 + s * 92, top - 6),
                (480 + s * 76, long),
                (480 + s * 34, long + 2),
                (480 + s * 34, top + 100),
            ]
        mask = shape(neck)
        studio.cast(mask, 4, 5, 5, 0.3)
        studio.lay(plain * lit(thick(mask, 7, 5))[..., None], mask)
    if not is_open:
        for y in range(int(top) + 190, int(long) - 40, 110):
            button = oval(474, y - 6, 486, y + 6)
            studio.cast(button, 2, 2, 2, 0.5)
            studio.lay("#E9E2D0", button)
    return studio.finished()
