"""The Stripe stand-in behind the real SDK: sessions, payments, refunds, parameters."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import stripe
from stripe.params.checkout import SessionCreateParams

from tests.stand_ins.stripe import ApiError, StripeStandIn

pytest_plugins = ("tests.stand_ins.fixtures",)


def asked(currency: str = "usd", unit_amount: int = 1500, **more: Any) -> SessionCreateParams:
    """Returns parameters of a session with two lines of one piece and two pieces."""
    price: Any = {"currency": currency, "unit_amount": unit_amount}
    params: Any = {
        "mode": "payment",
        "line_items": [
            {"quantity": 1, "price_data": price | {"product_data": {"name": "라탄 가방"}}},
            {"quantity": 2, "price_data": price | {"product_data": {"name": "Écharpe tissée"}}},
        ],
        "success_url": "http://127.0.0.1:9/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cart",
        **more,
    }
    return params  # type: ignore[no-any-return]


def refused(stand_in: StripeStandIn, params: Any) -> stripe.InvalidRequestError:
    """Returns the SDK's error for a session that must not be made."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stand_in.client().v1.checkout.sessions.create(params)
    assert not stand_in.sessions
    return caught.value


def test_session_carries_what_was_asked(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    until = int(time.time()) + 3600
    made = client.v1.checkout.sessions.create(
        asked(
            "krw",
            25_000,
            locale="ko",
            metadata={"order": "17"},
            client_reference_id="17",
            customer_email="kim@example.com",
            expires_at=until,
            adaptive_pricing={"enabled": False},
            payment_intent_data={"metadata": {"order": "17"}, "description": "Order 17"},
        )
    )
    assert (made.amount_total, made.currency, made.locale) == (75_000, "krw", "ko")
    assert made.metadata is not None
    assert made.metadata["order"] == "17"
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)
    assert (made.client_reference_id, made.customer_email) == ("17", "kim@example.com")
    assert made.expires_at == until
    assert not made.livemode
    assert made.url == f"{stripe_stand_in.url}/pay/{made.id}"

    stripe_stand_in.pay(made.id)
    paid = client.v1.checkout.sessions.retrieve(
        made.id,
        {"expand": ["line_items", "payment_intent.latest_charge.balance_transaction"]},
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.line_items is not None
    assert [line.description for line in paid.line_items] == ["라탄 가방", "Écharpe tissée"]
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.amount_received, intent.status) == (75_000, "succeeded")
    assert intent.metadata["order"] == "17"
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    entry = charge.balance_transaction
    assert isinstance(entry, stripe.BalanceTransaction)
    assert entry.fee > 0
    assert entry.net == 75_000 - entry.fee
    assert client.v1.payment_intents.retrieve(intent.id).latest_charge == charge.id


def test_expire_and_list(stripe_stand_in: StripeStandIn) -> None:
    sessions = stripe_stand_in.client().v1.checkout.sessions
    first, second, third = (sessions.create(asked()).id for _ in range(3))
    assert sessions.expire(second).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        sessions.expire(second)
    assert [s.id for s in sessions.list({"status": "open"})] == [third, first]
    page = sessions.list({"limit": 2})
    assert page.has_more
    assert [s.id for s in page.auto_paging_iter()] == [third, second, first]
    assert len(sessions.list({"created": {"lt": 5}}).data) == 0
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sessions.retrieve("cs_test_none")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


def test_session_expires_by_the_clock(stripe_stand_in: StripeStandIn) -> None:
    sessions = stripe_stand_in.client().v1.checkout.sessions
    made = sessions.create(asked(expires_at=int(time.time()) + 1860))
    stripe_stand_in.advance(1900)
    assert sessions.retrieve(made.id).status == "expired"
    with pytest.raises(ApiError, match="status of expired"):
        stripe_stand_in.pay(made.id)


@pytest.mark.parametrize(("wait", "fault"), [(29 * 60, "at least 30"), (86_500, "less than 24")])
def test_expiry_has_its_limits(stripe_stand_in: StripeStandIn, wait: int, fault: str) -> None:
    error = refused(stripe_stand_in, asked(expires_at=int(time.time()) + wait))
    assert error.param == "expires_at"
    assert fault in str(error)


PRICE = {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Bag"}}


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"metadat": {"a": "b"}}, "parameter_unknown", "metadat"),
        ({"line_items": [{"quantity": "two", "price_data": PRICE}]}, "parameter_invalid_integer",
         "line_items[0][quantity]"),
        ({"line_items": [{"quantity": 1, "price_data": PRICE | {"amount": 3}}]},
         "parameter_unknown", "line_items[0][price_data][amount]"),
        ({"line_items": [{"quantity": 1, "price_data": {"unit_amount": 900}}]},
         "parameter_missing", "line_items[0][price_data][currency]"),
        ({"line_items": [{"quantity": 1, "price_data": PRICE | {"product_data": {"name": ""}}}]},
         "parameter_invalid_empty", "line_items[0][price_data][product_data][name]"),
        ({"locale": "kr"}, None, "locale"),
        ({"adaptive_pricing": {"enabled": "no"}}, None, "adaptive_pricing[enabled]"),
        ({"adaptive_pricing": "off"}, None, "adaptive_pricing"),
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"customer_email": "not a mail"}, "email_invalid", "customer_email"),
        ({"cancel_url": "/cart"}, "url_invalid", "cancel_url"),
        ({"metadata": {"note": "x" * 501}}, None, "metadata[note]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"discounts": [{"coupon": "TEN"}]}, None, None),
    ],
)  # fmt: skip
def test_wrong_parameters_fail_as_at_stripe(
    stripe_stand_in: StripeStandIn, params: Any, code: str | None, param: str | None
) -> None:
    error = refused(stripe_stand_in, asked() | params)
    assert (error.http_status, error.code, error.param) == (400, code, param)


@pytest.mark.parametrize(
    ("currency", "unit_amount", "code"),
    [
        ("usd", 16, "amount_too_small"),
        ("krw", 100, "amount_too_small"),
        ("idr", 100_000, "amount_too_small"),
        ("idr", 10_000_050, "parameter_invalid_integer"),
        ("usd", 100_000_000, "amount_too_large"),
        ("usd", -5, "parameter_invalid_integer"),
        ("xxx", 1_000, None),
    ],
)
def test_amounts_keep_stripes_rules(
    stripe_stand_in: StripeStandIn, currency: str, unit_amount: int, code: str | None
) -> None:
    assert refused(stripe_stand_in, asked(currency, unit_amount)).code == code


def test_rupiah_has_two_decimals_here(stripe_stand_in: StripeStandIn) -> None:
    made = stripe_stand_in.client().v1.checkout.sessions.create(asked("idr", 450_000_00))
    assert made.amount_total == 1_350_000_00
    assert "IDR 1,350,000.00" in httpx.get(str(made.url), trust_env=False).text


def test_one_currency_per_session(stripe_stand_in: StripeStandIn) -> None:
    params: Any = asked()
    params["line_items"][1]["price_data"]["currency"] = "eur"
    assert refused(stripe_stand_in, params).param == "line_items"


def test_refunds_in_parts_and_never_too_much(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    made = client.v1.checkout.sessions.create(asked())
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent"):
        client.v1.refunds.create({"amount": 100})
    intent = str(stripe_stand_in.pay(made.id)["payment_intent"])
    part = client.v1.refunds.create(
        {
            "payment_intent": intent,
            "amount": 1000,
            "reason": "requested_by_customer",
            "metadata": {"refund": "5"},
        }
    )
    assert (part.status, part.amount, part.currency) == ("succeeded", 1000, "usd")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as caught:
        client.v1.refunds.create({"payment_intent": intent, "amount": 3501})
    assert caught.value.param == "amount"
    rest = client.v1.refunds.create({"payment_intent": intent})
    assert rest.amount == 3500
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_already_refunded"
    assert [r.id for r in client.v1.refunds.list({"payment_intent": intent})] == [rest.id, part.id]
    found = client.v1.refunds.retrieve(part.id)
    assert found.metadata is not None
    assert found.metadata["refund"] == "5"
    charge = next(iter(stripe_stand_in.charges.values()))
    assert (charge["amount_refunded"], charge["refunded"]) == (4500, True)


def test_refunds_can_wait_and_fail(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    made = client.v1.checkout.sessions.create(asked())
    intent = str(stripe_stand_in.pay(made.id)["payment_intent"])
    stripe_stand_in.refund_mode = "pending"
    waiting = client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    assert waiting.status == "pending"
    assert stripe_stand_in.settle_refund(waiting.id)["status"] == "succeeded"
    stripe_stand_in.fail_refund(waiting.id)
    failed = client.v1.refunds.retrieve(waiting.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    stripe_stand_in.refund_mode = "failed"
    assert client.v1.refunds.create({"payment_intent": intent}).status == "failed"
    assert next(iter(stripe_stand_in.charges.values()))["amount_refunded"] == 0


def test_the_pay_page_works_by_plain_post(stripe_stand_in: StripeStandIn) -> None:
    sessions = stripe_stand_in.client().v1.checkout.sessions
    made = sessions.create(asked(locale="fr"))
    page = str(made.url)
    with httpx.Client(trust_env=False) as browser:
        shown = browser.get(page)
        assert "This is a stand-in for Stripe" in shown.text
        assert "USD 45.00" in shown.text
        assert "Écharpe tissée" in shown.text
        left = browser.post(page, data={"do": "abandon"})
        assert (left.status_code, left.headers["location"]) == (303, "http://127.0.0.1:9/cart")
        declined = browser.post(page, data={"do": "decline"})
        assert declined.status_code == 200
        assert "declined" in declined.text
        assert sessions.retrieve(made.id).status == "open"
        paid = browser.post(page, data={"do": "pay"})
        assert paid.headers["location"] == f"http://127.0.0.1:9/back?session={made.id}"
        again = browser.post(page, data={"do": "pay"})
        assert again.status_code == 409
        assert len(stripe_stand_in.charges) == 1
        assert browser.get(f"{stripe_stand_in.url}/pay/cs_none").status_code == 404


def test_delayed_money_arrives_or_not(stripe_stand_in: StripeStandIn) -> None:
    sessions = stripe_stand_in.client().v1.checkout.sessions
    first, second = sessions.create(asked()), sessions.create(asked())
    stripe_stand_in.delay(second.id)
    with httpx.Client(trust_env=False) as browser:
        assert browser.post(str(first.url), data={"do": "delay"}).status_code == 303
        assert "The delayed money arrives" in browser.get(str(first.url)).text
    waiting = sessions.retrieve(first.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    stripe_stand_in.settle(first.id)
    assert sessions.retrieve(first.id).payment_status == "paid"
    stripe_stand_in.fail_delayed(second.id)
    assert sessions.retrieve(second.id).payment_status == "unpaid"
    told = [event["type"] for event in stripe_stand_in.events.values()]
    assert told.count("checkout.session.async_payment_succeeded") == 1
    assert told.count("checkout.session.async_payment_failed") == 1


@pytest.mark.parametrize("key", ["sk_live_abcdefgh", "pk_test_abcdefgh", "nonsense"])
def test_only_test_keys_are_let_in(stripe_stand_in: StripeStandIn, key: str) -> None:
    client = stripe.StripeClient(key, base_addresses={"api": stripe_stand_in.url})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.checkout.sessions.list()


def test_unknown_calls_are_refused(stripe_stand_in: StripeStandIn) -> None:
    client = stripe_stand_in.client()
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.list()
    client.v1.checkout.sessions.create(asked())
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.list({"expand": ["data.invoice"]})


def test_it_does_not_start_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_ENV", "production")
    with pytest.raises(RuntimeError, match="production"):
        StripeStandIn()
