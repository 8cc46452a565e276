"""The cart, kept without an account by a cookie's token, or by the account."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.db import Base


class Cart(Base):
    """A visitor's cart: by the cookie's token, of which the hash stands here, or by account."""

    __tablename__ = "cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)

    lines: Mapped[list[CartLine]] = relationship(order_by="CartLine.id")


class CartLine(Base):
    """A wish for pieces of one variant. `seen_minor` is the piece price the visitor last saw."""

    __tablename__ = "cart_line"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "variant_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(sa.ForeignKey("cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]
    seen_minor: Mapped[int | None]
    seen_currency: Mapped[str | None] = mapped_column(sa.String(3))
    added_at: Mapped[dt.datetime] = mapped_column(default=now)
