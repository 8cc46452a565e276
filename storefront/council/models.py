"""What the council shows: hand-ordered collections with dates and a story per language, and the
places where pieces can be seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.db import Base, public_id


class Collection(Base):
    """Pieces the council puts together, shown between two dates. `on_front`: on the home page."""

    __tablename__ = "collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    is_wall: Mapped[bool] = mapped_column(default=False)  # the front page's wall of featured pieces
    is_published: Mapped[bool] = mapped_column(default=False)
    on_front: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    from_at: Mapped[dt.datetime | None]
    until_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    translations: Mapped[list[CollectionTranslation]] = relationship()
    items: Mapped[list[CollectionItem]] = relationship(order_by="CollectionItem.position")


class CollectionTranslation(Base):
    """Title and story of a collection in one language."""

    __tablename__ = "collection_translation"
    __table_args__ = (sa.UniqueConstraint("collection_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    title: Mapped[str] = mapped_column(sa.String(160), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    source_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class CollectionItem(Base):
    """A piece in a collection, at its place and within its own dates."""

    __tablename__ = "collection_item"
    __table_args__ = (sa.UniqueConstraint("collection_id", "product_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(sa.ForeignKey("collection.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    from_at: Mapped[dt.datetime | None]
    until_at: Mapped[dt.datetime | None]
    added_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Place(Base):
    """A place where pieces can be seen or collected: the Sentra, a gallery, a showroom.

    `hours` maps weekdays ("0" is Monday) to "09:00-17:00"; a day that is missing is closed.
    """

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    is_published: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    street: Mapped[str] = mapped_column(sa.String(200), default="")
    district: Mapped[str] = mapped_column(sa.String(80), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(10), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    map_url: Mapped[str] = mapped_column(sa.String(300), default="")
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    translations: Mapped[list[PlaceTranslation]] = relationship()


class PlaceTranslation(Base):
    """A place's words in one language: name, what it is, what is on display, how to get there, and
    a note on the hours."""

    __tablename__ = "place_translation"
    __table_args__ = (sa.UniqueConstraint("place_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    name: Mapped[str] = mapped_column(sa.String(160), default="")
    intro: Mapped[str] = mapped_column(sa.Text, default="")
    on_display: Mapped[str] = mapped_column(sa.Text, default="")
    directions: Mapped[str] = mapped_column(sa.Text, default="")
    hours_note: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
