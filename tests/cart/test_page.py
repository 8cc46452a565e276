"""The cart over HTTP: kept without an account, grouped by workshop, honest about changes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.artisans import Artisan
from storefront.cart import CartLine
from storefront.catalogue import Price, Product, Variant, set_price
from storefront.kernel.clock import today
from storefront.kernel.db import db, transaction
from tests.conftest import statements
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

KO = {"Accept-Language": "ko"}


def put(client: PageClient, product: Product, quantity: int = 1, lang: str = "ko") -> object:
    return client.post(
        f"/{lang}/cart/lines",
        data={"variant": product.variants[0].public_id, "quantity": quantity},
        follow_redirects=True,
    )


def lines() -> list[tuple[int, int]]:
    found = db.session.execute(sa.select(CartLine.variant_id, CartLine.quantity))
    return sorted((row[0], row[1]) for row in found)


def test_grouped_by_workshop_with_subtotals_in_few_statements(
    client: PageClient, two: list[Product]
) -> None:
    for product in two:
        put(client, product)
    page = client.get("/ko/cart")
    assert "Satu" in page.text and "Dua" in page.text and "₩" in page.text
    page = client.get("/ko/cart")
    assert page.status_code == 200 and statements(client) <= 8


def test_a_double_click_on_a_cached_page_adds_once(
    app: Flask, client: PageClient, two: list[Product]
) -> None:
    for _ in range(2):
        put(client, two[0])
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [1]


def test_never_more_than_there_is(app: Flask, client: PageClient, two: list[Product]) -> None:
    put(client, two[0], quantity=9, lang="en")
    with app.app_context():
        assert lines() == []
    put(client, two[0], quantity=3, lang="en")
    page = client.get("/en/cart")
    name = two[0].variants[0].public_id
    client.submit(page, {"quantity": "7"}, form=name, button="Update", follow=True)
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [3]
    client.submit(page, {"quantity": "2"}, form=name, button="Update", follow=True)
    with app.app_context():
        assert [quantity for _, quantity in lines()] == [2]


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "abc", "1e9", "٣", "99999999999"])
def test_a_strange_quantity_is_asked_for_again(
    app: Flask, client: PageClient, two: list[Product], typed: str
) -> None:
    answer = client.post(
        "/ko/cart/lines", data={"variant": two[0].variants[0].public_id, "quantity": typed}
    )
    assert answer.status_code == 303
    assert "수량을 숫자로 적어 주세요" in client.get("/ko/cart").text
    with app.app_context():
        assert lines() == []


def test_one_missing_price_turns_the_whole_cart_to_rupiah(
    app: Flask, client: PageClient, two: list[Product]
) -> None:
    with app.app_context(), transaction():
        db.session.execute(
            sa.delete(Price).where(
                Price.variant_id == two[1].variants[0].id, Price.currency == "KRW"
            )
        )
    for product in two:
        put(client, product)
    page = client.get("/ko/cart")
    assert "IDR" in page.text and "₩" not in page.text.split("<main")[1]


def test_changes_are_told(app: Flask, client: PageClient, two: list[Product]) -> None:
    for product in two:
        put(client, product, lang="en")
    with app.app_context():
        with transaction():
            variant = db.session.get_one(Variant, two[0].variants[0].id)
            set_price(variant.id, 700_000, variant.version)
        with transaction():
            db.session.get_one(Artisan, two[1].artisan_id).state = "suspended"
    page = client.get("/en/cart")
    assert "The price has changed" in page.text
    assert "cannot be bought at present" in page.text
    assert 'href="/en/checkout"' not in page.text
    assert "The price has changed" in client.get("/en/cart").text, "reading writes nothing"
    page = client.submit(page, {}, form="seen", follow=True)
    assert "The price has changed" not in page.text


def test_food_stays_home_and_a_closed_workshop_waits(app: Flask, client: PageClient) -> None:
    with app.app_context():
        food = live_product(food={"scope": "domestic", "allergens": []}, category="gipang")
        closed = live_product(workshop())
        put(client, food)
        put(client, closed)
        with transaction():
            db.session.get_one(Artisan, closed.artisan_id).closed_from = today()
            db.session.get_one(Artisan, closed.artisan_id).closed_until = today() + dt.timedelta(7)
    page = client.get("/en/cart")
    assert "Food is delivered within Indonesia only" in page.text
    assert "The workshop is closed" in page.text


def test_the_guest_cart_joins_the_account(
    app: Flask, client: PageClient, two: list[Product]
) -> None:
    put(client, two[0])
    with app.app_context():
        user = person(email="buyer@example.org")
    page = client.get("/ko/account/sign-in")
    client.submit(
        page, {"identifier": "buyer@example.org", "password": PASSWORD}, form="sign-in", follow=True
    )
    assert "teak" in client.get("/ko/cart").text or "티크" in client.get("/ko/cart").text
    other = sign_in(app.test_client(), user)
    assert "티크" in other.get("/ko/cart").text


def test_the_next_person_at_this_browser_finds_no_cart(
    app: Flask, client: PageClient, two: list[Product]
) -> None:
    with app.app_context():
        first, second = (person(email=f"{name}@example.org") for name in ("first", "second"))
        names = [first.email, second.email]
    put(client, two[0])
    for pieces, name in enumerate(names, start=1):
        page = client.get("/ko/account/sign-in")
        client.submit(page, {"identifier": name, "password": PASSWORD}, form="sign-in")
        cart = client.get("/ko/cart").text
        assert ("Satu" in cart) == (name == names[0])
        put(client, two[1], quantity=pieces)
        assert "Dua" in client.get("/ko/cart").text
        client.submit(client.get("/ko/account/"), form="sign-out")
        cart = client.get("/ko/cart").text
        assert "Satu" not in cart and "Dua" not in cart
