"""No answer tells who has an account or an order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from storefront.orders import Order
from tests.factories import orders as make
from tests.factories.accounts import person
from tests.rig.client import PageClient

KNOWN, UNKNOWN = "known@example.org", "never@example.org"


def answered(app: Flask, path: str, data: dict[str, str]) -> tuple[int, str, str, str]:
    """Status, where it leads and the text of both pages, without what differs each time."""
    client: PageClient = app.test_client()  # type: ignore[assignment]
    page = client.get(path)
    answer = client.submit(page, dict(data))
    onward = answer.headers.get("Location", "")
    after = client.get(onward).text if onward else ""
    return answer.status_code, onward, plain(answer.text, data), plain(after, data)


def plain(html: str, data: dict[str, str]) -> str:
    for value in data.values():
        html = html.replace(value, "TYPED")
    return re.sub(r'(name="(?:action_id|form_token|mark)" value=)"[^"]*"', r"\1", html)


@pytest.mark.parametrize(
    ("page", "field", "more"),
    [
        ("sign-in", "identifier", {"password": "wrong wrong wrong"}),
        ("card", "identifier", {"code": "12345 67890"}),
        ("sign-up", "email", {}),
        ("forgotten", "identifier", {}),
    ],
)
def test_who_has_an_account(
    app: Flask, database: Any, page: str, field: str, more: dict[str, str]
) -> None:
    person(email=KNOWN)
    person(email="closed@example.org")
    path = f"/en/account/{page}"
    known = answered(app, path, {field: KNOWN} | more)
    assert known == answered(app, path, {field: UNKNOWN} | more)
    assert known == answered(app, path, {field: KNOWN.upper()} | more)


def test_who_has_an_order(app: Flask, database: Any) -> None:
    order: Order = make.paid_order(email=KNOWN)
    number = order.number
    right = answered(app, "/en/orders/find", {"number": number, "email": KNOWN})
    for wrong in (
        {"number": number, "email": UNKNOWN},
        {"number": "CLG-199999", "email": KNOWN},
        {"number": "nothing", "email": UNKNOWN},
    ):
        assert right == answered(app, "/en/orders/find", wrong), wrong


def test_links_of_orders_cannot_be_guessed(app: Flask, database: Any) -> None:
    tokens = {make.paid_order().token for _ in range(3)}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[\w-]{22,}", token) for token in tokens)  # 128 bits or more


def test_a_missing_and_a_foreign_thing_look_alike(app: Flask, database: Any) -> None:
    from tests.factories.accounts import sign_in
    from tests.factories.listings import maker

    order = make.paid_order()
    part = order.sub_orders[0].public_id
    owner, _artisan = maker()
    client: Any = sign_in(app.test_client(), owner)
    foreign, missing = (client.get(f"/studio/orders/{name}") for name in (part, "x" * len(part)))
    assert foreign.status_code == missing.status_code == 404
    texts = [plain(page.text, {"a": part, "b": "x" * len(part)}) for page in (foreign, missing)]
    assert texts[0] == texts[1]
