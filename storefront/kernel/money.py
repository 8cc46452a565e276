"""Money in whole minor units: integers only, sums that never lose a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Decimals people use. Rupiah is whole here although ISO 4217 gives it two.
CURRENCIES: Final[dict[str, int]] = {"IDR": 0, "USD": 2, "EUR": 2, "KRW": 0}

_NARROW = "\u202f"
_NO_BREAK = "\u00a0"
# Per language: thousands separator, decimal separator.
_SEPARATORS: Final[dict[str, tuple[str, str]]] = {
    "id": (".", ","),
    "en": (",", "."),
    "ko": (",", "."),
    "fr": (_NARROW, ","),
}
# Per language and currency: where the number stands. Codes are read by everybody, signs only
# where readers know them.
_PATTERNS: Final[dict[str, dict[str, str]]] = {
    "id": {"IDR": "Rp{}", "USD": "US${}", "EUR": "€{}", "KRW": "₩{}"},
    "en": {"IDR": f"IDR{_NO_BREAK}{{}}", "USD": "US${}", "EUR": "€{}", "KRW": "₩{}"},
    "ko": {"IDR": f"IDR{_NO_BREAK}{{}}", "USD": "US${}", "EUR": "€{}", "KRW": "₩{}"},
    "fr": {
        "IDR": f"{{}}{_NO_BREAK}IDR",
        "USD": f"{{}}{_NO_BREAK}$US",
        "EUR": f"{{}}{_NO_BREAK}€",
        "KRW": f"{{}}{_NO_BREAK}₩",
    },
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency (rupiah and won: whole; dollar, euro: cents)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"unknown currency {self.currency!r}")
        if type(self.minor) is not int:
            raise TypeError("money counts whole minor units")

    @classmethod
    def idr(cls, rupiah: int) -> Money:
        return cls(rupiah, "IDR")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts by weight that sum to exactly this amount (see `split`)."""
        return [Money(part, self.currency) for part in split(self.minor, weights)]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """Cut an amount by weights with the largest remainder, so that the parts sum exactly.

    Ties go to the earlier part. Weights that are all zero count as equal. Raises ValueError
    without weights or with a negative one.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("an amount is split over one or more weights of at least zero")
    if not any(weights):
        weights = [1] * len(weights)
    size, total = abs(minor), sum(weights)
    parts = [size * weight // total for weight in weights]
    remainders = [size * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    for at in by_remainder[: size - sum(parts)]:
        parts[at] += 1
    return parts if minor >= 0 else [-part for part in parts]


def share(minor: int, basis_points: int) -> int:
    """That many hundredths of a percent of an amount, halves rounded away from zero."""
    doubled = 2 * abs(minor) * basis_points
    rounded = (doubled + 10_000) // 20_000
    return rounded if minor >= 0 else -rounded


def sum_money(amounts: Sequence[Money], currency: str) -> Money:
    """Their sum; zero of the currency when there are none. Raises ValueError on a mixture."""
    total = Money.zero(currency)
    for amount in amounts:
        total += amount
    return total


def format_number(minor: int, currency: str, lang: str) -> str:
    """The bare figure in the language's separators: 1250000 IDR in id is 1.250.000."""
    thousands, decimal = _SEPARATORS[lang]
    exponent = CURRENCIES[currency]
    whole, rest = divmod(abs(minor), 10**exponent)
    figure = f"{whole:,}".replace(",", thousands)
    return f"{figure}{decimal}{rest:0{exponent}d}" if exponent else figure


def format_money(money: Money, lang: str) -> str:
    """The amount as a reader of this language expects it: Rp1.250.000, IDR 1,250,000, 65,00 €."""
    text = _PATTERNS[lang][money.currency].format(format_number(money.minor, money.currency, lang))
    return f"\u2212{text}" if money.minor < 0 else text
