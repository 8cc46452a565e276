"""What is not bought now: undo that stays, pieces kept for later, and what becomes of both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront.accounts import erase_user, export_data
from storefront.artisans import Artisan
from storefront.cart import (
    Cart,
    CartLine,
    SetAside,
    cart_for,
    join_carts,
    purge_carts,
    remove_line,
    undo,
)
from storefront.cart.actions.lines import MOST_SAVED
from storefront.catalogue import Product, Variant, set_price
from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.orders import OrderLine
from tests.cart.test_page import lines, put
from tests.checkout import test_placing as buying
from tests.conftest import statements
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

CART, LIST = "/en/cart", "/en/wish-list"


def aside(kind: str) -> list[tuple[int, int]]:
    db.session.rollback()
    found = sa.select(SetAside.variant_id, SetAside.quantity).where(SetAside.kind == kind)
    return sorted((row[0], row[1]) for row in db.session.execute(found))


def name_of(product: Product) -> str:
    return str(product.variants[0].public_id)


def press(client: PageClient, page: Any, form: str, button: str) -> Any:
    return client.submit(page, {}, form=form, button=button, follow=True)


def test_a_removal_can_be_undone_also_after_a_reload(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    put(client, two[0], quantity=2, lang="en")
    page = press(client, client.get(CART), f"lines/{name_of(two[0])}", "Remove")
    assert "Removed:" in page.text and "Your cart is empty" in page.text
    page = press(client, client.get(CART), f"undo/{name_of(two[0])}", "Undo")
    assert "The piece is back." in page.text
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [2] and aside("removed") == []
    assert "Removed:" not in client.get(CART).text


def test_undoing_twice_never_doubles_a_line(app: Flask, database: Any) -> None:
    piece = live_product(stock=9)
    at = piece.variants[0].id
    with transaction():
        cart = cart_for("token")
        db.session.add(CartLine(cart_id=cart.id, variant_id=at, quantity=3))
        db.session.flush()
        remove_line(cart, at)
    for expected in (True, False):
        with transaction():
            assert undo(cart, at) is expected
    assert lines() == [(at, 3)]
    with transaction():
        remove_line(cart, at)
        db.session.add(CartLine(cart_id=cart.id, variant_id=at, quantity=2))
        db.session.flush()
        undo(cart, at)
    assert lines() == [(at, 3)]


def test_what_can_be_undone_is_offered_for_a_while(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    put(client, two[0], lang="en")
    press(client, client.get(CART), f"lines/{name_of(two[0])}", "Remove")
    with as_if_at(now() + dt.timedelta(minutes=45)):
        assert "Removed:" not in client.get(CART).text
    with app.app_context(), as_if_at(now() + dt.timedelta(days=2)):
        with transaction():
            assert purge_carts() == 1
        assert aside("removed") == []


def test_a_line_is_kept_for_later_and_moved_back_with_its_number(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    put(client, two[0], quantity=2, lang="en")
    put(client, two[1], lang="en")
    page = press(client, client.get(CART), f"cart/lines/{name_of(two[0])}", "do=save")
    assert "Saved for later" in page.text
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [1]
        assert [quantity for _, quantity in aside("saved")] == [2]
    page = press(client, page, f"wish-list/lines/{name_of(two[0])}", "do=cart")
    with app.app_context():
        assert sorted(quantity for _, quantity in lines()) == [1, 2] and aside("saved") == []
    client.get(CART)
    client.get(CART)
    assert statements(client) <= 8


def test_saved_pieces_tell_the_truth(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    for piece in two:
        client.post("/en/wish-list/lines", data={"variant": name_of(piece)})
    with app.app_context():
        with transaction():
            variant = db.session.get_one(Variant, two[0].variants[0].id)
            set_price(variant.id, 900_000, variant.version)
        with transaction():
            gone = db.session.get_one(Variant, two[1].variants[0].id)
            gone.on_hand = 0
    page = client.get(LIST)
    assert "The price has changed" in page.text and "Sold out at present." in page.text
    assert page.text.count('value="cart"') == 1, "what is sold out cannot be moved to the cart"
    answer = client.post(
        f"/en/wish-list/lines/{name_of(two[1])}", data={"do": "cart", "action_id": "a"}
    )
    assert answer.status_code == 303
    with app.app_context():
        assert lines() == [] and len(aside("saved")) == 2
    with app.app_context(), transaction():
        db.session.get_one(Artisan, two[0].artisan_id).state = "suspended"
    assert f'href="/en/products/{two[0].slug}"' not in client.get(LIST).text


def test_a_piece_is_saved_once_and_taken_off_with_undo(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    for _ in range(2):
        answer = client.post("/en/wish-list/lines", data={"variant": name_of(two[0])})
        assert answer.headers["Location"].endswith(f"/en/products/{two[0].slug}")
    with app.app_context():
        assert [quantity for _, quantity in aside("saved")] == [1]
    page = press(client, client.get(LIST), f"wish-list/lines/{name_of(two[0])}", "do=remove")
    assert "Nothing is saved yet" in page.text
    press(client, page, f"undo/{name_of(two[0])}", "Undo")
    with app.app_context():
        assert len(aside("saved")) == 1 and lines() == []


def test_hidden_pieces_and_full_lists_are_refused(app: Flask, client: PageClient) -> None:
    with app.app_context():
        hidden, piece = live_product(workshop(state="suspended")), live_product()
        names = [name_of(hidden), name_of(piece)]
        many = [live_product().variants[0].id for _ in range(2)]
    client.post("/en/wish-list/lines", data={"variant": names[0]})
    with app.app_context():
        assert aside("saved") == []
        with transaction():
            cart = db.session.scalars(sa.select(Cart)).first() or cart_for("x")
            for number, at in enumerate(many):
                row = SetAside(cart_id=cart.id, variant_id=at, kind="saved", quantity=number + 1)
                db.session.add(row)
    assert client.post("/en/wish-list/lines", data={"variant": "nothing"}).status_code == 404
    assert MOST_SAVED == 100


@pytest.mark.usefixtures("tariffs")
def test_a_saved_piece_is_never_ordered(app: Flask, client: PageClient) -> None:
    """Placing takes what lies in the cart and nothing else, and leaves the list alone."""
    bought, kept = buying.pieces(app)
    buying.fill(client, bought)
    client.post("/en/wish-list/lines", data={"variant": name_of(kept)})
    assert buying.place(client).status_code == 303
    with app.app_context():
        sold = db.session.scalars(sa.select(OrderLine.variant_id)).all()
        assert sold == [bought.variants[0].id] and lines() == []
        assert aside("saved") == [(kept.variants[0].id, 1)]


def test_saved_pieces_join_the_account(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    client.post("/en/wish-list/lines", data={"variant": name_of(two[0])})
    with app.app_context():
        user = person(email="buyer@example.org", lang="en")
    page = client.get("/en/account/sign-in")
    client.submit(page, {"identifier": "buyer@example.org", "password": PASSWORD}, form="sign-in")
    other = sign_in(app.test_client(), user)
    assert f"/en/products/{two[0].slug}" in other.get(LIST).text
    stranger: FlaskClient = app.test_client()
    cookie = client.get_cookie("cart")
    assert cookie is not None
    stranger.set_cookie("cart", cookie.value)
    assert f"/en/products/{two[0].slug}" not in stranger.get(LIST).text


def test_joining_takes_the_larger_number_and_may_be_repeated(app: Flask, database: Any) -> None:
    user, pieces = person(), [live_product(stock=9).variants[0].id for _ in range(3)]
    with transaction():
        own, guest = cart_for("", user.id), cart_for("guest")
        for cart, at, quantity in ((own, 0, 1), (guest, 0, 4), (guest, 1, 2)):
            row = CartLine(cart_id=cart.id, variant_id=pieces[at], quantity=quantity)
            db.session.add(row)
        for cart, at, quantity in ((own, 2, 5), (guest, 2, 1), (guest, 0, 1)):
            kept = SetAside(cart_id=cart.id, variant_id=pieces[at], kind="saved")
            kept.quantity = quantity
            db.session.add(kept)
    for _ in range(2):
        with transaction():
            assert join_carts(cart_for("guest"), user.id).user_id == user.id
    assert lines() == [(pieces[0], 4), (pieces[1], 2)]
    assert aside("saved") == [(pieces[0], 1), (pieces[2], 5)]


def test_a_person_s_list_is_in_the_copy_and_goes_with_the_account(
    app: Flask, database: Any
) -> None:
    user, piece = person(), live_product()
    sku = piece.variants[0].sku
    with transaction():
        cart = cart_for("", user.id)
        facts = {"cart_id": cart.id, "variant_id": piece.variants[0].id, "quantity": 2}
        db.session.add_all([CartLine(**facts), SetAside(kind="saved", **facts)])
    copy = export_data(user.id)["cart"]
    assert copy["cart"] == copy["saved_for_later"] == [{"sku": sku, "quantity": 2}]
    with transaction():
        erase_user(user.id, user.id)
    assert lines() == [] and aside("saved") == [] and db.session.query(Cart).count() == 0


def test_the_steps_beside_a_quantity(
    app: Flask,
    client: PageClient,
    two: list[Product],
) -> None:
    put(client, two[0], quantity=2, lang="en")
    name = f"cart/lines/{name_of(two[0])}"
    page = press(client, client.get(CART), name, "do=more")
    page = press(client, client.get(CART), name, "do=more")
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [3], "there are three and no more"
    press(client, page, name, "do=less")
    answer = client.submit(client.get(CART), {}, form=name, button="do=less")
    assert answer.headers["Location"].endswith(f"/en/cart#line-{name_of(two[0])}")


def test_one_of_a_kind_has_no_number_to_change(app: Flask, client: PageClient) -> None:
    with app.app_context():
        single = live_product(stock=1, availability="one_of_a_kind")
        _ = single.variants[0].public_id
    put(client, single, lang="en")
    page = client.get(CART)
    assert "One of a kind" in page.text and 'name="quantity"' not in page.text


@pytest.mark.usefixtures("tariffs")
def test_the_estimate_follows_the_country_chosen_in_the_cart(
    app: Flask, client: PageClient, two: list[Product]
) -> None:
    for product in two:
        put(client, product, lang="en")
    page = client.get(CART)
    assert page.text.count("Delivery, ") == 2 and "Estimated total" in page.text
    client.post("/switch", data={"ship_to": "ID", "next": CART})
    page = client.get(CART)
    assert "depends on your province" in page.text and "Estimated total" not in page.text
