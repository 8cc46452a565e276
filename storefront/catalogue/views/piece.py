"""The page of a piece. The same bytes for every visitor of a language, currency and country."""

from __future__ import annotations

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue.drawing import dimensions, size_drawing
from storefront.catalogue.queries.pages import ProductPage, present_slug, product_page_of
from storefront.catalogue.views import shop
from storefront.kernel.errors import NotFound
from storefront.web import access, public_page, render


@shop.get("/products/<slug>")
@access("public")
@public_page(query=("variant",))
def product(slug: str) -> ResponseReturnValue:
    """One piece. A former address leads to the present one, a hidden piece says so."""
    page = product_page_of(slug, g.lang, g.currency)
    if page is None:
        return moved("product", slug)
    if not page.can_be_seen:
        return render("catalogue/shop/not_on_show.html", page=page), 404
    sides = (page.product.length_mm, page.product.width_mm, page.product.height_mm)
    return render(
        "catalogue/shop/product.html",
        page=page,
        dimensions=dimensions(*sides),
        drawing=None
        if page.product.food
        else size_drawing(*sides, shelf=page.way[-1].key if page.way else ""),
        picked=_picked(page),
    )


def _picked(page: ProductPage) -> str:
    """The choice the address names, else the first that can be had."""
    wanted = request.args.get("variant")
    if wanted in {choice.public_id for choice in page.choices if not choice.is_gone}:
        return str(wanted)
    return page.chosen.public_id if page.chosen else ""


def moved(kind: str, slug: str) -> ResponseReturnValue:
    """301 to where a former slug leads now; raises NotFound when it never led anywhere."""
    present = present_slug(kind, slug)
    if present is None or present == slug:
        raise NotFound()
    return redirect(url_for(f"catalogue.{kind}", slug=present), 301)
