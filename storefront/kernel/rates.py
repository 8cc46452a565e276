"""Exchange: from rupiah to stored prices and estimates, and back to rupiah for the ledger.

A rate is the number of millionths of a rupiah one major unit costs (16,250.5 rupiah for a
dollar is 16_250_500_000), so that no figure is ever a float.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from storefront.kernel.money import CURRENCIES, Money

MICRO = 1_000_000
RUPIAH_RATE = MICRO


def micro(text: str) -> int:
    """A typed rate ("16250.5" rupiah per unit) as an integer rate. Raises ValueError."""
    try:
        rate = Decimal(text) * MICRO
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a rate") from error
    if not rate.is_finite() or rate <= 0 or rate != rate.to_integral_value():
        raise ValueError(f"{text!r} is not a rate above zero with six decimals at most")
    return int(rate)


def price_from_idr(
    idr: int, rate: int, margin_basis_points: int, rounding_minor: int, currency: str
) -> Money:
    """The price row the shop writes: rupiah plus margin, exchanged, rounded up to a step.

    `rounding_minor` is the step in minor units (50 makes 45.50, 46.00; 100 won steps).
    Rupiah prices are never exchanged: the figure comes back as it is.
    """
    if currency == "IDR":
        return Money.idr(idr)
    _check(rate, idr)
    if rounding_minor < 1 or margin_basis_points < 0:
        raise ValueError("the rounding step is at least 1 and the margin at least 0")
    dividend = idr * MICRO * _units(currency) * (10_000 + margin_basis_points)
    steps = _ceil(dividend, rate * 10_000 * rounding_minor)
    return Money(steps * rounding_minor, currency)


def estimate(idr: int, rate: int, currency: str) -> Money:
    """What a rupiah amount is about worth, rounded half up. Shown as an estimate, never charged."""
    if currency == "IDR":
        return Money.idr(idr)
    _check(rate, idr)
    dividend = idr * MICRO * _units(currency)
    return Money((2 * dividend + rate) // (2 * rate), currency)


def to_idr(money: Money, rate: int) -> int:
    """The amount in whole rupiah at the rate, rounded half up (away from zero when negative)."""
    if money.currency == "IDR":
        return money.minor
    _check(rate, 0)
    divisor = MICRO * _units(money.currency)
    rupiah = (2 * abs(money.minor) * rate + divisor) // (2 * divisor)
    return rupiah if money.minor >= 0 else -rupiah


def _check(rate: int, idr: int) -> None:
    if rate <= 0:
        raise ValueError("a rate is above zero")
    if idr < 0:
        raise ValueError("a price is at least zero")


def _units(currency: str) -> int:
    """Minor units in a major one."""
    return int(10 ** CURRENCIES[currency])


def _ceil(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
