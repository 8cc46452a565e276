"""Sets of products as the bits of a whole number: bit 5 is product 5. Plain Python.

A hundred thousand products are 14 kB, and two such sets are joined in a few microseconds, whether
a word is rare or stands in every listing. Stored they are cut into blocks and compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 4096  # products in a stored row
LEVELS = 4  # how much a word says about a piece: 0 in passing … 3 its name
_BYTES = BLOCK // 8

Levels = tuple[int, ...]  # for each level the set of products
NONE: Levels = (0,) * LEVELS


def pack(levels: Sequence[int]) -> bytes:
    """One block's sets, to be stored."""
    return zlib.compress(b"".join(bits.to_bytes(_BYTES, "little") for bits in levels), 6)


def unpack(stored: bytes) -> list[int]:
    """One block's sets, as they were packed."""
    plain = zlib.decompress(stored)
    return [
        int.from_bytes(plain[at : at + _BYTES], "little") for at in range(0, len(plain), _BYTES)
    ]


def joined(blocks: Iterable[tuple[int, bytes]]) -> Levels:
    """The sets of one term over the whole shop, from its stored blocks."""
    parts = [bytearray() for _ in range(LEVELS)]
    for block, stored in blocks:
        plain = zlib.decompress(stored)
        for level, part in enumerate(parts):
            if len(part) < (block + 1) * _BYTES:
                part.extend(bytes((block + 1) * _BYTES - len(part)))
            part[block * _BYTES : (block + 1) * _BYTES] = plain[
                level * _BYTES : (level + 1) * _BYTES
            ]
    return tuple(int.from_bytes(part, "little") for part in parts)


def at_least(levels: Levels) -> Levels:
    """From sets by level to sets by least level: each also holds what stands above it."""
    found, so_far = [], 0
    for bits in reversed(levels):
        so_far |= bits
        found.append(so_far)
    return tuple(reversed(found))


def newest_first(bits: int) -> Iterator[int]:
    """The products of a set, highest number first."""
    text = f"{bits:b}"
    top = len(text) - 1
    at = text.find("1")
    while at >= 0:
        yield top - at
        at = text.find("1", at + 1)
