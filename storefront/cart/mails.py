"""The mails of waiting for a piece: one that asks for consent, one that tells it is back."""

from __future__ import annotations

from typing import Any

from storefront.cart.actions.watching import BACK, CONFIRM, may_come_back, offer_if_back
from storefront.cart.models import StockWatch
from storefront.catalogue import offered_variants
from storefront.kernel.db import db
from storefront.media import pictures
from storefront.notifications import MailDraft, mail_topic


@mail_topic(CONFIRM)
def confirm(payload: dict[str, Any]) -> MailDraft | None:
    """Whether the address wants to wait; nothing once it was answered or the piece is back."""
    row = db.session.get(StockWatch, payload["watch_id"])
    if row is None or row.state != "asked":
        return None
    offer = offered_variants([row.variant_id], "IDR").get(row.variant_id)
    if offer is None or not may_come_back(offer):
        return None
    return MailDraft(row.email, row.lang, "cart/mail/confirm_watch", {"watch": row, "piece": offer})


@mail_topic(BACK)
def back_in_stock(payload: dict[str, Any]) -> MailDraft | None:
    """The piece is there again. Sold while the mail waited to leave, the address waits on."""
    row = db.session.get(StockWatch, payload["watch_id"])
    if row is None or row.state != "told":
        return None
    offer = offer_if_back(row)
    if offer is None:
        row.state, row.told_at = "waiting", None
        return None
    return MailDraft(
        row.email,
        row.lang,
        "cart/mail/back_in_stock",
        {"watch": row, "piece": offer, "shown": pictures({offer.media_id})},
    )
