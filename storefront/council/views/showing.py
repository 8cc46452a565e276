"""A collection as buyers see it."""

from __future__ import annotations

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue import FACETS
from storefront.council.queries import collection_page, present_collection_slug
from storefront.council.views import shop
from storefront.kernel.errors import NotFound
from storefront.web import access, page_number, public_page, render


@shop.get("/collections/<slug>")
@access("public")
@public_page(query=(*FACETS, "sort", "page"))
def collection(slug: str) -> ResponseReturnValue:
    """Pieces the council has put together, with their story; a former address leads here."""
    shown = collection_page(
        slug,
        g.lang,
        g.currency,
        chosen={name: request.args.getlist(name) for name in FACETS},
        ship_to=g.ship_to,
        number=page_number(),
        sort=request.args.get("sort", ""),
    )
    if shown is None:
        present = present_collection_slug(slug)
        if present is None or present == slug:
            raise NotFound()
        return redirect(url_for("council.collection", slug=present), 301)
    return render("council/shop/collection.html", shown=shown)
