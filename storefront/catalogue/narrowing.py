"""A list's filters in words: names of facets and values, chips that take a value back, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from flask import Flask, g, request, url_for
from flask_babel import gettext, lazy_gettext

from storefront.catalogue.labels import AVAILABILITY
from storefront.catalogue.queries.facets import FACETS, HERE, RELEVANCE, SORTS, Listing, Value
from storefront.catalogue.queries.words import Vocabulary, vocabulary
from storefront.catalogue.rules import PRICE_EDGES
from storefront.kernel.money import Money, format_money
from storefront.kernel.translated import Text
from storefront.web.rendering import country_name, format_count

NAMES = {
    "plant": lazy_gettext("Dye plant"),
    "category": lazy_gettext("Category"),
    "technique": lazy_gettext("Technique"),
    "material": lazy_gettext("Material"),
    "colour": lazy_gettext("Colour"),
    "availability": lazy_gettext("Availability"),
    "price": lazy_gettext("Price"),
    "maker": lazy_gettext("Maker"),
    "ships": lazy_gettext("Shipping"),
}
SORT_NAMES = {
    RELEVANCE: lazy_gettext("Best match"),
    "newest": lazy_gettext("Newest"),
    "price_asc": lazy_gettext("Price: low to high"),
    "price_desc": lazy_gettext("Price: high to low"),
}
ARRANGED = lazy_gettext("As the council arranged them")
READY = lazy_gettext("In stock, ready to ship")
# What is open when the page comes; the rest waits folded.
OPEN = {"plant", "category", "technique", "availability"}


class Name(NamedTuple):
    """What a value is called: `lang` is empty where that is the page's own language; `swatch` the
    colour it stands for, if any."""

    value: str
    lang: str = ""
    swatch: str = ""


class ValueLine(NamedTuple):
    """A checkbox: what it sends, what it says, how many pieces."""

    key: str
    name: Name
    pieces: str
    is_chosen: bool


class FacetBox(NamedTuple):
    """One group of checkboxes."""

    key: str
    name: str
    values: tuple[ValueLine, ...]
    is_open: bool


class Chip(NamedTuple):
    """A chosen value and the address without it."""

    facet: str
    name: Name
    url: str


@dataclass(frozen=True)
class WayOut:
    """A facet to drop when nothing is left, and what that would give."""

    name: str
    count: int
    url: str


@dataclass(frozen=True)
class Narrowing:
    """The filters beside a list."""

    boxes: list[FacetBox]
    chips: list[Chip]
    ways_out: list[WayOut]
    sorts: list[tuple[str, str]]
    sort: str
    clear_url: str
    kept: dict[str, str]  # what the form carries along beside its boxes


def chosen_values() -> dict[str, list[str]]:
    """What the address asks for, per facet."""
    return {name: request.args.getlist(name)[:40] for name in FACETS}


def narrowing(listing: Listing, *, query: str = "") -> Narrowing:
    """The filters of a list that was read for the present address; `query` is what was searched."""
    kept = {"q": query} if query else {}
    names = {key: _names(listing, key) for key in {*listing.facets, *listing.chosen}}
    first = SORT_NAMES[RELEVANCE] if query else ARRANGED
    sorts = [(RELEVANCE, str(first))] if listing.is_ranked else []
    sorts += [(key, str(SORT_NAMES[key])) for key in SORTS]
    return Narrowing(
        boxes=[_box(key, values, names[key]) for key, values in listing.facets.items()],
        chips=[
            Chip(key, names[key][value], _url(listing, kept, without=(key, value)))
            for key, values in listing.chosen.items()
            for value in values
        ],
        ways_out=sorted(
            (
                WayOut(str(NAMES[key]), count, _url(listing, kept, without=(key, "")))
                for key, count in listing.without.items()
                if count
            ),
            key=lambda way: -way.count,
        ),
        sorts=sorts,
        sort=listing.sort,
        clear_url=_address(kept),
        kept=kept,
    )


def listing_url(listing: Listing, number: int, query: str = "") -> str:
    """The address of another page of the same list: its own filters and nothing else."""
    values = _values(listing, {"q": query} if query else {})
    return _address(values | ({"page": str(number)} if number > 1 else {}))


def _box(key: str, values: list[Value], names: Mapping[str, Name]) -> FacetBox:
    lines = tuple(
        ValueLine(value.key, names[value.key], format_count(value.count), value.is_chosen)
        for value in values
    )
    is_open = key in OPEN or any(value.is_chosen for value in values)
    return FacetBox(key, _facet_name(key, g.lang), lines, is_open)


@lru_cache(maxsize=64)
def _facet_name(key: str, lang: str) -> str:
    """What a facet is called in the page's language."""
    return str(NAMES[key])


def _names(listing: Listing, facet: str) -> Mapping[str, Name]:
    """What the values of a facet are called."""
    if facet == "maker":
        return {slug: Name(name) for slug, name in listing.makers.items()}
    return _fixed_names(vocabulary(), facet, g.lang, g.currency, g.ship_to)


@lru_cache(maxsize=512)
def _fixed_names(
    words: Vocabulary, facet: str, lang: str, currency: str, ship_to: str
) -> Mapping[str, Name]:
    """The same for everybody of a language, currency and destination, as long as the words are."""
    if facet == "category":
        return {shelf.slug: _name(shelf.name(lang), lang) for shelf in words.shelves.values()}
    if facet == "availability":
        return {
            key: Name(str(READY if key == "stock" else name)) for key, name in AVAILABILITY.items()
        }
    if facet == "price":
        return dict(_bands(currency, lang))
    if facet == "ships":
        return {HERE: Name(gettext("Ships to %(country)s", country=country_name(ship_to)))}
    has_colour = facet in ("plant", "colour")
    return {
        term.key: _name(term.name(lang), lang, term.dye if has_colour else "")
        for term in words.list_of(facet)
    }


def _name(text: Text, lang: str, swatch: str = "") -> Name:
    return Name(text.value, text.lang if text.lang != lang else "", swatch)


def _bands(currency: str, lang: str) -> Iterator[tuple[str, Name]]:
    """The price bands by number, each as people say it."""
    edges = [format_money(Money(at, currency), lang) for at in PRICE_EDGES[currency]]
    yield "0", Name(gettext("Under %(amount)s", amount=edges[0]))
    for at, (low, high) in enumerate(pairwise(edges), start=1):
        yield str(at), Name(gettext("%(low)s to %(high)s", low=low, high=high))
    yield str(len(edges)), Name(gettext("%(amount)s and above", amount=edges[-1]))


def _url(listing: Listing, kept: dict[str, str], without: tuple[str, str]) -> str:
    """The list without one value (or, for an empty value, without the whole facet)."""
    facet, key = without
    rest = [each for each in listing.chosen[facet] if key and each != key]
    return _address(_values(replace(listing, chosen={**listing.chosen, facet: rest}), kept))


def _values(listing: Listing, kept: dict[str, str]) -> dict[str, Any]:
    """What the address of a list says, always in the same order."""
    usual = RELEVANCE if listing.is_ranked else SORTS[0]
    chosen = {name: list(keys) for name, keys in listing.chosen.items() if keys}
    return {**kept, **chosen, **({"sort": listing.sort} if listing.sort != usual else {})}


def _address(values: dict[str, Any]) -> str:
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **values})


def init_narrowing(app: Flask) -> None:
    """Give templates a list's filters and the addresses of its further pages."""
    app.jinja_env.globals.update(listing_url=listing_url, narrowing=narrowing)
