"""From the buyer's page at Stripe to the paid order: by return page, message or sweeper, once."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout, orders
from storefront.catalogue import Hold, Variant
from storefront.checkout import paying
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.money import Money
from storefront.ledger import PROVIDER_FEES, LedgerEntry, LedgerTransaction, balance_idr
from storefront.notifications import Outbox
from storefront.orders import SYSTEM, Order
from storefront.payments import (
    FinanceTask,
    Payment,
    PaymentRefused,
    PaymentUnavailable,
    ProviderEvent,
)
from tests.factories import orders as make
from tests.factories.catalogue import live_product, workshop
from tests.payments.conftest import Receiver
from tests.rig.client import PageClient
from tests.stand_ins.stripe import StripeStandIn

SESSIONS = "POST /v1/checkout/sessions"
SPINE = ("checkout.session.*",)


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def waiting(**facts: Any) -> Order:
    """A Korean order that waits for a card."""
    return make.awaiting_order(provider="stripe", **{"currency": "KRW"} | facts)


def payment(order: Order) -> Payment:
    db.session.rollback()
    return make.payment_of(order)


def started(order: Order, stand_in: StripeStandIn) -> str:
    """The buyer is on the provider's page; the id of the session."""
    url = checkout.start_payment(payment(order).id)
    session_id = str(payment(order).provider_session)
    assert url.endswith(session_id) and session_id in stand_in.sessions
    return session_id


def state(order: Order) -> str:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True).state


def tasks() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(FinanceTask.kind)))


def count(model: Any, *where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def sales(order: Order) -> int:
    return count(
        LedgerTransaction, LedgerTransaction.order_id == order.id, LedgerTransaction.kind == "sale"
    )


def give_back_url(order: Order, session_id: str) -> str:
    return f"/ko/checkout/return/{payment(order).public_id}?session_id={session_id}"


# -- the way there and back -----------------------------------------------------------------------


def test_the_page_at_the_provider_is_the_same_each_time(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    first = checkout.start_payment(payment(order).id)
    assert checkout.start_payment(payment(order).id) == first
    (session,) = stripe_stand_in.sessions.values()
    total = session["amount_total"]
    assert (total, session["currency"]) == (order.total_minor, "krw")
    assert session["locale"] == "ko"
    assert payment(order).state == "pending"


@pytest.mark.parametrize("currency", ["IDR", "USD", "EUR"])
def test_every_currency_arrives_as_asked(
    currency: str, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting(currency=currency, lang="en")
    stripe_stand_in.pay(started(order, stripe_stand_in))
    answers = stripe_stand_in.deliver_events(post_event)
    assert {answer.status for answer in answers} == {200}
    assert state(order) == "placed" and tasks() == []
    paid = payment(order)
    assert (paid.captured_minor, paid.captured_currency) == (order.total_minor, currency)


def test_return_page_first_then_the_message(
    client: PageClient, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    answer = client.get(give_back_url(order, session_id))
    assert answer.status_code == 303 and order.token in answer.headers["Location"]
    assert state(order) == "placed"
    stripe_stand_in.deliver_events(post_event)
    assert sales(order) == 1 and balance_idr(PROVIDER_FEES) > 0
    assert count(Outbox, Outbox.topic == "orders.confirmed") == 1


def test_the_message_first_then_the_return_page(
    client: PageClient, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    stripe_stand_in.deliver_events(post_event)
    calls = len(stripe_stand_in.calls)
    assert client.get(give_back_url(order, session_id)).status_code == 303
    assert len(stripe_stand_in.calls) == calls
    assert sales(order) == 1


def test_the_return_page_decides_nothing_by_itself(
    client: PageClient, stripe_stand_in: StripeStandIn
) -> None:
    order, other = waiting(), waiting()
    session_id, foreign = started(order, stripe_stand_in), started(other, stripe_stand_in)
    page = client.get(give_back_url(order, session_id))
    assert page.status_code == 200 and state(order) == "awaiting_payment"
    made_up = f"{give_back_url(order, session_id)}&state=paid&payment_status=paid"
    assert client.get(made_up).status_code == 200 and state(order) == "awaiting_payment"
    name = payment(order).public_id
    for query in (f"?session_id={foreign}", "?session_id=", "", "?back=x", "?session_id=cs_x"):
        assert client.get(f"/ko/checkout/return/{name}{query}").status_code == 404
    assert client.get(f"/ko/checkout/return/nothing?session_id={session_id}").status_code == 404


def test_coming_back_without_paying(client: PageClient, stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    back = stripe_stand_in.sessions[session_id]["cancel_url"].removeprefix("http://localhost")
    assert client.get(back).status_code == 200
    stripe_stand_in.decline(session_id)
    assert client.get(back).status_code == 200
    stripe_stand_in.pay(session_id)
    assert client.get(back).status_code == 303 and state(order) == "placed"


# -- messages -------------------------------------------------------------------------------------


def test_a_message_that_comes_twice_and_backwards_acts_once(
    stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    stripe_stand_in.pay(started(order, stripe_stand_in))
    stripe_stand_in.webhooks.mode = "duplicate+reorder"
    answers = stripe_stand_in.deliver_events(post_event)
    assert len(answers) > 6 and {answer.status for answer in answers} == {200}
    assert sales(order) == 1
    stored = count(ProviderEvent)
    assert stored == len({answer.event_id for answer in answers})
    assert count(ProviderEvent, ProviderEvent.handled_at.is_(None)) == 0


def test_a_known_message_is_answered_in_one_read(
    client: PageClient, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    stripe_stand_in.webhooks.mode = "duplicate"
    calls = len(stripe_stand_in.calls)
    stripe_stand_in.deliver_events(post_event, types=("checkout.session.completed",))
    assert len(stripe_stand_in.calls) == calls + 1  # read once at Stripe, for the first of the two
    assert client.last is not None and int(client.last.headers["X-Statements"]) == 1
    assert state(order) == "placed"


def test_ten_at_once_act_once(app: Flask, stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    (event,) = [
        each
        for each in stripe_stand_in.events.values()
        if each["type"] == "checkout.session.completed"
    ]
    body, headers = stripe_stand_in.webhooks.message(event)
    barrier = threading.Barrier(10)

    def send(_: int) -> int:
        barrier.wait()
        return app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {200}
    assert sales(order) == 1 and count(ProviderEvent) == 1
    assert count(Outbox, Outbox.topic == "orders.confirmed") == 1


@pytest.mark.full
def test_a_backlog_of_five_hundred_acts_once_each(
    app: Flask, stripe_stand_in: StripeStandIn
) -> None:
    product = live_product(workshop(), stock=100)
    paid = [waiting(products=[product]) for _ in range(50)]
    for order in paid:
        stripe_stand_in.pay(started(order, stripe_stand_in))
    messages = [stripe_stand_in.webhooks.message(e) for e in stripe_stand_in.events.values()]
    backlog = (messages * (500 // len(messages) + 1))[:500]
    random.Random(38).shuffle(backlog)

    def send(message: tuple[bytes, dict[str, str]]) -> int:
        body, headers = message
        return app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, backlog)) == {200}
    assert [sales(order) for order in paid] == [1] * 50
    assert count(ProviderEvent) == len(messages)
    assert count(Outbox, Outbox.topic == "orders.confirmed") == 50


def test_forgeries_leave_nothing(
    client: PageClient, stripe_stand_in: StripeStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    order = waiting()
    stripe_stand_in.pay(started(order, stripe_stand_in))
    event = next(iter(stripe_stand_in.events.values()))
    body, headers = stripe_stand_in.webhooks.message(event)
    caplog.clear()
    for raw, given in (
        (body, {}),
        (body + b" ", headers),
        (body, {"Stripe-Signature": "t=1,v1=0"}),
    ):
        assert client.post("/webhooks/stripe", data=raw, headers=given).status_code == 400
    assert len([line for line in caplog.messages if "refused" in line]) == 3
    assert client.post("/webhooks/nobody", data=body, headers=headers).status_code == 404
    assert client.post("/webhooks/transfer", data=body, headers=headers).status_code == 400
    assert state(order) == "awaiting_payment" and count(ProviderEvent) == 0


def test_a_message_is_put_off_while_stripe_or_the_database_is_busy(
    stripe_stand_in: StripeStandIn, post_event: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = waiting()
    stripe_stand_in.pay(started(order, stripe_stand_in))
    stripe_stand_in.faults.add("500", times=3, match="GET *")
    (first,) = stripe_stand_in.deliver_events(post_event, types=("checkout.session.completed",))
    assert first.status == 503 and count(ProviderEvent) == 0

    def busy(*_: Any, **__: Any) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("lock timeout"))

    with monkeypatch.context() as patched:
        patched.setattr("storefront.webhooks.apply_facts", busy)
        (second,) = stripe_stand_in.deliver_events(
            post_event, types=("checkout.session.completed",)
        )
    assert second.status == 503 and count(ProviderEvent) == 0 and state(order) != "placed"
    (third,) = stripe_stand_in.deliver_events(post_event, types=("checkout.session.completed",))
    assert third.status == 200 and state(order) == "placed"


@pytest.mark.parametrize("where", ["store_event", "apply_facts"])
def test_a_process_that_dies_in_a_message_leaves_all_or_nothing(
    where: str,
    client: PageClient,
    stripe_stand_in: StripeStandIn,
    post_event: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = waiting()
    stripe_stand_in.pay(started(order, stripe_stand_in))
    real = getattr(__import__("storefront.webhooks", fromlist=[where]), where)

    def dies(*args: Any, **facts: Any) -> None:
        real(*args, **facts)  # everything is written, nothing committed
        db.session.flush()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"storefront.webhooks.{where}", dies)
        with pytest.raises(KeyboardInterrupt):
            stripe_stand_in.deliver_events(post_event, types=("checkout.session.completed",))
    assert count(ProviderEvent) == 0 and state(order) == "awaiting_payment"
    event = next(e for e in stripe_stand_in.events.values() if "completed" in e["type"])
    body, headers = stripe_stand_in.webhooks.message(event)
    for _ in range(2):  # committed, but the answer was lost: it comes again
        assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 200
    assert state(order) == "placed" and sales(order) == 1


def test_a_message_quicker_than_our_own_commit(
    app: Flask, client: PageClient, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    payment_id = payment(order).id
    with stripe_stand_in.hold_next(SESSIONS) as hold, ThreadPoolExecutor(1) as pool:

        def start() -> str:
            with app.app_context():
                return checkout.start_payment(payment_id)

        answer = pool.submit(start)
        hold.wait_arrived()
        (session_id,) = stripe_stand_in.sessions
        stripe_stand_in.pay(session_id)
        assert payment(order).provider_session is None
        told = stripe_stand_in.deliver_events(post_event, types=SPINE)
        assert [one.status for one in told] == [200] and state(order) == "placed"
        hold.release()
        assert "/checkout/return/" in answer.result()
    assert payment(order).provider_session == session_id and sales(order) == 1


def test_money_that_fits_no_order_is_a_task(
    stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    about = {
        "id": "cs_stranger",
        "object": "checkout.session",
        "client_reference_id": None,
        "payment_status": "paid",
        "amount_total": 5000,
        "currency": "usd",
        "metadata": {},
    }
    stripe_stand_in.emit("checkout.session.completed", about)
    assert [d.status for d in stripe_stand_in.deliver_events(post_event)] == [200]
    assert tasks() == ["payment_unknown"]
    stripe_stand_in.emit("checkout.session.completed", about | {"client_reference_id": "p9"})
    assert [d.status for d in stripe_stand_in.deliver_events(post_event)] == [503]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("sessions", {"client_reference_id": "another"}),
        ("sessions", {"metadata": {"payment": "x", "order": "CLG-1"}}),
        ("sessions", {"livemode": True}),
        ("intents", {"amount_received": 99_999_999}),
        ("intents", {"amount_received": 1}),
        ("intents", {"currency": "usd"}),
        ("intents", {"currency": "jpy"}),
    ],
)
def test_what_differs_from_ours_fulfils_nothing(
    table: str, change: dict[str, Any], stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    paid = stripe_stand_in.pay(session_id)
    stripe_stand_in.alter(
        table, session_id if table == "sessions" else paid["payment_intent"], **change
    )
    answers = stripe_stand_in.deliver_events(post_event, types=SPINE)
    assert [one.status for one in answers] == [200]
    assert state(order) == "awaiting_payment" and sales(order) == 0
    assert len(tasks()) == 1
    db.session.expire_all()
    assert checkout.finish_payment(payment(order).id) in ("failed", "confirmed")
    assert len(tasks()) == 1


def test_paid_expired_refunded_disputed_in_every_order(
    stripe_stand_in: StripeStandIn, client: PageClient
) -> None:
    maker = workshop()
    product = live_product(maker, stock=30)
    ends = set()
    for sequence in permutations(range(4)):
        order = waiting(products=[product])
        session_id = started(order, stripe_stand_in)
        stripe_stand_in.pay(session_id)
        stripe_stand_in.refund(session_id, 1000)
        stripe_stand_in.dispute(session_id)
        stripe_stand_in.emit("checkout.session.expired", stripe_stand_in.sessions[session_id])
        events = {each["type"]: each for each in stripe_stand_in.events.values()}
        kinds = [
            "checkout.session.completed",
            "checkout.session.expired",
            "charge.refunded",
            "charge.dispute.created",
        ]
        for at in sequence:
            body, headers = stripe_stand_in.webhooks.message(events[kinds[at]])
            for _ in range(2):
                sent = client.post("/webhooks/stripe", data=body, headers=headers)
                assert sent.status_code == 200
        db.session.rollback()
        opened = sorted(
            db.session.scalars(sa.select(FinanceTask.kind).where(FinanceTask.order_id == order.id))
        )
        ends.add((state(order), payment(order).state, sales(order), tuple(opened)))
    assert ends == {("placed", "charged_back", 1, ("chargeback", "refund_outside"))}


def test_a_dispute_that_is_won_gives_the_payment_back(
    stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    dispute = stripe_stand_in.dispute(session_id)
    stripe_stand_in.deliver_events(post_event)
    assert payment(order).state == "charged_back"
    stripe_stand_in.close_dispute(dispute["id"], "won")
    stripe_stand_in.deliver_events(post_event)
    assert payment(order).state == "confirmed" and state(order) == "placed"


def test_late_money_never_revives_a_cancelled_order(
    stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.delay(session_id)
    with transaction():
        orders.cancel_order(order.id, SYSTEM, "test")
    stripe_stand_in.settle(session_id)
    stripe_stand_in.deliver_events(post_event)
    assert state(order) == "cancelled" and tasks() == ["payment_late"]
    assert payment(order).flag == "late" and sales(order) == 0


# -- what breaks while a payment is opened --------------------------------------------------------


def later(minutes: int) -> None:
    """Let the payments' rows be that much older."""
    with transaction():
        past = now() - dt.timedelta(minutes=minutes)
        db.session.execute(sa.update(Payment).values(created_at=past, checked_at=past))


@pytest.mark.parametrize("fault", ["409", "429", "reset"])
def test_a_provider_in_trouble_keeps_order_and_hold(
    fault: str, stripe_stand_in: StripeStandIn
) -> None:
    order = waiting()
    stripe_stand_in.faults.add(fault, times=3, match=SESSIONS)
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(payment(order).id)
    assert payment(order).state == "created" and count(Hold, Hold.state == "held") == 2
    started(order, stripe_stand_in)
    assert len({call.key for call in stripe_stand_in.calls if call.key}) == 1


def test_a_stored_fault_ends_the_attempt_and_the_next_has_a_new_key(
    stripe_stand_in: StripeStandIn,
) -> None:
    order = waiting()
    stripe_stand_in.faults.add("500", times=1, match=SESSIONS, stored=True)
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(payment(order).id)
    assert payment(order).state == "failed" and state(order) == "awaiting_payment"
    again = checkout.pay_again(order.id, "stripe", SYSTEM)
    assert checkout.start_payment(again)
    assert payment(order).attempt == 2 and len(stripe_stand_in.sessions) == 1


def test_a_fault_whose_effect_took_place_is_found(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    stripe_stand_in.faults.add("500", times=3, match=SESSIONS, applied=True, stored=True)
    url = checkout.start_payment(payment(order).id)
    (session_id,) = stripe_stand_in.sessions
    assert url.endswith(session_id) and payment(order).state == "pending"


def test_a_refusal_is_told_and_another_way_is_open(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    stripe_stand_in.faults.add("402", match=SESSIONS)
    with pytest.raises(PaymentRefused):
        checkout.start_payment(payment(order).id)
    assert payment(order).state == "failed" and count(Hold, Hold.state == "held") == 2


def test_no_lock_is_held_while_stripe_is_asked(app: Flask, stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    payment_id = payment(order).id
    with stripe_stand_in.hold_next(SESSIONS) as hold, ThreadPoolExecutor(1) as pool:

        def start() -> str:
            with app.app_context():
                return checkout.start_payment(payment_id)

        answer = pool.submit(start)
        hold.wait_arrived()
        with transaction():  # the whole shop can write meanwhile
            orders.locked_order(order.id)
            db.session.execute(sa.update(Payment).values(checked_at=now()))
            db.session.execute(sa.update(Variant).values(held=Variant.held))
        hold.release()
        assert answer.result()


@pytest.mark.parametrize("point", ["before the call", "no answer", "not stored"])
def test_a_crash_while_opening_is_taken_up_again(
    point: str, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = waiting()
    payment_id = payment(order).id

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if point == "before the call":
            patched.setattr(paying, "_start", die)
        elif point == "no answer":
            stripe_stand_in.faults.add("reset", times=3, match=SESSIONS, applied=True)
        else:
            patched.setattr(paying, "store_started", die)
        with pytest.raises((KeyboardInterrupt, PaymentUnavailable)):
            checkout.start_payment(payment_id)
    db.session.rollback()
    later(3)
    assert checkout.finish_open_payments() == "0/1"
    url = checkout.start_payment(payment_id)
    (session_id,) = stripe_stand_in.sessions  # never a second one
    assert url.endswith(session_id) and payment(order).provider_session == session_id
    stripe_stand_in.pay(session_id)
    later(3)
    assert checkout.finish_open_payments() == "1/1" and state(order) == "placed"


def test_a_paid_session_nobody_stored_is_found_by_the_sweeper(
    stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = waiting()
    stripe_stand_in.faults.add("reset", times=3, match=SESSIONS, applied=True)
    with pytest.raises(PaymentUnavailable):
        checkout.start_payment(payment(order).id)
    stripe_stand_in.pay(next(iter(stripe_stand_in.sessions)))
    assert checkout.finish_open_payments() == "0/0"  # asked only after two minutes
    later(3)
    assert checkout.finish_open_payments() == "1/1" and state(order) == "placed"


# -- another way, giving up, running out of time --------------------------------------------------


def test_starting_another_way_voids_the_first(stripe_stand_in: StripeStandIn) -> None:
    order = waiting(currency="IDR")
    with transaction():
        db.session.execute(sa.update(Order).values(country="ID"))
    session_id = started(order, stripe_stand_in)
    second = checkout.pay_again(order.id, "transfer", SYSTEM)
    assert stripe_stand_in.sessions[session_id]["status"] == "expired"
    assert checkout.start_payment(second).endswith("/transfer")
    assert checkout.pay_again(order.id, "transfer", SYSTEM) == second
    third = checkout.pay_again(order.id, "stripe", SYSTEM)
    assert checkout.start_payment(third) and third not in (second,)
    db.session.rollback()
    states = [each.state for each in db.session.scalars(sa.select(Payment).order_by(Payment.id))]
    assert states == ["expired", "cancelled", "pending"]


def test_a_first_way_that_was_paid_finishes_the_sale(stripe_stand_in: StripeStandIn) -> None:
    order = waiting(currency="IDR")
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.pay(session_id)
    kept = checkout.pay_again(order.id, "transfer", SYSTEM)
    assert kept == payment(order).id and state(order) == "placed"
    assert "/checkout/return/" in checkout.start_payment(kept)


def test_two_windows_open_one_payment(app: Flask, stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    stripe_stand_in.expire(started(order, stripe_stand_in))
    assert checkout.finish_payment(payment(order).id) == "expired"
    barrier = threading.Barrier(4)

    def press(_: int) -> str:
        with app.app_context():
            barrier.wait()
            return checkout.start_payment(checkout.pay_again(order.id, "stripe", SYSTEM))

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    payable = [one for one in stripe_stand_in.sessions.values() if one["status"] == "open"]
    assert len(payable) == 1 and count(Payment) == 2


def test_the_database_refuses_a_second_open_payment() -> None:
    order = waiting()
    first = payment(order)
    amount = Money(first.amount_minor, first.currency)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        make.open_payment(order.id, None, "stripe", amount, order.pay_by_at, 2)
    with transaction():  # the control: without the index two would stand open
        db.session.execute(sa.text("drop index uq_payment_one_open"))
    with transaction():
        make.open_payment(order.id, None, "stripe", amount, order.pay_by_at, 2)
    assert count(Payment, Payment.state == "created") == 2


def test_giving_up_calls_the_page_off_first(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    checkout.call_off_order(order.id, SYSTEM, "buyer")
    assert stripe_stand_in.sessions[session_id]["status"] == "expired"
    assert state(order) == "cancelled" and count(Hold, Hold.state == "held") == 0
    checkout.call_off_order(order.id, SYSTEM, "buyer")


def overdue(order: Order) -> None:
    with transaction():
        db.session.execute(
            sa.update(Order).where(Order.id == order.id).values(pay_by_at=now() - dt.timedelta(2))
        )


def test_an_unpaid_order_expires_after_its_page(stripe_stand_in: StripeStandIn) -> None:
    order, in_time = waiting(), waiting()
    session_id = started(order, stripe_stand_in)
    overdue(order)
    assert checkout.expire_unpaid_orders() == "1/1"
    assert stripe_stand_in.sessions[session_id]["status"] == "expired"
    assert (state(order), payment(order).state) == ("expired", "expired")
    assert state(in_time) == "awaiting_payment"
    assert count(Hold, Hold.state == "held", Hold.order_id == order.id) == 0
    assert checkout.expire_unpaid_orders() == "0/0"


@pytest.mark.parametrize("what", ["POST /v1/checkout/sessions/*", "GET *"])
def test_stock_is_kept_while_stripe_does_not_say_unpaid(
    what: str, stripe_stand_in: StripeStandIn
) -> None:
    order = waiting()
    started(order, stripe_stand_in)
    overdue(order)
    stripe_stand_in.faults.add("reset", times=3, match=what, applied=True)
    assert checkout.expire_unpaid_orders() == "0/1"
    assert state(order) == "awaiting_payment" and count(Hold, Hold.state == "held") == 2
    assert checkout.expire_unpaid_orders() == "1/1" and state(order) == "expired"


def test_an_overdue_order_that_was_paid_is_finished(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    stripe_stand_in.pay(started(order, stripe_stand_in))
    overdue(order)
    assert checkout.expire_unpaid_orders() == "0/1"
    assert state(order) == "placed" and tasks() == []


def test_a_hold_shorter_than_stripes_shortest_session(stripe_stand_in: StripeStandIn) -> None:
    order = waiting()
    overdue(order)
    assert checkout.finish_payment(payment(order).id) == "created"
    with transaction():
        db.session.execute(sa.delete(Payment.__table__.metadata.tables["payment_event"]))
        db.session.execute(sa.delete(Payment))
    again = checkout.pay_again(order.id, "stripe", SYSTEM)
    assert checkout.start_payment(again)
    (session,) = stripe_stand_in.sessions.values()
    assert session["expires_at"] >= (now() + dt.timedelta(minutes=31)).timestamp()
    assert checkout.expire_unpaid_orders() == "1/1"
    (session,) = stripe_stand_in.sessions.values()
    assert session["status"] == "expired"


def test_money_after_the_piece_was_sold_goes_back(
    stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    product = live_product(workshop(), stock=1)
    order = waiting(products=[product])
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.delay(session_id)
    overdue(order)
    assert checkout.expire_unpaid_orders() == "1/1"
    make.paid_order([product], provider="rehearsal")
    stripe_stand_in.settle(session_id)
    stripe_stand_in.deliver_events(post_event)
    assert state(order) == "cancelled" and tasks() == ["sold_meanwhile"]
    assert count(Outbox, Outbox.topic == "orders.sold_meanwhile") == 1
    refund_id = db.session.scalars(sa.select(orders.Refund.id)).one()
    orders.execute_refund(refund_id)
    (made,) = stripe_stand_in.refunds.values()
    assert made["amount"] == order.total_minor
    assert db.session.scalars(sa.select(sa.func.min(Variant.on_hand))).one() == 0
    assert count(LedgerEntry) > 0 and balance_idr("clearing:stripe") != 0


def test_late_money_that_no_message_told_is_found_within_the_hour(
    stripe_stand_in: StripeStandIn,
) -> None:
    order = waiting()
    session_id = started(order, stripe_stand_in)
    stripe_stand_in.delay(session_id)
    overdue(order)
    assert checkout.expire_unpaid_orders() == "1/1" and state(order) == "expired"
    stripe_stand_in.settle(session_id)
    later(61)
    assert checkout.finish_open_payments() == "1/1" and state(order) == "placed"
