"""The listing in memory: which pieces say what, in which order. One statement tells if it is fresh.

Each process keeps the unpacked blocks and reads again only those whose version changed, so that a
list with all its counts costs arithmetic on whole numbers and no grouping in the database.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storefront.catalogue.bitmaps import BLOCK, newest_first
from storefront.catalogue.blocks import EVERY, Block
from storefront.catalogue.models import ListingBlock
from storefront.kernel.db import db

_BYTES = BLOCK // 8
# Up to so many pieces are sorted as they are; of more, the whole shop's order is walked along.
_SORTED_AT_ONCE = 3000


@dataclass
class ListingIndex:
    """All visible pieces at one moment. Sets are whole numbers: bit 5 is product 5."""

    versions: dict[int, int]
    blocks: dict[int, Block]
    makers: dict[int, tuple[str, str]] = field(init=False)  # id to name and slug
    sets: dict[str, int] = field(init=False)
    _orders: dict[str, array[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = {name for block in self.blocks.values() for name in block.sets}
        self.makers = {
            at: who for block in self.blocks.values() for at, who in block.makers.items()
        }
        self.sets = {name: self._joined(name) for name in names}

    def _joined(self, name: str) -> int:
        bits = 0
        for number, block in self.blocks.items():
            bits |= block.sets.get(name, 0) << number * BLOCK
        return bits

    def any_of(self, names: Iterable[str]) -> int:
        """Pieces in at least one of the sets."""
        bits = 0
        for name in names:
            bits |= self.sets.get(name, 0)
        return bits

    @property
    def every(self) -> int:
        return self.sets.get(EVERY, 0)

    def by_maker(self, maker_id: int) -> int:
        """Pieces of one workshop."""
        bits = 0
        for number, block in self.blocks.items():
            for offset, maker in enumerate(block.maker):
                if maker == maker_id:
                    bits |= 1 << (number * BLOCK + offset)
        return bits

    def maker_of(self, product_id: int) -> int:
        return self.blocks[product_id // BLOCK].maker[product_id % BLOCK]

    def page(self, bits: int, sort: str, first: int, size: int) -> list[int]:
        """Ids of a set in their order, from the place `first` on."""
        if bits.bit_count() <= _SORTED_AT_ONCE:
            return sorted(newest_first(bits), key=self._key(sort))[first : first + size]
        held = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
        most = len(held)
        among = (at for at in self._order(sort) if at >> 3 < most and held[at >> 3] & 1 << (at & 7))
        return list(islice(among, first, first + size))

    def _order(self, sort: str) -> array[int]:
        """Every piece in this order; made at the first question."""
        if sort not in self._orders:
            self._orders[sort] = array("I", sorted(newest_first(self.every), key=self._key(sort)))
        return self._orders[sort]

    def _key(self, sort: str) -> Callable[[int], tuple[int, int]]:
        blocks = self.blocks

        def newest(at: int) -> tuple[int, int]:
            return -blocks[at // BLOCK].published[at % BLOCK], -at

        def cheapest(at: int) -> tuple[int, int]:
            return blocks[at // BLOCK].price[at % BLOCK], -at

        def dearest(at: int) -> tuple[int, int]:
            return -blocks[at // BLOCK].price[at % BLOCK], -at

        return {"price_asc": cheapest, "price_desc": dearest}.get(sort, newest)


_TABLE = ListingBlock.__table__.c
_VERSIONS: Final = sa.select(_TABLE.block, _TABLE.version)
NOTHING: Final = ListingIndex({}, {})
_kept: WeakKeyDictionary[Engine, ListingIndex] = WeakKeyDictionary()


def listing_index() -> ListingIndex:
    """The present listing: one statement, and another where something has changed."""
    versions = {row[0]: row[1] for row in db.session.execute(_VERSIONS)}
    kept = _kept.get(db.engine, NOTHING)
    if kept.versions == versions:
        return kept
    changed = [at for at in versions if kept.versions.get(at) != versions[at]]
    stored = db.session.execute(
        sa.select(ListingBlock.block, ListingBlock.version, ListingBlock.content).where(
            ListingBlock.block.in_(changed)
        )
    ).all()
    blocks = {at: block for at, block in kept.blocks.items() if at in versions}
    blocks |= {row.block: Block.unpack(row.content) for row in stored}
    versions |= {row.block: row.version for row in stored}
    index = _kept[db.engine] = ListingIndex(versions, blocks)
    return index
