"""Names in public addresses answer for ever: each slug once public points to its object."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.db import Base, db


class SlugHistory(Base):
    """A former slug of a product, maker or collection."""

    __tablename__ = "slug_history"
    __table_args__ = (sa.UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    slug: Mapped[str] = mapped_column(sa.String(120))
    object_id: Mapped[int]


def slugify(text: str) -> str:
    """ASCII words joined by hyphens, at most 80 letters; '' when nothing Latin is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-")


def remember_slug(kind: str, slug: str, object_id: int) -> None:
    """Keep a slug that is given up, so that old links go on working."""
    row = db.session.scalar(
        sa.select(SlugHistory).where(SlugHistory.kind == kind, SlugHistory.slug == slug)
    )
    if row is None:
        db.session.add(SlugHistory(kind=kind, slug=slug, object_id=object_id))
    else:
        row.object_id = object_id


def former_owner(kind: str, slug: str) -> int | None:
    """The id of the object that once had this slug, or None."""
    return db.session.scalar(
        sa.select(SlugHistory.object_id).where(SlugHistory.kind == kind, SlugHistory.slug == slug)
    )
