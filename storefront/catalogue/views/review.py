"""The council's desk for listings: what waits, what would change, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import User, record_audit
from storefront.artisans import Artisan
from storefront.catalogue.actions.listings import (
    CommentNeeded,
    ListingIncomplete,
    approve_change,
    ask_changes,
    reject_change,
)
from storefront.catalogue.listing_rules import faults, text_states
from storefront.catalogue.models import ListingChange, Product
from storefront.catalogue.queries.listing_words import comparison, preview
from storefront.catalogue.queries.listings import (
    Waiting,
    change_by_public_id,
    change_counts,
    changes,
    editable_payload,
    events_of,
    is_food,
    papers_lacking,
    payload_of,
    reader_of,
    translations_of,
    waiting,
)
from storefront.catalogue.reasons import reason, reasons
from storefront.catalogue.review_form import Decision
from storefront.catalogue.views import council
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.errors import NotAllowed, StaleVersion
from storefront.kernel.paging import Page, page_of
from storefront.kernel.translated import LANGS
from storefront.web import access, once, page_number, render, say, signed_in

LISTS: dict[str, tuple[str, ...]] = {
    "waiting": ("submitted",),
    "changes_asked": ("changes_asked",),
    "approved": ("approved",),
    "rejected": ("rejected",),
}
# Decision -> kind of its ready reasons and its verb.
REFUSALS: dict[str, tuple[str, Callable[[int, int, int, str], ListingChange]]] = {
    "ask_changes": ("revision", ask_changes),
    "reject": ("reject", reject_change),
}
BESIDE = 12


@council.get("/listings")
@access("council")
def listings() -> ResponseReturnValue:
    """What waits, the oldest first; and what was decided."""
    shown = request.args.get("list", "waiting")
    shown = shown if shown in LISTS else "waiting"
    page: Page[int] = page_of(changes(LISTS[shown]), page_number())
    counts = change_counts()
    return render(
        "catalogue/council/listings.html",
        page=page,
        rows=waiting(page.items),
        shown=shown,
        totals={name: sum(counts.get(at, 0) for at in LISTS[name]) for name in LISTS},
        now=now(),
    )


@council.get("/listings/<public_id>")
@access("council")
def listing(public_id: str) -> ResponseReturnValue:
    """One listing: as buyers would see it, what differs, the checklist, the decision."""
    return _page(change_by_public_id(public_id))


@council.post("/listings/<public_id>/approve")
@access("council:curator")
def approve(public_id: str) -> ResponseReturnValue:
    """Put it into the shop. Ticked languages were read and found right."""
    change = change_by_public_id(public_id)
    user_id, form = signed_in().user_id, Decision()
    checked = [lang for lang in request.form.getlist("checked") if lang in LANGS]

    def verb() -> Product:
        product = approve_change(change.id, form.number, user_id, checked)
        record_audit(user_id, "listing.approve", "product", product.id)
        return product

    try:
        return once(verb, then=lambda _done: _next(change), say=_told)
    except (StaleVersion, NotAllowed) as error:
        form.form_errors = [say(error)]
        return _page(change_by_public_id(public_id), approve=form), 409
    except ListingIncomplete as error:
        form.form_errors = [_(message) for message in error.fields.values()]
        return _page(change_by_public_id(public_id), approve=form), 422


def _told(product: Product) -> str:
    if product.state == "hidden":
        return str(_("Approved. The piece stays hidden for now."))
    return str(_("Approved. Buyers see it now."))


@council.post("/listings/<public_id>/<any(ask_changes,reject):verb>")
@access("council:curator")
def refuse(public_id: str, verb: str) -> ResponseReturnValue:
    """Hand it back or refuse it, with a sentence the maker can act on."""
    change = change_by_public_id(public_id)
    kind, act = REFUSALS[verb]
    row = waiting([change.id])[0]
    user_id, form = signed_in().user_id, decision_form(kind, row)
    if form.accepted():
        try:
            return once(
                lambda: act(change.id, form.number, user_id, message_of(form, kind, row.artisan)),
                then=lambda _done: _next(change),
                say=_("The decision is kept and the workshop is told."),
            )
        except CommentNeeded as error:
            form.words.errors = [say(error)]
        except (StaleVersion, NotAllowed) as error:
            form.form_errors = [say(error)]
    refused: dict[str, Any] = {verb: form}
    return _page(change_by_public_id(public_id), **refused), 422


def decision_form(kind: str, row: Waiting) -> Decision:
    """A form whose ready reasons carry the sentence in the maker's language."""
    form = Decision()
    lang = reader_of(row.artisan)[1]
    form.reason.choices = [("", _("In own words"))] + [
        (at.key, at.labels[g.lang], {"data-message": at.message(lang)}) for at in reasons(kind)
    ]
    return form


def message_of(form: Any, kind: str, artisan: Artisan) -> str:
    """What the maker reads: the curator's words, else the ready sentence. Raises CommentNeeded."""
    words = (form.words.data or "").strip()
    chosen = reason(kind, form.reason.data or "")
    if not words and (chosen is None or chosen.needs_words):
        raise CommentNeeded()
    return words or chosen.message(reader_of(artisan)[1])  # type: ignore[union-attr]


def _next(change: ListingChange) -> str:
    """The next one that waits, so that the desk stays in place; without one the list."""
    ids = [at for at in db.session.scalars(changes(("submitted",)).limit(2)) if at != change.id]
    if not ids:
        return url_for("catalogue_council.listings")
    return _address(db.session.get_one(ListingChange, ids[0]))


def _address(change: ListingChange) -> str:
    return url_for("catalogue_council.listing", public_id=change.public_id)


def _page(change: ListingChange, **forms: Any) -> str:
    row = waiting([change.id])[0]
    product, artisan = row.product, row.artisan
    is_open = change.state == "submitted"
    payload = editable_payload(product, change)
    before = payload_of(product) if product.published_at or product.slug else None
    food = payload["food"] if is_food(payload["category"]) else None
    events = events_of(product.id)
    stored = {at.lang: at.state for at in translations_of(product.id)}
    queue: list[int] = list(db.session.scalars(changes(("submitted",)).limit(BESIDE)))
    return render(
        "catalogue/council/listing.html",
        change=change,
        product=product,
        artisan=artisan,
        beside=waiting(queue),
        payload=payload,
        piece=preview(payload, artisan),
        lines=comparison(before if is_open else None, payload, g.lang, _),
        is_new=before is None,
        is_open=is_open,
        faults=faults(payload, is_food=food is not None),
        is_food=food is not None,
        lacking=papers_lacking(artisan.id, food),
        states=text_states(payload, stored),
        has_mail=bool(reader_of(artisan)[0]),
        roles=signed_in().roles,
        events=events,
        people=people_of({event.user_id for event in events if event.user_id}),
        refusals={
            verb: forms.get(verb) or decision_form(kind, row)
            for verb, (kind, _act) in REFUSALS.items()
        },
        refused=next((form for form in forms.values() if form.errors), None),
        now=now(),
    )


def people_of(ids: set[int]) -> dict[int, str]:
    """Names of those who did something, for the history."""
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}
