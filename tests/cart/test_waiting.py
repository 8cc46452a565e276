"""Waiting for a piece that is sold out: proven address, one mail, ended by one click."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g, render_template

from storefront import jobs
from storefront.accounts import erase_user, export_data
from storefront.cart import StockWatch, purge_watches, tell, watch, watches_to_tell
from storefront.cart.actions.watching import MOST_WATCHES, confirm_watch
from storefront.catalogue import Product, Variant, set_stock
from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed
from storefront.notifications import Mail, drain_all
from storefront.notifications.smtp import compose
from tests.conftest import statements
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product
from tests.rig.client import PageClient

HOME = "/ko/stock-notices"


@pytest.fixture
def gone(app: Flask) -> Product:
    """A repeatable piece that is sold out."""
    with app.app_context():
        piece = live_product(stock=0)
        _ = [(row.public_id, row.version) for row in piece.variants]
        return piece


def leave(client: PageClient, piece: Product, email: str = "garam@example.org") -> Any:
    data = {"variant": piece.variants[0].public_id, "email": email}
    return client.post(HOME, data=data)


def rows() -> list[StockWatch]:
    db.session.rollback()
    query = sa.select(StockWatch).order_by(StockWatch.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def mails() -> list[Mail]:
    drain_all()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def fill(piece: Product, pieces: int) -> None:
    with transaction():
        variant = db.session.get_one(Variant, piece.variants[0].id, populate_existing=True)
        set_stock(variant.id, pieces, None, variant.version)


def link(mail: Mail) -> str:
    found = re.search(r"https?://[^/]+(/ko/stock-notices/[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]


def test_consent_one_mail_and_an_end(app: Flask, client: PageClient, gone: Product) -> None:
    answer = leave(client, gone)
    assert answer.headers["Location"].endswith("/ko/stock-notices/sent")
    assert client.get(answer.headers["Location"]).status_code == 200
    with app.app_context():
        (asked,) = mails()
        assert asked.topic == "cart.confirm_watch" and asked.unsubscribe == ""
        fill(gone, 2)
        jobs.tell_who_waits()
        assert len(mails()) == 1, "nobody is written to who did not agree"
        fill(gone, 0)
        path = link(asked)
    page = client.get(path)
    with app.app_context():
        assert rows()[0].state == "asked", "a program that opens links agrees to nothing"
    client.submit(page, {}, form=path, follow=True)
    with app.app_context():
        fill(gone, 2)
        for _ in range(3):
            jobs.tell_who_waits()
        told = mails()[-1]
        assert len(mails()) == 2 and told.topic == "cart.back_in_stock" and told.lang == "ko"
        letter = compose(told)
        assert letter["List-Unsubscribe"] == f"<{told.unsubscribe}>"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        end = link(told) + "/end"
        assert told.unsubscribe.endswith(end)
    page = client.get(end)
    with app.app_context():
        assert len(rows()) == 1, "reading ends nothing"
    client.submit(page, {}, form=end, follow=True)
    with app.app_context():
        assert rows() == []
    assert client.get(end).status_code == 200


def test_a_mail_program_ends_it_without_our_page(
    app: Flask, client: PageClient, gone: Product
) -> None:
    with app.app_context():
        other = live_product(stock=0)
        with transaction():
            for piece in (gone, other):
                watch(piece.variants[0].id, "garam@example.org", "ko", is_proven=True)
        token = rows()[0].token
    plain = app.test_client()
    plain.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    for _ in range(2):
        answer = plain.post(f"{HOME}/{token}/end", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    with app.app_context():
        assert rows() == [], "all watches of the address are gone"


def test_the_answer_tells_nothing_about_an_address(
    app: Flask, client: PageClient, gone: Product
) -> None:
    with app.app_context():
        person(email="known@example.org")
        with transaction():
            watch(gone.variants[0].id, "waits@example.org", "ko", is_proven=True)
    answers = [leave(client, gone, f"{name}@example.org") for name in ("known", "waits", "unknown")]
    seen = {(answer.status_code, answer.headers["Location"], answer.text) for answer in answers}
    assert len(seen) == 1
    with app.app_context():
        assert sorted(mail.recipient for mail in mails()) == [
            "known@example.org",
            "unknown@example.org",
        ], "who waits already is not written to again"


def test_who_is_signed_in_with_the_address_needs_no_second_step(
    app: Flask, client: PageClient, gone: Product
) -> None:
    with app.app_context():
        user = person(email="buyer@example.org", lang="ko")
    sign_in(client, user)
    answer = leave(client, gone, "Buyer@Example.org")
    assert answer.headers["Location"].endswith(f"/ko/products/{gone.slug}")
    leave(client, gone, "somebody@example.org")
    with app.app_context():
        assert [row.state for row in rows()] == ["waiting", "asked"]
        assert {row.user_id for row in rows()} == {user.id}


@pytest.mark.parametrize("email", ["", "x", "a@b", "a@example.org\nBcc: b@example.org", "a b@c.de"])
def test_what_is_no_address_is_asked_for_again(
    app: Flask, client: PageClient, gone: Product, email: str
) -> None:
    answer = leave(client, gone, email)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    with app.app_context():
        assert rows() == []


def test_only_what_can_come_back_is_waited_for(app: Flask, client: PageClient) -> None:
    with app.app_context():
        single = live_product(stock=0, availability="one_of_a_kind")
        there = live_product(stock=1)
        _ = [(piece.variants[0].public_id, piece.slug) for piece in (single, there)]
    for piece in (single, there):
        assert leave(client, piece).headers["Location"].endswith(f"/ko/products/{piece.slug}")
    with app.app_context():
        assert rows() == []


def test_one_address_gets_few_mails_however_often_it_is_left(
    app: Flask, client: PageClient, gone: Product
) -> None:
    codes = []
    for minute in range(4):
        with as_if_at(now() + dt.timedelta(minutes=minute)):
            codes.append(leave(client, gone).status_code)
    assert codes == [303, 303, 303, 429]
    with app.app_context():
        most = [
            StockWatch(variant_id=live_product(stock=0).variants[0].id, email="m@x.org", lang="en")
            for _ in range(2)
        ]
        with transaction():
            db.session.add_all(most)
        assert len(most) < MOST_WATCHES


def test_sold_again_before_the_mail_left_the_address_waits_on(
    app: Flask, database: Any, gone: Product
) -> None:
    with transaction():
        watch(gone.variants[0].id, "garam@example.org", "ko", is_proven=True)
    fill(gone, 1)
    (at,) = watches_to_tell()
    with transaction():
        tell(at)
    fill(gone, 0)
    assert mails() == [] and rows()[0].state == "waiting"
    assert watches_to_tell() == []
    with pytest.raises(NotAllowed), transaction():
        tell(at)
    fill(gone, 1)
    jobs.tell_who_waits()
    assert [mail.topic for mail in mails()] == ["cart.back_in_stock"]


def test_addresses_are_forgotten(app: Flask, database: Any, gone: Product) -> None:
    other = live_product(stock=0)
    with transaction():
        watch(gone.variants[0].id, "never@example.org", "en")
        watch(other.variants[0].id, "told@example.org", "en", is_proven=True)
    fill(other, 1)
    jobs.tell_who_waits()
    token = rows()[0].token
    with as_if_at(now() + dt.timedelta(days=8)):
        from storefront.cart import LinkIsOver

        with pytest.raises(LinkIsOver), transaction():
            confirm_watch(token)
        with transaction():
            assert purge_watches() == 1
        assert [row.email for row in rows()] == ["told@example.org"]
    with as_if_at(now() + dt.timedelta(days=61)), transaction():
        assert purge_watches() == 1


def test_it_is_in_the_person_s_copy_and_goes_with_the_account(
    app: Flask, database: Any, gone: Product
) -> None:
    user, other = person(email="buyer@example.org"), live_product(stock=0)
    with transaction():
        watch(gone.variants[0].id, "buyer@example.org", "en")  # as a guest
        watch(other.variants[0].id, "else@example.org", "en", user_id=user.id)
    copied = export_data(user.id)["cart"]["back_in_stock_mails"]
    assert [row["email"] for row in copied] == ["buyer@example.org", "else@example.org"]
    with transaction():
        erase_user(user.id, user.id)
    assert rows() == []


def test_what_the_page_of_a_piece_offers(app: Flask, client: PageClient, gone: Product) -> None:
    """The same bytes for everybody, without asking who is there; the form where it helps."""
    from storefront.catalogue.queries.pages import product_page_of

    def shown(slug: str | None) -> str:
        with app.test_request_context("/ko/"):
            g.lang, g.page_is_public = "ko", True
            page = product_page_of(str(slug), "ko", "KRW")
            return render_template("cart/shop/piece_tools.html", page=page)

    with app.app_context():
        single, there = live_product(stock=0, availability="one_of_a_kind"), live_product()
        slugs = single.slug, there.slug
    assert "/ko/stock-notices" in shown(gone.slug) and "action_id" not in shown(gone.slug)
    for slug in slugs:
        assert "/ko/stock-notices" not in shown(slug) and "/ko/wish-list/lines" in shown(slug)


def test_the_list_costs_few_statements(client: PageClient, gone: Product) -> None:
    client.post("/ko/wish-list/lines", data={"variant": gone.variants[0].public_id})
    client.get("/ko/wish-list")
    client.get("/ko/wish-list")
    assert statements(client) <= 8
