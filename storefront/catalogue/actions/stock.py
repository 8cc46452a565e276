"""Stock changes by conditional update only, each change leaving a movement row.

`held` is the sum of a variant's holds in state held; `on_hand` the sum of its movements. The check
and the taking are one statement, so no reading in between can be outrun.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from storefront.catalogue.models import Hold, StockMovement, Variant
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import ShopError, StaleVersion
from storefront.kernel.translated import N_


class OutOfStock(ShopError):
    """Fewer pieces are left than wanted. Facts: variant_id, left."""

    message = N_("This piece has just been sold, or fewer are left than you asked for.")


class StockBelowHeld(ShopError):
    """Stock cannot be counted lower than what is promised to unpaid orders. Facts: held."""

    message = N_("%(held)s pieces are promised to orders that wait for payment.")


@dataclass(frozen=True)
class HoldRequest:
    """Pieces of a counted variant wanted for an order line."""

    order_line_id: int
    variant_id: int
    quantity: int


def hold_stock(order_id: int, wanted: Sequence[HoldRequest], expires_at: dt.datetime) -> None:
    """Promise pieces to an order until `expires_at`. All or nothing.

    Quantities are summed per variant before they are checked. Raises OutOfStock.
    """
    if not wanted:
        return
    sums: dict[int, int] = defaultdict(int)
    for request in wanted:
        sums[request.variant_id] += request.quantity
    _take_held(sums)
    rows = [
        {
            "order_id": order_id,
            "order_line_id": request.order_line_id,
            "variant_id": request.variant_id,
            "quantity": request.quantity,
            "expires_at": expires_at,
        }
        for request in wanted
    ]
    db.session.execute(sa.insert(Hold), rows)


def _take_held(sums: dict[int, int]) -> None:
    """One conditional update for all variants, which locks their rows in id order.

    Two carts with the same two pieces in another order must not wait for each other: PostgreSQL
    locks what the inner query names, one by one; SQLite has one writer anyway.
    """
    ids = sorted(sums)
    in_order = sa.select(Variant.id).where(Variant.id.in_(ids)).order_by(Variant.id)
    want = sa.case({at: sums[at] for at in ids}, value=Variant.id)
    taken = _rows_changed(
        sa.update(Variant)
        .where(
            Variant.id.in_(in_order.with_for_update(key_share=True)),
            Variant.counted,
            Variant.is_active,
            Variant.on_hand - Variant.held >= want,
        )
        .values(held=Variant.held + want)
    )
    if taken == len(ids):
        return
    left = dict(
        db.session.execute(
            sa.select(Variant.id, Variant.on_hand - Variant.held).where(Variant.id.in_(ids))
        ).all()
    )
    # The update already counted the winners' pieces as held; the caller rolls everything back.
    short = next((at for at in ids if left.get(at, 0) < sums[at]), ids[0])
    raise OutOfStock(variant_id=short, left=max(0, left.get(short, 0)))


def allocate_holds(order_id: int) -> set[int]:
    """Turn an order's holds into sales. Returns the line ids whose pieces are gone.

    A hold that was released when the order expired takes its pieces again if they are still there.
    """
    gone: set[int] = set()
    holds = _locked_holds(order_id)
    lock(Variant, [hold.variant_id for hold in holds])
    for hold in holds:
        if hold.state == "allocated":
            continue
        was_held = hold.state == "held"
        free = Variant.on_hand - Variant.held
        taken = _rows_changed(
            sa.update(Variant)
            .where(
                Variant.id == hold.variant_id,
                sa.true() if was_held else free >= hold.quantity,
            )
            .values(
                on_hand=Variant.on_hand - hold.quantity,
                held=Variant.held - (hold.quantity if was_held else 0),
            )
        )
        if not taken:
            gone.add(hold.order_line_id)
            continue
        hold.state, hold.ended_at = "allocated", now()
        _move(hold.variant_id, -hold.quantity, "sale", hold.order_line_id, None)
    db.session.flush()
    db.session.expire_all()
    return gone


def release_holds(order_id: int) -> None:
    """Free the pieces of an unpaid order. Repeatable."""
    holds = [hold for hold in _locked_holds(order_id) if hold.state == "held"]
    lock(Variant, [hold.variant_id for hold in holds])
    for hold in holds:
        db.session.execute(
            sa.update(Variant)
            .where(Variant.id == hold.variant_id)
            .values(held=Variant.held - hold.quantity)
            .execution_options(synchronize_session=False)
        )
        hold.state, hold.ended_at = "released", now()
    db.session.flush()


def restock(order_line_id: int, variant_id: int, quantity: int, user_id: int | None) -> int:
    """Put sold pieces back; how many came back, of which the caller keeps count per line.

    A variant that is made to order by now has no stock to put them in: 0."""
    back = sa.update(Variant).where(Variant.id == variant_id, Variant.counted)
    if not _rows_changed(back.values(on_hand=Variant.on_hand + quantity)):
        return 0
    _move(variant_id, quantity, "restock", order_line_id, user_id)
    return quantity


def set_stock(variant_id: int, on_hand: int, user_id: int | None, version: int) -> Variant:
    """The maker counted. Raises StaleVersion, or StockBelowHeld under what is promised."""
    (variant,) = lock(Variant, [variant_id])
    if variant.version != version:
        raise StaleVersion()
    if on_hand < variant.held:
        raise StockBelowHeld(held=variant.held)
    difference = on_hand - variant.on_hand
    variant.version += 1
    if difference:
        variant.on_hand = on_hand
        _move(variant.id, difference, "count", None, user_id)
    return variant


def open_stock(variants: Iterable[Variant], user_id: int | None = None) -> None:
    """Write the first movement of new variants, so that movements sum to the stock."""
    for variant in variants:
        if variant.on_hand:
            _move(variant.id, variant.on_hand, "opening", None, user_id)


def _rows_changed(update: sa.Update) -> int:
    options = {"synchronize_session": False}
    return cast(
        "sa.CursorResult[Any]", db.session.execute(update, execution_options=options)
    ).rowcount


def _locked_holds(order_id: int) -> list[Hold]:
    ids = db.session.scalars(sa.select(Hold.id).where(Hold.order_id == order_id))
    return lock(Hold, ids)


def _move(
    variant_id: int, quantity: int, cause: str, order_line_id: int | None, user_id: int | None
) -> None:
    db.session.add(
        StockMovement(
            variant_id=variant_id,
            quantity=quantity,
            cause=cause,
            order_line_id=order_line_id,
            user_id=user_id,
        )
    )
