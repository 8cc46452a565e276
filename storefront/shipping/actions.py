"""The council changes tariffs, switches and destination rules. Orders keep their own copies."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import sqlalchemy as sa

from storefront.accounts import record_audit
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, StaleVersion
from storefront.shipping.models import Destination, RateBand, Service, ServiceSwitch
from storefront.shipping.queries import forget_tariffs

Row = TypeVar("Row", RateBand, Service, Destination)


def set_band(
    band_id: int, version: int, figures: tuple[int, int, int, int], user_id: int
) -> RateBand:
    """New fees (rupiah) and days of a service into a zone. Raises StaleVersion or NotFound."""
    band = _locked(RateBand, band_id, version)
    before = [band.first_idr, band.further_idr, band.days_min, band.days_max]
    band.first_idr, band.further_idr, band.days_min, band.days_max = figures
    band.version += 1
    _note(user_id, "shipping.band", band_id, before, list(figures))
    return band


def set_service(
    service_id: int, version: int, *, is_active: bool, checked_on: dt.date, user_id: int
) -> Service:
    """Offer a service or not, and note that its tariff was checked. Raises StaleVersion."""
    service = _locked(Service, service_id, version)
    before = [service.is_active, service.checked_on.isoformat()]
    service.is_active, service.checked_on = is_active, checked_on
    service.version += 1
    _note(user_id, "shipping.service", service_id, before, [is_active, checked_on.isoformat()])
    return service


def switch_off(service_id: int, country: str, reason: str, user_id: int) -> None:
    """Stop a service to one country for now; repeating it changes the reason."""
    found = _switch(service_id, country)
    if found is None:
        found = ServiceSwitch(service_id=service_id, country=country)
        db.session.add(found)
    found.reason = reason
    _note(user_id, "shipping.switch_off", service_id, [], [country, reason])


def switch_on(service_id: int, country: str, user_id: int) -> None:
    """Offer it there again."""
    found = _switch(service_id, country)
    if found is not None:
        db.session.delete(found)
        _note(user_id, "shipping.switch_on", service_id, [country], [])


def set_destination(
    destination_id: int,
    version: int,
    *,
    is_open: bool,
    points: dict[str, list[str]],
    checked_on: dt.date,
    user_id: int,
) -> Destination:
    """What buyers in a country read before paying. Raises StaleVersion or NotFound."""
    row = _locked(Destination, destination_id, version)
    before = [row.is_open, row.points]
    row.is_open, row.points, row.checked_on = is_open, points, checked_on
    row.version += 1
    _note(user_id, "shipping.destination", destination_id, before, [is_open, points])
    return row


def _locked(model: type[Row], row_id: int, version: int) -> Row:
    rows = lock(model, [row_id])
    if not rows:
        raise NotFound()
    if rows[0].version != version:
        raise StaleVersion()
    return rows[0]


def _switch(service_id: int, country: str) -> ServiceSwitch | None:
    return db.session.scalar(
        sa.select(ServiceSwitch).where(
            ServiceSwitch.service_id == service_id, ServiceSwitch.country == country
        )
    )


def _note(user_id: int, action: str, row_id: int, before: object, after: object) -> None:
    db.session.flush()
    forget_tariffs()
    record_audit(
        user_id,
        action,
        "shipping",
        row_id,
        before={"value": before},
        after={"value": after},
    )
