"""The cart, kept without an account by a cookie's token, or by the account; what was set aside
from it; and who waits for a piece that is sold out."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.db import Base, secret_token


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


class SetAside(Base):
    """A line that is not being bought. `kind` is saved (for later: the wish list) or removed (kept
    for a while so that it can be put back where it was: `stood` in the cart or saved).

    It stands apart from `CartLine` so that placing an order can never take it along.
    """

    __tablename__ = "set_aside"
    __table_args__ = (
        sa.UniqueConstraint("cart_id", "variant_id", "kind"),
        sa.CheckConstraint("kind in ('saved', 'removed')", name="kind"),
        sa.CheckConstraint("stood in ('cart', 'saved')", name="stood"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(sa.ForeignKey("cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    stood: Mapped[str] = mapped_column(sa.String(8), default="cart")
    quantity: Mapped[int]
    seen_minor: Mapped[int | None]
    seen_currency: Mapped[str | None] = mapped_column(sa.String(3))
    at: Mapped[dt.datetime] = mapped_column(default=now, index=True)


class StockWatch(Base):
    """An address that wants one mail when a variant is there again.

    States: asked (the address is still to be proven) → waiting → told. Who wants no more mail is
    deleted. `token` opens the pages of both mails.
    """

    __tablename__ = "stock_watch"
    __table_args__ = (
        sa.UniqueConstraint("variant_id", "email"),
        sa.CheckConstraint("state in ('asked', 'waiting', 'told')", name="state"),
        sa.Index("ix_stock_watch_state", "state", "variant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True, default=secret_token)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    lang: Mapped[str] = mapped_column(sa.String(2))
    state: Mapped[str] = mapped_column(sa.String(8), default="asked")
    asked_at: Mapped[dt.datetime] = mapped_column(default=now)
    confirmed_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]
