"""Tariffs and destinations as buyers meet them, kept in memory until one of them changes.

What a buyer is charged is what the page showed: checkout compares, so a tariff changed meanwhile
is told and never silently charged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storefront.kernel import marks, settings
from storefront.kernel.db import db
from storefront.shipping.models import Destination, RateBand, Service, ServiceSwitch, Zone
from storefront.shipping.returns import ReturnRule
from storefront.shipping.rules import Offer, ParcelSpec, Tariff, offers

TABLES = ("zone", "service", "rate_band", "service_switch", "destination")


@dataclass(frozen=True)
class DestinationView:
    """What a buyer in a country should know before paying."""

    key: str
    is_open: bool
    terms: str
    needs_customs_code: bool
    withdrawal_days: int
    points: dict[str, list[str]]

    def notice(self, lang: str) -> list[str]:
        """The sentences in the reader's language."""
        return self.points.get(lang) or self.points.get("en") or []

    def terms_text(self, lang: str) -> tuple[str, str]:
        """Title and sentence of the delivery terms; empty where none apply."""
        text = settings.get("shipping.terms").get(self.terms, {}).get(lang, {})
        return text.get("title", ""), text.get("body", "")


@dataclass(frozen=True)
class _Tables:
    marks: tuple[int, ...] | None
    tariffs: list[Tariff]
    zones: dict[str, str]  # province or country -> zone key
    rest: str
    destinations: dict[str, Destination]


_kept: WeakKeyDictionary[Engine, _Tables] = WeakKeyDictionary()


def delivery_offers(spec: ParcelSpec) -> list[Offer]:
    """Every way one parcel can travel; none when the destination is not served."""
    tables = _tables()
    place = spec.province if spec.country == "ID" else spec.country
    zone = tables.zones.get(place) or ("" if spec.country == "ID" else tables.rest)
    return offers(spec, zone, tables.tariffs)


def parcels_offers(specs: Sequence[ParcelSpec]) -> list[list[Offer]]:
    """As `delivery_offers` for several parcels."""
    return [delivery_offers(spec) for spec in specs]


def home_offers(spec: ParcelSpec) -> list[Offer]:
    """The cheapest way to send one parcel into each zone of Indonesia that is served: what can be
    said before a province is known."""
    tables = _tables()
    zones = {zone for place, zone in tables.zones.items() if place.startswith("ID-")}
    found = []
    for zone in sorted(zones):
        ways = [way for way in offers(spec, zone, tables.tariffs) if not way.is_pickup]
        if ways:
            found.append(min(ways, key=lambda way: way.fee_idr))
    return found


def return_words(rule: ReturnRule, lang: str) -> tuple[str, str]:
    """Title and sentence of a return rule; the council's words, English where a language lacks."""
    texts = settings.get("shipping.returns").get(rule.key, {})
    text = texts.get(lang) or texts.get("en") or {}
    title, body = text.get("title", ""), text.get("body", "")
    return title.replace("{days}", str(rule.days)), body.replace("{days}", str(rule.days))


def destination(country: str) -> DestinationView:
    """The rules for a country; shut where the law asks for what the council has not set."""
    rows = _tables().destinations
    row = rows.get(country) or rows.get("*")
    if row is None:
        return DestinationView("default", False, "DAP", False, 0, {})
    lacks_person = row.needs_responsible_person and not settings.get("shipping.responsible_person")
    return DestinationView(
        row.key,
        row.is_open and not lacks_person,
        row.terms,
        row.needs_customs_code,
        row.withdrawal_days,
        row.points,
    )


def forget_tariffs() -> None:
    """Read the tables again at the next question. A commit tells the other processes."""
    _kept.pop(db.engine, None)


def _tables() -> _Tables:
    present = marks.of(*TABLES)
    kept = _kept.get(db.engine)
    if kept is None or present is None or kept.marks != present:
        kept = _kept[db.engine] = _read(present)
    return kept


def _read(present: tuple[int, ...] | None) -> _Tables:
    zones = list(db.session.scalars(sa.select(Zone)))
    names = {zone.id: zone.key for zone in zones}
    bands: dict[int, dict[str, tuple[int, int, int, int]]] = defaultdict(dict)
    for band in db.session.scalars(sa.select(RateBand)):
        figures = (band.first_idr, band.further_idr, band.days_min, band.days_max)
        bands[band.service_id][names[band.zone_id]] = figures
    closed: dict[int, set[str]] = defaultdict(set)
    for switch in db.session.scalars(sa.select(ServiceSwitch)):
        closed[switch.service_id].add(switch.country)
    services = sa.select(Service).where(Service.is_active).order_by(Service.position, Service.id)
    found = db.session.scalars(sa.select(Destination))
    tables = _Tables(
        present,
        [_tariff(row, bands[row.id], closed[row.id]) for row in db.session.scalars(services)],
        {member: zone.key for zone in zones for member in zone.members if member != "*"},
        next((zone.key for zone in zones if "*" in zone.members), ""),
        {country: row for row in found for country in row.countries},
    )
    for row in tables.destinations.values():
        if row in db.session:
            db.session.expunge(row)
    return tables


def _tariff(row: Service, bands: dict[str, Any], closed: set[str]) -> Tariff:
    return Tariff(
        key=row.key,
        kind=row.kind,
        names=row.names,
        sentences=row.sentences,
        first_g=row.first_g,
        step_g=row.step_g,
        min_g=row.min_g,
        tolerance_g=row.tolerance_g,
        divisor=row.divisor,
        max_g=row.max_g,
        max_side_cm=row.max_side_cm,
        max_sum_cm=row.max_sum_cm,
        food=frozenset(row.food),
        regencies=frozenset(row.regencies),
        closed_to=frozenset(closed),
        bands=bands,
    )
