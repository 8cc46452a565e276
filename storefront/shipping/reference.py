"""The tariffs and destination rules a new shop begins with; the council replaces them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storefront.kernel.db import db
from storefront.shipping.models import Destination, RateBand, Service, Zone

FOLDER = Path(__file__).parent / "reference"
_PLAIN = (
    *("key", "kind", "first_g", "step_g", "min_g", "tolerance_g", "divisor"),
    *("max_g", "max_side_cm", "max_sum_cm", "food"),
)


def load_reference() -> None:
    """Fill what is empty; what the council has changed stays. Inside the caller's transaction."""
    if db.session.scalar(sa.select(sa.func.count(Service.id))):
        return
    zones = {zone.key: zone for zone in map(_zone, *_numbered("zones", "zone"))}
    db.session.add_all(zones.values())
    checked_on = _file("services")["checked_on"]
    for position, row in enumerate(_file("services")["service"]):
        service = Service(
            **{name: row[name] for name in _PLAIN},
            names=_text(row, "name"),
            sentences=_text(row, "sentence"),
            is_tracked=row["tracked"],
            regencies=row.get("regencies", []),
            position=position,
            checked_on=checked_on,
        )
        db.session.add(service)
        db.session.flush()
        db.session.add_all(
            RateBand(
                service_id=service.id,
                zone_id=zones[zone].id,
                first_idr=band["first_idr"],
                further_idr=band["further_idr"],
                days_min=band["days"][0],
                days_max=band["days"][1],
            )
            for zone, band in row.get("rates", {}).items()
        )
    db.session.add_all(_destination(row) for row in _file("destinations")["destination"])
    db.session.flush()


def _destination(row: dict[str, Any]) -> Destination:
    return Destination(
        key=row["key"],
        countries=row["countries"],
        is_open=row["retail"],
        terms=row["terms"],
        needs_customs_code="customs_code" in row,
        needs_responsible_person=row["responsible_person"],
        withdrawal_days=row["withdrawal_days"],
        points={lang: text["points"] for lang, text in row["text"].items()},
        checked_on=row["checked_on"],
    )


def _zone(row: dict[str, Any], position: int) -> Zone:
    return Zone(
        key=row["key"],
        is_domestic=row["kind"] == "domestic",
        members=row.get("provinces") or row.get("countries") or [],
        names=_text(row, "name"),
        position=position,
    )


def _numbered(name: str, rows: str) -> tuple[list[dict[str, Any]], range]:
    found = _file(name)[rows]
    return found, range(len(found))


def _text(row: dict[str, Any], name: str) -> dict[str, str]:
    return {lang: texts.get(name, "") for lang, texts in row["text"].items()}


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
