"""Who is told what about a listing: an event's id in, a draft in the reader's language out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import User, UserRole
from storefront.artisans import Artisan
from storefront.catalogue.models import ListingChange, Product, ProductEvent
from storefront.catalogue.queries.listings import reader_of, translations_of
from storefront.kernel.db import db
from storefront.kernel.translated import pick
from storefront.notifications import MailDraft, mail_topic

Payload = dict[str, Any]


def _maker_mail(topic: str) -> None:
    @mail_topic(f"catalogue.{topic}")
    def build(payload: Payload) -> MailDraft | None:
        event, product, artisan = _facts(payload)
        to, lang = reader_of(artisan)
        if not to:
            return None  # a maker with only a phone reads it in the studio
        return MailDraft(to, lang, f"catalogue/mail/{topic}", _context(event, product, artisan))


for _topic in ("approved", "changes_asked", "rejected", "hidden"):
    _maker_mail(_topic)


@mail_topic("catalogue.submitted")
def submitted(payload: Payload) -> MailDraft | None:
    """The council learns of a listing: its first curator, without one its first admin."""
    event, product, artisan = _facts(payload)
    staff = db.session.scalar(
        sa.select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            UserRole.role.in_(("curator", "admin")),
            User.state == "active",
            User.email.is_not(None),
        )
        .order_by(UserRole.role.desc(), User.id)
        .limit(1)
    )
    if staff is None or staff.email is None:
        return None
    context = _context(event, product, artisan)
    return MailDraft(staff.email, staff.lang, "catalogue/mail/submitted", context)


def _facts(payload: Payload) -> tuple[ProductEvent, Product, Artisan]:
    event = db.session.get_one(ProductEvent, payload["event_id"])
    product = db.session.get_one(Product, event.product_id)
    return event, product, db.session.get_one(Artisan, product.artisan_id)


def _context(event: ProductEvent, product: Product, artisan: Artisan) -> dict[str, Any]:
    """The piece is called as its maker called it last, in the shop or in what was sent."""
    change = db.session.get(ListingChange, event.detail.get("change_id", 0))
    own = change.payload.get("texts", {}).get("id", {}).get("name", "") if change else ""
    name = own or pick(translations_of(product.id), "name", "id").value
    return {"event": event, "product": product, "change": change, "name": name, "workshop": artisan}
