"""Values no page sends: they are answered plainly, never with an error of ours, never with more
than they ask for."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from tests.factories.accounts import person, sign_in
from tests.factories.world import UNSAFE, World
from tests.rig.client import PageClient

ODD = {
    "nothing": "\0",
    "nothing inside": "a\0b",
    "sql": "' OR 1=1 --",
    "sql with quotes": '"; DROP TABLE product; --',
    "wildcards": "%_%",
    "template": "{{7*'7'}}${7*7}<%=7*7%>",
    "header": "x\r\nSet-Cookie: zq=1",
    "path": "../../../etc/passwd",
    "huge number": "9" * 40,
    "negative": "-1",
    "not a number": "1e9",
    "surrogate": "\udce4",
    "long": "x" * 5000,
    "mark": "\u202e\ufeff",
}
ADDRESSES = (
    "/en/search?q={0}",
    "/en/search?q=teak&page={0}&sort={0}",
    "/en/categories/{0}",
    "/en/categories/ecoprint?page={0}&material={0}&technique={0}&sort={0}&price_from={0}",
    "/en/products/{0}",
    "/en/makers/{0}",
    "/en/collections/{0}",
    "/en/orders/{0}",
    "/en/orders/{0}/pay",
    "/en/pages/{0}",
    "/en/checkout/return/{0}?session_id={0}&back={0}",
    "/en/account/reset/{0}",
    "/en/account/sign-up/{0}",
    "/en/account/sign-in?next={0}",
    "/media/{0}/480.webp",
    "/static/0/{0}",
    "/{0}/",
    "/{0}",
)
ROOMS = (
    "/en/account/email/{0}",
    "/en/account/orders?page={0}",
    "/studio/papers/{0}/file",
    "/council/people?q={0}&role={0}&page={0}",
    "/council/people/{0}",
    "/council/workshops?q={0}&state={0}&page={0}",
    "/council/workshops/{0}",
    "/council/listings?state={0}&page={0}",
    "/council/listings/{0}",
    "/council/orders?q={0}&state={0}&page={0}",
    "/council/orders/{0}",
    "/council/finance?state={0}&page={0}",
    "/council/finance/tasks/{0}",
    "/council/curation/{0}?q={0}",
    "/council/prices/{0}",
    "/council/settings/{0}",
    "/council/outbox?page={0}",
)
FORMS = {
    "/switch": ("lang", "currency", "ship_to", "next"),
    "/en/cart/lines": ("variant", "quantity"),
    "/en/account/sign-in": ("identifier", "password", "next"),
    "/en/account/card": ("identifier", "code", "password"),
    "/en/account/sign-up": ("email",),
    "/en/account/forgotten": ("identifier",),
    "/en/orders/find": ("number", "email"),
}


NAMES = (
    "version page q lang why quantity price_idr stock piece words text name email phone reason"
    " amount country code number state step next way what password present do label street"
).split()


def said(value: str) -> str:
    return quote(value.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("odd", ODD)
def test_in_addresses(app: Flask, client: PageClient, odd: str) -> None:
    for address in ADDRESSES:
        answer = client.get(address.format(said(ODD[odd])))
        assert answer.status_code < 500, address
        assert "49" not in answer.headers.get("Location", "")
        assert "Set-Cookie: zq" not in str(answer.headers) and "zq" not in str(
            answer.headers.getlist("Set-Cookie")
        )
        assert "7777777" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("odd", ODD)
def test_in_addresses_of_rooms(app: Flask, client: PageClient, odd: str) -> None:
    with app.app_context():
        sign_in(client, person("admin", lang="en"))
    for address in ROOMS:
        answer = client.get(address.format(said(ODD[odd])))
        assert answer.status_code < 500, address
        assert "7777777" not in answer.text


@pytest.mark.parametrize("odd", ODD)
def test_in_forms(app: Flask, client: PageClient, odd: str) -> None:
    typed = ODD[odd].encode("utf-8", "surrogateescape")
    for path, names in FORMS.items():
        data = dict.fromkeys(names, typed) | {"action_id": "odd"}
        answer = client.post(path, data=data)
        assert answer.status_code < 500, path
        assert "zq=" not in str(answer.headers.getlist("Set-Cookie"))


def test_numbers_in_addresses_that_no_column_holds(world: World) -> None:
    for route, method in world.routes():
        whole = [name for name, way in route._converters.items() if "Integer" in str(type(way))]
        if not whole or method in UNSAFE:
            continue
        path = world.path(route)
        for name in whole:
            right = str(world.values[route.endpoint][name])
            wrong = path.rpartition(right)
            client, _token = world.browser("admin")
            answer = client.get(wrong[0] + "9" * 30 + wrong[2])
            assert answer.status_code in {403, 404}, (route, answer.status_code)


def test_no_form_falls_over_what_it_did_not_ask_for(world: World) -> None:
    """Every form of the shop with every one of its known fields turned odd."""
    wrong = []
    for role in ("buyer", "maker", "admin"):
        for route, method in world.routes():
            if method not in UNSAFE or route.endpoint.startswith("accounts.sign_out"):
                continue
            client, token = world.browser(role)
            for odd in ("nothing inside", "huge number", "surrogate", "header"):
                typed = ODD[odd].encode("utf-8", "surrogateescape")
                data = dict.fromkeys(NAMES, typed) | {"form_token": token, "action_id": "odd"}
                answer = client.open(world.path(route), method=method, data=data)
                if answer.status_code >= 500 or "zq=" in str(answer.headers.getlist("Set-Cookie")):
                    wrong.append(f"{role} {route.rule} {odd}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
