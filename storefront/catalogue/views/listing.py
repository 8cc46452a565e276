"""Lists for buyers: shelves, every piece, search. The same bytes for every visitor."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue.letters import folded
from storefront.catalogue.narrowing import chosen_values, narrowing
from storefront.catalogue.queries.cards import product_cards
from storefront.catalogue.queries.facets import FACETS, Listing, read_listing
from storefront.catalogue.queries.listing import makers as maker_lines
from storefront.catalogue.queries.search import LONGEST_QUERY, numbered, ranked, suggestion
from storefront.catalogue.queries.words import CraftWord, Shelf, vocabulary
from storefront.catalogue.views import shop
from storefront.kernel.errors import NotFound
from storefront.web import access, page_number, public_page, render

LISTED = (*FACETS, "sort", "page")


@shop.get("/categories/<slug>")
@access("public")
@public_page(query=LISTED)
def category(slug: str) -> ResponseReturnValue:
    """One shelf with what stands on it and on the shelves below it."""
    shelf = vocabulary().shelf(slug)
    if shelf is None:
        raise NotFound()
    below = vocabulary().below(shelf.id)
    return _list(shelf, below, {shelf.id, *(lower.id for lower in below)})


@shop.get("/products")
@access("public")
@public_page(query=LISTED)
def products() -> ResponseReturnValue:
    """Every piece of the shop."""
    return _list(None, vocabulary().top(), None)


def _list(shelf: Shelf | None, below: list[Shelf], ids: set[int] | None) -> ResponseReturnValue:
    found = _read(category_ids=ids)
    return render(
        "catalogue/shop/list.html",
        shelf=shelf,
        way=vocabulary().way_to(shelf.id) if shelf else [],
        below=below,
        page=found.page,
        cards=product_cards(found.page.items, g.lang, g.currency),
        listing=found,
        filters=narrowing(found),
        plants=_plants(),
    )


@shop.get("/search")
@access("public")
@public_page(query=("q", *LISTED))
def search() -> ResponseReturnValue:
    """Pieces, makers and leaves for a query in any of the four languages."""
    query = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    slug = numbered(query)
    if slug is not None:
        return redirect(url_for("catalogue.product", slug=slug))
    best = ranked(query)
    found = _read(ranked=best.ids, is_more=best.is_more)
    leaves = _leaves(query) if query else []
    return render(
        "catalogue/shop/search.html",
        query=query,
        suggested=suggestion(query, g.lang) if best.is_near or not best.ids else "",
        is_near=best.is_near,
        page=found.page,
        cards=product_cards(found.page.items, g.lang, g.currency),
        listing=found,
        filters=narrowing(found, query=query),
        makers=maker_lines(g.lang, 6, name_part=query.lower()) if len(query) > 1 else [],
        leaves=leaves,
        plants=_plants(),
    )


def _read(**base: Any) -> Listing:
    return read_listing(
        chosen_values(),
        currency=g.currency,
        ship_to=g.ship_to,
        number=page_number(),
        sort=request.args.get("sort", ""),
        **base,
    )


def _plants() -> list[CraftWord]:
    """Leaves to go on with where a list ends empty."""
    return vocabulary().list_of("plant")[:6]


def _leaves(query: str) -> list[CraftWord]:
    """Plants one of whose names holds the query."""
    wanted = folded(query)
    return [
        term
        for term in vocabulary().list_of("plant")
        if any(wanted in folded(text) for text in (term.latin, *(w.name for w in term.texts)))
    ][:6]
