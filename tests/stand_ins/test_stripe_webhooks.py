"""Events of the Stripe stand-in: signatures the SDK accepts, and troubles on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
from flask import Flask, request
from werkzeug.serving import make_server

from tests.stand_ins.fixtures import flask_receiver
from tests.stand_ins.stripe import StripeStandIn
from tests.stand_ins.test_stripe import asked

pytest_plugins = ("tests.stand_ins.fixtures",)


class Shop:
    """Takes events; `statuses` are the coming answers, 200 after them."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.statuses: list[int] = []
        self.secret = "whsec_stand_in"

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Checks the signature with the SDK, as a shop does."""
        event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], self.secret)
        self.events.append(event)
        return self.statuses.pop(0) if self.statuses else 200

    def app(self) -> Flask:
        """Returns the shop as a Flask app."""
        app = Flask("shop")
        app.add_url_rule(
            "/webhooks/stripe",
            "hook",
            lambda: ("", self.take(request.get_data(), dict(request.headers))),
            methods=["POST"],
        )
        return app

    @property
    def types(self) -> list[str]:
        """The types of the events taken, in order."""
        return [event.type for event in self.events]


@pytest.fixture
def shop() -> Shop:
    """A shop that takes events."""
    return Shop()


@pytest.fixture
def online(shop: Shop) -> Iterator[StripeStandIn]:
    """A stand-in that delivers to the shop by itself, over HTTP, retrying fast."""
    server = make_server("127.0.0.1", 0, shop.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/webhooks/stripe"
    with StripeStandIn(address) as stand_in:
        stand_in.webhooks.retry_seconds = (0.05, 0.05)
        stand_in.webhooks.enabled_events = ("checkout.session.*", "charge.refunded")
        yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


def until(done: Any, seconds: float = 5.0) -> None:
    """Waits until `done()` is true."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.01)


def paid(stand_in: StripeStandIn) -> str:
    """Opens and pays a session; returns its id."""
    session = stand_in.client().v1.checkout.sessions.create(asked(metadata={"order": "9"}))
    stand_in.pay(session.id)
    return session.id


def test_a_payment_is_told_and_signed(stripe_stand_in: StripeStandIn, shop: Shop) -> None:
    session = paid(stripe_stand_in)
    sent = stripe_stand_in.deliver_events(flask_receiver(shop.app().test_client()))
    assert [delivery.status for delivery in sent] == [200, 200, 200, 200]
    assert shop.types == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    told: Any = shop.events[-1].data.object
    assert (told["id"], told["payment_status"], told["metadata"]["order"]) == (session, "paid", "9")
    assert not shop.events[-1].livemode
    assert stripe_stand_in.deliver_events(shop.take) == []


def test_refunds_and_disputes_are_told(stripe_stand_in: StripeStandIn, shop: Shop) -> None:
    session = paid(stripe_stand_in)
    stripe_stand_in.refund(session, 700)
    refund = stripe_stand_in.refund(session)
    stripe_stand_in.fail_refund(refund["id"])
    dispute = stripe_stand_in.dispute(session)
    stripe_stand_in.close_dispute(dispute["id"], "lost")
    told = ("*refund*", "charge.dispute.*")
    stripe_stand_in.deliver_events(shop.take, types=told)
    assert shop.types == [
        *("refund.created", "charge.refunded") * 2,
        *("refund.failed", "refund.updated", "charge.refund.updated"),
        *("charge.dispute.created", "charge.dispute.closed"),
    ]
    first: Any = shop.events[1].data.object
    assert first["amount_refunded"] == 700
    by_the_shop = stripe_stand_in.client().v1.refunds.list().data
    assert {r.status for r in by_the_shop} == {"succeeded", "failed"}


def test_a_refused_event_stays_and_comes_again(stripe_stand_in: StripeStandIn, shop: Shop) -> None:
    stripe_stand_in.webhooks.enabled_events = ("checkout.session.*",)
    paid(stripe_stand_in)
    shop.statuses = [503]
    assert [d.accepted for d in stripe_stand_in.deliver_events(shop.take)] == [False]
    events = stripe_stand_in.client().v1.events
    missed = events.list({"delivery_success": False, "type": "checkout.session.*"})
    assert [event.type for event in missed] == ["checkout.session.completed"]
    assert [d.accepted for d in stripe_stand_in.deliver_events(shop.take)] == [True]
    assert shop.events[0].id == shop.events[1].id
    assert not events.list({"delivery_success": False, "type": "checkout.session.*"}).data


def test_duplicates_reorder_and_drop(stripe_stand_in: StripeStandIn, shop: Shop) -> None:
    hooks = stripe_stand_in.webhooks
    hooks.enabled_events = ("checkout.session.completed", "charge.refunded")
    session = paid(stripe_stand_in)
    stripe_stand_in.refund(session)
    hooks.mode = "duplicate+reorder"
    stripe_stand_in.deliver_events(shop.take)
    assert shop.types == ["charge.refunded"] * 2 + ["checkout.session.completed"] * 2
    hooks.mode = "drop"
    paid(stripe_stand_in)
    assert stripe_stand_in.deliver_events(shop.take) == []
    assert [event["type"] for event in hooks.dropped] == ["checkout.session.completed"]
    hooks.mode = "normal"
    hooks.resend_dropped()
    stripe_stand_in.deliver_events(shop.take)
    assert len(shop.events) == 5
    with pytest.raises(ValueError, match="unknown webhook mode"):
        hooks.mode = "sideways"


def test_bad_signatures_can_be_made(stripe_stand_in: StripeStandIn) -> None:
    hooks = stripe_stand_in.webhooks
    event = stripe_stand_in.emit("checkout.session.expired", {"id": "cs_x"}, livemode=True)
    body, headers = hooks.message(event)

    def check(header: str, payload: bytes = body) -> stripe.Event:
        event: stripe.Event = stripe.Webhook.construct_event(payload, header, "whsec_stand_in")
        return event

    assert check(headers["Stripe-Signature"]).livemode
    for header in (
        hooks.signature(body, at=time.time() - 400),
        hooks.signature(body, scheme="v0"),
        hooks.signature(body, secrets=["whsec_other"]),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            check(header)
    with pytest.raises(stripe.SignatureVerificationError):
        check(headers["Stripe-Signature"], body[:-1] + b" ")
    hooks.secrets = ["whsec_new", "whsec_stand_in"]
    assert check(hooks.signature(body)).id == event["id"]


def test_the_thread_delivers_and_repeats(online: StripeStandIn, shop: Shop) -> None:
    shop.statuses = [500, 302]
    paid(online)
    until(lambda: len(shop.events) == 3)
    assert len({event.id for event in shop.events}) == 1
    until(lambda: len(online.webhooks.deliveries) == 3)
    assert [d.status for d in online.webhooks.deliveries] == [500, 302, 200]


def test_the_thread_gives_up_in_the_end(online: StripeStandIn, shop: Shop) -> None:
    shop.statuses = [500] * 3
    paid(online)
    until(lambda: online.webhooks.dropped)
    assert len(shop.events) == 3


def test_the_thread_holds_and_delays(online: StripeStandIn, shop: Shop) -> None:
    online.webhooks.mode = "hold"
    session = paid(online)
    online.refund(session)
    time.sleep(0.15)
    assert not shop.events
    online.webhooks.delay_seconds = 0.3
    start = time.monotonic()
    online.webhooks.mode = "delay+reorder"
    until(lambda: len(shop.events) == 2)
    assert time.monotonic() - start > 0.1
    assert shop.types == ["charge.refunded", "checkout.session.completed"]


def test_what_an_object_says_can_be_altered(stripe_stand_in: StripeStandIn) -> None:
    sessions = stripe_stand_in.client().v1.checkout.sessions
    made = sessions.create(asked())
    stripe_stand_in.alter("sessions", made.id, amount_total=1, currency="eur")
    assert sessions.retrieve(made.id).amount_total == 1
