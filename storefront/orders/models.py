"""One purchase and its parts: order, sub-orders, lines, parcels, refunds, receipts, events.

Money stands on the sub-order and its lines; the order's figures are sums written by one function.
Everything shown of an order is a copy frozen at placement, never a join to the living catalogue.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.accounts import AddressColumns
from storefront.kernel.clock import now
from storefront.kernel.crypto import EncryptedText
from storefront.kernel.db import Base, public_id, secret_token


class Order(Base):
    """One purchase by one buyer in one currency. `token` opens its page without an account."""

    __tablename__ = "order"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('awaiting_payment', 'part_paid', 'placed', 'completed', 'cancelled',"
            " 'expired')",
            name="state",
        ),
        sa.CheckConstraint("channel in ('web', 'staff', 'wholesale', 'fair')", name="channel"),
        sa.Index("ix_order_deadline", "state", "pay_by_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(40), unique=True, default=secret_token)
    state: Mapped[str] = mapped_column(sa.String(18), default="awaiting_payment")
    channel: Mapped[str] = mapped_column(sa.String(10), default="web")
    lang: Mapped[str] = mapped_column(sa.String(2))
    currency: Mapped[str] = mapped_column(sa.String(3))
    country: Mapped[str] = mapped_column(sa.String(2))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    visitor_hash: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    network_hash: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    email_hash: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    provider: Mapped[str] = mapped_column(sa.String(12), default="")
    goods_minor: Mapped[int]
    delivery_minor: Mapped[int]
    total_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    total_idr: Mapped[int]
    rate_micro: Mapped[int] = mapped_column(default=0)
    duties: Mapped[str] = mapped_column(sa.String(4), default="DAP")
    duties_text: Mapped[str] = mapped_column(sa.Text, default="")
    terms_version: Mapped[str] = mapped_column(sa.String(20), default="")
    buyer_note: Mapped[str] = mapped_column(sa.Text, default="")
    pay_by_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    placed_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    sub_orders: Mapped[list[SubOrder]] = relationship(
        order_by="SubOrder.id", back_populates="order"
    )
    contact: Mapped[OrderContact] = relationship()
    instalments: Mapped[list[Instalment]] = relationship(order_by="Instalment.position")

    @property
    def number(self) -> str:
        """The number people say and type, e.g. CLG-100042."""
        return f"CLG-{100000 + self.id}"


class OrderContact(AddressColumns, Base):
    """Who the order goes to, apart from the order so that erasure can blank it."""

    __tablename__ = "order_contact"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    erased_at: Mapped[dt.datetime | None]


class SubOrder(Base):
    """One workshop's part: goods, its delivery, its commission, its state. Shown to it once paid.

    `due_at` is the one date the queue sorts by: accept-by while to confirm, ship-by afterwards.
    """

    __tablename__ = "sub_order"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('waiting', 'to_confirm', 'accepted', 'making', 'ready', 'partly_shipped',"
            " 'shipped', 'delivered', 'completed', 'declined', 'cancelled', 'in_dispute')",
            name="state",
        ),
        sa.Index("ix_sub_order_queue", "artisan_id", "state", "due_at"),
        sa.Index("ix_sub_order_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The sentinel lets all parts of an order be written, and their ids read back, in one statement.
    public_id: Mapped[str] = mapped_column(
        sa.String(24), unique=True, default=public_id, insert_sentinel=True
    )
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"))
    artisan_name: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(16), default="waiting")
    currency: Mapped[str] = mapped_column(sa.String(3))
    goods_minor: Mapped[int]
    delivery_minor: Mapped[int]
    total_minor: Mapped[int]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    goods_idr: Mapped[int]
    delivery_idr: Mapped[int]
    commission_minor: Mapped[int]
    commission_idr: Mapped[int]
    service_key: Mapped[str] = mapped_column(sa.String(40))
    service_name: Mapped[str] = mapped_column(sa.String(120))
    delivery_days_min: Mapped[int] = mapped_column(default=0)
    delivery_days_max: Mapped[int] = mapped_column(default=0)
    lead_days_max: Mapped[int] = mapped_column(default=0)
    packed_g: Mapped[int] = mapped_column(default=0)
    accept_by_at: Mapped[dt.datetime | None]
    ship_by_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    shipped_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    order: Mapped[Order] = relationship(back_populates="sub_orders")
    lines: Mapped[list[OrderLine]] = relationship(
        order_by="OrderLine.id", back_populates="sub_order"
    )
    parcels: Mapped[list[Parcel]] = relationship(order_by="Parcel.id")


class OrderLine(Base):
    """Pieces of one variant as sold. `names` keeps the name in four languages as it was.

    `unit_idr` is the maker's rupiah price behind `unit_minor`; commission is frozen per line.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "restocked_quantity >= 0 and restocked_quantity <= quantity", name="restocked"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        sa.String(24), unique=True, default=public_id, insert_sentinel=True
    )
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sub_order_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_order.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    media_id: Mapped[int | None] = mapped_column(sa.ForeignKey("media_file.id"))
    quantity: Mapped[int]
    unit_minor: Mapped[int]
    unit_idr: Mapped[int]
    rate_micro: Mapped[int] = mapped_column(default=0)
    commission_bp: Mapped[int]
    commission_minor: Mapped[int]
    commission_idr: Mapped[int]
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    number: Mapped[int] = mapped_column(default=0)
    sku: Mapped[str] = mapped_column(sa.String(40))
    variant_label: Mapped[str] = mapped_column(sa.String(60), default="")
    availability: Mapped[str] = mapped_column(sa.String(14))
    hs6: Mapped[str] = mapped_column(sa.String(6), default="")
    origin_country: Mapped[str] = mapped_column(sa.String(2), default="ID")
    net_g: Mapped[int] = mapped_column(default=0)
    packed_g: Mapped[int] = mapped_column(default=0)
    counted: Mapped[bool] = mapped_column(default=True)
    restocked_quantity: Mapped[int] = mapped_column(default=0)
    refunded_quantity: Mapped[int] = mapped_column(default=0)

    order: Mapped[Order] = relationship()
    sub_order: Mapped[SubOrder] = relationship(back_populates="lines")


class Parcel(Base):
    """One box on its way. States: planned → packed → handed_over → in_transit → delivered."""

    __tablename__ = "parcel"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('planned', 'packed', 'handed_over', 'in_transit', 'delivered', 'returned',"
            " 'lost')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    sub_order_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_order.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default="planned")
    courier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking_number: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking_url: Mapped[str] = mapped_column(sa.String(300), default="")
    handed_over_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[ParcelLine]] = relationship()


class ParcelLine(Base):
    """How many pieces of a line are in a parcel."""

    __tablename__ = "parcel_line"
    __table_args__ = (sa.UniqueConstraint("parcel_id", "order_line_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"))
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]


class Instalment(Base):
    """A part of the order's price with its own due date (retail: one of 100 %)."""

    __tablename__ = "instalment"
    __table_args__ = (sa.UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"))
    position: Mapped[int] = mapped_column(default=1)
    share_bp: Mapped[int] = mapped_column(default=10000)
    amount_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[dt.datetime]


class OrderEvent(Base):
    """The order's history: who, when, from, to, why. Append only; people by id."""

    __tablename__ = "order_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sub_order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sub_order.id"), index=True)
    machine: Mapped[str] = mapped_column(sa.String(10))  # order|sub_order|payment|refund|parcel
    subject_id: Mapped[int]
    at: Mapped[dt.datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(sa.String(10))  # buyer|artisan|council|system|provider
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(sa.String(30))
    from_state: Mapped[str] = mapped_column(sa.String(18), default="")
    to_state: Mapped[str] = mapped_column(sa.String(18), default="")
    why: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Refund(Base):
    """Money going back for one sub-order. Approved and executed are two steps.

    `way` is 'provider' (called through its API) or 'transfer' (finance pays an account the buyer
    gave, with proof). `request_key` makes a repeated request one refund.
    """

    __tablename__ = "refund"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('requested', 'approved', 'rejected', 'sent', 'done', 'failed')",
            name="state",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sub_order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sub_order.id"), index=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="requested", index=True)
    way: Mapped[str] = mapped_column(sa.String(10))
    cause: Mapped[str] = mapped_column(sa.String(20))
    request_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    provider_refund: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    proof_id: Mapped[int | None] = mapped_column(sa.ForeignKey("media_file.id"))
    failure: Mapped[str] = mapped_column(sa.String(200), default="")
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    executed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    sent_at: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list[RefundLine]] = relationship()


class RefundLine(Base):
    """What a refund is for: pieces of a line, or the sub-order's delivery; with rupiah shares."""

    __tablename__ = "refund_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(sa.ForeignKey("refund.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))  # item | delivery
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line.id"))
    quantity: Mapped[int] = mapped_column(default=0)
    amount_minor: Mapped[int]
    amount_idr: Mapped[int]
    commission_minor: Mapped[int] = mapped_column(default=0)
    commission_idr: Mapped[int] = mapped_column(default=0)


class RefundAccount(Base):
    """The account a buyer wants a transferred payment returned to. Blanked by erasure."""

    __tablename__ = "refund_account"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), primary_key=True)
    bank: Mapped[str] = mapped_column(sa.String(60))
    holder: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(EncryptedText(hashed_as="number_hash"))
    number_hash: Mapped[str] = mapped_column(sa.String(64))
    given_at: Mapped[dt.datetime] = mapped_column(default=now)


class InvoiceSeries(Base):
    """The last number given out in a workshop's series; counting on it locks the row."""

    __tablename__ = "invoice_series"
    __table_args__ = (sa.UniqueConstraint("artisan_id", "series"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"))
    series: Mapped[str] = mapped_column(sa.String(10))
    last_number: Mapped[int]


class Invoice(Base):
    """A workshop's receipt for one sub-order: numbered without gap, frozen at issue."""

    __tablename__ = "invoice"
    __table_args__ = (sa.UniqueConstraint("artisan_id", "series", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"))
    series: Mapped[str] = mapped_column(sa.String(10))
    number: Mapped[int]
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    sub_order_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_order.id"), unique=True)
    issued_at: Mapped[dt.datetime] = mapped_column(default=now)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
