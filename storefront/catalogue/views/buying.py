"""Lists for buyers: shelves and search. The same bytes for every visitor."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue.queries.cards import product_cards
from storefront.catalogue.queries.listing import AVAILABILITIES, SORTS, product_page
from storefront.catalogue.queries.listing import makers as maker_lines
from storefront.catalogue.queries.search import (
    LONGEST_QUERY,
    numbered,
    search_products,
    suggestion,
)
from storefront.catalogue.queries.words import CraftWord, Shelf, vocabulary
from storefront.catalogue.tokens import folded
from storefront.catalogue.views import shop
from storefront.kernel.errors import NotFound
from storefront.web import access, page_number, public_page, render

FILTERED = ("technique", "plant")


@shop.get("/categories/<slug>")
@access("public")
@public_page
def category(slug: str) -> ResponseReturnValue:
    """One shelf with what stands on it and on the shelves below it."""
    shelf = vocabulary().shelf(slug)
    if shelf is None:
        raise NotFound()
    below = vocabulary().below(shelf.id)
    return _list(shelf, below, {shelf.id, *(lower.id for lower in below)})


@shop.get("/products")
@access("public")
@public_page
def products() -> ResponseReturnValue:
    """Every piece of the shop."""
    return _list(None, vocabulary().top(), None)


def _list(shelf: Shelf | None, below: list[Shelf], ids: set[int] | None) -> ResponseReturnValue:
    words = vocabulary()
    chosen: dict[str, CraftWord] = {}
    for name in FILTERED:
        term = words.term(name, request.args.get(name, ""))
        if term is not None:
            chosen[name] = term
    availability = _one_of(request.args.get("availability"), AVAILABILITIES)
    sort = _one_of(request.args.get("sort"), SORTS) or SORTS[0]
    page = product_page(
        page_number(),
        category_ids=ids,
        term_ids=[term.id for term in chosen.values()],
        availability=availability,
        sort=sort,
    )
    return render(
        "catalogue/shop/list.html",
        shelf=shelf,
        way=words.way_to(shelf.id) if shelf else [],
        below=below,
        page=page,
        cards=product_cards(page.items, g.lang, g.currency),
        chosen=chosen,
        availability=availability,
        sort=sort,
        techniques=words.list_of("technique"),
        plants=words.list_of("plant"),
    )


@shop.get("/search")
@access("public")
@public_page
def search() -> ResponseReturnValue:
    """Pieces, makers and leaves for a query in any of the four languages."""
    query = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    slug = numbered(query)
    if slug is not None:
        return redirect(url_for("catalogue.product", slug=slug))
    found = search_products(query, page_number())
    leaves = _leaves(query) if query else []
    return render(
        "catalogue/shop/search.html",
        query=query,
        suggested=suggestion(query, g.lang) if found.is_near or not found.page.total else "",
        found=found,
        page=found.page,
        cards=product_cards(found.page.items, g.lang, g.currency),
        makers=maker_lines(g.lang, 6, name_part=query.lower()) if len(query) > 1 else [],
        leaves=leaves or vocabulary().list_of("plant")[:6],
        leaves_match=bool(leaves),
    )


def _leaves(query: str) -> list[CraftWord]:
    """Plants one of whose names holds the query."""
    wanted = folded(query)
    return [
        term
        for term in vocabulary().list_of("plant")
        if any(wanted in folded(text) for text in (term.latin, *(w.name for w in term.texts)))
    ][:6]


def _one_of(value: str | None, known: Any) -> str:
    return value if value in known else ""  # type: ignore[return-value]
