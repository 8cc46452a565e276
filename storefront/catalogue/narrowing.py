"""A list's filters in words: names of facets and values, chips that take a value back, links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from flask import Flask, g, request, url_for
from flask_babel import gettext, lazy_gettext

from storefront.catalogue.labels import AVAILABILITY
from storefront.catalogue.queries.facets import FACETS, RELEVANCE, SORTS, Listing, Value
from storefront.catalogue.queries.words import vocabulary
from storefront.catalogue.rules import PRICE_EDGES
from storefront.kernel.money import Money, format_money
from storefront.kernel.translated import Text
from storefront.web.rendering import country_name

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


@dataclass(frozen=True)
class ValueLine:
    """A checkbox: what it sends, what it says, how many pieces, and the colour it stands for."""

    key: str
    name: Text | str
    count: int
    is_chosen: bool
    swatch: str


class FacetBox(NamedTuple):
    """One group of checkboxes."""

    key: str
    name: str
    values: list[ValueLine]
    is_open: bool


class Chip(NamedTuple):
    """A chosen value and the address without it."""

    facet: str
    name: Text | str
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
    first = SORT_NAMES[RELEVANCE] if query else ARRANGED
    sorts = [(RELEVANCE, str(first))] if listing.is_ranked else []
    sorts += [(key, str(SORT_NAMES[key])) for key in SORTS]
    return Narrowing(
        boxes=[_box(listing, key, values) for key, values in listing.facets.items()],
        chips=[
            Chip(key, _value_name(listing, key, value), _url(listing, kept, without=(key, value)))
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


def _box(listing: Listing, key: str, values: list[Value]) -> FacetBox:
    lines = [
        ValueLine(
            value.key,
            _value_name(listing, key, value.key),
            value.count,
            value.is_chosen,
            _swatch(key, value.key),
        )
        for value in values
    ]
    is_open = key in OPEN or any(value.is_chosen for value in values)
    return FacetBox(key, str(NAMES[key]), lines, is_open)


def _value_name(listing: Listing, facet: str, key: str) -> Text | str:
    words = vocabulary()
    if facet == "category":
        shelf = words.shelf(key)
        return shelf.name(g.lang) if shelf else key
    if facet == "maker":
        return listing.makers.get(key, key)
    if facet == "availability":
        return str(READY if key == "stock" else AVAILABILITY[key])
    if facet == "price":
        return _band_name(int(key))
    if facet == "ships":
        return str(gettext("Ships to %(country)s", country=country_name(g.ship_to)))
    term = words.term(facet, key)
    return term.name(g.lang) if term else key


def _band_name(band: int) -> str:
    edges = [format_money(Money(at, g.currency), g.lang) for at in PRICE_EDGES[g.currency]]
    if band == 0:
        return str(gettext("Under %(amount)s", amount=edges[0]))
    if band == len(edges):
        return str(gettext("%(amount)s and above", amount=edges[-1]))
    return str(gettext("%(low)s to %(high)s", low=edges[band - 1], high=edges[band]))


def _swatch(facet: str, key: str) -> str:
    term = vocabulary().term(facet, key) if facet in ("plant", "colour") else None
    return term.dye if term else ""


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
