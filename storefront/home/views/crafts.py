"""Techniques and plants: what they are, the pieces that use them, the makers who do."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from storefront.catalogue import (
    CraftWord,
    makers,
    makers_saying,
    pieces_with,
    product_cards,
    read_listing,
    vocabulary,
)
from storefront.home.crafts import FAMILIES, INDEX, PARTS, USES, craft_text, families
from storefront.home.texts import PRINTED_LEAVES
from storefront.home.views import shop
from storefront.kernel.errors import NotFound
from storefront.web import access, page_number, public_page, render

PIECES = 8


@shop.get("/techniques")
@access("public")
@public_page
def techniques() -> ResponseReturnValue:
    """Every technique by family, and what is batik and what is not."""
    terms = vocabulary().list_of("technique")
    return render(
        "home/shop/techniques.html",
        families=families(terms),
        counts=pieces_with([term.id for term in terms]) if terms else {},
        blocks=craft_text("technique", INDEX, g.lang),
    )


@shop.get("/plants")
@access("public")
@public_page
def plants() -> ResponseReturnValue:
    """Every dye and print plant, and what mordants do."""
    words = vocabulary()
    terms = words.list_of("plant")
    return render(
        "home/shop/plants.html",
        terms=terms,
        counts=pieces_with([term.id for term in terms]) if terms else {},
        mordants=words.list_of("mordant"),
        blocks=craft_text("plant", INDEX, g.lang),
        printed=PRINTED_LEAVES,
    )


@shop.get("/techniques/<key>")
@access("public")
@public_page(query=("page",))
def technique(key: str) -> ResponseReturnValue:
    """One technique."""
    term = _found("technique", key)
    family = str(term.attributes.get("family", ""))
    kin = [
        other
        for other in vocabulary().list_of("technique")
        if other.attributes.get("family") == family and other.id != term.id
    ]
    return _page(term, "home/shop/technique.html", family=FAMILIES.get(family, ""), kin=kin)


@shop.get("/plants/<key>")
@access("public")
@public_page(query=("page",))
def plant(key: str) -> ResponseReturnValue:
    """One plant."""
    term = _found("plant", key)
    return _page(
        term,
        "home/shop/plant.html",
        part=PARTS.get(str(term.attributes.get("part", "")), ""),
        use=USES.get(str(term.attributes.get("use", "")), ""),
        mordants=vocabulary().list_of("mordant") if term.attributes.get("mordant", True) else [],
        printed=PRINTED_LEAVES,
    )


def _found(list_name: str, key: str) -> CraftWord:
    term = vocabulary().term(list_name, key)
    if term is None:
        raise NotFound()
    return term


def _page(term: CraftWord, template: str, **further: object) -> str:
    """The page of a craft word with its newest pieces and the makers who use it."""
    page = read_listing(
        {term.vocabulary: [term.key]},
        currency=g.currency,
        ship_to=g.ship_to,
        number=page_number(),
        size=PIECES,
    ).page
    workshops = makers_saying(term.id)
    return render(
        template,
        term=term,
        blocks=craft_text(term.vocabulary, term.key, g.lang),
        page=page,
        cards=product_cards(page.items, g.lang, g.currency),
        makers=makers(g.lang, ids=workshops) if workshops else [],
        **further,
    )
