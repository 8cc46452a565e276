"""One cart in two tabs and on two devices at the same moment: nothing doubled, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.cart import Cart, CartLine, SetAside
from storefront.catalogue import Product
from storefront.kernel.db import db
from tests.factories.accounts import person
from tests.races.conftest import Visit
from tests.races.visitor import Visitor, together
from tests.rig.shop import PASSWORD

pytestmark = pytest.mark.usefixtures("turn")
Stocked = Callable[..., Product]


def put(buyer: Visitor, piece: Product, quantity: int = 1) -> httpx.Request:
    fields = {"variant": piece.variants[0].public_id, "quantity": quantity}
    return buyer.posted("/en/cart/lines", fields)


def tabs(buyer: Visitor, form: str, *buttons: str, **fields: str) -> list[httpx.Response]:
    """The same page in as many tabs, whose forms are sent at the same moment."""
    requests = [
        buyer.filled(buyer.get("/en/cart"), form, dict(fields), button) for button in buttons
    ]
    sent = [lambda request=request: buyer.send(request, follow=False) for request in requests]
    answers = together(sent)
    assert [answer.status_code for answer in answers] == [303] * len(buttons)
    return answers


def held(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(CartLine.quantity).order_by(CartLine.id)))


def aside(app: Flask, kind: str) -> list[int]:
    with app.app_context():
        found = sa.select(SetAside.quantity).where(SetAside.kind == kind)
        return list(db.session.scalars(found.order_by(SetAside.id)))


def test_one_line_in_two_tabs(app: Flask, stocked: Stocked, visit: Visit) -> None:
    piece, buyer = stocked(stock=9), visit("en")
    buyer.send(put(buyer, piece, 4))
    name = f"cart/lines/{piece.variants[0].public_id}"
    tabs(buyer, name, "do=save", "do=remove", "do=more")
    counts = [*held(app), *aside(app, "saved"), *aside(app, "removed")]
    assert counts in ([4], [5]), "the line is in one place, with its number"


def test_undo_in_two_tabs(app: Flask, stocked: Stocked, visit: Visit) -> None:
    piece, buyer = stocked(stock=9), visit("en")
    buyer.send(put(buyer, piece, 4))
    name = piece.variants[0].public_id
    tabs(buyer, f"cart/lines/{name}", "do=remove")
    assert held(app) == [] and aside(app, "removed") == [4]
    tabs(buyer, f"cart/undo/{name}", "Undo", "Undo", "Undo")
    assert held(app) == [4] and aside(app, "removed") == []


def test_the_first_pieces_of_an_account_from_many_devices(
    app: Flask, stocked: Stocked, visit: Visit
) -> None:
    pieces = [stocked(stock=9) for _ in range(4)]
    with app.app_context():
        user_id = person(lang="en").id
    devices = [visit("en", user_id=user_id) for _ in pieces]
    requests = [put(device, piece) for device, piece in zip(devices, pieces, strict=True)]
    sends = [
        lambda device=device, request=request: device.send(request, follow=False)
        for device, request in zip(devices, requests, strict=True)
    ]
    assert [answer.status_code for answer in together(sends)] == [303] * 4
    with app.app_context():
        assert db.session.scalars(sa.select(Cart.user_id)).all() == [user_id]
    assert held(app) == [1] * 4


def test_guests_carts_join_one_account_at_the_same_moment(
    app: Flask, stocked: Stocked, visit: Visit
) -> None:
    common, others = stocked(stock=9), [stocked(stock=9) for _ in range(3)]
    with app.app_context():
        email = str(person(lang="en").email)
    guests = [visit("en") for _ in others]
    for number, (guest, other) in enumerate(zip(guests, others, strict=True), start=1):
        guest.send(put(guest, common, number))
        guest.send(put(guest, other))
        guest.send(guest.posted("/en/wish-list/lines", {"variant": common.variants[0].public_id}))
    typed = {"identifier": email, "password": PASSWORD}
    requests = [
        guest.filled(guest.get("/en/account/sign-in"), "sign-in", typed) for guest in guests
    ]
    together(
        [
            lambda guest=guest, request=request: guest.send(request)
            for guest, request in zip(guests, requests, strict=True)
        ]
    )
    with app.app_context():
        own = sa.select(Cart.id).where(Cart.user_id.is_not(None))
        cart = db.session.scalars(own).one()
        lines = sa.select(CartLine.quantity).where(CartLine.cart_id == cart)
        assert sorted(db.session.scalars(lines)) == [1, 1, 1, 3]
        assert db.session.scalars(sa.select(SetAside.quantity)).all() == [1]
        left = sa.select(sa.func.count(CartLine.id)).where(CartLine.cart_id != cart)
        assert db.session.scalar(left) == 0
