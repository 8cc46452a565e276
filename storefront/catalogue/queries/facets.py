"""Lists of pieces with what they can be narrowed by: chosen values, counts, one page of ids.

Values of one facet are alternatives, facets narrow each other, and the counts of a facet leave its
own choice out of account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storefront.catalogue.bitmaps import newest_first
from storefront.catalogue.blocks import ABROAD
from storefront.catalogue.queries.listing_index import ListingIndex, listing_index
from storefront.catalogue.queries.words import Vocabulary, vocabulary
from storefront.catalogue.rules import PRICE_EDGES
from storefront.kernel.paging import PAGE_SIZE, Page

# In the order in which they are shown.
FACETS = (
    *("plant", "category", "technique", "material", "colour"),
    *("availability", "price", "maker", "ships"),
)
AVAILABILITIES = {
    "stock": ("astock", "aone_of_a_kind"),
    "made_to_order": ("amade_to_order",),
    "one_of_a_kind": ("aone_of_a_kind",),
}
SORTS = ("newest", "price_asc", "price_desc")
RELEVANCE = "relevance"
HERE = "here"  # the one value of the facet `ships`
HOME = "ID"
# Workshops are offered while their pieces can be counted one by one.
_COUNTED_MAKERS = 5000
_TERMS = ("plant", "technique", "material")

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Value:
    """A value of a facet and how many pieces it would leave."""

    key: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Listing:
    """One page of a list. `without`: how many pieces each chosen facet, left out, would give.

    `makers` are the workshops' names by slug. `is_ranked`: it has an order of its own, the best or
    the council's; `is_more`: it was cut at its best thousand, so that counts are lower
    bounds.
    """

    page: Page[int]
    chosen: dict[str, list[str]]
    facets: dict[str, list[Value]]
    without: dict[str, int]
    sort: str
    makers: dict[str, str]
    is_ranked: bool = False
    is_more: bool = False


def read_listing(
    chosen: Chosen,
    *,
    currency: str,
    ship_to: str,
    number: int = 1,
    sort: str = "",
    category_ids: Iterable[int] | None = None,
    ranked: Sequence[int] | None = None,
    is_more: bool = False,
    size: int = PAGE_SIZE,
) -> Listing:
    """The page `number` of the shop, of some shelves, or of the pieces `ranked` best first.

    Unknown facets and values are left out. One statement while the listing is unchanged.
    """
    index, words = listing_index(), vocabulary()
    base = index.every
    if category_ids is not None:
        base &= index.any_of(f"c{at}" for at in category_ids)
    if ranked is not None:
        base &= _set_of(ranked)
    sides = _Sides(index, words, currency, ship_to, has_shelves=category_ids is None)
    known = {name: sides.known(name, chosen.get(name, ())) for name in FACETS}
    known = {name: keys for name, keys in known.items() if keys}
    narrowed = {name: sides.any_of(name, keys) for name, keys in known.items()}
    bits = _all_of(base, narrowed)
    without = {name: _all_of(base, narrowed, but=name) for name in narrowed}
    facets = {
        name: values
        for name in FACETS
        if (values := sides.values(name, without.get(name, bits), known.get(name, ())))
    }
    total = bits.bit_count()
    number = max(1, min(number, -(-total // size)))
    first = (number - 1) * size
    order = sort if sort in SORTS else RELEVANCE if ranked is not None else SORTS[0]
    if order == RELEVANCE and ranked is not None:
        ids = [at for at in ranked if bits >> at & 1][first : first + size]
    else:
        ids = index.page(bits, order, first, size)
    counts = {name: rest.bit_count() for name, rest in without.items()}
    makers = {slug: name for name, slug in index.makers.values()}
    return Listing(
        Page(ids, number, size, total),
        known,
        facets,
        counts,
        order,
        makers,
        ranked is not None,
        is_more,
    )


def _all_of(base: int, narrowed: Mapping[str, int], but: str = "") -> int:
    for name, bits in narrowed.items():
        if name != but:
            base &= bits
    return base


def _set_of(ids: Sequence[int]) -> int:
    held = bytearray(max(ids, default=0) // 8 + 1)
    for at in ids:
        held[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(held, "little")


@dataclass(frozen=True)
class _Sides:
    """What the values of each facet are, for one visitor's currency and destination."""

    index: ListingIndex
    words: Vocabulary
    currency: str
    ship_to: str
    has_shelves: bool

    def keys(self, facet: str) -> list[str]:
        """Every value there could be, in the council's order; workshops apart."""
        if facet in _TERMS or facet == "colour":
            return [term.key for term in self.words.list_of(facet)]
        if facet == "category":
            return [shelf.slug for shelf in self.words.top()] if self.has_shelves else []
        if facet == "price":
            return [str(band) for band in range(len(PRICE_EDGES.get(self.currency, ())) + 1)]
        if facet == "ships":
            return [HERE] if self.ship_to != HOME else []
        return list(AVAILABILITIES) if facet == "availability" else []

    def known(self, facet: str, keys: Sequence[str]) -> list[str]:
        """The chosen values that exist, each once, in the order of the list."""
        if facet == "maker":
            slugs = {slug for _, slug in self.index.makers.values()}
            return sorted(set(keys) & slugs)
        return [key for key in self.keys(facet) if key in keys]

    def any_of(self, facet: str, keys: Iterable[str]) -> int:
        bits = 0
        for key in keys:
            bits |= self.set_of(facet, key)
        return bits

    def set_of(self, facet: str, key: str) -> int:
        """Pieces with one value."""
        if facet in _TERMS:
            term = self.words.term(facet, key)
            return self.index.sets.get(f"t{term.id}", 0) if term else 0
        if facet == "category":
            shelf = self.words.shelf(key)
            below = [shelf, *self.words.below(shelf.id)] if shelf else []
            return self.index.any_of(f"c{each.id}" for each in below)
        if facet == "maker":
            found = [at for at, (_, slug) in self.index.makers.items() if slug == key]
            return self.index.by_maker(found[0]) if found else 0
        if facet == "availability":
            return self.index.any_of(AVAILABILITIES[key])
        name = {"colour": f"k{key}", "price": f"{self.currency}{key}", "ships": ABROAD}[facet]
        return self.index.sets.get(name, 0)

    def values(self, facet: str, bits: int, chosen: Sequence[str]) -> list[Value]:
        """Values worth offering, with their counts; none where all pieces are alike."""
        if facet == "maker":
            counts = self._makers(bits)
        else:
            counts = {key: (bits & self.set_of(facet, key)).bit_count() for key in self.keys(facet)}
        offered = [
            Value(key, count, key in chosen)
            for key, count in counts.items()
            if count or key in chosen
        ]
        says_something = len(offered) > 1 or any(
            0 < value.count < bits.bit_count() for value in offered
        )
        return offered if says_something or chosen else []

    def _makers(self, bits: int) -> dict[str, int]:
        """Workshops by name with their pieces; none when there are too many to be a choice."""
        if bits.bit_count() > _COUNTED_MAKERS:
            return {}
        counted = Counter(self.index.maker_of(at) for at in newest_first(bits))
        names = sorted(
            (self.index.makers[at], count)
            for at, count in counted.items()
            if at in self.index.makers
        )
        return {slug: count for (_, slug), count in names}
