"""What lists and filters need of some thousand pieces, packed into one stored value. Plain Python.

A block holds sets of pieces by name (`t17` says craft word 17, `c3` stands on shelf 3, …) as bits,
and three figures of each piece: when it was published, what it costs, who made it.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from storefront.catalogue.bitmaps import BLOCK

EVERY = "every"
ABROAD = "abroad"
_BYTES = BLOCK // 8
_FIGURES = ("published", "price", "maker")


def _none() -> array[int]:
    return array("I", bytes(4 * BLOCK))


@dataclass
class Block:
    """Sets by name, as bits counted from the block's first piece; per piece the second it was
    published, its lowest price in rupiah, and the id of its maker (0 where there is no piece);
    name and slug of each of these makers."""

    sets: dict[str, int] = field(default_factory=dict)
    published: array[int] = field(default_factory=_none)
    price: array[int] = field(default_factory=_none)
    maker: array[int] = field(default_factory=_none)
    makers: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, offset: int, names: Mapping[str, bool]) -> None:
        """Put a piece into the sets whose value is true."""
        for name, is_in in names.items():
            if is_in:
                self.sets[name] = self.sets.get(name, 0) | 1 << offset

    def pack(self) -> bytes:
        """The block to be stored."""
        names = sorted(self.sets)
        makers = [[at, *words] for at, words in sorted(self.makers.items())]
        header = json.dumps([names, makers]).encode()
        parts = [len(header).to_bytes(4, "little"), header]
        parts += [self.sets[name].to_bytes(_BYTES, "little") for name in names]
        parts += [getattr(self, name).tobytes() for name in _FIGURES]
        return zlib.compress(b"".join(parts), 6)

    @classmethod
    def unpack(cls, stored: bytes) -> Block:
        """The block as it was packed."""
        plain = zlib.decompress(stored)
        at = 4 + int.from_bytes(plain[:4], "little")
        names, makers = json.loads(plain[4:at])
        sets = {}
        for name in names:
            sets[name] = int.from_bytes(plain[at : at + _BYTES], "little")
            at += _BYTES
        size = 4 * BLOCK
        ends = [at + n * size for n in range(len(_FIGURES) + 1)]
        published, price, maker = (array("I", plain[a:b]) for a, b in pairwise(ends))
        known = {at: (name, slug) for at, name, slug in makers}
        return cls(sets, published, price, maker, known)
