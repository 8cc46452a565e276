"""Who is told what about a workshop: an event's id in, a draft in the reader's language out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import User, UserRole
from storefront.artisans.models import Artisan, ArtisanEvent
from storefront.kernel.db import db
from storefront.notifications import MailDraft, mail_topic

Payload = dict[str, Any]


def _workshop_mail(topic: str) -> None:
    @mail_topic(f"artisans.{topic}")
    def build(payload: Payload) -> MailDraft | None:
        event, artisan = _facts(payload)
        return _to_workshop(artisan, topic, event)


for _topic in (
    *("submitted", "approved", "revision_asked", "rejected"),
    *("suspended", "lifted", "bank_account"),
):
    _workshop_mail(_topic)


@mail_topic("artisans.new_application")
def new_application(payload: Payload) -> MailDraft | None:
    """The council learns of an application: its first curator, without one its first admin."""
    event, artisan = _facts(payload)
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
    context = {"workshop": artisan, "event": event}
    return MailDraft(staff.email, staff.lang, "artisans/mail/new_application", context)


def _facts(payload: Payload) -> tuple[ArtisanEvent, Artisan]:
    event = db.session.get_one(ArtisanEvent, payload["event_id"])
    return event, db.session.get_one(Artisan, event.artisan_id)


def _to_workshop(artisan: Artisan, template: str, event: ArtisanEvent) -> MailDraft | None:
    """To the workshop's address, else its applicant's; makers with only a phone get none."""
    user = db.session.get(User, artisan.applicant_id) if artisan.applicant_id else None
    to = artisan.email or (user.email if user else None)
    if not to:
        return None
    lang = user.lang if user and user.state == "active" else "id"
    context = {"workshop": artisan, "event": event}
    return MailDraft(to, lang, f"artisans/mail/{template}", context)
