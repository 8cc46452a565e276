"""Brotli and gzip: which one a browser takes, and what is worth compressing."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Final

import brotli
from werkzeug.http import parse_accept_header

ENCODINGS: Final = ("br", "gzip")
# While somebody waits: half a millisecond for a page, a tenth larger than the best there is.
QUICK: Final = {"br": 5, "gzip": 6}
BEST: Final = {"br": 11, "gzip": 9}
_SMALLEST = 500
_TEXTS = ("text/", "image/svg", "application/json", "application/xml", "application/javascript",
          "application/manifest+json", "application/ld+json", "application/rss+xml",
          "application/atom+xml")  # fmt: skip


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The encoding to answer an Accept-Encoding with: br, gzip, or none (an empty text)."""
    if not accepted:
        return ""
    qualities = dict(parse_accept_header(accepted))
    anything = qualities.get("*", 0)
    best = max(ENCODINGS, key=lambda name: (qualities.get(name, anything), name == "br"))
    return best if qualities.get(best, anything) > 0 else ""


def is_text(kind: str) -> bool:
    """Whether a media type is worth compressing."""
    return kind.startswith(_TEXTS)


def compressed(body: bytes, kind: str, encoding: str) -> tuple[bytes, str]:
    """The body in the encoding, quickly; as it is (and "") where that does not pay."""
    if not encoding or len(body) < _SMALLEST or not is_text(kind):
        return body, ""
    return compress(body, encoding, QUICK[encoding]), encoding


def compress(body: bytes, encoding: str, level: int) -> bytes:
    """The body in the encoding. The same bytes at each call, gzip's date included."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=level, lgwin=18))
    return gzip.compress(body, compresslevel=level, mtime=0)
