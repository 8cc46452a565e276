"""Which preview pictures exist of which piece."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.clock import now
from storefront.kernel.db import Base


class SharePicture(Base):
    """A piece's made previews: their `stamps`, and when they were last compared with the piece."""

    __tablename__ = "share_picture"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), primary_key=True)
    stamps: Mapped[list[Any]] = mapped_column(default=list)
    checked_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
