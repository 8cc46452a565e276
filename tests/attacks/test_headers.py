"""Every answer carries the headers that limit what a slip could do, errors and files too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.accounts import person
from tests.factories.world import UNSAFE, World
from tests.rig import shop
from tests.rig.shop import PASSWORD

# The mail as a mail program shows it, in development only: its style sheet is its own.
OWN_STYLE = {"system.mail_html"}
PRODUCTION = {
    "SHOP_ENV": "production",
    "ALLOW_SQLITE": "1",
    "DEV_PAGES": "0",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "ALLOWED_HOSTS": "shop.example",
    "BASE_URL": "https://shop.example",
}


def lacking(answer: Any, *, own_style: bool = False) -> list[str]:
    """What an answer's headers leave open."""
    headers = answer.headers
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in headers.get("Content-Security-Policy", "").split(";")
    )
    is_sealed = "sandbox" in policy  # a private file, shown by nothing
    checks = {
        "default-src": policy.get("default-src") == "'none'",
        "script-src": policy.get("script-src", "'none'") in ("'self'", "'none'"),
        "unsafe": own_style or "unsafe" not in str(policy),
        "wildcard": "*" not in str(policy),
        "frames": policy.get("frame-ancestors") == "'none'" or is_sealed,
        "old frames": headers.get("X-Frame-Options") == "DENY",
        "base": policy.get("base-uri") == "'none'" or is_sealed,
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "features": "geolocation=()" in headers.get("Permissions-Policy", ""),
        "server": "werkzeug" not in headers.get("X-Powered-By", "").lower(),
        "private": "public" not in headers.get("Cache-Control", "") or "Set-Cookie" not in headers,
    }
    return [name for name, good in checks.items() if not good]


@pytest.mark.parametrize("role", ["guest", "buyer", "maker", "admin"])
def test_every_route(world: World, role: str) -> None:
    wrong = []
    for route, method in world.routes():
        if route.endpoint.startswith("accounts.sign_out"):
            continue
        foreign = {"Sec-Fetch-Site": "cross-site"} if method in UNSAFE else {}
        answer = world.fetch(role, method, route, acts=True, headers=foreign)
        if said := lacking(answer, own_style=route.endpoint in OWN_STYLE):
            wrong.append(f"{role} {method} {route.rule} {answer.status_code}: {said}")
        if role != "guest" and answer.mimetype == "text/html" and not _is_shared(answer):
            assert "no-store" in answer.headers["Cache-Control"], route
    assert not wrong, "\n".join(wrong)


def _is_shared(answer: Any) -> bool:
    """Pages that are the same for everybody, and redirects that say nothing of anybody."""
    return "public" in answer.headers.get("Cache-Control", "") or answer.status_code in (301, 302)


def test_errors_of_all_kinds(world: World) -> None:
    client, _token = world.browser("guest")
    answers = {
        400: client.get("/en/", headers={"Host": "evil.example"}),
        403: client.post("/switch", headers={"Sec-Fetch-Site": "cross-site"}),
        404: client.get("/nowhere"),
        405: client.post("/healthz"),
        413: client.post("/switch", data={"next": "x" * (1024 * 1024 + 1)}),
        422: client.post("/en/account/sign-up", data={"email": "x"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert not lacking(answer), status
    assert client.get("/static/0/css/nothing.css").status_code == 404
    assert not lacking(client.get("/static/0/css/nothing.css"))


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop as it runs in earnest."""
    app = shop.build(database_url, tmp_path, **PRODUCTION)
    yield app
    shop.close(app)


def test_production_is_https_only(production: Flask) -> None:
    with production.app_context():
        person(email="a@example.org", lang="en")
    client = FlaskClient(production, production.response_class)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    base = "https://shop.example"
    typed = {"identifier": "a@example.org", "password": PASSWORD}
    answers = [
        client.get("/en/", base_url=base),
        client.get("/nowhere", base_url=base),
        client.post("/switch", data={"currency": "USD"}, base_url=base),
        client.post("/en/account/sign-in", data=typed, base_url=base),
    ]
    assert answers[-1].status_code == 303
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert any(line.startswith("__Host-session=") for line in cookies)
    for line in cookies:
        assert line.startswith("__Host-") and "Secure" in line and "Path=/" in line, line
        assert "SameSite=Lax" in line and "Domain" not in line, line
        assert "HttpOnly" in line or line.startswith("__Host-cart_count"), line
    for answer in answers:
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert not lacking(answer)
    for path in ("/dev/mail", "/dev/mail/1", "/en/pay/rehearsal/x"):
        assert client.get(path, base_url=base).status_code == 404
