"""Money never loses a unit and reads as each language expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.kernel.money import Money, format_money, share, split, sum_money

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [0, 0], [50, 50]),
        (1, [1, 1, 1], [1, 0, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [3, 1], [8, 2]),  # the halves tie: the earlier part gets the unit
        (7, [0, 5], [0, 7]),
        (0, [1, 2], [0, 0]),
        (1_250_001, [750_000, 500_000], [750_001, 500_000]),
    ],
)
def test_split(minor: int, weights: list[int], parts: list[int]) -> None:
    assert split(minor, weights) == parts


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_split_sums_exactly_and_stays_within_one_unit_of_the_true_share(
    minor: int, weights: list[int]
) -> None:
    parts = split(minor, weights)
    assert sum(parts) == minor
    used = weights if any(weights) else [1] * len(weights)
    total = sum(used)
    for part, weight in zip(parts, used, strict=True):
        assert abs(part * total - minor * weight) < total


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_split_refuses_weights_that_mean_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(10, weights)


@pytest.mark.parametrize(
    ("minor", "basis_points", "expected"),
    [(1000, 1000, 100), (5, 1000, 1), (4, 1000, 0), (-5, 1000, -1), (999_999, 1250, 125_000)],
)
def test_share_rounds_half_up(minor: int, basis_points: int, expected: int) -> None:
    assert share(minor, basis_points) == expected


def test_arithmetic() -> None:
    assert Money.idr(5) + Money.idr(7) == Money.idr(12)
    assert Money.idr(5) - Money.idr(7) == -Money.idr(2)
    assert 3 * Money(250, "USD") == Money(750, "USD")
    assert Money.idr(1) < Money.idr(2) <= Money.idr(2) > Money.idr(1) >= Money.idr(1)
    assert Money.zero("KRW").is_zero
    assert sum_money([Money.idr(2), Money.idr(3)], "IDR") == Money.idr(5)
    assert Money(10, "EUR").split([1, 2]) == [Money(3, "EUR"), Money(7, "EUR")]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="mix"):
        _ = Money(1, "USD") + Money(1, "EUR")
    with pytest.raises(ValueError, match="mix"):
        _ = Money(1, "USD") < Money(1, "EUR")


@pytest.mark.parametrize("wrong", [1.0, True, "1"])
def test_only_whole_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, "IDR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        _ = Money.idr(1) * wrong  # type: ignore[operator]


def test_unknown_currency() -> None:
    with pytest.raises(ValueError, match="GBP"):
        Money(1, "GBP")


@pytest.mark.parametrize(
    ("minor", "currency", "lang", "text"),
    [
        (1_250_000, "IDR", "id", "Rp1.250.000"),
        (1_250_000, "IDR", "en", f"IDR{NO_BREAK}1,250,000"),
        (1_250_000, "IDR", "ko", f"IDR{NO_BREAK}1,250,000"),
        (1_250_000, "IDR", "fr", f"1{NARROW}250{NARROW}000{NO_BREAK}IDR"),
        (59_800, "KRW", "ko", "₩59,800"),
        (59_800, "KRW", "fr", f"59{NARROW}800{NO_BREAK}₩"),
        (4_500, "USD", "en", "US$45.00"),
        (4_505, "USD", "id", "US$45,05"),
        (6_500, "EUR", "fr", f"65,00{NO_BREAK}€"),
        (123_456_789, "EUR", "fr", f"1{NARROW}234{NARROW}567,89{NO_BREAK}€"),
        (6_500, "EUR", "en", "€65.00"),
        (5, "USD", "ko", "US$0.05"),
        (0, "IDR", "id", "Rp0"),
        (-1_000, "IDR", "id", "\u2212Rp1.000"),
    ],
)
def test_format(minor: int, currency: str, lang: str, text: str) -> None:
    assert format_money(Money(minor, currency), lang) == text
