"""A preview picture, 1200 by 630: selvedge, the piece, and its label without a price.

Sizes are px of the finished picture. Colours are those of static/css/tokens.css.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

from storefront.sharing.fonts import can_write, font
from storefront.sharing.mark import draw_mark
from storefront.sharing.plates import HEIGHT, WIDTH, Plate

MORI, KAPAS, BLACU, INK, INK_2, HAIR = (
    *("#FCFBF7", "#F2F0E8", "#E4DFD1", "#1D211D", "#565A50", "#CFCABA"),
)
JALAWE = "#D6A43A"
DYES = {
    "nila": "#17304F",
    "secang": "#96302C",
    "soga": "#6B4124",
    "jalawe": "#D6A43A",
    "ketapang": "#475229",
    "tunjung": "#1D211D",
}
SELVEDGE = 28
PLATE = (504, HEIGHT)  # 4:5, as in the gallery
LEFT = SELVEDGE + PLATE[0] + 52
RIGHT = WIDTH - 56
FOOT = HEIGHT - 118
QUALITY = 84


class NoFont(Exception):
    """This machine cannot write the words of a plate."""


def draw_plate(
    plate: Plate, photo: bytes | None, shop: Sequence[str], number: str, place: str
) -> bytes:
    """The finished JPEG. `photo`: any size of the piece's picture; `shop`: the name's lines;
    `number` and `place`: as the label says them in the plate's language. Raises NoFont."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), MORI)
    pen = ImageDraw.Draw(picture)
    _selvedge(pen, DYES.get(plate.dye, DYES["nila"]))
    picture.paste(_photo(photo), (SELVEDGE, 0))
    _label(pen, plate, number, place)
    _imprint(picture, pen, shop)
    return _jpeg(picture)


def draw_shop(cloth: bytes, shop: Sequence[str]) -> bytes:
    """The shop's own preview: cloth across the fold, mark and name below it. Raises NoFont."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), KAPAS)
    pen = ImageDraw.Draw(picture)
    high = 430
    with Image.open(io.BytesIO(cloth)) as opened:
        fitted = ImageOps.fit(opened.convert("RGB"), (WIDTH - SELVEDGE, high))
    picture.paste(fitted, (SELVEDGE, 0))
    _selvedge(pen, DYES["nila"])
    middle = SELVEDGE + (WIDTH - SELVEDGE) // 2
    pen.line([(middle, high), (middle, HEIGHT)], fill=HAIR, width=1)
    mark = draw_mark(118, DYES["nila"], KAPAS)
    picture.paste(mark, (middle - 34 - mark.width, high + (HEIGHT - high - mark.height) // 2))
    face = _needed("serif", 46)
    top = high + (HEIGHT - high - 56 * len(shop)) // 2
    for at, line in enumerate(shop):
        pen.text((middle + 34, top + at * 56), line, font=face, fill=INK)
    return _jpeg(picture)


def _selvedge(pen: ImageDraw.ImageDraw, dye: str) -> None:
    """The woven edge, as the style sheet draws it at twice its size."""
    pen.rectangle([0, 0, SELVEDGE - 1, HEIGHT], fill=dye)
    for top in range(0, HEIGHT, 132):
        for offset, colour, thick in ((112, MORI, 2), (120, JALAWE, 4), (130, MORI, 2)):
            pen.rectangle([0, top + offset, SELVEDGE - 1, top + offset + thick - 1], fill=colour)
    for x in (3, SELVEDGE - 5):
        pen.rectangle([x, 0, x + 1, HEIGHT], fill=MORI)


def _photo(data: bytes | None) -> Image.Image:
    if data is None:
        return Image.new("RGB", PLATE, BLACU)
    with Image.open(io.BytesIO(data)) as opened:
        return ImageOps.fit(opened.convert("RGB"), PLATE, Image.Resampling.LANCZOS)


def _label(pen: ImageDraw.ImageDraw, plate: Plate, number: str, place: str) -> None:
    small = _words_face(number + place, 26)
    pen.text((LEFT, 78), number, font=small, fill=INK_2, anchor="ls")
    is_hangul = not can_write(plate.name, "serif")
    stack, snug = ("hangul-bold", 1.28) if is_hangul else ("serif", 1.1)
    if is_hangul and not can_write(plate.name, stack):
        raise NoFont(plate.name)
    face, lines = _fitted(plate.name, stack, RIGHT - LEFT)
    y = 100 + face.size * 0.82
    for at, line in enumerate(lines):
        pen.text((LEFT, y + at * face.size * snug), line, font=face, fill=INK, anchor="ls")
    y += (len(lines) - 1) * face.size * snug + 44
    pen.line([(LEFT, y), (LEFT + 72, y)], fill=DYES.get(plate.dye, INK), width=4)
    maker = _needed("serif", 34)
    if not can_write(plate.maker, "serif"):
        maker = _words_face(plate.maker, 32)
    y += 16
    for line in _wrapped(plate.maker, maker, RIGHT - LEFT)[:2]:
        y += 40
        pen.text((LEFT, y), line, font=maker, fill=INK, anchor="ls")
    pen.text((LEFT, y + 42), place, font=small, fill=INK_2, anchor="ls")
    if y + 106 < FOOT:
        _chips(pen, plate.dyes, round(y + 70))


def _chips(pen: ImageDraw.ImageDraw, dyes: Sequence[str], top: int) -> None:
    """The dyes of the cloth as squares, as the label has them."""
    for at, dye in enumerate(dyes[:6]):
        x = LEFT + at * 36
        pen.rectangle([x, top, x + 27, top + 27], fill=dye, outline=HAIR)


def _words_face(text: str, size: int) -> ImageFont.FreeTypeFont:
    """The plain face that has every letter of the text. Raises NoFont."""
    for stack in ("sans", "hangul"):
        if can_write(text, stack):
            return _needed(stack, size)
    raise NoFont(text)


def _imprint(picture: Image.Image, pen: ImageDraw.ImageDraw, shop: Sequence[str]) -> None:
    """The shop's mark and name at the foot, under the structural rule."""
    top = FOOT
    pen.line([(LEFT, top), (RIGHT, top)], fill=INK, width=2)
    mark = draw_mark(70, INK, MORI)
    picture.paste(mark, (LEFT, top + 24))
    face = _needed("serif", 28)
    for at, line in enumerate(shop[:2]):
        pen.text((LEFT + mark.width + 16, top + 24 + at * 33), line, font=face, fill=INK)


def _fitted(
    text: str, stack: str, room: int, most: int = 4
) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest of some sizes at which a name takes few lines; a very long one ends in …"""
    for size, allowed in ((66, 3), (58, 3), (50, 4), (44, 4), (38, 5)):
        face = _needed(stack, size)
        lines = _wrapped(text, face, room)
        if len(lines) <= allowed:
            return face, lines
    lines[most] = lines[most].rstrip(" ,.") + "…"
    return face, lines[: most + 1]


def _wrapped(text: str, face: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Lines no wider than `room`, broken at spaces; a word wider than a line is broken inside."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(joined) <= room:
            lines[-1] = joined
            continue
        while face.getlength(word) > room:
            at = next(n for n in range(len(word), 0, -1) if face.getlength(word[:n]) <= room)
            lines.append(word[:at])
            word = word[at:]
        lines.append(word)
    return _balanced(lines, text, face, room)


def _balanced(lines: list[str], text: str, face: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """The same number of lines, of more even length, as `text-wrap: balance` sets headings."""
    if len(lines) < 2 or any(word not in text.split() for word in " ".join(lines).split()):
        return lines
    best = lines
    for narrow in range(int(room * 0.95), int(room * 0.5), -12):
        tried: list[str] = []
        for word in text.split():
            joined = f"{tried[-1]} {word}" if tried else word
            if tried and face.getlength(joined) <= narrow:
                tried[-1] = joined
            else:
                tried.append(word)
        if len(tried) > len(lines) or max(map(face.getlength, tried)) > room:
            break
        best = tried
    return best


def _needed(stack: str, size: int) -> ImageFont.FreeTypeFont:
    face = font(stack, size)
    if face is None:
        raise NoFont(stack)
    return face


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return target.getvalue()
