"""From the workshop to the buyer's door: accept, make, ready, ship, deliver, complete; or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from storefront.catalogue import restock
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.notifications import queue_mail
from storefront.orders import settings
from storefront.orders.actions.journal import (
    SYSTEM,
    Actor,
    locked_part,
    move_part,
    recompute,
    record,
)
from storefront.orders.actions.refunding import refund_rest
from storefront.orders.models import OrderLine, Parcel, ParcelLine, SubOrder
from storefront.orders.rules import BEFORE_ACCEPTANCE, PARCEL, NothingToShip, ship_verb


def accept(sub_order_id: int, actor: Actor) -> SubOrder:
    """The workshop takes the order; the promised ship date follows from its longest lead time."""
    _, part = locked_part(sub_order_id)
    move_part(part, "accept", actor)
    part.accepted_at = now()
    part.ship_by_at = part.due_at = now() + dt.timedelta(days=part.lead_days_max)
    _tell("orders.accepted", part)
    return part


def start_making(sub_order_id: int, actor: Actor) -> SubOrder:
    """Work has begun."""
    _, part = locked_part(sub_order_id)
    move_part(part, "make", actor)
    _tell("orders.making", part)
    return part


def mark_ready(sub_order_id: int, actor: Actor) -> SubOrder:
    """Finished and packed, waiting for the courier."""
    _, part = locked_part(sub_order_id)
    move_part(part, "ready", actor)
    _tell("orders.ready", part)
    return part


def decline(
    sub_order_id: int, actor: Actor, why: str, still_there: Collection[int] = ()
) -> SubOrder:
    """The workshop cannot deliver: its part is refunded by the rule.

    `still_there` are the ids of lines whose pieces exist and may be sold again; nothing else
    returns to stock.
    """
    order, part = locked_part(sub_order_id)
    move_part(part, "decline", actor, why)
    _return_to_stock(part, still_there, actor)
    refund_rest(part, "declined", actor)
    _tell("orders.declined", part)
    recompute(order)
    return part


def cancel_part(
    sub_order_id: int, actor: Actor, why: str, still_there: Collection[int] | None = None
) -> SubOrder:
    """Call a paid part off. Before acceptance the rule approves the refund, later a person.

    Without `still_there` all its counted pieces return to stock.
    """
    order, part = locked_part(sub_order_id)
    early = part.state in BEFORE_ACCEPTANCE
    move_part(part, "cancel", actor, why)
    _return_to_stock(part, _all_lines(part) if still_there is None else still_there, actor)
    refund_rest(part, "cancelled_early" if early else "cancelled_late", actor)
    _tell("orders.part_cancelled", part)
    queue_mail("orders.cancelled_artisan", f"orders.gone:{part.id}", {"sub_order_id": part.id})
    recompute(order)
    return part


def ship(
    sub_order_id: int,
    actor: Actor,
    *,
    courier: str,
    tracking_number: str,
    tracking_url: str = "",
    pieces: dict[int, int] | None = None,
) -> Parcel:
    """A parcel leaves. `pieces` maps line ids to counts; None sends everything left.

    Raises NothingToShip for no pieces or more than are left, NotAllowed before acceptance.
    """
    _, part = locked_part(sub_order_id)
    left = left_to_ship(part)
    chosen = left if pieces is None else {line: count for line, count in pieces.items() if count}
    if not any(chosen.values()) or any(count > left.get(at, 0) for at, count in chosen.items()):
        raise NothingToShip()
    parcel = Parcel(
        sub_order_id=part.id,
        courier=courier,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        state="planned",
        lines=[ParcelLine(order_line_id=at, quantity=count) for at, count in chosen.items()],
    )
    db.session.add(parcel)
    db.session.flush()
    _move_parcel(part, parcel, "hand_over", actor)
    parcel.handed_over_at = now()
    move_part(part, ship_verb(sum(left.values()) - sum(chosen.values())), actor)
    if part.state == "shipped":
        part.shipped_at = now()
        wait = settings.days("orders.delivered_after_days")
        part.due_at = now() + dt.timedelta(days=part.delivery_days_max) + wait
    queue_mail("orders.shipped", f"orders.shipped:{parcel.id}", {"parcel_id": parcel.id})
    return parcel


def left_to_ship(part: SubOrder) -> dict[int, int]:
    """Pieces of each line that no parcel has taken yet, by line id."""
    shipped = dict(
        db.session.execute(
            sa.select(ParcelLine.order_line_id, sa.func.sum(ParcelLine.quantity))
            .join(Parcel)
            .where(Parcel.sub_order_id == part.id)
            .group_by(ParcelLine.order_line_id)
        ).all()
    )
    return {line.id: line.quantity - int(shipped.get(line.id, 0)) for line in part.lines}


def deliver(sub_order_id: int, actor: Actor, why: str = "") -> SubOrder:
    """All parcels have arrived: told by the buyer, the courier, the council, or by time."""
    _, part = locked_part(sub_order_id)
    move_part(part, "deliver", actor, why)
    part.delivered_at = now()
    part.due_at = now() + settings.days("orders.claim_days")
    for parcel in part.parcels:
        if PARCEL.allows(parcel.state, "deliver"):
            _move_parcel(part, parcel, "deliver", actor)
            parcel.delivered_at = now()
    _tell("orders.delivered", part)
    return part


def complete(sub_order_id: int, actor: Actor = SYSTEM) -> SubOrder:
    """The time for claims is over, or the buyer is content: the earning is final."""
    order, part = locked_part(sub_order_id)
    move_part(part, "complete", actor)
    recompute(order)
    return part


def _move_parcel(part: SubOrder, parcel: Parcel, verb: str, actor: Actor) -> None:
    before, parcel.state = parcel.state, PARCEL.to(parcel.state, verb)
    parcel.version += 1
    record(
        part.order_id,
        "parcel",
        parcel.id,
        actor,
        verb,
        before,
        parcel.state,
        sub_order_id=part.id,
        detail={"courier": parcel.courier, "tracking": parcel.tracking_number},
    )


def _return_to_stock(part: SubOrder, line_ids: Collection[int], actor: Actor) -> None:
    for line in lock(OrderLine, line_ids):
        back = line.quantity - line.restocked_quantity
        if line.sub_order_id == part.id and line.counted and back:
            line.restocked_quantity += restock(line.id, line.variant_id, back, actor.user_id)


def _all_lines(part: SubOrder) -> list[int]:
    return [line.id for line in part.lines]


def _tell(topic: str, part: SubOrder) -> None:
    queue_mail(topic, f"{topic}:{part.id}", {"sub_order_id": part.id})
