"""Two workshops at work: one ships, one declines; refunds, stock and books follow to the rupiah."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import orders
from storefront.catalogue import StockMovement, Variant, set_stock
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, transaction
from storefront.kernel.errors import NotAllowed
from storefront.ledger import artisan, balance_idr
from storefront.notifications import Outbox
from storefront.orders import (
    NothingToShip,
    Order,
    OrderEvent,
    OrderLine,
    Refund,
    RefundTooHigh,
    SubOrder,
)
from storefront.orders.rules import Amounts, pieces_amounts
from storefront.payments import FinanceTask, Payment, charge_back
from tests.factories import orders as make
from tests.factories.catalogue import live_product, workshop
from tests.orders.test_paying import books_balance


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def states(order: Order) -> tuple[str, list[str]]:
    db.session.rollback()
    row = db.session.get_one(Order, order.id, populate_existing=True)
    return row.state, [part.state for part in row.sub_orders]


def test_the_whole_way_to_completed() -> None:
    order = make.completed_order()
    assert states(order) == ("completed", ["completed", "completed"])
    verbs = db.session.scalars(
        sa.select(OrderEvent.verb).where(OrderEvent.sub_order_id == order.sub_orders[0].id)
    ).all()
    assert verbs == ["open", "pay", "accept", "ready", "hand_over", "ship", "deliver", "deliver",
                     "complete"]  # fmt: skip


def test_a_piece_made_to_order_by_now_has_no_stock_to_return_to() -> None:
    order = make.paid_order()
    part = order.sub_orders[0]
    (line,) = part.lines
    part_id, line_id, variant_id = part.id, line.id, line.variant_id
    with transaction():
        variant = db.session.get_one(Variant, variant_id)
        set_stock(variant_id, 0, None, variant.version)
        variant.counted = False
    with transaction():
        orders.decline(part_id, make.ARTISAN, "gone", still_there=[line_id])
    moved = sa.select(sa.func.sum(StockMovement.quantity)).where(
        StockMovement.variant_id == variant_id
    )
    assert db.session.get_one(Variant, variant_id).on_hand == db.session.scalar(moved) == 0
    assert db.session.get_one(OrderLine, line_id).restocked_quantity == 0


def test_one_ships_one_declines() -> None:
    order = make.paid_order()
    first, second = (part.id for part in order.sub_orders)
    with transaction():
        orders.accept(first, make.ARTISAN)
        orders.ship(first, make.ARTISAN, courier="Pos", tracking_number="EE1")
    with transaction():
        orders.decline(second, make.ARTISAN, "dye bath failed")
    assert states(order) == ("placed", ["shipped", "declined"])
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.state, refund.way) == ("approved", "transfer")
    assert refund.amount_minor == order.sub_orders[1].total_minor
    with transaction():
        orders.refund_sent(refund.id, make.COUNCIL)
        orders.refund_done(refund.id, make.COUNCIL, proof_id=None)
    with transaction():
        orders.refund_done(refund.id, make.COUNCIL)
    assert balance_idr(artisan(order.sub_orders[1].artisan_id)) == 0
    assert books_balance()
    with transaction():
        orders.deliver(first, make.BUYER)
        orders.complete(first)
    assert states(order) == ("completed", ["completed", "declined"])
    assert db.session.get_one(Order, order.id).refunded_minor == refund.amount_minor
    mails = db.session.scalars(sa.select(Outbox.topic).where(Outbox.topic == "orders.refunded"))
    assert len(mails.all()) == 1
    open_tasks = sa.select(FinanceTask.kind).where(FinanceTask.state == "open")
    assert db.session.scalars(open_tasks).all() == []


@pytest.mark.parametrize(("still_there", "on_hand"), [(True, 3), (False, 2)])
def test_declined_pieces_return_only_if_still_there(still_there: bool, on_hand: int) -> None:
    product = live_product(workshop(), stock=3)
    order = make.paid_order([product])
    part = order.sub_orders[0]
    lines = [line.id for line in part.lines] if still_there else []
    with transaction():
        orders.decline(part.id, make.ARTISAN, "damaged", lines)
    assert db.session.scalars(sa.select(Variant.on_hand)).one() == on_hand
    assert states(order) == ("cancelled", ["declined"])


def test_two_parcels_ship_a_part_without_sending_a_piece_twice() -> None:
    product = live_product(workshop(), stock=3)
    order = make.order_ready_to_ship([product], quantity=3)
    part = make.part(order)
    line = part.lines[0].id
    with transaction():
        orders.ship(part.id, make.ARTISAN, courier="Pos", tracking_number="1", pieces={line: 1})
    assert states(order)[1] == ["partly_shipped"]
    with pytest.raises(NothingToShip), transaction():
        orders.ship(part.id, make.ARTISAN, courier="Pos", tracking_number="2", pieces={line: 3})
    with transaction():
        orders.ship(part.id, make.ARTISAN, courier="Pos", tracking_number="2")
    assert states(order)[1] == ["shipped"]
    with pytest.raises(NotAllowed), transaction():
        orders.cancel_part(part.id, make.COUNCIL, "too late")


def test_the_rule_approves_early_cancellation_a_person_a_late_one() -> None:
    order = make.paid_order()
    first, second = (part.id for part in order.sub_orders)
    with transaction():
        orders.cancel_part(first, make.BUYER, "changed my mind")
    with transaction():
        orders.accept(second, make.ARTISAN)
        orders.cancel_part(second, make.COUNCIL, "loom broken")
    found = dict(db.session.execute(sa.select(Refund.cause, Refund.state)).all())
    assert found == {"cancelled_early": "approved", "cancelled_late": "requested"}
    assert states(order) == ("cancelled", ["cancelled", "cancelled"])


def test_never_more_than_was_paid_and_never_twice() -> None:
    product = live_product(workshop(), stock=3)
    order = make.order_ready_to_ship([product], quantity=3)
    part = make.part(order)
    line = part.lines[0]
    with transaction():
        first = orders.request_refund(
            part, {line: 2}, cause="damaged", actor=make.COUNCIL, request_key="claim-1"
        )
        again = orders.request_refund(
            part, {line: 2}, cause="damaged", actor=make.COUNCIL, request_key="claim-1"
        )
        assert first is again
    with transaction():
        part = db.session.get_one(SubOrder, part.id)
        with pytest.raises(RefundTooHigh):
            orders.request_refund(
                part, {part.lines[0]: 2}, cause="damaged", actor=make.COUNCIL, request_key="claim-2"
            )
    with transaction():
        refund = db.session.scalars(sa.select(Refund)).one()
        orders.reject_refund(refund.id, make.COUNCIL, "photo shows no damage")
    with transaction():
        part = db.session.get_one(SubOrder, part.id)
        orders.request_refund(
            part, {part.lines[0]: 3}, cause="damaged", actor=make.COUNCIL, request_key="claim-3"
        )


@given(
    unit=st.integers(1, 10**9),
    quantity=st.integers(1, 40),
    commission=st.integers(0, 10_000),
    cuts=st.lists(st.integers(1, 10), max_size=10),
)
def test_refunding_piece_by_piece_ends_at_the_line(
    unit: int, quantity: int, commission: int, cuts: list[int]
) -> None:
    whole = Amounts(
        unit * quantity, unit * quantity * 3, unit * commission // 10_000, commission * 7
    )
    done, total = 0, Amounts(0, 0)
    for cut in [*cuts, quantity]:
        cut = min(cut, quantity - done)
        total += pieces_amounts(whole, quantity, done, cut)
        done += cut
    assert total == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(
    prices=st.lists(st.integers(1_000, 5_000_000), min_size=2, max_size=3),
    quantity=st.integers(1, 3),
    currency=st.sampled_from(["IDR", "KRW", "USD", "EUR"]),
    declined=st.integers(0, 2),
)
def test_books_balance_whatever_is_sold_and_declined(
    prices: list[int], quantity: int, currency: str, declined: int
) -> None:
    products = [live_product(workshop(), price_idr=price) for price in prices]
    order = make.paid_order(products, quantity=quantity, currency=currency, provider="rehearsal")
    for part in order.sub_orders[:declined]:
        with transaction():
            orders.decline(part.id, make.ARTISAN, "no")
    for refund in db.session.scalars(sa.select(Refund).where(Refund.order_id == order.id)).all():
        with transaction():
            orders.refund_sent(refund.id, make.COUNCIL)
            orders.refund_done(refund.id, make.COUNCIL, provider_refund=refund.public_id)
    assert books_balance()
    order = db.session.get_one(Order, order.id, populate_existing=True)
    kept = [part for part in order.sub_orders if part.state != "declined"]
    assert order.paid_minor - order.refunded_minor == sum(part.total_minor for part in kept)
    for part in order.sub_orders:
        owed = 0 if part not in kept else part.goods_idr - part.commission_idr
        assert balance_idr(artisan(part.artisan_id)) == -owed


def test_a_disputed_payment_lets_the_maker_decline_and_finance_decide() -> None:
    order = make.paid_order()
    with transaction():
        payment = lock(Payment, [make.payment_of(order).id])[0]
        charge_back(payment, "fraud")
    with transaction():
        orders.decline(order.sub_orders[0].id, make.ARTISAN, "no")
    assert states(order)[1] == ["declined", "to_confirm"]
    kinds = db.session.scalars(sa.select(FinanceTask.kind)).all()
    assert "refund_blocked" in kinds
    assert db.session.scalar(sa.select(sa.func.count(Refund.id))) == 0


def test_an_overdue_instalment_becomes_a_task_once() -> None:
    soon = now() + dt.timedelta(hours=1)
    order = make.awaiting_order(instalments=[(5000, soon), (5000, soon)])
    with transaction():
        row = lock(Payment, [make.payment_of(order).id])[0]
        row.amount_minor, row.instalment_id = (
            order.instalments[0].amount_minor,
            order.instalments[0].id,
        )
    make.pay(order)
    assert orders.part_paid_overdue() == []
    with transaction():
        for instalment in db.session.get_one(Order, order.id).instalments:
            instalment.due_at = now() - dt.timedelta(days=3)
    assert orders.part_paid_overdue() == [order.id]
    for _ in range(2):
        with transaction():
            orders.ask_finance(order.id)
    kinds = db.session.scalars(sa.select(FinanceTask.kind)).all()
    assert kinds == ["instalment_overdue"]
    with pytest.raises(NotAllowed), transaction():
        orders.cancel_order(order.id, make.BUYER)
