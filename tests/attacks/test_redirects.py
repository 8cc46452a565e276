"""Nobody is sent elsewhere by an address somebody else made up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from storefront.notifications import Mail, drain_all
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

FOREIGN = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost@evil.example/",
    "//localhost@evil.example/",
    "/.//evil.example",
    "/..//evil.example",
    "evil.example",
    "",
)


def stays(answer: Any) -> bool:
    onward = answer.headers.get("Location", "/")
    target = urlsplit(urljoin("http://localhost/en/", onward.replace("\\", "/")))
    return (target.scheme, target.netloc) == ("http", "localhost") and "\n" not in onward


@pytest.mark.parametrize("address", FOREIGN)
def test_no_next_leads_away(app: Flask, client: PageClient, address: str) -> None:
    with app.app_context():
        user = person(email="a@example.org", lang="en")
        officer = person("curator", lang="en")
    choice = {"lang": "ko", "currency": "USD", "ship_to": "US", "next": address}
    assert stays(client.post("/switch", data=choice))
    query = {"next": address}
    typed = {"identifier": "a@example.org", "password": PASSWORD, "next": address}
    signed = app.test_client().post("/en/account/sign-in", data=typed)
    assert signed.status_code == 303 and stays(signed)
    typed.pop("next")
    signed = app.test_client().post("/en/account/sign-in", data=typed, query_string=query)
    assert signed.status_code == 303 and stays(signed)
    sign_in(client, user)
    assert stays(client.get("/en/account/sign-in", query_string=query))
    halfway: Any = sign_in(app.test_client(), officer, second_factor=False)
    page = halfway.get("/en/account/second-factor", query_string=query)
    assert "evil.example" not in page.headers.get("Location", "") and stays(page)


@pytest.mark.parametrize("lang", ["//evil.example", "..", "en/../..", "xx", ""])
def test_no_language_leads_away(client: PageClient, lang: str) -> None:
    assert stays(client.post("/switch", data={"lang": lang, "next": "/en/cart"}))


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded"])
def test_a_mail_names_the_configured_host(
    app: Flask, client: PageClient, database: Any, header: str
) -> None:
    person(email="known@example.org", lang="en")
    page = client.get("/en/account/forgotten")
    action = page.text.partition('name="action_id" value="')[2].partition('"')[0]
    asked = client.post(
        "/en/account/forgotten",
        data={"identifier": "known@example.org", "action_id": action or "x1"},
        headers={header: "evil.example", "X-Forwarded-Proto": "gopher"},
    )
    assert asked.status_code == 303
    drain_all()
    mail = database.session.query(Mail).one()
    assert "/account/reset/" in mail.text
    assert "evil" not in mail.text + mail.html and "gopher" not in mail.text + mail.html


def test_a_foreign_host_is_answered_plainly(client: PageClient) -> None:
    for path in ("/", "/en/", "/en/cart", "/healthz", "/en/account/forgotten", "/sitemap.xml"):
        for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example"):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code == 400, (path, host)
            assert "evil" not in answer.text


def test_canonical_addresses_name_the_configured_host(client: PageClient) -> None:
    for header in ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"):
        answer = client.get("/en/", headers={header: "evil.example"})
        assert answer.status_code == 200 and "evil" not in answer.text
