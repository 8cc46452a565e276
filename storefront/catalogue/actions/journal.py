"""The trace every step of a listing leaves, and the mail that follows it."""

from __future__ import annotations

from typing import Any

from storefront.catalogue.models import Product, ProductEvent
from storefront.kernel.db import db
from storefront.notifications import queue_mail


def note(
    product: Product,
    verb: str,
    user_id: int | None,
    why: str = "",
    *,
    before: str = "",
    after: str = "",
    **detail: Any,
) -> ProductEvent:
    """Append an event. `before` and `after` are states of the piece or of its change; `detail`
    holds ids and figures."""
    event = ProductEvent(
        product_id=product.id,
        user_id=user_id,
        verb=verb,
        from_state=before,
        to_state=after,
        why=why,
        detail=detail,
    )
    db.session.add(event)
    db.session.flush()
    return event


def tell(topic: str, event: ProductEvent) -> None:
    """Queue the mail about an event, once."""
    queue_mail(f"catalogue.{topic}", f"catalogue.{topic}:{event.id}", {"event_id": event.id})
