"""Who is told what about an order: ids in, a draft in the reader's own language out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.accounts import User, UserRole, plain_code
from storefront.artisans import Artisan
from storefront.kernel import settings
from storefront.kernel.db import db
from storefront.media import pictures
from storefront.notifications import MailDraft, mail_topic
from storefront.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    Parcel,
    ParcelLine,
    Refund,
    SubOrder,
)

Payload = dict[str, Any]
LISTED = ("received", "confirmed")


@dataclass(frozen=True)
class MailGroup:
    """The pieces of one parcel as a mail lists them, each with its number, and what follows when:
    until when the workshop answers, and by when the parcel should be there."""

    part: SubOrder
    pieces: list[tuple[OrderLine, int]]
    answers_by: dt.datetime | None = None
    arrives_by: dt.datetime | None = None


def _goods(groups: list[MailGroup], *, priced: bool = False) -> dict[str, Any]:
    """What `orders/mail/goods` draws."""
    ids = {line.media_id for group in groups for line, _ in group.pieces}
    return {"groups": groups, "priced": priced, "shown": pictures(ids)}


def _whole(order: Order) -> dict[str, Any]:
    """Every parcel of the order with prices; dates once the money is there."""
    return _goods([_of_part(part, order.placed_at) for part in order.sub_orders], priced=True)


def _of_part(part: SubOrder, paid_at: dt.datetime | None = None) -> MailGroup:
    pieces = [(line, line.quantity) for line in part.lines]
    if paid_at is None:
        return MailGroup(part, pieces)
    days = dt.timedelta(days=part.lead_days_max + part.delivery_days_max)
    return MailGroup(part, pieces, part.accept_by_at, paid_at + days)


def _to_buyer(order: Order, template: str, **context: Any) -> MailDraft | None:
    """A mail in the order's language; nobody to tell once the buyer's data was erased."""
    if not order.contact.email:
        return None
    return MailDraft(
        to=order.contact.email,
        lang=order.lang,
        template=f"orders/mail/{template}",
        context={"order": order, **context},
        order_id=order.id,
    )


def _order_mail(topic: str, template: str) -> None:
    @mail_topic(topic)
    def build(payload: Payload) -> MailDraft | None:
        order = _order(payload["order_id"])
        listed = _whole(order) if template in LISTED else {}
        return _to_buyer(order, template, **listed)


def _part_mail(topic: str, template: str) -> None:
    @mail_topic(topic)
    def build(payload: Payload) -> MailDraft | None:
        part = _part(payload["sub_order_id"])
        claim_days = settings.get("orders.claim_days")
        return _to_buyer(
            part.order,
            template,
            part=part,
            why=_last_reason(part),
            claim_days=claim_days,
            **_goods([_of_part(part)]),
        )


def _refund_mail(topic: str, template: str) -> None:
    @mail_topic(topic)
    def build(payload: Payload) -> MailDraft | None:
        refund = db.session.get_one(Refund, payload["refund_id"])
        return _to_buyer(_order(refund.order_id), template, refund=refund)


for _topic, _template in {
    "orders.received": "received",
    "orders.confirmed": "confirmed",
    "orders.reminder": "reminder",
    "orders.expired": "expired",
    "orders.cancelled": "cancelled",
}.items():
    _order_mail(_topic, _template)

for _topic, _template in {
    "orders.accepted": "accepted",
    "orders.making": "making",
    "orders.ready": "ready",
    "orders.declined": "declined",
    "orders.part_cancelled": "part_cancelled",
    "orders.sold_meanwhile": "sold_meanwhile",
    "orders.delivered": "delivered",
}.items():
    _part_mail(_topic, _template)

_refund_mail("orders.refunded", "refunded")
_refund_mail("orders.refund_account", "refund_account")


_order_mail("orders.link", "link")


@mail_topic("orders.code")
def code(payload: Payload) -> MailDraft | None:
    """The code that opens an order's personal part; nothing once it is used or over."""
    plain = plain_code(payload["code_id"])
    return _to_buyer(_order(payload["order_id"]), "code", code=plain) if plain else None


@mail_topic("orders.shipped")
def shipped(payload: Payload) -> MailDraft | None:
    """One mail per parcel, with its tracking."""
    parcel = db.session.get_one(Parcel, payload["parcel_id"])
    part = _part(parcel.sub_order_id)
    lines = {line.id: line for line in part.lines}
    packed = sa.select(ParcelLine).where(ParcelLine.parcel_id == parcel.id).order_by(ParcelLine.id)
    pieces = [(lines[row.order_line_id], row.quantity) for row in db.session.scalars(packed)]
    days = dt.timedelta(days=part.delivery_days_max)
    arrives = parcel.handed_over_at + days if parcel.handed_over_at else None
    goods = _goods([MailGroup(part, pieces)])
    return _to_buyer(part.order, "shipped", part=part, parcel=parcel, arrives_by=arrives, **goods)


@mail_topic("orders.new_for_artisan")
def new_for_artisan(payload: Payload) -> MailDraft | None:
    """The workshop has an order to accept."""
    part = _part(payload["sub_order_id"])
    return _to_workshop(part, "artisan_new", earns=part)


@mail_topic("orders.cancelled_artisan")
def cancelled_for_artisan(payload: Payload) -> MailDraft | None:
    """The workshop need not make it any more."""
    return _to_workshop(_part(payload["sub_order_id"]), "artisan_cancelled")


@mail_topic("orders.silence")
def silence(payload: Payload) -> MailDraft | None:
    """The council learns that a workshop has not answered."""
    staff = db.session.scalar(
        sa.select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == "admin", User.state == "active", User.email.is_not(None))
        .order_by(User.id)
        .limit(1)
    )
    if staff is None or staff.email is None:
        return None
    part = _part(payload["sub_order_id"])
    return MailDraft(
        to=staff.email,
        lang=staff.lang,
        template="orders/mail/council_silence",
        context={"order": part.order, "part": part, **_goods([_of_part(part)])},
        order_id=part.order_id,
    )


def _to_workshop(part: SubOrder, template: str, **context: Any) -> MailDraft | None:
    """To the workshop's address in its member's language; makers with a phone only get none."""
    workshop = db.session.get_one(Artisan, part.artisan_id)
    if not workshop.email:
        return None
    lang = db.session.scalar(
        sa.select(User.lang)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.artisan_id == workshop.id)
        .order_by(UserRole.id)
        .limit(1)
    )
    return MailDraft(
        to=workshop.email,
        lang=lang or "id",
        template=f"orders/mail/{template}",
        context={
            "order": part.order,
            "part": part,
            "workshop": workshop,
            **_goods([_of_part(part)]),
            **context,
        },
        order_id=part.order_id,
    )


def _last_reason(part: SubOrder) -> str:
    """Why the part came to be as it is, as stored with its newest move."""
    newest = (
        sa.select(OrderEvent.why)
        .where(OrderEvent.sub_order_id == part.id, OrderEvent.machine == "sub_order")
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) or ""


def _order(order_id: int) -> Order:
    parts = selectinload(Order.sub_orders).selectinload(SubOrder.lines)
    return db.session.scalars(sa.select(Order).where(Order.id == order_id).options(parts)).one()


def _part(sub_order_id: int) -> SubOrder:
    lines = selectinload(SubOrder.lines)
    found = sa.select(SubOrder).where(SubOrder.id == sub_order_id).options(lines)
    return db.session.scalars(found).one()
