"""What may be sold and what may be said of it. Plain Python."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Collection

# Made-to-order variants are not counted: this stands for "as many as the workshop can make".
UNCOUNTED = 10_000

# Only these may be called batik: a wax resist is what makes it (SNI 8302 and Batikmark).
WAX_TECHNIQUES = frozenset({"batik_tulis", "batik_cap", "batik_kombinasi"})

# What a food needs to be shown: one of the two licences, and the halal certificate, which micro
# and small food makers need since 17 October 2026.
FOOD_LICENCES = frozenset({"pirt", "bpom_md"})


def why_not_for_sale(
    *,
    product_state: str,
    variant_active: bool,
    artisan_state: str,
    closed_from: dt.date | None,
    closed_until: dt.date | None,
    available: int,
    today: dt.date,
) -> str:
    """'' when it may be bought now, else the first reason: hidden, workshop_suspended,
    workshop_closed or sold_out."""
    if product_state != "live" or not variant_active:
        return "hidden"
    if artisan_state != "approved":
        return "workshop_suspended"
    if closed_from and closed_from <= today and (closed_until is None or today <= closed_until):
        return "workshop_closed"
    return "" if available > 0 else "sold_out"


def may_be_called_batik(techniques: Collection[str]) -> bool:
    """Whether a wax technique is among them; printed cloth and ecoprint are never batik."""
    return bool(WAX_TECHNIQUES & set(techniques))


def ships_abroad(food: dict[str, object] | None, hs6: str) -> bool:
    """Food stays in Indonesia; everything that crosses a border needs its HS code."""
    return not food and len(hs6) == 6


# Where one price band ends and the next begins, in minor units: what buyers of a country think in.
PRICE_EDGES: dict[str, tuple[int, ...]] = {
    "IDR": (100_000, 250_000, 500_000, 1_000_000),
    "USD": (1_000, 2_500, 5_000, 10_000),
    "EUR": (1_000, 2_500, 5_000, 10_000),
    "KRW": (15_000, 35_000, 70_000, 150_000),
}


def price_band(minor: int, currency: str) -> int:
    """The band of a price: 0 below the first edge, and so on; an edge begins the next band."""
    return bisect.bisect_right(PRICE_EDGES.get(currency, ()), minor)
