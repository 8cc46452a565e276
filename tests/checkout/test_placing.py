"""From cart to placed order over HTTP: what is typed, what is told, what is written, how often."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.catalogue import OutOfStock, Product, Variant, set_price
from storefront.kernel import settings
from storefront.kernel.db import db, transaction
from storefront.orders import Order
from storefront.payments import Payment
from storefront.shipping import forget_tariffs, load_reference
from storefront.web.statements import counted
from tests.factories import orders as make
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

KOREAN = {
    "email": "garam@example.org",
    "recipient": "한가람",
    "phone": "010-1234-5678",
    "street": "사직로 161",
    "city": "종로구",
    "province": "서울특별시",
    "postal_code": "03045",
    "customs_code": "P000000000001",
    "terms": True,
}


@pytest.fixture
def shop(app: Flask) -> Flask:
    with app.app_context():
        with transaction():
            load_reference()
        forget_tariffs()
    return app


def fill(client: PageClient, *products: Product, quantity: int = 1, lang: str = "ko") -> None:
    for product in products:
        client.post(
            f"/{lang}/cart/lines",
            data={"variant": product.variants[0].public_id, "quantity": quantity},
        )


def typed(page: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts the page asks for (countries differ)."""
    return {name: value for name, value in facts.items() if f'name="{name}"' in page.text}


def place(client: PageClient, lang: str = "ko", **changes: Any) -> Any:
    page = client.get(f"/{lang}/checkout")
    facts = typed(page, KOREAN | changes)
    return client.submit(page, facts, form="checkout", button="do=place")


def pieces(app: Flask, count: int = 2, **facts: Any) -> list[Product]:
    with app.app_context():
        made = [live_product(workshop(), **facts) for _ in range(count)]
        for product in made:
            _ = [variant.public_id for variant in product.variants]
        return made


def test_a_guest_in_seoul_places_an_order_of_two_workshops(shop: Flask, client: PageClient) -> None:
    fill(client, *pieces(shop))
    page = client.get("/ko/checkout")
    assert page.text.count('type="radio" name="delivery-') == 6
    answer = place(client)
    assert answer.status_code == 303
    with shop.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert (order.state, order.currency, order.country) == ("awaiting_payment", "KRW", "KR")
        assert len(order.sub_orders) == 2 and order.contact.customs_code == "P000000000001"
        assert order.contact.phone == "+821012345678"
        assert order.total_minor == sum(part.total_minor for part in order.sub_orders)
        assert all(part.delivery_minor > 0 for part in order.sub_orders)
        payment = db.session.scalars(sa.select(Payment)).one()
        assert (payment.amount_minor, payment.currency) == (order.total_minor, "KRW")
        assert [v.held for v in db.session.scalars(sa.select(Variant))] == [1, 1]
    assert client.get("/ko/checkout").status_code == 303, "the cart is empty now"


@pytest.mark.parametrize(
    ("lines", "most"), [(1, 15), (2, 16), (4, 18)], ids=["one each", "two each", "four each"]
)
def test_statements_and_commits_of_placing(
    shop: Flask, client: PageClient, lines: int, most: int
) -> None:
    with shop.app_context():
        for maker in (workshop(), workshop()):
            fill(client, *[live_product(maker) for _ in range(lines)])
    client.get("/ko/checkout")
    page = client.get("/ko/checkout")
    with counted() as seen:
        answer = client.submit(page, typed(page, KOREAN), form="checkout", button="do=place")
    assert answer.status_code == 303
    until = next(at for at, text in enumerate(seen) if "INSERT INTO payment_event" in text)
    placing = [text for text in seen[: until + 2] if not text.startswith(("BEGIN", "COMMIT"))]
    assert len(placing) <= most, "\n".join(text[:110] for text in placing)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("customs_code", "P123"),
        ("postal_code", "12"),
        ("phone", "hello"),
        ("recipient", ""),
        ("terms", None),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_everything_is_kept(
    shop: Flask, client: PageClient, field: str, value: Any
) -> None:
    fill(client, *pieces(shop, 1))
    answer = place(client, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "사직로 161" in answer.text
    with shop.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0


def test_a_price_changed_meanwhile_is_told_before_paying(shop: Flask, client: PageClient) -> None:
    (product,) = pieces(shop, 1)
    fill(client, product)
    page = client.get("/ko/checkout")
    with shop.app_context(), transaction():
        variant = db.session.get_one(Variant, product.variants[0].id)
        set_price(variant.id, variant.price_idr + 50_000, variant.version)
    answer = client.submit(page, typed(page, KOREAN), form="checkout", button="do=place")
    assert answer.status_code == 409
    with shop.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 0
    again = client.submit(answer, {"terms": True}, form="checkout", button="do=place")
    assert again.status_code == 303


def test_another_delivery_than_shown_is_confirmed_first(shop: Flask, client: PageClient) -> None:
    (product,) = pieces(shop, 1)
    fill(client, product)
    page = client.get("/ko/checkout")
    facts = typed(page, KOREAN) | {f"delivery-{product.artisan_id}": "express"}
    answer = client.submit(page, facts, form="checkout", button="do=place")
    assert answer.status_code == 409
    assert client.submit(answer, {}, form="checkout", button="do=place").status_code == 303


def test_sold_meanwhile_and_suspended_meanwhile(shop: Flask, client: PageClient) -> None:
    unique, _other = pieces(shop, 2, stock=1, availability="one_of_a_kind")
    fill(client, unique)
    page = client.get("/ko/checkout")
    with shop.app_context():
        make.paid_order([unique])
    answer = client.submit(page, typed(page, KOREAN), form="checkout", button="do=place")
    assert answer.status_code in (303, 409)
    with shop.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 1


def test_a_double_click_places_one_order(shop: Flask, client: PageClient) -> None:
    fill(client, *pieces(shop, 1))
    page = client.get("/ko/checkout")
    first = client.submit(page, typed(page, KOREAN), form="checkout", button="do=place")
    second = client.submit(page, typed(page, KOREAN), form="checkout", button="do=place")
    assert first.status_code == second.status_code == 303
    with shop.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Order.id))) == 1


def test_unpaid_orders_are_capped(shop: Flask, client: PageClient) -> None:
    (product,) = pieces(shop, 1, stock=50)
    with shop.app_context(), transaction():
        settings.set_value("checkout.open_per_visitor", 2, by_user_id=None)
    answers = []
    for quantity in (1, 2, 3):
        fill(client, product, quantity=quantity)
        answers.append(place(client).status_code)
    assert answers == [303, 303, 422]


def test_france_waits_for_a_responsible_person(shop: Flask, client: PageClient) -> None:
    fill(client, *pieces(shop, 1), lang="fr")
    page = client.get("/fr/checkout?country=FR")
    assert "do=" not in page.text and 'value="place"' not in page.text
    with shop.app_context(), transaction():
        settings.set_value("shipping.responsible_person", "Contoh SARL, Lyon", by_user_id=None)
    assert 'value="place"' in client.get("/fr/checkout?country=FR").text


def test_a_single_piece_waits_less_for_a_transfer(shop: Flask, client: PageClient) -> None:
    (unique,) = pieces(shop, 1, stock=1, availability="one_of_a_kind")
    fill(client, unique, lang="id")
    page = client.get("/id/checkout?country=ID")
    assert page.status_code == 200 and "customs_code" not in page.text


BANTEN = {
    "email": "sari@example.org",
    "recipient": "Sari Uji",
    "phone": "0812-3456-7890",
    "street": "Jl. Melati 5",
    "province": "DKI Jakarta",
    "city": "Jakarta Pusat",
    "district": "Gambir",
    "subdistrict": "Gambir",
    "postal_code": "10110",
    "terms": True,
}


def test_nobody_fetches_a_parcel_unasked(shop: Flask, client: PageClient) -> None:
    (product,) = pieces(shop, 1)
    fill(client, product, lang="id")
    page = client.get("/id/checkout?country=ID")
    assert 'value="pickup"' in page.text and "checked" not in page.text.split("delivery-")[1][:90]
    answer = client.submit(page, typed(page, BANTEN), form="checkout", button="do=place")
    assert answer.status_code == 409, "what the way to Jakarta costs is shown first"
    again = client.submit(answer, {"terms": True}, form="checkout", button="do=place")
    assert again.status_code == 303
    with shop.app_context():
        (part,) = db.session.scalars(sa.select(Order)).one().sub_orders
        assert part.service_key != "pickup" and part.delivery_minor > 0


def test_pickup_can_be_chosen(shop: Flask, client: PageClient) -> None:
    (product,) = pieces(shop, 1)
    fill(client, product, lang="id")
    page = client.get("/id/checkout?country=ID")
    facts = typed(page, BANTEN) | {f"delivery-{product.artisan_id}": "pickup"}
    page = client.submit(page, facts, form="checkout", button="do=update")
    assert client.submit(page, {}, form="checkout", button="do=place").status_code == 303
    with shop.app_context():
        (part,) = db.session.scalars(sa.select(Order)).one().sub_orders
        assert (part.service_key, part.delivery_minor) == ("pickup", 0)


@pytest.mark.parametrize("name", ["9" * 5000, "-1", "²", "x", ""])
def test_odd_names_of_parcels_are_passed_over(shop: Flask, client: PageClient, name: str) -> None:
    fill(client, *pieces(shop, 1))
    page = client.post("/ko/checkout", data={f"delivery-{name}": "express", "do": "update"})
    assert page.status_code == 200


# -- races ----------------------------------------------------------------------------------------


def race(app: Flask, tasks: list[Any]) -> list[str]:
    """Run the tasks at once, each in a thread and app context of its own."""
    barrier, results = threading.Barrier(len(tasks)), ["?"] * len(tasks)

    def run(at: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                tasks[at]()
                results[at] = "won"
            except OutOfStock:
                results[at] = "lost"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(results)


def test_one_piece_is_sold_once(shop: Flask) -> None:
    (unique,) = pieces(shop, 1, stock=1, availability="one_of_a_kind")
    results = race(shop, [lambda: make.awaiting_order([unique])] * 8)
    assert results == ["lost"] * 7 + ["won"]
    with shop.app_context():
        assert db.session.scalars(sa.select(Variant.held)).one() == 1


def test_opposite_carts_do_not_wait_for_each_other(shop: Flask) -> None:
    first, second = pieces(shop, 2, stock=20)
    tasks = [lambda: make.awaiting_order([first, second])] * 4
    tasks += [lambda: make.awaiting_order([second, first])] * 4
    assert race(shop, tasks) == ["won"] * 8


def test_without_the_guard_the_same_race_oversells(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the conditional update holds back. The database's own check would stop it
    too, so that the race is run on what both protect: reading first, writing later."""
    (unique,) = pieces(shop, 1, stock=1, availability="one_of_a_kind")
    variant_id = unique.variants[0].id
    seen = threading.Barrier(2)

    def careless(sums: dict[int, int]) -> None:
        with db.engine.connect() as connection:
            free = connection.execute(
                sa.select(Variant.on_hand - Variant.held).where(Variant.id == variant_id)
            ).scalar_one()
        if threading.current_thread() is not threading.main_thread():
            seen.wait(10)
        if free < sums[variant_id]:
            raise OutOfStock(variant_id=variant_id, left=free)

    def look_then_take(sums: dict[int, int]) -> str:
        careless(sums)
        return "taken"

    results: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: _in(shop, lambda: results.append(look_then_take({variant_id: 1})))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == ["taken", "taken"], "two buyers were both told the piece is theirs"
    monkeypatch.undo()
    assert race(shop, [lambda: make.awaiting_order([unique])] * 2) == ["lost", "won"]


def _in(app: Flask, task: Any) -> None:
    with app.app_context():
        task()
        db.session.remove()
