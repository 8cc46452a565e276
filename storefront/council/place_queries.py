"""Places as visitors and curators see them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.council.models import Place
from storefront.kernel.db import db
from storefront.kernel.slugs import former_owner

_ORDER = (Place.position, Place.id)


def places_shown() -> list[Place]:
    """Published places with their words, in the council's order; two statements."""
    query = sa.select(Place).where(Place.is_published).options(selectinload(Place.translations))
    return list(db.session.scalars(query.order_by(*_ORDER)))


def shown_place(slug: str) -> Place | None:
    """A published place with its words; two statements."""
    query = sa.select(Place).where(Place.slug == slug, Place.is_published)
    return db.session.scalar(query.options(selectinload(Place.translations)))


def present_place_slug(former: str) -> str | None:
    """Where a former address of a place leads now."""
    at = former_owner("place", former)
    return db.session.scalar(sa.select(Place.slug).where(Place.id == at)) if at else None


def every_place() -> list[Place]:
    """All places with their words, for the council."""
    query = sa.select(Place).options(selectinload(Place.translations))
    return list(db.session.scalars(query.order_by(*_ORDER)))


def place_by_public_id(public_id: str) -> Place | None:
    """Any place with its words."""
    query = sa.select(Place).where(Place.public_id == public_id)
    return db.session.scalar(
        query.options(selectinload(Place.translations)).execution_options(populate_existing=True)
    )
