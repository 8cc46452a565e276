"""The Stripe gateway against the stand-in: units, parameters, faults, signatures."""

from __future__ import annotations

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from storefront.kernel.clock import now
from storefront.kernel.money import Money
from storefront.payments import (
    AmountTooSmall,
    Attempt,
    AttemptSpent,
    BadEvent,
    ChargeLine,
    OrderFacts,
    PaymentRefused,
    PaymentUnavailable,
    Started,
    stripe_gateway,
)
from storefront.payments.stripe_facts import NotWhole, from_stripe, to_stripe
from storefront.payments.stripe_gateway import StripeGateway
from tests.stand_ins.stripe import StripeStandIn

PAUSE = stripe_gateway._PAUSE
SESSIONS = "POST /v1/checkout/sessions"


@pytest.fixture
def gateway(stripe_stand_in: StripeStandIn) -> StripeGateway:
    return StripeGateway("sk_test_x", stripe_stand_in.url, [stripe_stand_in.secret])


def attempt(name: str = "p1", amount: Money | None = None) -> Attempt:
    return Attempt(
        id=1,
        public_id=name,
        order_id=1,
        provider="stripe",
        state="created",
        key=f"pay-{name}",
        amount=amount or Money(250_000, "KRW"),
        expires_at=(now() + dt.timedelta(minutes=45)).replace(microsecond=0),
        created_at=now(),
    )


def facts(*lines: ChargeLine, lang: str = "ko") -> OrderFacts:
    return OrderFacts(
        number="CLG-100001",
        lang=lang,
        email="buyer@example.org",
        lines=lines,
        return_url="https://shop.example/ko/checkout/return/p1",
        cancel_url="https://shop.example/ko/checkout/return/p1?back=x",
        transfer_url="/t",
        rehearsal_url="/r",
    )


TWO = (
    ChargeLine("티크 잎 실크 스카프", Money(100_000, "KRW"), 2),
    ChargeLine("배송", Money(50_000, "KRW"), 1),
)


def sent_amounts(stand_in: StripeStandIn) -> list[int]:
    lines = stand_in.calls[-1].params["line_items"].values()
    return [int(line["price_data"]["unit_amount"]) for line in lines]


@pytest.mark.parametrize(
    ("money", "theirs"),
    [
        (Money(10_000, "IDR"), 1_000_000),
        (Money(62_000, "KRW"), 62_000),
        (Money(4_550, "USD"), 4_550),
        (Money(4_550, "EUR"), 4_550),
    ],
)
def test_amounts_are_counted_in_their_unit(money: Money, theirs: int) -> None:
    assert to_stripe(money) == theirs
    assert from_stripe(theirs, money.currency.lower()) == money


def test_a_part_of_a_rupiah_is_refused() -> None:
    with pytest.raises(NotWhole):
        from_stripe(1_000_050, "idr")


@pytest.mark.parametrize("lang", ["id", "en", "ko", "fr"])
def test_a_session_names_every_line_and_speaks_the_buyers_language(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn, lang: str
) -> None:
    started = gateway.start(attempt(), facts(*TWO, lang=lang))
    session = stripe_stand_in.sessions[str(started.session_id)]
    assert session["amount_total"] == 250_000 and session["locale"] == lang
    assert session["adaptive_pricing"] == {"enabled": False}
    assert session["client_reference_id"] == "p1"
    assert session["metadata"] == {"payment": "p1", "order": "CLG-100001"}
    assert sent_amounts(stripe_stand_in) == [100_000, 50_000]
    assert "payment_method_types" not in stripe_stand_in.calls[-1].params
    assert started.redirect_url.startswith(stripe_stand_in.url)


def test_lines_that_do_not_sum_become_one(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    gateway.start(attempt(amount=Money(125_000, "KRW")), facts(*TWO))
    assert sent_amounts(stripe_stand_in) == [125_000]


def test_rupiah_are_sent_in_hundredths(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    line = ChargeLine("Selendang", Money(685_000, "IDR"), 1)
    gateway.start(attempt(amount=Money(685_000, "IDR")), facts(line, lang="id"))
    (session,) = stripe_stand_in.sessions.values()
    assert session["amount_total"] == 68_500_000


def test_the_same_attempt_opens_one_session(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    ours = attempt()
    first, again = (gateway.start(ours, facts(*TWO)) for _ in range(2))
    assert first == again and len(stripe_stand_in.sessions) == 1
    assert stripe_stand_in.calls[-1].replayed


def test_a_lost_answer_is_found_by_our_reference(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.faults.add("reset", times=3, match=SESSIONS, applied=True)
    with pytest.raises(PaymentUnavailable):
        gateway.start(attempt(), facts(*TWO))
    found = gateway.find(attempt())
    assert isinstance(found, Started) and found.session_id in stripe_stand_in.sessions
    assert gateway.find(attempt("other")) is None
    assert gateway.fetch(attempt()).session_id == found.session_id


@pytest.mark.parametrize(
    ("fault", "times", "error", "tries"),
    [
        ("409", 1, None, 2),
        ("429", 2, None, 3),
        ("500", 1, None, 2),
        ("reset", 2, None, 3),
        ("409", 3, PaymentUnavailable, 3),
        ("429", 3, PaymentUnavailable, 3),
        ("500", 3, AttemptSpent, 3),
        ("503", 3, AttemptSpent, 3),
        ("reset", 3, PaymentUnavailable, 3),
        ("401", 1, PaymentUnavailable, 1),
        ("402", 1, PaymentRefused, 1),
    ],
)
def test_faults_are_repeated_or_told(
    gateway: StripeGateway,
    stripe_stand_in: StripeStandIn,
    fault: str,
    times: int,
    error: type[Exception] | None,
    tries: int,
) -> None:
    stripe_stand_in.faults.add(fault, times=times, match=SESSIONS)
    if error is None:
        assert gateway.start(attempt(), facts(*TWO)).session_id
    else:
        with pytest.raises(error):
            gateway.start(attempt(), facts(*TWO))
    keys = {call.key for call in stripe_stand_in.calls}
    assert len(stripe_stand_in.calls) == tries and keys == {"pay-p1"}


def test_a_stored_fault_is_not_repeated(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.faults.add("500", match=SESSIONS, stored=True)
    for _ in range(2):
        with pytest.raises(AttemptSpent):
            gateway.start(attempt(), facts(*TWO))
    assert len(stripe_stand_in.calls) == 2
    assert gateway.find(attempt()) is None
    assert gateway.start(replace(attempt("p2"), key="pay-p2"), facts(*TWO)).session_id


def test_a_slow_provider_does_not_keep_the_buyer(
    stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.payments.stripe_gateway._SECONDS", 0.5)
    monkeypatch.setattr("storefront.payments.stripe_gateway._NO_NEW_TRY_AFTER", 0.4)
    gateway = StripeGateway("sk_test_x", stripe_stand_in.url, [])
    stripe_stand_in.faults.add("timeout", times=3, seconds=3, match=SESSIONS)
    with pytest.raises(PaymentUnavailable):
        gateway.start(attempt(), facts(*TWO))
    assert len(stripe_stand_in.calls) == 1


def test_a_tiny_amount_is_told_as_such(gateway: StripeGateway) -> None:
    tiny = Money(10, "USD")
    assert not gateway.offered("USD", "US", tiny)
    with pytest.raises(AmountTooSmall):
        gateway.start(attempt(amount=tiny), facts(ChargeLine("x", tiny, 1), lang="en"))


def test_fifty_sessions_in_one_second_all_open(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.payments.stripe_gateway._PAUSE", PAUSE)
    stripe_stand_in.faults.rate_limit = 25
    with ThreadPoolExecutor(50) as pool:
        names = [f"p{n}" for n in range(50)]
        started = list(pool.map(lambda n: gateway.start(attempt(n), facts(*TWO)), names))
    assert len({one.session_id for one in started}) == 50


def test_a_paid_session_tells_amount_fee_and_payment(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    ours = attempt()
    session_id = str(gateway.start(ours, facts(*TWO)).session_id)
    assert gateway.fetch(ours).state == "open"
    stripe_stand_in.decline(session_id)
    assert gateway.fetch(ours).state == "open"
    stripe_stand_in.pay(session_id)
    told = gateway.fetch(replace(ours, session_id=session_id))
    assert (told.state, told.captured) == ("paid", Money(250_000, "KRW"))
    assert told.fee == Money(8_900, "KRW")
    assert told.payment_ref in stripe_stand_in.intents
    gateway.cancel(replace(ours, session_id=session_id))  # too late, and harmless
    assert gateway.fetch(ours).state == "paid"


def test_delayed_money_is_on_its_way_until_it_comes_or_does_not(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    for name, deed, state in (
        ("p1", stripe_stand_in.settle, "paid"),
        ("p2", stripe_stand_in.fail_delayed, "failed"),
    ):
        session_id = str(gateway.start(attempt(name), facts(*TWO)).session_id)
        ours = replace(attempt(name), session_id=session_id)
        stripe_stand_in.delay(session_id)
        assert gateway.fetch(ours).state == "processing"
        deed(session_id)
        assert gateway.fetch(ours).state == state


def test_cancelling_expires_the_session(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    session_id = str(gateway.start(attempt(), facts(*TWO)).session_id)
    gateway.cancel(attempt())
    assert stripe_stand_in.sessions[session_id]["status"] == "expired"
    assert gateway.fetch(attempt()).state == "expired"
    gateway.cancel(attempt("never heard of"))


def test_refunds_are_sent_once_and_found_again(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    session_id = str(gateway.start(attempt(), facts(*TWO)).session_id)
    intent = stripe_stand_in.pay(session_id)["payment_intent"]
    about = {"refund": "r1"}
    first = gateway.refund(intent, Money(50_000, "KRW"), "k1", about)
    again = gateway.refund(intent, Money(50_000, "KRW"), "k1", about)
    assert first == again and first.state == "done"
    assert len(stripe_stand_in.refunds) == 1
    assert gateway.find_refund(intent, "r1") == first
    assert gateway.find_refund(intent, "r2") is None
    too_much = gateway.refund(intent, Money(250_000, "KRW"), "k2", {"refund": "r2"})
    assert too_much.state == "failed" and "greater" in too_much.failure


def test_messages_prove_their_sender(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    event = stripe_stand_in.emit("checkout.session.completed", {"id": "cs_1", "object": "x"})
    webhooks = stripe_stand_in.webhooks
    body, headers = webhooks.message(event)
    assert gateway.parse_event(body, headers).event_id == event["id"]
    forged = {
        "no header": (body, {}),
        "wrong secret": (body, {"Stripe-Signature": webhooks.signature(body, secrets=["no"])}),
        "changed body": (body.replace(b"cs_1", b"cs_2"), headers),
        "one byte more": (body + b" ", headers),
        "too old": (body, {"Stripe-Signature": webhooks.signature(body, at=time.time() - 400)}),
        "v0 only": (body, {"Stripe-Signature": webhooks.signature(body, scheme="v0")}),
        "nonsense": (body, {"Stripe-Signature": "t=now,v1=zzz"}),
        "not text": (b"\xff\xfe", {"Stripe-Signature": webhooks.signature(b"\xff\xfe")}),
        "not JSON": (b"{", {"Stripe-Signature": webhooks.signature(b"{")}),
        "not an event": (b"{}", {"Stripe-Signature": webhooks.signature(b"{}")}),
    }
    for raw, given in forged.values():
        with pytest.raises(BadEvent):
            gateway.parse_event(raw, given)


def test_two_secrets_are_good_while_one_is_changed(stripe_stand_in: StripeStandIn) -> None:
    both = StripeGateway("sk_test_x", stripe_stand_in.url, ["whsec_new", "whsec_old"])
    event = stripe_stand_in.emit("charge.refunded", {"id": "ch_1", "object": "charge"})
    for secrets in (["whsec_old"], ["whsec_new"], ["whsec_other", "whsec_old"]):
        stripe_stand_in.webhooks.secrets = secrets
        assert both.parse_event(*stripe_stand_in.webhooks.message(event)).kind == "charge.refunded"
    stripe_stand_in.webhooks.secrets = ["whsec_other"]
    with pytest.raises(BadEvent):
        both.parse_event(*stripe_stand_in.webhooks.message(event))


def test_a_live_message_is_not_for_a_test_shop(
    gateway: StripeGateway, stripe_stand_in: StripeStandIn
) -> None:
    event = stripe_stand_in.emit("charge.refunded", {"id": "ch_1"}, livemode=True)
    with pytest.raises(BadEvent):
        gateway.parse_event(*stripe_stand_in.webhooks.message(event))


def test_threads_share_one_gateway(gateway: StripeGateway) -> None:
    barrier = threading.Barrier(4)

    def start(name: str) -> str | None:
        barrier.wait()
        return gateway.start(attempt(name), facts(*TWO)).session_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, "abcd"))) == 4
