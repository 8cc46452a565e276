"""A workshop's row under lock, the one way its state changes, and the trace that leaves."""

from __future__ import annotations

from typing import Any

from storefront.artisans.hooks import tell_hooks
from storefront.artisans.models import Artisan, ArtisanEvent
from storefront.artisans.rules import WORKSHOP
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, StaleVersion
from storefront.notifications import queue_mail


def locked(artisan_id: int, version: object = None) -> Artisan:
    """The workshop, locked. Raises NotFound; StaleVersion unless `version` is None or its own."""
    found = lock(Artisan, [artisan_id])
    if not found:
        raise NotFound()
    if version is not None and str(version) != str(found[0].version):
        raise StaleVersion()
    return found[0]


def move(
    artisan: Artisan, verb: str, user_id: int | None, why: str = "", **detail: Any
) -> ArtisanEvent:
    """Apply a verb of the workshop machine and write its event. Raises NotAllowed."""
    before, artisan.state = artisan.state, WORKSHOP.to(artisan.state, verb)
    artisan.version += 1
    tell_hooks(artisan.id)
    return note(artisan, verb, user_id, why, before=before, **detail)


def note(
    artisan: Artisan,
    verb: str,
    user_id: int | None,
    why: str = "",
    *,
    before: str | None = None,
    **detail: Any,
) -> ArtisanEvent:
    """Append an event; without `before` the state has stayed. `detail` holds ids and figures,
    never personal data: events outlive the erasure of a person."""
    event = ArtisanEvent(
        artisan_id=artisan.id,
        user_id=user_id,
        verb=verb,
        from_state=artisan.state if before is None else before,
        to_state=artisan.state,
        why=why,
        detail=detail,
    )
    db.session.add(event)
    db.session.flush()
    return event


def tell(topic: str, event: ArtisanEvent) -> None:
    """Queue the mail about an event, once."""
    queue_mail(f"artisans.{topic}", f"artisans.{topic}:{event.id}", {"event_id": event.id})
