"""Headers, public pages, notices, error pages, files."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from storefront.web import set_cookie
from tests.web.conftest import Become


def test_headers_on_every_answer(trial: Flask) -> None:
    client = trial.test_client()
    for path in ("/", "/healthz", "/trial/public", "/nowhere", "/trial/undeclared"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_rooms_are_never_kept(trial: Flask, person: Become) -> None:
    person()
    assert trial.test_client().get("/trial/signed_in").headers["Cache-Control"] == "no-store"


def test_a_public_page_has_an_etag_and_the_same_bytes_for_everybody(
    trial: Flask, person: Become
) -> None:
    client = trial.test_client()
    visitor = client.get("/ko/trial/choice")
    assert visitor.headers["Cache-Control"].startswith("public")
    assert "Cookie" in visitor.headers["Vary"]
    person()
    client.set_cookie("session", "somebody")
    somebody = client.get("/ko/trial/choice")
    assert somebody.data == visitor.data
    assert somebody.headers["ETag"] == visitor.headers["ETag"]
    again = client.get("/ko/trial/choice", headers={"If-None-Match": visitor.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    client.post("/switch", data={"currency": "EUR"})
    changed = client.get("/ko/trial/choice", headers={"If-None-Match": visitor.headers["ETag"]})
    assert changed.status_code == 200


def test_a_public_page_cannot_ask_who_is_there(trial: Flask, person: Become) -> None:
    person()
    with pytest.raises(RuntimeError, match="public page"):
        trial.test_client().get("/trial/peeks")


def test_a_notice_is_shown_once_and_makes_a_public_page_private(trial: Flask) -> None:
    client = trial.test_client()
    client.get("/trial/says")
    shown = client.get("/ko/trial/choice")
    assert "Hello" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Hello" not in client.get("/ko/trial/choice").text


def test_notices_pile_up_until_seen_and_cannot_be_forged(trial: Flask) -> None:
    client = trial.test_client()
    client.get("/trial/says")
    client.get("/trial/says")
    assert client.get("/trial/seen").text.count("success: Hello") == 2
    assert "Hello" not in client.get("/trial/seen").text
    client.set_cookie("notices", "WyJ4Il0.forged.forged")
    assert client.get("/trial/seen").status_code == 200


def test_error_pages(trial: Flask) -> None:
    trial.testing = False
    trial.config["PROPAGATE_EXCEPTIONS"] = False
    client = trial.test_client()
    busy = client.get("/trial/breaks?kind=database")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "30")
    told = client.get("/trial/breaks?kind=shop")
    assert told.status_code == 409
    assert "Only 2 metres are left." in told.text
    fault = client.get("/trial/breaks?kind=bug")
    assert fault.status_code == 500
    assert "ZeroDivisionError" not in fault.text
    wrong = client.delete("/trial/public")
    assert wrong.status_code == 405
    assert "Allow" in wrong.headers


def test_cookies_are_locked_to_the_host_in_production(trial: Flask) -> None:
    with trial.test_request_context():
        from flask import make_response

        trial.config["SETTINGS"] = dataclasses.replace(
            trial.config["SETTINGS"], SHOP_ENV="production"
        )
        answer = make_response("")
        set_cookie(answer, "session", "token")
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=token;")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_statements_are_counted(trial: Flask) -> None:
    assert trial.test_client().get("/healthz").headers["X-Statements"] == "0"
