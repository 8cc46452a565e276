"""What files the shop takes: types by their first bytes, and written limits; which copies of a
picture there are."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Collection
from typing import Final

from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_

MOST_BYTES: Final = 15 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
PICTURE_FORMATS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

# The copies of a picture, in px. AVIF costs three times the time of WebP and saves a third of the
# bytes: it is made where phones on mobile data look.
WIDTHS: Final = (320, 640, 960, 1600)
AVIF_WIDTHS: Final = (640, 960)
FIRST_WIDTH: Final = 640  # made while the maker waits, so that there is something to see at once
ENDINGS: Final = {"webp": "image/webp", "jpg": "image/jpeg", "avif": "image/avif"}
QUALITY: Final = {"webp": 78, "jpg": 80, "avif": 60}
MASTER_BOX: Final = (2000, 2700)
MASTER_QUALITY: Final = 92

TRIES: Final = 3  # of the worker, before a person is asked
MOST_TRIES: Final = 9  # then another photo is the only way

_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}
_ACTS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/XFA")
_MOST_UNPACKED = 32 * 1024 * 1024


class BadFile(ShopError):
    """A file the shop does not take."""

    message = N_("This file cannot be read.")


class WrongType(BadFile):
    """Neither a picture nor, where papers are asked for, a PDF."""

    message = N_("Please choose a photo (JPEG, PNG or WebP); for papers a PDF is fine too.")


class TooLarge(BadFile):
    """More bytes or more picture points than the shop takes."""

    message = N_("This file is too large. Up to 15 MB and 40 million picture points are fine.")


class BrokenPicture(BadFile):
    """Cut off or damaged."""

    message = N_("This photo is damaged and cannot be opened. Please choose it again.")


class DecoderDied(BrokenPicture):
    """The decoder was ended by its limits or by the picture itself."""


def mime_of(start: bytes) -> str:
    """The type by the file's first bytes, never by its name. Raises WrongType."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    for magic, mime in _STARTS.items():
        if start.startswith(magic):
            return mime
    raise WrongType()


def is_moving(data: bytes) -> bool:
    """Whether a WebP or PNG says in its header that it has several frames."""
    if data[:4] == b"RIFF":
        return data[12:16] == b"VP8X" and len(data) > 20 and bool(data[20] & 0b10)
    return data.startswith(b"\x89PNG") and b"acTL" in data[:4096].partition(b"IDAT")[0]


def is_active(data: bytes) -> bool:
    """Whether a PDF says it would do something when opened: script, launch, files inside. Names
    written in hexadecimal and packed parts are looked into."""
    if not data.startswith(b"%PDF-"):
        return False
    return any(mark in _plain_names(part) for part in (data, *_unpacked(data)) for mark in _ACTS)


def _plain_names(data: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data)


def _unpacked(data: bytes) -> list[bytes]:
    """What packed object streams hold, as far as the limit goes."""
    parts, left = [], _MOST_UNPACKED
    for found in re.finditer(rb"/ObjStm.{0,400}?stream\r?\n", data, re.DOTALL):
        try:
            part = zlib.decompressobj().decompress(data[found.end() :], left)
        except zlib.error:
            continue
        parts.append(part)
        left -= len(part)
        if left <= 0:
            break
    return parts


def copies_of(width: int) -> tuple[int, ...]:
    """The widths a picture is kept in (px): the usual ones below its own, and its own if it is
    no wider than the widest. Never enlarged."""
    own = (width,) if width <= WIDTHS[-1] else ()
    return tuple(at for at in WIDTHS if at < width) + own


def endings_of(width: int) -> tuple[str, ...]:
    """The formats a width is kept in, once all are made."""
    return ("webp", "jpg", "avif") if width in AVIF_WIDTHS else ("webp", "jpg")


def has_copy(width: int, ending: str, widths: Collection[int], is_whole: bool) -> bool:
    """Whether a picture with these widths has this copy; before it is whole only WebP is there."""
    if width not in widths:
        return False
    return ending == "webp" or (is_whole and ending in endings_of(width))


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no path, no control characters, at most 100 letters."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(at for at in plain if unicodedata.category(at)[0] not in "CZ" or at == " ")
    return re.sub(r"\s+", " ", kept).strip(" .-")[-100:]
