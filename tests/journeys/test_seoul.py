"""A buyer in Seoul buys from two workshops in Cilegon; one ships, one declines; everyone is told.

Over HTTP only, through the Stripe stand-in behind the real SDK, with the worker's jobs run by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.artisans import Artisan
from storefront.audit import run_audit
from storefront.catalogue import Variant
from storefront.kernel.db import db, transaction
from storefront.ledger import artisan, balance_idr
from storefront.notifications import Mail, drain_all
from storefront.orders import Order, Refund
from storefront.shipping import forget_tariffs
from storefront.shipping import load_reference as load_tariffs
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient
from tests.stand_ins.stripe import StripeStandIn

KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
TYPED = {
    "email": "garam@example.org",
    "recipient": "한가람",
    "recipient_latin": "Han Garam",
    "phone": "010-1234-5678",
    "province": "서울특별시",
    "city": "종로구",
    "street": "사직로 161",
    "postal_code": "03045",
    "customs_code": "P000000000001",
    "terms": "y",
}
BAG = {"id": "Tas jinjing Teduh", "en": "Tote Teduh", "ko": "테두 토트 가방", "fr": "Cabas Teduh"}


class Someone(NamedTuple):
    """A person known by id, beyond the context that made the row."""

    id: int


@pytest.fixture
def makers(app: Flask) -> dict[str, Any]:
    """Two workshops with a piece each, their members, a treasurer; tariffs as delivered."""
    with app.app_context():
        with transaction():
            load_tariffs()
        forget_tariffs()
        scarf = live_product(workshop("Godhong Uji"), price_idr=685_000, stock=1)
        bag = live_product(workshop("Tas Uji"), names=BAG, category="bags", price_idr=225_000)
        return {
            "scarf": (scarf.slug, scarf.variants[0].public_id, scarf.artisan_id),
            "bag": (bag.slug, bag.variants[0].public_id, bag.artisan_id),
            "ships": Someone(person(artisan_id=bag.artisan_id, lang="id").id),
            "declines": Someone(person(artisan_id=scarf.artisan_id, lang="id").id),
            "council": Someone(person("finance", "curator", lang="id").id),
        }


def browse(client: PageClient, makers: dict[str, Any]) -> None:
    """From the front door to a cart with pieces of both workshops."""
    front = client.get("/", headers=KOREAN)
    assert front.headers["Location"].endswith("/ko/")
    assert client.get("/ko/categories/bags-wallets").status_code == 200
    found = client.get("/ko/search?q=가방")
    slug = makers["bag"][0]
    assert f"/ko/products/{slug}" in found.text
    page = client.get(f"/ko/products/{slug}")
    assert "₩" in page.text and "테두" in page.text
    assert f'href="/fr/products/{slug}"' in page.text
    switched = client.submit(page, {"lang": "fr"}, form="switch")
    assert switched.headers["Location"].endswith(f"/fr/products/{slug}")
    client.submit(client.get(f"/fr/products/{slug}"), {"lang": "ko"}, form="switch")
    for piece in ("scarf", "bag"):
        client.post("/ko/cart/lines", data={"variant": makers[piece][1], "quantity": 1})
    cart = client.get("/ko/cart").text
    assert "Godhong Uji" in cart and "Tas Uji" in cart


def check_out(client: PageClient) -> tuple[str, str]:
    """Place the order; answers (payment page's session id, order's path)."""
    page = client.get("/ko/checkout")
    assert "DAP" in page.text
    answer = client.submit(page, TYPED, form="checkout", button="do=place")
    assert answer.status_code == 303
    session = re.search(r"cs_test_\w+", answer.headers["Location"])
    assert session, answer.headers["Location"]
    return session[0], ""


def words_of_mails(app: Flask, topic: str) -> list[Mail]:
    with app.app_context():
        drain_all()
        return list(db.session.scalars(sa.select(Mail).where(Mail.topic == topic)))


def test_the_whole_way(
    app: Flask,
    client: PageClient,
    makers: dict[str, Any],
    stripe_stand_in: StripeStandIn,
    post_event: Callable[[bytes, dict[str, str]], int],
) -> None:
    browse(client, makers)
    session, _ = check_out(client)
    asked = stripe_stand_in.sessions[session]
    assert (asked["locale"], asked["currency"]) == ("ko", "krw")

    # The webhook comes before the buyer's return, and comes twice.
    stripe_stand_in.pay(session)
    stripe_stand_in.webhooks.mode = "duplicate"
    stripe_stand_in.deliver_events(post_event)
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert (order.state, order.currency, order.paid_minor) == (
            "placed",
            "KRW",
            asked["amount_total"],
        )
        token, number = order.token, order.number
        parts = {part.artisan_id: part.public_id for part in order.sub_orders}
    confirmed = words_of_mails(app, "orders.confirmed")
    assert len(confirmed) == 1 and confirmed[0].lang == "ko"
    assert number in confirmed[0].subject and token in confirmed[0].text
    assert len(words_of_mails(app, "orders.new_for_artisan")) == 2
    page = client.get(f"/ko/orders/{token}")
    assert number in page.text and "사직로" not in page.text

    ship(app, makers["ships"], parts[makers["bag"][2]])
    decline(app, makers["declines"], parts[makers["scarf"][2]])
    page = client.get(f"/ko/orders/{token}")
    assert "EE123456789ID" in page.text

    # The worker sends the refund through the provider.
    with app.app_context():
        drain_all()
        refund = db.session.scalars(sa.select(Refund)).one()
        lost = next(p for p in db.session.get_one(Order, refund.order_id).sub_orders
                    if p.state == "declined")  # fmt: skip
        assert (refund.state, refund.amount_minor) == ("done", lost.total_minor)
        assert balance_idr(artisan(lost.artisan_id)) == 0
        scarf = db.session.scalars(
            sa.select(Variant).where(Variant.public_id == makers["scarf"][1])
        ).one()
        assert scarf.on_hand == 0, "the maker said that the piece is gone"
    for topic in ("orders.shipped", "orders.declined", "orders.refunded"):
        assert len(words_of_mails(app, topic)) == 1, topic

    # The buyer has the parcel in hand; the council sees figures that add up.
    page = client.submit(client.get(f"/ko/orders/{token}"), {}, form="received", follow=True)
    council = sign_in(app.test_client(), makers["council"])
    seen = council.get(f"/council/orders/{number}")
    assert "EE123456789ID" in seen.text
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert order.paid_minor - order.refunded_minor == sum(
            part.total_minor for part in order.sub_orders if part.state != "declined"
        )
        left_out = {"I33", "I34", "I35"}  # the factories' pictures and approvals
        broken = [each for each in run_audit(app) if each.rows and each.id not in left_out]
        assert not broken


def ship(app: Flask, member: Any, part: str) -> None:
    bench = sign_in(app.test_client(), member)
    page = bench.get("/studio/orders")
    for step in ("accept", "make", "ready"):
        page = bench.submit(page, {}, form=f"{part}/{step}", follow=True)
    form = bench.get(f"/studio/orders/{part}/ship")
    done = bench.submit(
        form, {"courier": "ems", "tracking_number": "EE123456789ID"}, form="ship", follow=True
    )
    assert done.status_code == 200


def decline(app: Flask, member: Any, part: str) -> None:
    bench = sign_in(app.test_client(), member)
    form = bench.get(f"/studio/orders/{part}/decline")
    done = bench.submit(form, {"reason": "damaged_in_stock"}, form="decline", follow=True)
    assert done.status_code == 200


def test_the_return_comes_first_and_the_webhook_never(
    app: Flask, client: PageClient, makers: dict[str, Any], stripe_stand_in: StripeStandIn
) -> None:
    browse(client, makers)
    session, _ = check_out(client)
    back = stripe_stand_in.pay(session)
    address = stripe_stand_in.sessions[session]["success_url"].replace(
        "{CHECKOUT_SESSION_ID}", session
    )
    page = client.get(address.replace("http://localhost", ""), follow_redirects=True)
    assert page.status_code == 200 and back is not None
    with app.app_context():
        assert db.session.scalars(sa.select(Order.state)).one() == "placed"


def test_abandoned_then_paid_again(
    app: Flask, client: PageClient, makers: dict[str, Any], stripe_stand_in: StripeStandIn
) -> None:
    browse(client, makers)
    check_out(client)
    with app.app_context():
        token = db.session.scalars(sa.select(Order.token)).one()
    page = client.get(f"/ko/orders/{token}")
    choice = client.get(f"/ko/orders/{token}/pay")
    again = client.submit(choice, {"way": "stripe"}, form="/pay")
    assert page.status_code == 200 and "cs_test_" in again.headers["Location"]


def test_a_maker_suspended_after_the_sale_keeps_the_order(
    app: Flask,
    client: PageClient,
    makers: dict[str, Any],
    stripe_stand_in: StripeStandIn,
    post_event: Callable[[bytes, dict[str, str]], int],
) -> None:
    browse(client, makers)
    session, _ = check_out(client)
    with app.app_context(), transaction():
        db.session.get_one(Artisan, makers["bag"][2]).state = "suspended"
    stripe_stand_in.pay(session)
    stripe_stand_in.deliver_events(post_event)
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert {part.state for part in order.sub_orders} == {"to_confirm"}
    assert client.get(f"/ko/products/{makers['bag'][0]}").status_code in (200, 404)
