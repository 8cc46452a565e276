"""The pages of an order for buyer, workshop and council, fetched as they would."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import orders
from storefront.catalogue import Variant
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail, drain_all
from storefront.orders import Order, RefundAccount, SubOrder
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient


def test_every_state_has_its_page(app: Flask, client: PageClient) -> None:
    with app.app_context():
        made = [
            make.awaiting_order(),
            make.paid_order(currency="KRW", provider="rehearsal"),
            make.order_ready_to_ship(),
            make.shipped_order(),
            make.completed_order(),
        ]
        tokens = [order.token for order in made]
    for lang in ("ko", "fr", "id", "en"):
        for token in tokens:
            page = client.get(f"/{lang}/orders/{token}")
            assert page.status_code == 200
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert "사직로" not in page.text, "the link alone must not show the address"
    assert client.get("/ko/orders/" + "x" * 27).status_code == 404


def test_the_code_by_mail_opens_address_and_refund_account(app: Flask, client: PageClient) -> None:
    with app.app_context():
        order = make.paid_order()
        token, part_id = order.token, order.sub_orders[0].id
        with transaction():
            orders.decline(part_id, make.ARTISAN, "damaged_in_stock")
    unlock = client.get(f"/ko/orders/{token}/details", follow_redirects=True)
    assert "사직로" not in unlock.text
    code = asked_code(app, client, unlock)
    page = client.get(f"/ko/orders/{token}/unlock")
    wrong = client.submit(page, {"code": "000000"}, form="unlock")
    assert wrong.status_code == 422
    opened = client.submit(page, {"code": code}, form="unlock", follow=True)
    assert "사직로" in opened.text and "P000000000001" not in opened.text
    saved = client.submit(
        opened,
        {"bank": "Hana", "holder": "Han Garam", "number": "110-222-333333"},
        form="details",
        follow=True,
    )
    assert saved.status_code == 200
    with app.app_context():
        assert db.session.scalars(sa.select(RefundAccount.number)).one() == "110-222-333333"


def asked_code(app: Flask, client: PageClient, page: Any) -> str:
    """Asks for a code on the page and reads it in the mail."""
    client.submit(page, {}, form="code")
    with app.app_context():
        drain_all()
        text = db.session.scalars(sa.select(Mail.text).where(Mail.topic == "orders.code")).one()
    code = re.search(r"^(\d{6})$", text, re.M)
    assert code
    return code[1]


def test_a_workshop_walks_its_order_to_the_courier(app: Flask, client: PageClient) -> None:
    with app.app_context():
        maker, other = workshop(), workshop()
        order = make.paid_order([live_product(maker), live_product(other)])
        own = next(part for part in order.sub_orders if part.artisan_id == maker.id).public_id
        foreign = next(part for part in order.sub_orders if part.artisan_id == other.id).public_id
        sign_in(client, person(artisan_id=maker.id, lang="id"))
    queue = client.get("/studio/orders")
    assert own in queue.text and foreign not in queue.text
    page = client.submit(queue, {}, form=f"{own}/accept", follow=True)
    page = client.submit(page, {}, form=f"{own}/make", follow=True)
    page = client.submit(page, {}, form=f"{own}/ready", follow=True)
    form = client.get(f"/studio/orders/{own}/ship")
    refused = client.submit(form, {"courier": "ems", "tracking_number": ""}, form="ship")
    assert refused.status_code == 422
    done = client.submit(
        form, {"courier": "ems", "tracking_number": "EE123456789ID"}, form="ship", follow=True
    )
    assert "EE123456789ID" in done.text
    for path in (f"/studio/orders/{own}/label", "/studio/money", "/studio/orders?show=done"):
        assert client.get(path).status_code == 200
    for path in ("", "/label", "/ship", "/decline"):
        assert client.get(f"/studio/orders/{foreign}{path}").status_code == 404
    assert client.post(f"/studio/orders/{foreign}/accept").status_code in (400, 403, 404)
    with app.app_context():
        states = {part.public_id: part.state for part in db.session.scalars(sa.select(SubOrder))}
        assert states == {own: "shipped", foreign: "to_confirm"}


def test_declining_asks_whether_the_piece_is_still_there(app: Flask, client: PageClient) -> None:
    with app.app_context():
        maker = workshop()
        order = make.paid_order([live_product(maker, stock=2)])
        name, line = order.sub_orders[0].public_id, order.sub_orders[0].lines[0].id
        token = order.token
        sign_in(client, person(artisan_id=maker.id, lang="id"))
    form = client.get(f"/studio/orders/{name}/decline")
    client.submit(
        form, {"reason": "capacity_full", "still_there": [str(line)]}, form="decline", follow=True
    )
    with app.app_context():
        assert db.session.scalars(sa.select(Variant.on_hand)).one() == 2
        drain_all()
        topics = db.session.scalars(sa.select(Mail.topic).order_by(Mail.id)).all()
        assert "orders.declined" in topics and "orders.refund_account" in topics
    assert client.get(f"/ko/orders/{token}").status_code == 200


def test_the_council_sees_acts_and_looks_with_a_trace(app: Flask, client: PageClient) -> None:
    with app.app_context():
        order = make.paid_order(currency="KRW", provider="rehearsal")
        number, part = order.number, order.sub_orders[0].public_id
        sign_in(client, person("curator", "finance", lang="id"))
    assert number in client.get("/council/orders").text
    assert number in client.get(f"/council/orders?q={number}").text
    assert number in client.get("/council/orders?q=buyer@example.org").text
    assert number not in client.get("/council/orders?state=shipped").text
    page = client.get(f"/council/orders/{number}")
    assert "사직로" not in page.text
    opened = client.submit(page, {}, form="open")
    assert "사직로" in opened.text
    page = client.submit(page, {}, form=f"{part}/accept", follow=True)
    assert page.status_code == 200
    form = client.get(f"/council/orders/parts/{part}/cancel")
    page = client.submit(form, {"reason": "cancel_other"}, form="cancel", follow=True)
    page = client.submit(page, {"why": "loom broken"}, form="approve", follow=True)
    with app.app_context():
        actions = sa.text("select action from audit_entry where action = 'personal.read'")
        assert len(db.session.execute(actions).all()) == 1


def test_a_buyer_cancels_before_acceptance_and_confirms_receipt(
    app: Flask, client: PageClient
) -> None:
    with app.app_context():
        order = make.paid_order()
        token, name = order.token, order.sub_orders[0].public_id
        second = order.sub_orders[1]
        with transaction():
            orders.accept(second.id, make.ARTISAN)
            orders.ship(second.id, make.ARTISAN, courier="Pos", tracking_number="1")
    cancelling = f"/fr/orders/{token}/parts/{name}/cancel"
    asked = client.get(cancelling, follow_redirects=True)
    assert client.post(cancelling, data={"reason": "buyer_changed_mind"}).status_code == 303
    with app.app_context():
        states = [part.state for part in db.session.scalars(sa.select(SubOrder))]
        assert states == ["to_confirm", "shipped"], "the link alone cancels nothing"
    code = asked_code(app, client, asked)
    form = client.submit(asked, {"code": code}, form="unlock", follow=True)
    page = client.submit(form, {"reason": "buyer_changed_mind"}, form="cancel", follow=True)
    page = client.submit(page, {}, form="received", follow=True)
    with app.app_context():
        row = db.session.scalars(sa.select(Order)).one()
        assert [part.state for part in row.sub_orders] == ["cancelled", "delivered"]
    assert client.get(f"/fr/orders/{token}/receipt").status_code == 200


@pytest.mark.parametrize("lang", ["id", "en", "ko", "fr"])
def test_every_mail_can_be_read_in_every_language(app: Flask, lang: str) -> None:
    from storefront.orders.mails import Payload  # noqa: F401  (makes the topics known)

    with app.app_context():
        order = make.shipped_order(lang=lang)
        part_ids = [part.id for part in order.sub_orders]
        with transaction():
            orders.deliver(part_ids[0], make.BUYER)
        declined = make.paid_order(lang=lang)
        with transaction():
            orders.decline(declined.sub_orders[0].id, make.ARTISAN, "no_answer")
        late = make.awaiting_order(lang=lang)
        with transaction():
            orders.remind_buyer(late.id)
            orders.cancel_order(late.id, make.BUYER)
            orders.alert_council(declined.sub_orders[1].id)
        person("admin")
        drain_all()
        failed = db.session.execute(
            sa.text("select topic, last_error from outbox where state in ('pending', 'failed')")
        ).all()
        assert failed == []
        mails = db.session.scalars(sa.select(Mail).where(Mail.topic == "orders.confirmed")).all()
        assert len(mails) == 2 and all(mail.lang == lang for mail in mails)
        for mail in db.session.scalars(sa.select(Mail)):
            assert mail.subject and "{{" not in mail.text + mail.html
            assert "\n" not in mail.subject and "None" not in mail.text
