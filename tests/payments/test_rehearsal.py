"""The rehearsal gateway: four buttons, no money, the shop's own path behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout, orders
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.money import Money
from storefront.orders import Order
from storefront.payments import Payment, UnknownProvider, provider, providers_for
from tests.factories import orders as make
from tests.rig import shop
from tests.rig.client import PageClient


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop without a Stripe key."""
    app = shop.build(database_url, tmp_path, BASE_URL="http://localhost")
    app.test_client_class = PageClient
    with app.app_context():
        yield app
    shop.close(app)


@pytest.fixture
def order(app: Flask) -> Order:
    """A Korean order on its way to the pay page."""
    return make.awaiting_order(provider="rehearsal", currency="KRW")


def state(order: Order) -> str:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True).state


def payment(order: Order) -> Payment:
    db.session.rollback()
    return make.payment_of(order)


def test_only_a_shop_without_a_key_rehearses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    total = Money(685_000, "IDR")
    assert [way.name for way in providers_for("IDR", "ID", total)] == ["rehearsal", "transfer"]
    assert [way.name for way in providers_for("KRW", "KR", total)] == ["rehearsal"]
    production = type(app.config["SETTINGS"])(SHOP_ENV="production")
    monkeypatch.setattr("storefront.payments.registry.settings", lambda: production)
    monkeypatch.setattr("storefront.payments.transfer_gateway.settings", lambda: production)
    assert providers_for("IDR", "ID", total) == []  # nor an account that is an example
    with pytest.raises(UnknownProvider):
        provider("rehearsal")


def test_the_buyer_chooses_and_pays(client: PageClient, order: Order) -> None:
    page = client.get(f"/ko/orders/{order.token}/pay")
    going = client.submit(page, {"way": "rehearsal"})
    assert going.status_code == 303 and "/ko/pay/rehearsal/" in going.headers["Location"]
    rehearsal = client.get(going.headers["Location"])
    assert rehearsal.status_code == 200
    back = client.get(press(client, rehearsal, "pay"))
    assert back.status_code == 303 and order.token in back.headers["Location"]
    assert state(order) == "placed"
    assert client.get(f"/ko/orders/{order.token}/pay").status_code == 303


def press(client: PageClient, page: object, deed: str) -> str:
    """Press one of the buttons; where it leads."""
    path = page.request.path  # type: ignore[attr-defined]
    answer = client.post(path, data={"do": deed})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def opened(client: PageClient, order: Order) -> object:
    checkout.start_payment(payment(order).id)
    return client.get(f"/ko/pay/rehearsal/{payment(order).public_id}")


def test_declined_and_abandoned_leave_the_order_waiting(client: PageClient, order: Order) -> None:
    page = opened(client, order)
    assert press(client, page, "decline").endswith(payment(order).public_id)
    back = client.get(press(client, page, "abandon"))
    assert back.status_code == 200 and state(order) == "awaiting_payment"
    assert client.get(press(client, page, "pay")).status_code == 303
    assert state(order) == "placed"


def test_late_money_comes_after_the_deadline(client: PageClient, order: Order) -> None:
    page = opened(client, order)
    assert client.get(press(client, page, "pay_late")).status_code == 200
    assert state(order) == "awaiting_payment"
    with transaction():
        db.session.execute(sa.update(Order).values(pay_by_at=now() - dt.timedelta(days=1)))
    assert checkout.expire_unpaid_orders() == "1/1" and state(order) == "expired"
    again = client.get(f"/ko/pay/rehearsal/{payment(order).public_id}")
    assert client.get(press(client, again, "pay")).status_code == 303
    assert state(order) == "placed"


def test_refunds_succeed_at_once(client: PageClient, order: Order) -> None:
    page = opened(client, order)
    client.get(press(client, page, "pay"))
    with transaction():
        orders.decline(order.sub_orders[0].id, make.ARTISAN, "sick")
    refund_id = db.session.scalars(sa.select(orders.Refund.id)).one()
    orders.execute_refund(refund_id)
    db.session.rollback()
    assert db.session.get_one(orders.Refund, refund_id).state == "done"


def test_an_order_given_up_by_its_buyer(client: PageClient, order: Order) -> None:
    opened(client, order)
    answer = client.post(f"/ko/orders/{order.token}/give-up", data={"action_id": "a1"})
    assert answer.status_code == 303 and state(order) == "cancelled"
    assert payment(order).state in ("cancelled", "expired")
    assert client.post("/webhooks/rehearsal", data=b"{}").status_code == 400


def test_a_way_that_is_not_offered_is_refused(client: PageClient, order: Order) -> None:
    page = client.get(f"/ko/orders/{order.token}/pay")
    assert client.submit(page, {"way": "transfer"}).status_code == 422
    assert client.get("/ko/pay/rehearsal/nothing").status_code == 404
