"""Firm things: bags, leather goods, baskets, metal."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from storefront.demo.pictures.ink import Grid, blurred, linear, noise, smooth, taken
from storefront.demo.pictures.soft import _on_the_floor
from storefront.demo.pictures.studio import (
    HEIGHT,
    WIDTH,
    Studio,
    line,
    lit,
    oval,
    rounded,
    shape,
    thick,
)
from storefront.demo.pictures.surfaces import metal, skin

THREAD = "#E2D3AF"


def _strap(
    studio: Studio, points: list[tuple[float, float]], width: float, colour: str, seed: int
) -> None:
    mask = line(points, width)
    studio.cast(mask, 9, 11, 7, 0.4)
    depth = np.clip(ndimage.distance_transform_edt(mask > 0.5) / (width / 2), 0, 1)
    studio.lay(skin(colour, WIDTH, HEIGHT, seed) * (0.62 + 0.55 * np.sqrt(depth))[..., None], mask)


def bag(surface: Grid, wall: str, floor: str, seed: int, kind: str, trim: str = "#5B3821") -> Grid:
    """A bag before the wall; `kind`: tote, shoulder, sling, backpack or clutch."""
    studio = Studio(wall, floor, 0.78, seed)
    boxes = {
        "tote": (200, 420, 760, 1000),
        "shoulder": (210, 560, 750, 980),
        "sling": (260, 620, 700, 960),
        "backpack": (250, 360, 710, 1000),
        "clutch": (190, 640, 770, 980),
    }
    left, top, right, bottom = boxes[kind]
    body = rounded(left, top, right, bottom, {"tote": 18, "backpack": 110}.get(kind, 34))
    arch = [
        (left + (right - left) * (0.5 - 0.26 * np.cos(a)), top + 16 - 230 * np.sin(a) ** 0.8)
        for a in np.linspace(0, np.pi, 50)
    ]
    long = [
        (
            left + 30 + (right - left - 60) * (0.5 - 0.5 * np.cos(a)),
            top + 30 - 470 * np.sin(a) ** 0.7,
        )
        for a in np.linspace(0, np.pi, 60)
    ]
    if kind == "tote":
        _strap(studio, [(x + 14, y - 6) for x, y in arch], 20, trim, seed)
    elif kind in ("shoulder", "sling"):
        _strap(studio, long, 15 if kind == "sling" else 19, trim, seed)
    elif kind == "backpack":
        _strap(studio, [(440, 372), (445, 320), (515, 320), (520, 372)], 17, trim, seed)
    _on_the_floor(studio, left, right, bottom)
    studio.cast(body, 26, 44, 34, 0.3)
    u, v = (
        (studio.across - (left + right) / 2) / ((right - left) / 2),
        (studio.down - top) / (bottom - top),
    )
    relief = (
        40
        * np.sqrt(np.clip(1 - (u * 0.93) ** 4, 0.01, 1))
        * (0.6 + 0.4 * np.sin(np.clip(v, 0, 1) * 2.7 + 0.35))
    )
    relief = relief + (noise(HEIGHT, WIDTH, 240, studio.chance, 3) - 0.5) * (
        26 if kind in ("tote", "backpack") else 10
    )
    scale = surface.shape[1] / (right - left)
    seen = taken(surface, (studio.across - left) * scale, (studio.down - top) * scale)
    shade = (
        lit(relief, 0.55)
        * (1 - 0.22 * smooth(v, 0.86, 1.02))
        * (1 - 0.3 * np.clip(np.abs(u) - 0.86, 0, 1) / 0.14 * 0.6)
    )
    studio.lay(seen * shade[..., None], body)
    if kind == "tote":
        _stitched(studio, body, 40, top)
        _strap(
            studio,
            [(x, y + 8) for x, y in [(arch[0][0], top + 130), *arch, (arch[-1][0], top + 130)]],
            23,
            trim,
            seed,
        )
    elif kind == "backpack":
        pocket = rounded(left + 60, 690, right - 60, 940, 40)
        studio.cast(pocket, 4, 6, 6, 0.45)
        studio.lay(
            taken(surface, (studio.across - left) * scale, (studio.down - 300) * scale)
            * (shade * lit(thick(pocket, 16, 12)))[..., None],
            pocket,
        )
        for x in (left + 120, right - 120):
            _strap(studio, [(x, 560), (x, 760)], 15, trim, seed)
    else:
        lid = top + (bottom - top) * 0.56 + 30 * (1 - np.clip(u, -1, 1) ** 2)
        flap = body * smooth(lid - studio.down, -1, 1)
        studio.light = (
            studio.light
            * (1 - 0.5 * blurred(ndimage.shift(flap, (9, 3), order=0), 7) * body * (1 - flap))[
                ..., None
            ]
        )
        cover = skin(trim, WIDTH, HEIGHT, seed) if kind == "sling" else seen
        studio.lay(cover * (shade * lit(thick(flap, 12, 9)) * 1.02)[..., None], flap)
        clasp = oval(466, lid.max() - 52, 494, lid.max() - 24)
        studio.cast(clasp, 4, 5, 4, 0.5)
        studio.lay(
            linear("#B98D43")
            * (0.8 + 0.6 * np.clip((480 - studio.across) / 30 + 0.5, 0, 1))[..., None],
            clasp,
        )
    return studio.finished()


def _stitched(studio: Studio, mask: Grid, inset: float, top: float) -> None:
    seam = (np.abs(studio.down - top - inset) < 1.5) & (studio.across % 12 < 7) & (mask > 0.5)
    studio.light = np.where(seam[..., None], linear(THREAD), studio.light)


def flat(
    surface: Grid, wall: str, seed: int, size: tuple[float, float], trim: str = "", count: int = 1
) -> Grid:
    """Flat goods lying on the wall's ground: wallet, card holder, pouch, sleeve, coasters."""
    studio = Studio(wall, seed=seed)
    wide, high = size
    places = (
        [(480.0, 620.0, -0.06)]
        if count == 1
        else [(400.0, 420.0, -0.14), (520.0, 760.0, 0.08)][:count]
    )
    for at, (x, y, turn) in enumerate(places):
        c, s = np.cos(turn), np.sin(turn)
        u = (studio.across - x) * c + (studio.down - y) * s
        v = -(studio.across - x) * s + (studio.down - y) * c
        away = (
            np.hypot(
                np.maximum(np.abs(u) - (wide / 2 - 26), 0),
                np.maximum(np.abs(v) - (high / 2 - 26), 0),
            )
            - 26
        )
        mask = smooth(-away, -1, 1)
        studio.stand(mask)
        relief = (
            14 * (1 - np.exp(-np.clip(-away, 0, None) / 9))
            + noise(HEIGHT, WIDTH, 200, studio.chance, 3) * 9
        )
        scale = surface.shape[1] / wide
        seen = taken(surface, (u + wide / 2) * scale, (v + high / 2) * scale + at * 90)
        studio.lay(seen * lit(relief, 0.8, gloss=0.06)[..., None], mask)
        seam = (np.abs(-away - 13) < 1.4) & ((u + v) % 12 < 7)
        studio.light = np.where(
            (seam & (mask > 0.5))[..., None], linear(THREAD) * 0.9, studio.light
        )
        if trim:
            zip_ = smooth(5 - np.abs(v + high / 2 - 34), -1, 1) * mask
            studio.lay(metal(trim, WIDTH, HEIGHT, seed) * 1.1, zip_)
        elif wide > 330:
            crease = np.exp(-((u / 4) ** 2)) * mask
            studio.light = studio.light * (1 - 0.3 * crease)[..., None]
    return studio.finished()


def loop(surface: Grid, wall: str, seed: int) -> Grid:
    """A strap folded to a loop through a ring."""
    studio = Studio(wall, seed=seed)
    ring = oval(400, 230, 560, 390) - oval(422, 252, 538, 368)
    studio.stand(np.clip(ring, 0, 1))
    studio.lay(metal("#9A9C9C", WIDTH, HEIGHT, seed) * 1.2, np.clip(ring, 0, 1))
    strap = np.maximum(
        line([(480, 370), (500, 620), (470, 980)], 84),
        line([(480, 370), (450, 620), (400, 900)], 80),
    )
    studio.stand(strap)
    weave = np.sin((studio.across + studio.down) / 13) * np.sin((studio.across - studio.down) / 13)
    studio.lay(
        surface[:HEIGHT, :WIDTH] * (lit(thick(strap, 18, 12) + weave * 7, gloss=0.1))[..., None],
        strap,
    )
    return studio.finished()


def basket(surface: Grid, wall: str, floor: str, seed: int, kind: str) -> Grid:
    """Plaited things; `kind`: set, lamp, tray or coasters."""
    studio = Studio(wall, floor, 0.7, seed)
    if kind == "coasters":
        for x, y in ((360, 470), (590, 430), (480, 640), (330, 820), (620, 830), (500, 1000)):
            mask = oval(x - 125, y - 118, x + 125, y + 118)
            away = np.hypot(studio.across - x, (studio.down - y) * 1.06)
            studio.stand(mask)
            coils = (
                np.cos(away / 3.4) * 4
                + np.sin(np.arctan2(studio.down - y, studio.across - x) * 40) * 1.5
            )
            studio.lay(
                np.median(surface, axis=(0, 1)) * lit(coils + thick(mask, 10, 8), 0.6)[..., None],
                mask,
            )
        return studio.finished()
    if kind == "tray":
        outer, inner = rounded(150, 620, 810, 920, 60), rounded(190, 640, 770, 880, 44)
        _on_the_floor(studio, 150, 810, 920)
        seen = taken(surface, studio.across * 1.1, studio.down * 1.6)
        studio.lay(seen * lit(thick(outer, 26, 14), 0.8)[..., None], outer)
        studio.lay(seen * (0.62 + 0.25 * (studio.down - 640) / 240)[..., None], inner)
        for x in (205, 755):
            _strap(studio, [(x - 40, 700), (x, 640), (x + 40, 700)], 16, "#6B4E33", seed)
        return studio.finished()
    if kind == "lamp":
        _on_the_floor(studio, 300, 660, 1010)
        studio.lay("#3A332A", line([(480, 0), (480, 330)], 6))
    sizes = (
        [(480, 330, 350, 860)] if kind == "lamp" else [(400, 560, 250, 900), (650, 720, 165, 960)]
    )
    for x, top, half, bottom in sizes:
        t = np.clip((studio.down - top) / (bottom - top), 0, 1)
        side = (
            half * (0.55 + 0.5 * np.sin(np.pi * (0.16 + 0.72 * t)))
            if kind == "lamp"
            else half * (0.94 + 0.1 * np.sin(np.pi * t) - 0.12 * t)
        )
        u = (studio.across - x) / side
        mask = (
            smooth(1 - np.abs(u), -0.006, 0.006)
            * (studio.down > top)
            * smooth(bottom + 26 * np.sqrt(np.clip(1 - u**2, 0, 1)) - studio.down, -1, 1)
        )
        if kind != "lamp":
            _on_the_floor(studio, x - half * 0.9, x + half * 0.9, bottom + 20)
        round_ = np.clip(
            0.45 + 0.62 * np.cos(np.arcsin(np.clip(u, -0.999, 0.999)) + 0.6), 0.25, 1.1
        )
        seen = taken(
            surface, np.arcsin(np.clip(u, -0.999, 0.999)) * half * 1.2 + 500, studio.down * 1.1
        )
        glow = (
            1 + 0.9 * np.exp(-(((t - 0.5) / 0.35) ** 2)) * (1 - u**2).clip(0)
            if kind == "lamp"
            else 1.0
        )
        studio.lay(np.clip(seen * (round_ * glow)[..., None], 0, 1), mask)
        mouth = (
            oval(x - half * 0.93, top - 34, x + half * 0.93, top + 34)
            if kind != "lamp"
            else oval(x - half * 0.8, top - 14, x + half * 0.8, top + 20)
        )
        studio.lay(seen * 0.42, mouth)
        studio.lay(
            seen * 0.95,
            np.clip(
                mouth - blurred(mouth, 1) * 0 - ndimage.binary_erosion(mouth > 0.5, iterations=9),
                0,
                1,
            ),
        )
    return studio.finished()


def iron(piece_dyes: list[str], wall: str, seed: int, kind: str) -> Grid:
    """Things of steel and brass; `kind`: ornament, hooks, bookmarks, candle or fob."""
    studio = Studio(wall, wall if kind == "candle" else "", 0.76, seed)
    plate = metal(piece_dyes[0], WIDTH, HEIGHT, seed)
    if kind == "ornament":
        mask: Grid = np.zeros((HEIGHT, WIDTH), np.float32)
        for row in range(6):
            y = 430 + row * 66
            points = [(150 + at * 16.5, y + 34 * np.sin(at * 0.33 + row * 1.1)) for at in range(41)]
            mask = np.maximum(mask, line(points, 17))
        for x in (170, 480, 790):
            mask = np.maximum(mask, line([(x, 420), (x, 780)], 14))
        masks = [mask]
    elif kind == "hooks":
        masks = [
            np.maximum(
                line([(x, 400), (x, 700), (x + 20, 770), (x + 70, 780), (x + 96, 730)], 24),
                oval(x - 30, 390, x + 30, 450),
            )
            for x in (240, 450, 660)
        ]
    elif kind == "bookmarks":
        masks = []
        for x in (290, 480, 670):
            sheet = rounded(x - 62, 300, x + 62, 930, 18)
            holes: Grid = np.zeros_like(sheet)
            for row in range(7):
                holes = np.maximum(
                    holes,
                    oval(
                        x - 30 + row % 2 * 8, 380 + row * 70, x + 30 - row % 2 * 8, 424 + row * 70
                    ),
                )
            masks.append(np.clip(sheet - holes * (1 - blurred(holes, 1) * 0), 0, 1))
    elif kind == "candle":
        _on_the_floor(studio, 340, 620, 1000)
        wax = rounded(440, 330, 520, 620, 8)
        studio.lay(
            linear("#EFE7D3") * (1.05 - 0.4 * np.clip((studio.across - 440) / 80, 0, 1))[..., None],
            wax,
        )
        masks = [
            np.maximum.reduce(
                [
                    oval(390, 590, 570, 640),
                    line([(480, 620), (480, 960)], 30),
                    oval(340, 930, 620, 1010),
                    line([(400, 760), (560, 760)], 20),
                    line([(420, 850), (540, 850)], 20),
                ]
            )
        ]
    else:
        ring = np.clip(oval(410, 300, 550, 440) - oval(430, 320, 530, 420), 0, 1)
        bolt = np.maximum(
            line([(480, 560), (480, 900)], 70),
            shape(
                [(480 + 78 * np.cos(a), 520 + 68 * np.sin(a)) for a in np.arange(0, 6.3, np.pi / 3)]
            ),
        )
        masks = [ring, np.maximum(bolt, line([(480, 430), (480, 480)], 12))]
    for mask in masks:
        studio.stand(mask)
        ridges = np.sin(studio.down / 7) * 5 * (studio.down > 600) if kind == "fob" else 0
        studio.lay(
            plate * (1.5 * lit(thick(mask, 12, 8) + ridges, 1.0, 0.3, gloss=0.9))[..., None], mask
        )
    return studio.finished()
