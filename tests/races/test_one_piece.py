"""Fifty buyers send the order of the same single piece at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale, gettext

from storefront.audit import run_audit
from storefront.catalogue import Product, Variant
from storefront.kernel.db import db
from storefront.orders import Order
from tests.races.conftest import Visit
from tests.races.visitor import Visitor, together
from tests.rig.pages import parse, problems

BUYERS = 50
LANGS = ("id", "en", "ko", "fr")
TYPED = {
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


@pytest.mark.usefixtures("turn")
def test_exactly_one_of_fifty_gets_it(
    app: Flask, stocked: Callable[..., Product], visit: Visit
) -> None:
    piece = stocked(stock=1, availability="one_of_a_kind")
    variant = piece.variants[0].public_id
    buyers = [visit(LANGS[number % 4]) for number in range(BUYERS)]
    with ThreadPoolExecutor(8) as pool:
        numbered = list(enumerate(buyers))
        requests = list(pool.map(lambda each: at_the_button(each[1], each[0], variant), numbered))
    answers = together(
        [
            lambda buyer=buyer, request=request: buyer.send(request)
            for buyer, request in zip(buyers, requests, strict=True)
        ]
    )
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        stock = db.session.scalars(sa.select(Variant)).one()
        assert (stock.on_hand, stock.held) == (1, 1)
        email = order.contact.email
    winner = int(email.removeprefix("buyer").partition("@")[0])
    assert "/cart" not in answers[winner].url.path
    losers = [number for number in range(BUYERS) if number != winner]
    unclear = [number for number in losers if not is_told(app, answers[number], LANGS[number % 4])]
    assert unclear == [], answers[unclear[0]].text
    with app.app_context():
        left_out = {"I33", "I34", "I35"}  # the factories' pictures and approvals
        assert [f.id for f in run_audit(app) if f.rows and f.id not in left_out] == []


def at_the_button(buyer: Visitor, number: int, variant: str) -> httpx.Request:
    """Everything up to the last button; the request it will send."""
    added = buyer.send(
        buyer.posted(f"/{buyer.lang}/cart/lines", {"variant": variant, "quantity": 1})
    )
    assert added.status_code == 200
    page = buyer.get(f"/{buyer.lang}/checkout?country=KR")
    typed = TYPED | {"email": f"buyer{number}@example.org"}
    return buyer.filled(page, "checkout", typed, "do=place")


def is_told(app: Flask, answer: httpx.Response, lang: str) -> bool:
    """Whether the page is whole, in the buyer's language, and says that the piece is gone."""
    root, _ = parse(answer.text)
    with app.test_request_context(), force_locale(lang):
        words = [
            gettext("Somebody was quicker: one of your pieces has just been sold."),
            gettext("This piece has been sold meanwhile."),
        ]
    return (
        answer.status_code in (200, 409, 422)
        and root.get("lang") == lang
        and problems(answer.text) == []
        and any(word in answer.text for word in words)
    )
