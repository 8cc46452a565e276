"""How parcels travel: zones, services, rate bands in rupiah, switches, destinations."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.db import Base


class Zone(Base):
    """Destinations that cost the same. `members` are provinces (ISO 3166-2) of domestic zones,
    countries of the others; '*' takes every country no other zone names."""

    __tablename__ = "zone"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    is_domestic: Mapped[bool] = mapped_column(default=False)
    members: Mapped[list[Any]] = mapped_column(default=list)
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)


class Service(Base):
    """A way to send a parcel. Grams and centimetres; 0 means no limit.

    The first `first_g` cost the band's first fee, each further begun `step_g` the further one;
    what exceeds a full step by at most `tolerance_g` is dropped. `divisor` turns cm³ into kg
    (0: only the actual weight counts). `food` lists the scopes of food it may carry; `regencies`
    narrows a domestic service.
    """

    __tablename__ = "service"
    __table_args__ = (
        sa.CheckConstraint("kind in ('domestic', 'pickup', 'international')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(14))
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sentences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    first_g: Mapped[int] = mapped_column(default=500)
    step_g: Mapped[int] = mapped_column(default=500)
    min_g: Mapped[int] = mapped_column(default=0)
    tolerance_g: Mapped[int] = mapped_column(default=0)
    divisor: Mapped[int] = mapped_column(default=0)
    max_g: Mapped[int] = mapped_column(default=0)
    max_side_cm: Mapped[int] = mapped_column(default=0)
    max_sum_cm: Mapped[int] = mapped_column(default=0)
    is_tracked: Mapped[bool] = mapped_column(default=True)
    food: Mapped[list[Any]] = mapped_column(default=list)
    regencies: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    checked_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)


class RateBand(Base):
    """What a service costs into a zone (rupiah) and the days it takes. No band: not offered."""

    __tablename__ = "rate_band"
    __table_args__ = (
        sa.UniqueConstraint("service_id", "zone_id"),
        sa.CheckConstraint("first_idr >= 0 and further_idr >= 0", name="fees"),
        sa.CheckConstraint("days_min >= 0 and days_max >= days_min", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"))
    zone_id: Mapped[int] = mapped_column(sa.ForeignKey("zone.id"), index=True)
    first_idr: Mapped[int]
    further_idr: Mapped[int]
    days_min: Mapped[int]
    days_max: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)


class ServiceSwitch(Base):
    """A service that does not go to a country for now, with the reason staff noted."""

    __tablename__ = "service_switch"
    __table_args__ = (sa.UniqueConstraint("service_id", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"))
    country: Mapped[str] = mapped_column(sa.String(2))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


class Destination(Base):
    """What the shop knows of countries: open or not, what they ask, what the buyer should know.

    `points` maps language to sentences. The row with country '*' speaks for all others.
    """

    __tablename__ = "destination"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(8), unique=True)
    countries: Mapped[list[Any]] = mapped_column(default=list)
    is_open: Mapped[bool] = mapped_column(default=True)
    terms: Mapped[str] = mapped_column(sa.String(4), default="DAP")
    needs_customs_code: Mapped[bool] = mapped_column(default=False)
    needs_responsible_person: Mapped[bool] = mapped_column(default=False)
    withdrawal_days: Mapped[int] = mapped_column(default=0)
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checked_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)
