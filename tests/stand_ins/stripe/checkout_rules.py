"""What Stripe demands of a new Checkout Session beyond the types of its parameters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from . import currencies
from .errors import ApiError, missing, no_such

Json = dict[str, Any]

SHORTEST_LIFE = 30 * 60
LONGEST_LIFE = 24 * 3600

# Would change the amount or the page. Refused, because ignoring them would answer wrongly.
_NOT_SIMULATED = ("discounts", "shipping_options", "optional_items", "managed_payments")
_LINE_NOT_SIMULATED = ("adjustable_quantity", "tax_rates")


def check_session(params: Json, now: int) -> None:
    """Raises ApiError (400) for the first rule that the parameters break; `now` in seconds."""
    if "mode" not in params:
        raise missing("mode")
    if params["mode"] != "payment":
        raise _not_simulated(f"mode={params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise _not_simulated(f"ui_mode={params['ui_mode']}")
    for name in _NOT_SIMULATED:
        if params.get(name):
            raise _not_simulated(name)
    if params.get("automatic_tax", {}).get("enabled") or params.get("allow_promotion_codes"):
        raise _not_simulated("automatic_tax and allow_promotion_codes")
    _check_addresses(params)
    _check_buyer(params)
    _check_expiry(params.get("expires_at"), now)


def priced_lines(params: Json) -> list[Json]:
    """Returns the lines as `{name, description, images, currency, unit_amount, quantity}`.

    Amounts are in Stripe's unit. Raises ApiError (400) for a line that cannot be charged.
    """
    lines = params.get("line_items")
    if not lines:
        raise missing("line_items")
    if len(lines) > 100:
        raise ApiError("line_items can have up to 100 entries", param="line_items")
    priced = [_priced_line(line, f"line_items[{n}]") for n, line in enumerate(lines)]
    used = {line["currency"] for line in priced}
    if len(used) > 1:
        raise ApiError(
            f"All line items have to be in one currency, not {' and '.join(sorted(used))}.",
            param="line_items",
        )
    if params.get("currency", "").lower() not in ("", *used):
        raise ApiError("The currency differs from that of the line items.", param="currency")
    return priced


def _priced_line(line: Json, at: str) -> Json:
    for name in _LINE_NOT_SIMULATED:
        if line.get(name):
            raise _not_simulated(f"{at}[{name}]")
    if "price" in line:
        raise no_such("price", line["price"], f"{at}[price]")
    if "price_data" not in line:
        raise missing(f"{at}[price_data]")
    if "quantity" not in line:
        raise missing(f"{at}[quantity]")
    if line["quantity"] < 1:
        raise ApiError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=f"{at}[quantity]",
        )
    price, at = line["price_data"], f"{at}[price_data]"
    if "recurring" in price:
        raise ApiError("mode=payment cannot have recurring prices", param=f"{at}[recurring]")
    if "product" in price:
        raise no_such("product", price["product"], f"{at}[product]")
    if "product_data" not in price:
        raise missing(f"{at}[product_data]")
    currency = currencies.known(price["currency"], f"{at}[currency]")
    return {
        "name": price["product_data"]["name"],
        "currency": currency,
        "unit_amount": _unit_amount(price, currency, at),
        "quantity": line["quantity"],
        "tax_behavior": price.get("tax_behavior", "unspecified"),
        "metadata": line.get("metadata", {}),
    }


def _unit_amount(price: Json, currency: str, at: str) -> int:
    if ("unit_amount" in price) == ("unit_amount_decimal" in price):
        raise missing(f"{at}[unit_amount]")
    if "unit_amount_decimal" in price:
        raise _not_simulated(f"{at}[unit_amount_decimal]")
    amount: int = price["unit_amount"]
    currencies.check_amount(amount, currency, f"{at}[unit_amount]")
    return amount


def _check_addresses(params: Json) -> None:
    if "return_url" in params:
        raise ApiError("return_url is not for ui_mode=hosted_page", param="return_url")
    if "success_url" not in params:
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(params.get(name, "https://left.out"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ApiError("Not a valid URL", code="url_invalid", param=name)


def _check_buyer(params: Json) -> None:
    email = params.get("customer_email")
    if email is not None:
        name, _, domain = email.rpartition("@")
        if not name or "." not in domain or " " in email:
            raise ApiError(
                f"Invalid email address: {email}", code="email_invalid", param="customer_email"
            )
    for param in ("customer", "customer_account"):
        if param in params:
            raise no_such("customer", params[param], param)
    if len(params.get("client_reference_id", "")) > 200:
        raise ApiError(
            "client_reference_id can have up to 200 characters", param="client_reference_id"
        )


def _check_expiry(expires_at: int | None, now: int) -> None:
    if expires_at is None:
        return
    if expires_at < now + SHORTEST_LIFE:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if expires_at > now + LONGEST_LIFE:
        raise ApiError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _not_simulated(what: str) -> ApiError:
    return ApiError(f"The stand-in does not simulate {what}; Stripe itself might take it.")
