"""Every piece of the shop for the council: found by number, name or workshop; hidden and shown."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import record_audit
from storefront.artisans import workshops
from storefront.catalogue.actions.listings import CommentNeeded
from storefront.catalogue.actions.pieces import PapersLacking, hide, show
from storefront.catalogue.models import Product
from storefront.catalogue.queries.listing_words import preview
from storefront.catalogue.queries.listings import (
    any_product,
    events_of,
    last_change,
    papers_lacking,
    payload_of,
    pieces_found,
    reader_of,
)
from storefront.catalogue.review_form import Hiding
from storefront.catalogue.views import council
from storefront.catalogue.views.review import message_of, people_of
from storefront.kernel.errors import NotAllowed
from storefront.kernel.paging import page_of
from storefront.web import access, once, page_number, render, say, signed_in


@council.get("/pieces")
@access("council")
def pieces() -> ResponseReturnValue:
    """All pieces that were ever shown, newest first; search by number, name or workshop."""
    words = request.args.get("q", "")[:100]
    page = page_of(pieces_found(words), page_number())
    makers = workshops([product.artisan_id for product in page.items])
    return render("catalogue/council/pieces.html", page=page, makers=makers, words=words)


@council.get("/pieces/<public_id>")
@access("council")
def piece(public_id: str) -> ResponseReturnValue:
    """One piece: as buyers see it, its history, hiding and showing."""
    return _page(any_product(public_id))


@council.post("/pieces/<public_id>/<any(hide,show):verb>")
@access("council:curator")
def visibility(public_id: str, verb: str) -> ResponseReturnValue:
    """Take the piece off the shop with a reason, or put it back."""
    product = any_product(public_id)
    product_id, user_id = product.id, signed_in().user_id
    artisan = workshops([product.artisan_id])[product.artisan_id]
    form = Hiding()
    form.offer(g.lang, reader_of(artisan)[1])

    def act() -> Product:
        record_audit(user_id, f"piece.{verb}", "product", product_id)
        if verb == "show":
            return show(product_id, user_id, by_maker=False)
        return hide(product_id, user_id, str(form.reason.data), message_of(form, "hide", artisan))

    if verb == "show" or form.accepted():
        target = url_for("catalogue_council.piece", public_id=public_id)
        try:
            return once(act, then=lambda _done: target, say=_("Done."))
        except CommentNeeded as error:
            form.words.errors = [say(error)]
        except (PapersLacking, NotAllowed) as error:
            form.form_errors = [say(error)]
    return _page(any_product(public_id), form), 422


def _page(product: Product, refused: Hiding | None = None) -> str:
    artisan = workshops([product.artisan_id])[product.artisan_id]
    form = refused or Hiding()
    form.offer(g.lang, reader_of(artisan)[1])
    events = events_of(product.id)
    return render(
        "catalogue/council/piece.html",
        product=product,
        artisan=artisan,
        change=last_change(product.id),
        piece=preview(payload_of(product), artisan),
        is_food=product.food is not None,
        lacking=papers_lacking(artisan.id, product.food),
        roles=signed_in().roles,
        events=events,
        people=people_of({event.user_id for event in events if event.user_id}),
        form=form,
    )
