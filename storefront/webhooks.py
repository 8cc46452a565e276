"""The payment provider's door: prove the sender, read the thing itself, apply it once, answer.

A message is stored in the transaction of its effect: either both are there or neither, and a
message that is there already is answered without looking further.
"""

from __future__ import annotations

import datetime as dt
import logging

import sqlalchemy as sa
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from storefront.checkout import apply_facts, ask_provider
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.payments import (
    BadEvent,
    EventFacts,
    PaymentUnavailable,
    Provider,
    ProviderFacts,
    UnknownProvider,
    is_event_known,
    open_task,
    payment_of_event,
    provider,
    store_event,
)
from storefront.web import access

log = logging.getLogger(__name__)
webhooks = Blueprint("webhooks", __name__)

# A message may be quicker than the commit that names its payment; after this it is a stranger's.
STRANGER_AFTER = dt.timedelta(minutes=15)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
AGAIN = PLAIN | {"Retry-After": "5"}


@webhooks.post("/webhooks/<name>")
@access("signature")
def receive(name: str) -> ResponseReturnValue:
    """200 when stored (now or before), 400 for a forgery, 503 for `send it again`."""
    try:
        way = provider(name)
        facts = way.parse_event(request.get_data(), dict(request.headers))
    except UnknownProvider:
        return "no such provider", 404, PLAIN
    except BadEvent as fault:
        log.warning("webhook %s refused: %s", name, fault)
        return "refused", 400, PLAIN
    try:
        return _take(way, facts, request.get_data())
    except (PaymentUnavailable, sa.exc.OperationalError) as error:
        db.session.rollback()
        log.warning("webhook %s %s put off: %r", name, facts.event_id, error)
        return "again later", 503, AGAIN


def _take(way: Provider, event: EventFacts, raw: bytes) -> ResponseReturnValue:
    if is_event_known(way.name, event.event_id):
        return "known", 200, PLAIN
    if not event.matters:
        _store(way, event, raw, None, None, "no matter of ours")
        return "noted", 200, PLAIN
    payment_id = _payment_of(way, event)
    if payment_id is None:
        if _was_meant_for_us(event) and now() - event.created_at < STRANGER_AFTER:
            return "not known yet", 503, AGAIN
        _store(way, event, raw, None, None, "no payment of ours")
        return "noted", 200, PLAIN
    told = ask_provider(payment_id)
    _store(way, event, raw, payment_id, told, told.state)
    return "done", 200, PLAIN


def _payment_of(way: Provider, event: EventFacts) -> int | None:
    """The payment by our own reference, the session or the provider's payment, in this order of
    trust; the provider is asked when the message gives only its own name."""
    found = payment_of_event(way.name, event.payment_public_id, event.session_id, event.payment_ref)
    if found is None and event.payment_ref and not event.payment_public_id:
        db.session.rollback()
        ours = way.payment_behind(event.payment_ref)
        found = payment_of_event(way.name, ours, "", "")
    payment_id = found.id if found is not None else None
    db.session.rollback()  # gives the connection back while the provider is asked
    return payment_id


def _was_meant_for_us(event: EventFacts) -> bool:
    return bool(event.payment_public_id)


def _store(
    way: Provider,
    event: EventFacts,
    raw: bytes,
    payment_id: int | None,
    told: ProviderFacts | None,
    result: str,
) -> None:
    """Message and effect in one commit. A twin waits in `store_event` and then does nothing."""
    with transaction():
        row = store_event(way.name, event, raw, payment_id=payment_id)
        if row is None:
            return
        if payment_id is not None and told is not None:
            apply_facts(payment_id, told)
        elif event.is_paid:
            open_task(
                "payment_unknown",
                f"unknown:{event.session_id}",
                amount=event.amount,
                detail={"session": event.session_id, "payment": event.payment_ref},
            )
        row.handled_at, row.result = now(), result
