"""A double click, as the server sees it: the same form twice at the same moment, one effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import orders
from storefront.cart import CartLine
from storefront.catalogue import Product
from storefront.kernel.db import db, transaction
from storefront.orders import Order, OrderEvent, Parcel, Refund, SubOrder
from storefront.payments import Payment
from tests.factories import orders as make
from tests.factories.accounts import person
from tests.races.conftest import Visit
from tests.races.test_one_piece import at_the_button
from tests.races.visitor import together

pytestmark = pytest.mark.usefixtures("turn")


def count(app: Flask, model: Any, *where: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def same_place(answers: list[httpx.Response]) -> None:
    """Both clicks lead to the same page."""
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_add_to_cart(app: Flask, stocked: Callable[..., Product], visit: Visit) -> None:
    piece, buyer = stocked(stock=9), visit("ko")
    buyer.get("/ko/cart")
    fields = {"variant": piece.variants[0].public_id, "quantity": 1}
    buyer.send(buyer.posted("/ko/cart/lines", fields | {"variant": _other(stocked)}))
    same_place(buyer.click_twice(buyer.posted("/ko/cart/lines", fields)))
    with app.app_context():
        assert db.session.scalars(sa.select(CartLine.quantity)).all() == [1, 1]


def _other(stocked: Callable[..., Product]) -> str:
    return stocked().variants[0].public_id


def test_place_an_order(app: Flask, stocked: Callable[..., Product], visit: Visit) -> None:
    buyer = visit("ko")
    request = at_the_button(buyer, 1, stocked(stock=9).variants[0].public_id)
    answers = buyer.click_twice(request)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(app, Order) == 1 and count(app, Payment) == 1
    for answer in answers:
        assert buyer.get(answer.headers["Location"]).status_code == 200


def test_two_tabs_order_the_same_cart(
    app: Flask, stocked: Callable[..., Product], visit: Visit
) -> None:
    buyer = visit("ko")
    first = at_the_button(buyer, 1, stocked(stock=9).variants[0].public_id)
    page = buyer.get("/ko/checkout?country=KR")
    second = buyer.filled(page, "checkout", _typed(), "do=place")
    answers = together([lambda: buyer.send(first), lambda: buyer.send(second)])
    assert all(answer.status_code < 500 for answer in answers)
    assert count(app, Order) == 1


def _typed() -> dict[str, str]:
    from tests.races.test_one_piece import TYPED

    return TYPED | {"email": "buyer1@example.org"}


def test_accept_and_ship(app: Flask, stocked: Callable[..., Product], visit: Visit) -> None:
    piece = stocked(stock=3)
    with app.app_context():
        order = make.paid_order([piece])
        part = order.sub_orders[0].public_id
        member = person(artisan_id=piece.artisan_id, lang="en").id
    maker = visit("en", user_id=member)
    page = maker.get(f"/studio/orders/{part}")
    same_place(maker.click_twice(maker.filled(page, f"{part}/accept", {})))
    assert count(app, OrderEvent, OrderEvent.verb == "accept") == 1
    form = maker.get(f"/studio/orders/{part}/ship")
    fields = {"courier": "ems", "tracking_number": "EE123456789ID"}
    same_place(maker.click_twice(maker.filled(form, "ship", fields)))
    assert count(app, Parcel) == 1
    assert count(app, SubOrder, SubOrder.state == "shipped") == 1


def test_two_members_accept_at_the_same_moment(
    app: Flask, stocked: Callable[..., Product], visit: Visit
) -> None:
    piece = stocked(stock=3)
    with app.app_context():
        part = make.paid_order([piece]).sub_orders[0].public_id
        members = [person(artisan_id=piece.artisan_id, lang="en").id for _ in range(2)]
    makers = [visit("en", user_id=member) for member in members]
    requests = [
        maker.filled(maker.get(f"/studio/orders/{part}"), f"{part}/accept", {}) for maker in makers
    ]
    answers = together([lambda at=at: makers[at].send(requests[at]) for at in range(2)])
    assert all(answer.status_code < 500 for answer in answers)
    assert count(app, OrderEvent, OrderEvent.verb == "accept") == 1


def test_approve_a_refund(app: Flask, stocked: Callable[..., Product], visit: Visit) -> None:
    with app.app_context():
        order = make.paid_order([stocked(stock=3)])
        part = order.sub_orders[0].id
        with transaction():
            orders.accept(part, make.ARTISAN)
            orders.cancel_part(part, make.COUNCIL, "loom broken")
        number = order.number
        treasurers = [person("finance", lang="en").id for _ in range(2)]
    desks = [visit("en", user_id=one) for one in treasurers]
    requests = [
        desk.filled(desk.get(f"/council/orders/{number}"), "/approve", {"why": "agreed"})
        for desk in desks
    ]
    clicks = [(0, 0), (0, 0), (1, 1)]  # one clicks twice, a colleague at the same moment
    answers = together([lambda at=at: desks[at[0]].send(requests[at[1]]) for at in clicks])
    assert all(answer.status_code < 500 for answer in answers)
    assert count(app, Refund, Refund.state == "approved") == 1
    approved = (OrderEvent.machine == "refund", OrderEvent.verb == "approve")
    assert count(app, OrderEvent, *approved) == 1
