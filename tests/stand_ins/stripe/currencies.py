"""How Stripe counts money: decimals, whole-number rules, smallest and largest charges, fees."""

from __future__ import annotations

from .errors import ApiError

ZERO_DECIMAL = frozenset({"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg"}) | {
    *("rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
}
# Counted in hundredths although the coins are gone: the last two digits have to be 00.
WHOLE_ONLY = frozenset({"idr", "isk", "ugx"})
TWO_DECIMAL = frozenset({"usd", "eur", "gbp", "aud", "cad", "chf", "hkd", "myr", "sgd", "thb"})

# Smallest charge per currency, in Stripe's unit. USD and EUR are published; the others
# convert the same half dollar roughly, as Stripe does by the rate of the day.
MINIMUMS = {"usd": 50, "eur": 50, "gbp": 30, "krw": 700, "idr": 800_000, "jpy": 50}
_FIXED_FEES = {"usd": 30, "eur": 25, "gbp": 20, "krw": 400, "idr": 500_000, "jpy": 40}


def known(currency: str, param: str) -> str:
    """Returns the currency in lower case; raises ApiError (400) when Stripe has no such one."""
    currency = currency.lower()
    if currency not in ZERO_DECIMAL | WHOLE_ONLY | TWO_DECIMAL:
        raise ApiError(f"Invalid currency: {currency}", param=param)
    return currency


def check_amount(amount: int, currency: str, param: str, *, least: int = 0) -> None:
    """Raises ApiError (400) when Stripe could not take `amount` (in Stripe's unit)."""
    if amount < least:
        raise ApiError(
            f"This value must be greater than or equal to {least}.",
            code="parameter_invalid_integer",
            param=param,
        )
    digits = 12 if currency == "idr" else 8
    if amount >= 10**digits:
        raise ApiError(
            f"Amount must be no more than {text(10**digits - 1, currency)}",
            code="amount_too_large",
            param=param,
        )
    if currency in WHOLE_ONLY and amount % 100:
        raise ApiError(
            f"Invalid amount: {currency} has no fractions, the value has to be divisible by 100.",
            code="parameter_invalid_integer",
            param=param,
        )


def check_minimum(amount: int, currency: str, minimums: dict[str, int]) -> None:
    """Raises ApiError (400, amount_too_small) below the smallest charge of the currency."""
    least = minimums.get(currency, 50)
    if amount < least:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least "
            f"{text(least, currency)} {currency}",
            code="amount_too_small",
            kept=True,
        )


def fee(amount: int, currency: str) -> int:
    """Returns an illustrative processing fee in Stripe's unit: 3.4 % and a fixed part."""
    raw = (amount * 34 + 500) // 1000 + _FIXED_FEES.get(currency, 30)
    if currency in WHOLE_ONLY:
        raw = (raw + 50) // 100 * 100
    return min(raw, amount)


def text(amount: int, currency: str) -> str:
    """Writes an amount for messages and the pay page, for example `IDR 10,000.00`."""
    if currency in ZERO_DECIMAL:
        return f"{currency.upper()} {amount:,}"
    return f"{currency.upper()} {amount // 100:,}.{amount % 100:02}"
