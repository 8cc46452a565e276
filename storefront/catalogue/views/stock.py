"""A workshop's pieces in a list, where price and count change at once."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.artisans import Artisan, own_artisan
from storefront.catalogue.actions.pieces import NoPrice, OnlyOne, set_offer
from storefront.catalogue.actions.stock import StockBelowHeld
from storefront.catalogue.offer_form import Offer
from storefront.catalogue.queries.listings import open_changes, own_variant, works
from storefront.catalogue.views import studio
from storefront.kernel.errors import NotAllowed, StaleVersion
from storefront.kernel.money import share
from storefront.kernel.paging import page_of
from storefront.media import pictures
from storefront.web import access, once, page_number, render, say, signed_in


@studio.get("/products")
@access("studio")
def products() -> ResponseReturnValue:
    """All pieces with their states; price and stock can be changed at once."""
    return _list_page()


def _list_page(refused: tuple[str, str] | None = None) -> str:
    artisan = own_artisan(signed_in())
    page = page_of(works(artisan.id), page_number(), size=30)
    return render(
        "catalogue/studio/works.html",
        page=page,
        changes=open_changes([product.id for product in page.items]),
        shown=pictures([at.pictures[0].media_id for at in page.items if at.pictures]),
        artisan=artisan,
        refused=refused,
        net=lambda idr: net_of(idr, artisan),
    )


@studio.post("/variants/<public_id>")
@access("studio")
def offer(public_id: str) -> ResponseReturnValue:
    """Change a variant's price and count."""
    person = signed_in()
    variant_id = own_variant(person, public_id)[0].id
    form = Offer()
    if form.accepted():
        try:
            return once(
                lambda: set_offer(variant_id, person.user_id, **form.facts()),
                then=lambda _: url_for("catalogue_studio.products") + f"#v-{public_id}",
                say=_("Price and stock are kept."),
            )
        except (StaleVersion, StockBelowHeld, OnlyOne, NoPrice, NotAllowed) as error:
            return _list_page((public_id, say(error))), 422
    wrong = [message for field in form for message in field.errors]
    return _list_page((public_id, str(wrong[0]))), 422


def net_of(price_idr: int, artisan: Artisan) -> int:
    """What the maker keeps of a rupiah price."""
    return price_idr - share(price_idr, artisan.commission_bp)
