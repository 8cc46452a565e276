"""Which picture a piece gets: in the studio, from close by, and beside something of known size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from storefront.demo.content import Facts
from storefront.demo.pictures import firm, food, soft
from storefront.demo.pictures.ink import Grid, linear, mixed
from storefront.demo.pictures.studio import HEIGHT, WIDTH, Studio, line, oval, rounded, shape
from storefront.demo.pictures.surfaces import bright, seed_of, skin, surface

PLASTER = "#EFEADF"
# Tall enough that every thing is cut from one surface.
SURFACE = (800, 980)


def front(piece: Facts) -> Grid:
    """The piece in the studio."""
    seed = seed_of(piece)
    wall, floor = _walls(piece)
    if piece["category"] in ("gipang", "bandeng", "snacks"):
        return _food(piece, wall, floor, seed)
    if piece["category"] == "metalwork":
        kinds = {"01": "ornament", "02": "hooks", "03": "bookmarks", "04": "candle", "05": "fob"}
        return firm.iron(piece["dyes"], wall, seed, kinds[piece["sku"][-2:]])
    return _made(piece, surface(piece, *SURFACE), wall, floor, seed)


def close(piece: Facts) -> Grid:
    """The material from close by."""
    if piece["category"] in ("gipang", "bandeng", "snacks"):
        chance = np.random.default_rng(seed_of(piece) + 1)
        return food.bites(piece["dyes"], 120, chance)
    return surface(piece, WIDTH, HEIGHT, 2.2)


def scale(piece: Facts, seen: Grid) -> Grid:
    """The front picture smaller, beside a cup, a sheet of paper or a chair."""
    wall, _ = _walls(piece)
    tall = max(piece["length_cm"], piece["width_cm"], piece["height_cm"], 12)
    studio = Studio(wall, mixed(wall, "#8A8272", 0.18), 0.8, seed_of(piece) + 2)
    share = 0.62 if tall < 60 else 0.74
    small = Image.fromarray((np.clip(seen, 0, 1) * 65535 / 257).astype(np.uint8))
    wide, high = int(WIDTH * share), int(HEIGHT * share)
    resized = np.asarray(small.resize((wide, high), Image.Resampling.LANCZOS), np.float32) / 255
    left, top = 40, HEIGHT - high - 120
    studio.light[top : top + high, left : left + wide] = _blended(
        studio.light[top : top + high, left : left + wide], resized
    )
    if tall < 25:
        _pencil(studio)
    elif tall < 70:
        _cup(studio)
    else:
        _chair(studio)
    return studio.finished()


def cover(piece: Facts) -> Grid:
    """A wide crop of a workshop's material, 1200 × 675."""
    if piece["category"] in ("gipang", "bandeng", "snacks"):
        chance = np.random.default_rng(seed_of(piece) + 3)
        heap = food.bites(piece["dyes"], 70, chance)
        return np.concatenate([heap, heap[:, ::-1]], 1)[:675, :1200]
    return surface(piece, 1200, 675, 1.3)


def _blended(ground: Grid, picture: Grid) -> Grid:
    """A picture whose edges run out into the ground behind it."""
    high, wide = picture.shape[:2]
    x = np.minimum(np.arange(wide), np.arange(wide)[::-1]) / (wide * 0.14)
    y = np.minimum(np.arange(high), np.arange(high)[::-1]) / (high * 0.12)
    share = (np.clip(x, 0, 1)[None, :] * np.clip(y, 0, 1)[:, None])[..., None]
    share = share * share * (3 - 2 * share)
    return ground * (1 - share) + picture * share


def _walls(piece: Facts) -> tuple[str, str]:
    """A pale tint of the piece's own colour for the wall, a little deeper for the floor."""
    tint = max(piece["dyes"], key=lambda dye: 0.4 - abs(bright(dye) - 0.25))
    wall = mixed(PLASTER, tint, 0.12)
    return wall, mixed(wall, "#8A7A62", 0.16)


def _made(piece: Facts, made: Grid, wall: str, floor: str, seed: int) -> Grid:
    name, category = piece["text"]["en"]["name"], piece["category"]
    trims = {"TKS-02": "#6B4228", "KTS-04": "#5B3821"}
    sewn: dict[str, Callable[[], Grid]] = {
        "ecoprint-scarves": lambda: soft.scarf(made, wall, seed),
        "batik-woven-scarves": lambda: soft.scarf(made, wall, seed),
        "ecoprint-cloth": lambda: soft.length(made, wall, seed),
        "batik-cloth": lambda: soft.length(made, wall, seed),
        "woven-cloth": lambda: soft.length(made, wall, seed),
        "shirts-blouses": lambda: soft.garment(
            made, wall, seed, "blouse" if "Blouse" in name else "shirt"
        ),
        "outerwear-skirts": lambda: soft.garment(
            made, wall, seed, "skirt" if "skirt" in name else "outer"
        ),
        "pouches-sleeves": lambda: firm.flat(made, wall, seed, (600, 430), "#B98D43"),
    }
    if category in sewn:
        return sewn[category]()
    if category == "table-wall":
        if "mat" in name:
            return soft.mats(made, wall, seed)
        return (
            soft.length(made, wall, seed, True)
            if "hanging" in name
            else soft.runner(made, wall, seed)
        )
    if category == "cushions":
        kind = "bolster" if "Bolster" in name else "floor" if "Floor" in name else "square"
        return soft.cushion(made, wall, floor, seed, kind)
    if category == "bags":
        words = {"Tote": "tote", "Sling": "sling", "Backpack": "backpack", "clutch": "clutch"}
        kind = next((kind for word, kind in words.items() if word in name), "shoulder")
        return firm.bag(made, wall, floor, seed, kind, trims.get(piece["sku"], "#4A3626"))
    if category == "plaiting":
        words = {"lamp": "lamp", "tray": "tray", "Coaster": "coasters"}
        kind = next((kind for word, kind in words.items() if word in name), "set")
        return firm.basket(np.tile(made, (2, 2, 1)), wall, floor, seed, kind)
    if "loop" in name:
        return firm.loop(skin(piece["dyes"][0], WIDTH, HEIGHT, seed), wall, seed)
    size = (560.0, 330.0) if "Long" in name else (420.0, 330.0)
    return firm.flat(made, wall, seed, size, count=2)


def _food(piece: Facts, wall: str, floor: str, seed: int) -> Grid:
    name, dyes = piece["text"]["en"]["name"], piece["dyes"]
    if "jar" in name or "floss" in name:
        return food.jar(dyes, wall, floor, seed)
    if "box" in name:
        return food.box(dyes, wall, seed, 3, 1 if "gift" in name else 4)
    if "White tofu" in name:
        return food.tofu(dyes, wall, seed)
    if "bandeng" in name:
        count = 4 if "4" in name else 2 if "2" in name else 1
        return food.fish(dyes, wall, seed, count, "vacuum" in name)
    return food.pouch(dyes, wall, floor, seed, 26 if "beans" in name else 54)


def _pencil(studio: Studio) -> None:
    mask = line([(760, 760), (840, 1080)], 20)
    studio.stand(mask)
    studio.lay("#C9A24B", mask)
    studio.lay("#3A3A34", line([(758, 752), (756, 742)], 9))


def _cup(studio: Studio) -> None:
    handle = np.clip(oval(846, 870, 946, 980) - oval(866, 890, 926, 960), 0, 1)
    body = shape([(690, 840), (880, 840), (858, 1050), (712, 1050)])
    studio.stand(np.maximum(body, handle))
    side = np.clip((studio.across - 690) / 190, 0, 1)
    for mask in (handle, np.maximum(body, oval(712, 1036, 858, 1064))):
        studio.lay(linear("#EDE8DB") * (1.06 - 0.45 * side**1.5)[..., None], mask)
    studio.lay("#5A3B22", oval(700, 826, 870, 854))


def _chair(studio: Studio) -> None:
    wood = linear("#7A5433")
    parts = [
        line([(690, 1130), (690, 620)], 20),
        line([(900, 1130), (900, 620)], 20),
        line([(690, 700), (900, 700)], 18),
        line([(690, 790), (900, 790)], 18),
        rounded(660, 890, 930, 926, 10),
        line([(664, 1150), (668, 920)], 20),
        line([(926, 1150), (922, 920)], 20),
    ]
    whole = np.maximum.reduce(parts)
    studio.stand(whole)
    shade = 0.85 + 0.3 * np.clip((900 - studio.across) / 240, 0, 1)
    studio.lay(wood * shade[..., None], whole)
