"""Builds the API's objects as JSON, with every field the SDK's classes name.

Amounts are in Stripe's unit of the currency, times in seconds since 1970.
"""

from __future__ import annotations

import secrets
import string
from typing import Any

import stripe
from stripe.checkout import Session

from . import currencies

Json = dict[str, Any]
_LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """Returns an id like `pi_3Qx…` that cannot be guessed."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def _blank(kind: type, *absent: str) -> Json:
    names = (n for n in kind.__annotations__ if n.islower() and not n.startswith("_"))
    return {name: None for name in names if name not in absent}


def session(params: Json, lines: list[Json], now: int, page: str) -> Json:
    """Returns an open, unpaid Checkout Session; `page` is the address before `/<id>`."""
    key = new_id("cs_test_", 58)
    total = sum(line["unit_amount"] * line["quantity"] for line in lines)
    email = params.get("customer_email")
    copied = (
        "cancel_url success_url client_reference_id customer_email locale origin_context "
        "submit_type custom_text integration_identifier"
    )
    return _blank(Session, "line_items") | {
        **{name: params.get(name) for name in copied.split()},
        "id": key,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing", {"enabled": True}),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "created": now,
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": customer(email) if email else None,
        "discounts": [],
        "expires_at": params.get("expires_at", now + 24 * 3600),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": _methods(lines[0]["currency"]),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{page}/{key}",
    }


def customer(email: str, name: str | None = None) -> Json:
    """Returns the `customer_details` of a session."""
    absent = dict.fromkeys(("address", "business_name", "individual_name", "phone", "tax_ids"))
    return {"email": email, "name": name, "tax_exempt": "none", **absent}


def _methods(currency: str) -> list[str]:
    return ["card", "kr_card", "kakao_pay", "naver_pay"] if currency == "krw" else ["card", "link"]


def line_item(line: Json) -> Json:
    """Returns one line of a session as the API lists it."""
    total = line["unit_amount"] * line["quantity"]
    price = _blank(stripe.Price, "tiers", "currency_options") | {
        "id": new_id("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "currency": line["currency"],
        "livemode": False,
        "metadata": {},
        "product": new_id("prod_", 14),
        "tax_behavior": line["tax_behavior"],
        "type": "one_time",
        "unit_amount": line["unit_amount"],
        "unit_amount_decimal": str(line["unit_amount"]),
    }
    return _blank(stripe.LineItem) | {
        "id": new_id("li_1"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": line["currency"],
        "description": line["name"],
        "metadata": line["metadata"],
        "price": price,
        "quantity": line["quantity"],
    }


def intent(of: Json, data: Json, now: int) -> Json:
    """Returns a PaymentIntent for the session `of`; `data` is its `payment_intent_data`."""
    key = new_id("pi_3")
    copied = "description receipt_email shipping setup_future_usage statement_descriptor_suffix"
    return _blank(stripe.PaymentIntent) | {
        **{name: data.get(name) for name in copied.split()},
        "id": key,
        "object": "payment_intent",
        "amount": of["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"enabled": True},
        "capture_method": "automatic_async",
        "client_secret": f"{key}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": of["currency"],
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": of["payment_method_types"],
        "status": "requires_payment_method",
    }


def charge(of: Json, status: str, now: int) -> Json:
    """Returns the Charge of a PaymentIntent: `succeeded`, `pending` or `failed`."""
    paid = status == "succeeded"
    return _blank(stripe.Charge, "refunds", "level3") | {
        "id": new_id("ch_3" if status != "pending" else "py_3"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        "captured": paid,
        "created": now,
        "currency": of["currency"],
        "description": of["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(of["metadata"]),
        "paid": paid,
        "payment_intent": of["id"],
        "payment_method": new_id("pm_1"),
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        "refunded": False,
        "status": status,
    }


def balance_transaction(of: Json, kind: str, now: int) -> Json:
    """Returns the entry that a charge or refund leaves on the balance, with its fee."""
    sign = -1 if kind == "refund" else 1
    fee = 0 if kind == "refund" else currencies.fee(of["amount"], of["currency"])
    amount = sign * of["amount"]
    detail = {"amount": fee, "currency": of["currency"], "type": "stripe_fee"}
    return _blank(stripe.BalanceTransaction) | {
        "id": new_id("txn_3"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 7 * 86400,
        "balance_type": "payments",
        "created": now,
        "currency": of["currency"],
        "fee": fee,
        "fee_details": [detail | {"application": None, "description": "Stand-in fee"}]
        if fee
        else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": of["id"],
        "status": "pending",
        "type": kind,
    }


def refund(of: Json, amount: int, params: Json, status: str, now: int) -> Json:
    """Returns a Refund of `amount` of the charge `of`."""
    return _blank(stripe.Refund, "failure_reason", "failure_balance_transaction") | {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": params.get("metadata") or {},
        "payment_intent": of["payment_intent"],
        "reason": params.get("reason"),
        "status": status,
    }


def dispute(of: Json, now: int) -> Json:
    """Returns a Dispute over the whole of the charge `of`."""
    return _blank(stripe.Dispute) | {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": of["amount"],
        "balance_transactions": [],
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "evidence": {},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": "product_not_received",
        "status": "needs_response",
    }


def event(kind: str, about: Json, now: int, request: Json | None, livemode: bool) -> Json:
    """Returns the event that tells of `about` as it is now."""
    return _blank(stripe.Event, "account", "context", "data") | {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": stripe.api_version,
        "created": now,
        "data": {"object": about},
        "livemode": livemode,
        "pending_webhooks": 1,
        "request": request or {"id": None, "idempotency_key": None},
        "type": kind,
    }
