"""The front page and the content pages."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue

from storefront.catalogue import makers, pieces_with, vocabulary
from storefront.council import front_wall, places_shown
from storefront.home.facts import facts
from storefront.home.texts import PAGES, PRINTED_LEAVES, page_text
from storefront.home.views import shop
from storefront.kernel.errors import NotFound
from storefront.kernel.translated import LANGS
from storefront.sharing import PublicPage, announce_pages
from storefront.web import access, public_page, render

MAKERS = 8
# One technique of each kind, where the front page begins to tell of them.
TECHNIQUES = ("steaming", "batik_tulis", "tenun_atbm", "plaiting", "hand_stitch", "forging")


@announce_pages
def named_pages() -> Iterator[PublicPage]:
    """Pages of this slice and of the places, for the site map."""
    yield from (("home.page", {"slug": slug}, LANGS) for slug in PAGES)
    for name in ("technique", "plant"):
        yield f"home.{name}s", {}, LANGS
        for term in vocabulary().list_of(name):
            langs = [text.lang for text in term.texts if text.name and text.sentence]
            yield f"home.{name}", {"key": term.key}, langs
    places = places_shown()
    if places:
        yield "council.places", {}, LANGS
    for place in places:
        langs = [text.lang for text in place.translations if text.name and text.intro]
        yield "council.place", {"slug": place.slug}, langs


@shop.get("/")
@access("public")
@public_page
def front() -> ResponseReturnValue:
    """The shop's front page; at most eight statements."""
    words = vocabulary()
    known = [term for key in PRINTED_LEAVES if (term := words.term("plant", key)) is not None]
    counts = pieces_with([term.id for term in known]) if known else {}
    return render(
        "home/shop/front.html",
        front=front_wall(g.lang, g.currency),
        leaves=[term for term in known if counts.get(term.id)],
        counts=counts,
        techniques=[t for key in TECHNIQUES if (t := words.term("technique", key)) is not None],
        makers=makers(g.lang, MAKERS),
    )


@shop.get("/pages/<slug>")
@access("public")
@public_page
def page(slug: str) -> ResponseReturnValue:
    """About, how to order, shipping and returns, privacy, terms, legal notice."""
    if slug not in PAGES:
        raise NotFound()
    return render("home/shop/page.html", page=page_text(slug, g.lang, facts(g.lang)))


@shop.get("/<any('about', 'how-to-order', 'shipping-and-returns', 'privacy', 'terms'):slug>")
@access("public")
def short(slug: str) -> ResponseReturnValue:
    """The short addresses people type."""
    return redirect(url_for("home.page", slug=slug), 301)
