"""What the council shows: hand-ordered collections with dates and a story per language."""

from __future__ import annotations

import datetime as dt

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
