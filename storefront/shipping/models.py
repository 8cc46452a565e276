"""How parcels travel: zones, services, rate bands in rupiah, switches, destinations."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.db import Base


class Zone(Base):
    """Destinations that cost the same. Domestic zones list provinces, others list countries."""

    __tablename__ = "zone"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    is_domestic: Mapped[bool] = mapped_column(default=False)
    members: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)


class Service(Base):
    """A courier's product. Grams: `step_g` is the unit charged, `tolerance_g` is dropped above it.

    `divisor` turns cm³ into kilograms; `names` maps language to what the buyer reads.
    """

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    courier: Mapped[str] = mapped_column(sa.String(60))
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_domestic: Mapped[bool] = mapped_column(default=False)
    step_g: Mapped[int] = mapped_column(default=500)
    min_g: Mapped[int] = mapped_column(default=0)
    tolerance_g: Mapped[int] = mapped_column(default=0)
    max_g: Mapped[int] = mapped_column(default=30000)
    divisor: Mapped[int] = mapped_column(default=5000)
    tracking_url: Mapped[str] = mapped_column(sa.String(200), default="")
    is_pickup: Mapped[bool] = mapped_column(default=False)
    radius_only: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    checked_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)


class RateBand(Base):
    """What a service costs into a zone: first step, each further step (rupiah), days it takes."""

    __tablename__ = "rate_band"
    __table_args__ = (sa.UniqueConstraint("service_id", "zone_id"),)

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
    """What the shop knows of a country: open or not, which codes it asks, its notice per language.

    `key` is an ISO country, 'EU' for the members without a row of their own, or 'default'.
    """

    __tablename__ = "destination"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(8), unique=True)
    is_open: Mapped[bool] = mapped_column(default=True)
    needs_customs_code: Mapped[bool] = mapped_column(default=False)
    needs_responsible_person: Mapped[bool] = mapped_column(default=False)
    withdrawal_days: Mapped[int] = mapped_column(default=0)
    notices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    checked_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)
