"""Pages for buyers: a piece, the makers. The same bytes for every visitor."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue.drawing import dimensions, size_drawing
from storefront.catalogue.queries.cards import product_cards
from storefront.catalogue.queries.listing import (
    maker_page,
    product_page,
)
from storefront.catalogue.queries.listing import makers as maker_lines
from storefront.catalogue.queries.pages import (
    maker_page_of,
    present_slug,
    product_page_of,
)
from storefront.catalogue.views import shop
from storefront.kernel import settings
from storefront.kernel.errors import NotFound
from storefront.web import access, page_number, public_page, render


@shop.get("/products/<slug>")
@access("public")
@public_page(query=("variant",))
def product(slug: str) -> ResponseReturnValue:
    """One piece. A former address leads to the present one, a hidden piece says so."""
    page = product_page_of(slug, g.lang, g.currency)
    if page is None:
        return _moved("product", slug)
    if not page.can_be_seen:
        return render("catalogue/shop/not_on_show.html", page=page), 404
    sides = (page.product.length_mm, page.product.width_mm, page.product.height_mm)
    return render(
        "catalogue/shop/product.html",
        page=page,
        dimensions=dimensions(*sides),
        drawing=None if page.product.food else size_drawing(*sides),
        return_days=settings.get("catalogue.return_days"),
        picked=_one_of(request.args.get("variant"), [c.public_id for c in page.choices]),
    )


@shop.get("/makers")
@access("public")
@public_page(query=("page",))
def makers() -> ResponseReturnValue:
    """Every workshop that sells here."""
    page = maker_page(page_number())
    return render(
        "catalogue/shop/makers.html", page=page, makers=maker_lines(g.lang, ids=page.items)
    )


@shop.get("/makers/<slug>")
@access("public")
@public_page(query=("page",))
def maker(slug: str) -> ResponseReturnValue:
    """A workshop, its words and its pieces."""
    found = maker_page_of(slug, g.lang)
    if found is None:
        return _moved("maker", slug)
    page = product_page(page_number(), artisan_id=found.artisan.id)
    cards = product_cards(page.items, g.lang, g.currency)
    return render("catalogue/shop/maker.html", maker=found, page=page, cards=cards)


def _moved(kind: str, slug: str) -> ResponseReturnValue:
    """301 to where a former slug leads now; raises NotFound when it never led anywhere."""
    present = present_slug(kind, slug)
    if present is None or present == slug:
        raise NotFound()
    return redirect(url_for(f"catalogue.{kind}", slug=present), 301)


def _one_of(value: str | None, known: Any) -> str:
    return value if value in known else ""  # type: ignore[return-value]
