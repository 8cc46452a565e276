"""Money arrives: right, late, short, too much, twice, foreign; and what stock and books say."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import orders
from storefront.catalogue import Hold, StockMovement, Variant, release_holds
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.money import Money
from storefront.ledger import LedgerEntry, artisan, balance_idr
from storefront.notifications import Outbox
from storefront.orders import SYSTEM, Invoice, Order, Refund
from storefront.payments import FinanceTask
from tests.factories import orders as make
from tests.factories.catalogue import live_product, workshop


@pytest.fixture(autouse=True)
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def tasks() -> list[str]:
    return sorted(db.session.scalars(sa.select(FinanceTask.kind)))


def books_balance() -> bool:
    sums = db.session.execute(
        sa.select(
            LedgerEntry.transaction_id,
            LedgerEntry.currency,
            sa.func.sum(LedgerEntry.amount_minor),
        ).group_by(LedgerEntry.transaction_id, LedgerEntry.currency)
    ).all()
    rupiah = db.session.execute(
        sa.select(sa.func.sum(LedgerEntry.amount_idr)).group_by(LedgerEntry.transaction_id)
    ).all()
    return all(row[2] == 0 for row in sums) and all(row[0] == 0 for row in rupiah)


@pytest.mark.parametrize("currency", ["IDR", "KRW", "USD", "EUR"])
def test_exact_money_places_the_order(currency: str) -> None:
    order = fresh(make.paid_order(currency=currency, provider="rehearsal"))
    assert order.state == "placed" and order.paid_minor == order.total_minor
    assert [part.state for part in order.sub_orders] == ["to_confirm"] * 2
    for part in order.sub_orders:
        assert balance_idr(artisan(part.artisan_id)) == -(part.goods_idr - part.commission_idr)
    assert books_balance()
    holds = db.session.scalars(sa.select(Hold.state)).all()
    assert holds == ["allocated", "allocated"]
    variants = db.session.scalars(sa.select(Variant)).all()
    assert all((variant.on_hand, variant.held) == (2, 0) for variant in variants)


def test_one_mail_to_the_buyer_one_to_each_workshop_and_one_receipt_each() -> None:
    order = make.paid_order()
    make.pay(order)
    topics = sorted(db.session.scalars(sa.select(Outbox.topic)))
    assert topics == ["orders.confirmed", "orders.new_for_artisan", "orders.new_for_artisan"]
    numbers = db.session.scalars(sa.select(Invoice.number)).all()
    assert numbers == [1, 1]


def test_receipts_count_on_per_workshop() -> None:
    product = live_product(workshop(), stock=5)
    for _ in range(3):
        make.paid_order([product])
    assert sorted(db.session.scalars(sa.select(Invoice.number))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("difference", "state", "kinds"),
    [(-1, "awaiting_payment", ["payment_short"]), (+1, "placed", ["payment_excess"])],
)
def test_a_wrong_amount_becomes_a_task(difference: int, state: str, kinds: list[str]) -> None:
    order = make.awaiting_order()
    make.pay(order, order.total_minor + difference)
    assert fresh(order).state == state
    assert tasks() == kinds and books_balance()


def test_another_currency_never_places_an_order() -> None:
    order = make.awaiting_order()
    make.pay(order, 5000, "USD")
    assert fresh(order).state == "awaiting_payment"
    assert tasks() == ["payment_foreign"] and books_balance()


def test_a_second_payment_is_kept_apart() -> None:
    order = make.paid_order()
    with transaction():
        from storefront.payments import open_payment

        second = open_payment(
            order.id, None, "transfer", Money(order.total_minor, "IDR"), order.pay_by_at, 2
        )
    with transaction():
        orders.settle(second.id, Money(order.total_minor, "IDR"), SYSTEM)
    order = fresh(order)
    assert order.paid_minor == order.total_minor
    assert tasks() == ["payment_double"] and books_balance()
    assert balance_idr("unmatched") == -order.total_minor


def test_an_expired_order_frees_its_pieces_and_takes_them_again_when_paid_late() -> None:
    order = make.awaiting_order()
    expire(order)
    assert [v.held for v in db.session.scalars(sa.select(Variant))] == [0, 0]
    make.pay(order)
    assert fresh(order).state == "placed"
    assert [v.on_hand for v in db.session.scalars(sa.select(Variant))] == [2, 2]


def expire(order: Order) -> None:
    with transaction():
        row = db.session.get_one(Order, order.id)
        row.pay_by_at = now() - dt.timedelta(days=2)
    with transaction():
        assert orders.expire_order(order.id)
    with transaction():
        assert not orders.expire_order(order.id)


def test_late_money_for_a_piece_sold_meanwhile_is_given_back() -> None:
    unique = live_product(workshop(), stock=1, availability="one_of_a_kind")
    other = live_product(workshop())
    late = make.awaiting_order([unique, other])
    expire(late)
    winner = make.paid_order([unique])
    make.pay(late)
    late = fresh(late)
    states = {part.artisan_id: part.state for part in late.sub_orders}
    assert states == {unique.artisan_id: "cancelled", other.artisan_id: "to_confirm"}
    assert fresh(winner).state == "placed"
    refund = db.session.scalars(sa.select(Refund)).one()
    lost = next(part for part in late.sub_orders if part.state == "cancelled")
    assert (refund.state, refund.amount_minor) == ("approved", lost.total_minor)
    assert "sold_meanwhile" in tasks() and books_balance()


def test_late_money_never_revives_a_cancelled_order() -> None:
    order = make.awaiting_order()
    with transaction():
        orders.cancel_order(order.id, make.BUYER, "changed my mind")
    make.pay(order)
    assert fresh(order).state == "cancelled"
    assert tasks() == ["payment_late"] and books_balance()


def test_releasing_twice_changes_nothing() -> None:
    order = make.awaiting_order()
    for _ in range(2):
        with transaction():
            release_holds(order.id)
    assert [v.held for v in db.session.scalars(sa.select(Variant))] == [0, 0]


def test_two_instalments_make_the_order_part_paid_then_placed() -> None:
    products = make.two_workshops()
    soon = now() + dt.timedelta(hours=1)
    order = make.awaiting_order(products, instalments=[(5000, soon), (5000, soon)])
    first, second = order.instalments
    payment = make.payment_of(order)
    with transaction():
        row = db.session.merge(payment)
        row.amount_minor, row.instalment_id = first.amount_minor, first.id
    make.pay(order)
    assert fresh(order).state == "part_paid"
    with transaction():
        from storefront.payments import open_payment

        open_payment(order.id, second.id, "transfer", Money(second.amount_minor, "IDR"), soon, 2)
    make.pay(order)
    order = fresh(order)
    assert (order.state, order.paid_minor) == ("placed", order.total_minor)
    assert books_balance() and balance_idr("advances") == 0


def test_every_change_of_stock_has_its_movement() -> None:
    make.paid_order()
    for variant in db.session.scalars(sa.select(Variant)):
        total = db.session.scalar(
            sa.select(sa.func.sum(StockMovement.quantity)).where(
                StockMovement.variant_id == variant.id
            )
        )
        assert total == variant.on_hand
