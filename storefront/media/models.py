"""Files in the shop's keeping: public pictures and private papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.clock import now
from storefront.kernel.db import Base, public_id


class MediaFile(Base):
    """One stored file under our own name.

    A picture is `processing` until the worker has made its sizes: till then `widths` (px) lists
    those there are, as WebP only; `failed` when it could not, after `attempts`. `name` is what it
    is called in addresses, taken from its content: two rows of the same photo share it.
    """

    __tablename__ = "media_file"
    __table_args__ = (
        sa.CheckConstraint("kind in ('picture', 'document')", name="kind"),
        sa.CheckConstraint("state in ('ready', 'processing', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(sa.String(10))
    is_private: Mapped[bool] = mapped_column(default=False)
    is_encrypted: Mapped[bool] = mapped_column(default=False)
    artisan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("artisan.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(12), index=True, default="")
    storage_key: Mapped[str] = mapped_column(sa.String(120))
    master_key: Mapped[str] = mapped_column(sa.String(120), default="")
    content_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    mime: Mapped[str] = mapped_column(sa.String(60))
    bytes: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    widths: Mapped[list[Any]] = mapped_column(default=list)
    colour: Mapped[str] = mapped_column(sa.String(7), default="")
    original_name: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[str] = mapped_column(sa.String(12), default="ready")
    attempts: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
