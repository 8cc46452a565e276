"""What the locks are for: the same race with the lock on, and with the lock taken away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout
from storefront.checkout import paying, receiving
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed
from storefront.kernel.money import Money
from storefront.ledger import LedgerTransaction
from storefront.orders import SYSTEM, Order
from storefront.orders.actions import journal
from storefront.orders.actions import paying as settling
from storefront.payments import Payment
from tests.factories import orders as make
from tests.stand_ins.stripe import StripeStandIn

# SQLite has one writer at a time, so there is no lock of ours to take away.
pytestmark = pytest.mark.engines("postgresql")


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read as before, but nobody waits for anybody."""

    def read(model: Any, ids: Any) -> list[Any]:
        key = sa.inspect(model).primary_key[0]
        found = sa.select(model).where(key.in_(sorted(set(ids)))).order_by(key)
        return list(db.session.scalars(found.execution_options(populate_existing=True)))

    for module in (receiving, paying, settling, journal):
        monkeypatch.setattr(module, "lock", read)


class Meeting:
    """Two threads meet where both have read and neither has written; alone, one goes on."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)

    def __call__(self) -> None:
        try:
            self._barrier.wait(0.7)
        except threading.BrokenBarrierError:
            return


def both(app: Flask, verb: Callable[[], Any]) -> list[str]:
    """Run it in two threads; how each ended."""

    def run(_: int) -> str:
        with app.app_context():
            try:
                verb()
            except (sa.exc.IntegrityError, sa.exc.OperationalError, NotAllowed) as error:
                db.session.rollback()
                return type(error).__name__
            return "fine"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


@pytest.mark.parametrize("locked", [True, False])
def test_two_that_settle_one_payment(
    locked: bool, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make.awaiting_order(provider="stripe", currency="KRW")
    payment = make.payment_of(order)
    payment_id, amount = payment.id, Money(payment.amount_minor, payment.currency)
    meeting, judge = Meeting(), settling._flag

    def meet(*facts: Any) -> str:
        meeting()
        return judge(*facts)

    def settle() -> None:
        with transaction():
            settling.settle(payment_id, amount, SYSTEM, provider_payment="pi_1")

    monkeypatch.setattr(settling, "_flag", meet)
    if not locked:
        without_locks(monkeypatch)
    ends = both(app, settle)
    assert (ends == ["fine", "fine"]) is locked  # else the second stumbles over the first's traces
    db.session.rollback()
    sold = sa.select(sa.func.count()).where(LedgerTransaction.kind == "sale")
    assert db.session.scalar(sold) == 1  # the books' own key holds even then
    assert db.session.get_one(Order, order.id, populate_existing=True).state == "placed"


@pytest.mark.parametrize("locked", [True, False])
def test_two_windows_that_pay_again(
    locked: bool, app: Flask, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make.awaiting_order(provider="stripe", currency="KRW")
    checkout.start_payment(make.payment_of(order).id)
    stripe_stand_in.expire(next(iter(stripe_stand_in.sessions)))
    assert checkout.finish_payment(make.payment_of(order).id) == "expired"
    meeting, opened = Meeting(), paying._open

    def meet(*facts: Any) -> Payment:
        meeting()
        return opened(*facts)

    monkeypatch.setattr(paying, "_open", meet)
    if not locked:
        without_locks(monkeypatch)
    ends = both(app, lambda: checkout.pay_again(order.id, "stripe", SYSTEM))
    assert ends == (["fine", "fine"] if locked else ["IntegrityError", "fine"])
