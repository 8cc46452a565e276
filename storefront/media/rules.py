"""What files the shop takes: types by their first bytes, and written limits."""

from __future__ import annotations

import re
import unicodedata

from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
WIDTHS = (480, 960, 1440)
QUALITY = 78
PICTURE_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}


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


def mime_of(start: bytes) -> str:
    """The type by the file's first bytes, never by its name. Raises WrongType."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    for magic, mime in _STARTS.items():
        if start.startswith(magic):
            return mime
    raise WrongType()


def is_active(data: bytes) -> bool:
    """Whether a PDF says it would do something when opened: script, launch, files inside."""
    marks = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction")
    return data.startswith(b"%PDF-") and any(mark in data for mark in marks)


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no path, no control characters, at most 100 letters."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(at for at in plain if unicodedata.category(at)[0] not in "CZ" or at == " ")
    return re.sub(r"\s+", " ", kept).strip(" .-")[-100:]
