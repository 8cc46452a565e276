"""What a parcel weighs to a courier and what it costs. Plain Python; g, cm, rupiah."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ParcelSpec:
    """A workshop's parcel. `volume_cm3` is that of its packed pieces, `longest_cm` and `sum_cm`
    belong to the largest; `scopes` are the scopes of the food in it."""

    packed_g: int
    volume_cm3: int
    longest_cm: int
    sum_cm: int
    country: str
    province: str = ""
    city: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Tariff:
    """A service with its bands by zone: (first, further, days_min, days_max)."""

    key: str
    kind: str
    names: dict[str, str]
    sentences: dict[str, str]
    first_g: int
    step_g: int
    min_g: int
    tolerance_g: int
    divisor: int
    max_g: int
    max_side_cm: int
    max_sum_cm: int
    food: frozenset[str]
    regencies: frozenset[str]
    closed_to: frozenset[str]
    bands: dict[str, tuple[int, int, int, int]]


@dataclass(frozen=True)
class Offer:
    """One way this parcel can travel: its fee in rupiah and the days it takes."""

    service_key: str
    names: dict[str, str]
    sentences: dict[str, str]
    fee_idr: int
    days_min: int
    days_max: int
    is_pickup: bool


def parcel(
    pieces: Iterable[tuple[int, int, tuple[int, int, int], str]],
    *,
    country: str,
    province: str = "",
    city: str = "",
) -> ParcelSpec:
    """One parcel of pieces: (quantity, packed g each, packed l×w×h cm, food scope or '')."""
    grams = volume = longest = girth = 0
    scopes = set()
    for quantity, packed_g, (length, width, height), scope in pieces:
        grams += quantity * packed_g
        volume += quantity * length * width * height
        longest = max(longest, length, width, height)
        girth = max(girth, length + width + height)
        if scope:
            scopes.add(scope)
    return ParcelSpec(grams, volume, longest, girth, country, province, city, frozenset(scopes))


def chargeable_g(spec: ParcelSpec, tariff: Tariff) -> int:
    """The larger of actual and volumetric weight, at least the service's minimum."""
    volumetric = -(-spec.volume_cm3 * 1000 // tariff.divisor) if tariff.divisor else 0
    return max(spec.packed_g, volumetric, tariff.min_g)


def fee_idr(grams: int, tariff: Tariff, first_idr: int, further_idr: int) -> int:
    """First step plus each further begun one; a small excess within the tolerance is dropped."""
    over = grams - tariff.first_g
    if over <= tariff.tolerance_g:
        return first_idr
    full, rest = divmod(over, tariff.step_g)
    return first_idr + further_idr * (full + (1 if rest > tariff.tolerance_g else 0))


def offers(spec: ParcelSpec, zone: str, tariffs: Iterable[Tariff]) -> list[Offer]:
    """Every way this parcel can travel, in the council's order."""
    found = (_offer(spec, zone, tariff) for tariff in tariffs)
    return [offer for offer in found if offer is not None]


def _offer(spec: ParcelSpec, zone: str, tariff: Tariff) -> Offer | None:
    if not _carries(spec, tariff):
        return None
    if tariff.kind == "pickup":
        return Offer(tariff.key, tariff.names, tariff.sentences, 0, 0, 0, True)
    band = tariff.bands.get(zone)
    grams = chargeable_g(spec, tariff)
    if band is None or (tariff.max_g and grams > tariff.max_g):
        return None
    first, further, days_min, days_max = band
    fee = fee_idr(grams, tariff, first, further)
    return Offer(tariff.key, tariff.names, tariff.sentences, fee, days_min, days_max, False)


def _carries(spec: ParcelSpec, tariff: Tariff) -> bool:
    is_home = spec.country == "ID"
    if is_home == (tariff.kind == "international") or spec.country in tariff.closed_to:
        return False
    if not spec.scopes <= tariff.food:
        return False
    if tariff.regencies and spec.city not in tariff.regencies:
        return False
    too_long = tariff.max_side_cm and spec.longest_cm > tariff.max_side_cm
    too_large = tariff.max_sum_cm and spec.sum_cm > tariff.max_sum_cm
    return not (too_long or too_large)
