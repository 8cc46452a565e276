"""A listing on its way: draft, with the council, decided. The live piece stays as it is meanwhile.

Every verb locks the piece first, so that its maker, two tabs and two curators queue up.
"""

from __future__ import annotations

from collections.abc import Collection

from storefront.catalogue.actions.journal import note, tell
from storefront.catalogue.actions.pieces import hide, locked, move, new_piece
from storefront.catalogue.actions.publishing import publish
from storefront.catalogue.listing_rules import (
    CHANGE,
    EDITABLE,
    PAPERS_EXPIRED,
    Payload,
    faults,
    whole,
)
from storefront.catalogue.models import ListingChange, Product
from storefront.catalogue.queries.listings import (
    editable_payload,
    is_food,
    open_change,
    papers_lacking,
    payload_of,
)
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotAllowed, NotFound, ShopError, StaleVersion
from storefront.kernel.translated import N_


class ListingIncomplete(ShopError):
    """Something is missing or wrong in what is to be sent. `.fields`: form field -> sentence."""

    message = N_("Something is still missing.")

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__()
        self.fields = fields


class CommentNeeded(ShopError):
    """The maker must be told why."""

    message = N_("Please write what the maker should know.")


def start_piece(artisan_id: int, user_id: int, payload: Payload) -> Product:
    """Begin a new piece; nobody sees it before it is approved."""
    product = new_piece(artisan_id)
    note(product, "start", user_id, after="draft")
    db.session.add(ListingChange(product_id=product.id, payload=whole(payload)))
    db.session.flush()
    return product


def save_change(product_id: int, payload: Payload, version: int, user_id: int) -> ListingChange:
    """Keep the draft of a piece; a piece without an open change gets one (version 0).

    Raises StaleVersion, or NotAllowed while the change is with the council or the piece archived.
    """
    product = locked(product_id)
    if product.state == "archived":
        raise NotAllowed()
    change = _open(product)
    if change is None:
        if version != 0:
            raise StaleVersion()
        if product.state == "rejected":
            move(product, "start_again", user_id)
        change = ListingChange(product_id=product.id, state="draft")
        db.session.add(change)
        note(product, "edit", user_id, after="draft")
    else:
        if change.state not in EDITABLE:
            raise NotAllowed()
        _check(change, version)
        change.version += 1
    change.payload = whole(payload)
    db.session.flush()
    return change


def submit_change(product_id: int, version: int, user_id: int) -> ListingChange:
    """Send the draft to the council. Raises ListingIncomplete, StaleVersion or NotAllowed."""
    product, change = _locked_change(product_id, version)
    payload = editable_payload(product, change)
    if found := faults(payload, is_food=is_food(payload["category"])):
        raise ListingIncomplete(found)
    change.submitted_at = now()
    _step(product, change, "submit", user_id, topic="submitted")
    return change


def take_back(product_id: int, version: int, user_id: int) -> ListingChange:
    """Take a change back from the council to work on it. Raises StaleVersion or NotAllowed."""
    product, change = _locked_change(product_id, version)
    _step(product, change, "take_back", user_id)
    return change


def withdraw_change(product_id: int, version: int, user_id: int) -> Product:
    """Give a change up: the live piece stays as it was, a piece never shown is archived.

    Raises StaleVersion or NotAllowed."""
    product, change = _locked_change(product_id, version)
    _step(product, change, "withdraw", user_id)
    if product.state == "draft":
        move(product, "archive", user_id)
    return product


def approve_change(
    change_id: int, version: int, user_id: int, checked_langs: Collection[str] = ()
) -> Product:
    """Put what was proposed into the shop, in this one transaction.

    `checked_langs`: translations the curator read and found right. Food without valid papers is
    approved but stays hidden. Raises StaleVersion (decided or taken back meanwhile), NotAllowed,
    or ListingIncomplete where the rules have changed since it was sent.
    """
    product, change = _submitted(change_id, version)
    payload = editable_payload(product, change)
    if found := faults(payload, is_food=is_food(payload["category"])):
        raise ListingIncomplete(found)
    before = payload_of(product)
    publish(product, payload, before, checked_langs, user_id)
    _decide(product, change, "approve", user_id, "", topic="approved")
    if product.state == "draft":
        product.published_at = product.published_at or now()
        move(product, "approve", user_id)
    if product.state == "live" and papers_lacking(product.artisan_id, product.food):
        hide(product.id, None, PAPERS_EXPIRED)
    return product


def ask_changes(change_id: int, version: int, user_id: int, comment: str) -> ListingChange:
    """Hand a change back with a comment. Raises CommentNeeded, StaleVersion or NotAllowed."""
    product, change = _submitted(change_id, version)
    _comment(change, comment)
    _decide(product, change, "ask_changes", user_id, comment, topic="changes_asked")
    return change


def reject_change(change_id: int, version: int, user_id: int, comment: str) -> ListingChange:
    """Refuse a change; a live piece stays as it was, a new piece is rejected.

    Raises CommentNeeded, StaleVersion or NotAllowed."""
    product, change = _submitted(change_id, version)
    _comment(change, comment)
    _decide(product, change, "reject", user_id, comment, topic="rejected")
    if product.state == "draft":
        move(product, "reject", user_id, comment)
    return change


def archive(product_id: int, user_id: int) -> Product:
    """Take a piece out of the shop for good, and withdraw what is open on it; its orders and its
    address stay. Raises NotAllowed."""
    product = locked(product_id)
    move(product, "archive", user_id)
    change = _open(product)
    if change is not None:
        _step(product, change, "withdraw", user_id)
    return product


def _open(product: Product) -> ListingChange | None:
    found = open_change(product.id)
    return lock(ListingChange, [found.id])[0] if found is not None else None


def _locked_change(product_id: int, version: int) -> tuple[Product, ListingChange]:
    product = locked(product_id)
    change = _open(product)
    if change is None:
        raise StaleVersion()
    _check(change, version)
    return product, change


def _submitted(change_id: int, version: int) -> tuple[Product, ListingChange]:
    at = db.session.get(ListingChange, change_id)
    if at is None:
        raise NotFound()
    product = locked(at.product_id)
    (change,) = lock(ListingChange, [change_id])
    _check(change, version)
    return product, change


def _check(change: ListingChange, version: int) -> None:
    if change.version != version:
        raise StaleVersion()


def _comment(change: ListingChange, comment: str) -> None:
    if not comment.strip():
        raise CommentNeeded()
    change.comment = comment.strip()


def _decide(
    product: Product, change: ListingChange, verb: str, user_id: int, why: str, *, topic: str
) -> None:
    change.decided_by, change.decided_at = user_id, now()
    _step(product, change, verb, user_id, why, topic=topic)


def _step(
    product: Product,
    change: ListingChange,
    verb: str,
    user_id: int | None,
    why: str = "",
    *,
    topic: str = "",
) -> None:
    """Move the change, write the event, queue the mail."""
    before, change.state = change.state, CHANGE.to(change.state, verb)
    change.version += 1
    event = note(
        product, verb, user_id, why, before=before, after=change.state, change_id=change.id
    )
    if topic:
        tell(topic, event)
