"""Exchange is exact integer arithmetic: prices round up, estimates and rupiah half up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.kernel.money import Money
from storefront.kernel.rates import MICRO, estimate, micro, price_from_idr, to_idr


@pytest.mark.parametrize(
    ("text", "rate"), [("16250.5", 16_250_500_000), ("11.8", 11_800_000), ("0.000001", 1)]
)
def test_micro(text: str, rate: int) -> None:
    assert micro(text) == rate


@pytest.mark.parametrize("text", ["", "abc", "-1", "0", "NaN", "Infinity", "1.0000001"])
def test_micro_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        micro(text)


@pytest.mark.parametrize(
    ("idr", "rate", "margin", "step", "currency", "minor"),
    [
        (750_000, "15000", 0, 1, "USD", 5000),
        (750_000, "15000", 500, 1, "USD", 5250),
        (750_001, "15000", 0, 1, "USD", 5001),  # up, never down
        (750_001, "15000", 0, 50, "USD", 5050),
        (750_000, "12", 0, 100, "KRW", 62_500),
        (750_001, "12", 0, 100, "KRW", 62_600),
        (0, "15000", 500, 50, "EUR", 0),
        (750_000, "1", 500, 50, "IDR", 750_000),
    ],
)
def test_price_from_idr(
    idr: int, rate: str, margin: int, step: int, currency: str, minor: int
) -> None:
    assert price_from_idr(idr, micro(rate), margin, step, currency) == Money(minor, currency)


@given(
    idr=st.integers(0, 10**10),
    rate=st.integers(MICRO, 50_000 * MICRO),
    margin=st.integers(0, 5_000),
    step=st.integers(1, 1_000),
    currency=st.sampled_from(["USD", "EUR", "KRW"]),
)
def test_a_price_never_brings_less_than_the_rupiah_price(
    idr: int, rate: int, margin: int, step: int, currency: str
) -> None:
    price = price_from_idr(idr, rate, margin, step, currency)
    assert price.minor % step == 0
    units = 100 if currency != "KRW" else 1
    # In exact fractions: what is asked is worth the rupiah price with its margin, or a bit more.
    worth = price.minor * rate * 10_000
    wanted = idr * MICRO * units * (10_000 + margin)
    assert worth >= wanted
    assert worth - wanted < step * rate * 10_000


@pytest.mark.parametrize(
    ("minor", "currency", "rate", "idr"),
    [
        (5000, "USD", "15000", 750_000),
        (1, "USD", "15050", 151),  # 150.5 rounds up
        (-1, "USD", "15050", -151),
        (7, "KRW", "11.5", 81),  # 80.5
        (123, "IDR", "1", 123),
    ],
)
def test_to_idr(minor: int, currency: str, rate: str, idr: int) -> None:
    assert to_idr(Money(minor, currency), micro(rate)) == idr


def test_estimate_rounds_half_up() -> None:
    assert estimate(750_075, micro("15000"), "USD") == Money(5001, "USD")
    assert estimate(750_074, micro("15000"), "USD") == Money(5000, "USD")
    assert estimate(10, 1, "IDR") == Money.idr(10)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        estimate(1, 0, "USD")
    with pytest.raises(ValueError, match="price"):
        estimate(-1, MICRO, "USD")
    with pytest.raises(ValueError, match="rounding"):
        price_from_idr(1, MICRO, 0, 0, "USD")
