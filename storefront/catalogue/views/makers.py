"""The makers: directory with a map of the districts, and a page per workshop."""

from __future__ import annotations

from flask import g, request
from flask.typing import ResponseReturnValue

from storefront.catalogue.districts import DISTRICTS, MAP
from storefront.catalogue.queries.cards import product_cards
from storefront.catalogue.queries.listing import makers as maker_lines
from storefront.catalogue.queries.listing import product_page
from storefront.catalogue.queries.makers import (
    LONGEST_NAME,
    maker_counts,
    maker_page,
    maker_page_of,
)
from storefront.catalogue.queries.words import vocabulary
from storefront.catalogue.views import shop
from storefront.catalogue.views.piece import moved
from storefront.web import access, page_number, public_page, render


@shop.get("/makers")
@access("public")
@public_page(query=("q", "district", "technique", "page"))
def makers() -> ResponseReturnValue:
    """Every workshop that sells here, by name, district and technique."""
    words = vocabulary()
    name = " ".join(request.args.get("q", "").split())[:LONGEST_NAME]
    asked = request.args.get("district", "")
    district = asked if asked in DISTRICTS else ""
    technique = words.term("technique", request.args.get("technique", ""))
    page = maker_page(page_number(), name_part=name, district=district, technique=technique)
    counts = maker_counts()
    return render(
        "catalogue/shop/makers.html",
        page=page,
        makers=maker_lines(g.lang, ids=page.items) if page.items else [],
        counts=counts,
        districts=[(key, counts.by_district.get(key, 0)) for key in DISTRICTS],
        map=MAP,
        techniques=[
            (term, counts.by_technique[term.id])
            for term in words.list_of("technique")
            if term.id in counts.by_technique
        ],
        name=name,
        district=district,
        technique=technique,
    )


@shop.get("/makers/<slug>")
@access("public")
@public_page(query=("page",))
def maker(slug: str) -> ResponseReturnValue:
    """A workshop, its words and its pieces."""
    found = maker_page_of(slug, g.lang)
    if found is None:
        return moved("maker", slug)
    page = product_page(page_number(), artisan_id=found.artisan.id)
    cards = product_cards(page.items, g.lang, g.currency)
    return render("catalogue/shop/maker.html", maker=found, page=page, cards=cards)
