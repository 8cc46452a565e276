"""Requests of foreign sites, foreign host names and outsized requests are refused."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.web.conftest import Become

OURS, THEIRS = "http://localhost", "http://evil.example"


@pytest.mark.parametrize(
    ("headers", "has_session", "good"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True, True),
        ({"Sec-Fetch-Site": "none"}, True, True),
        ({"Sec-Fetch-Site": "same-site"}, True, False),
        ({"Sec-Fetch-Site": "cross-site"}, False, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, True, False),
        ({"Sec-Fetch-Site": ""}, True, False),
        ({"Origin": OURS}, True, True),
        ({"Origin": THEIRS}, True, False),
        ({"Origin": THEIRS}, False, False),
        ({"Origin": "null"}, True, False),
        ({"Origin": "https://localhost"}, True, False),
        ({"Origin": "http://localhost:81"}, True, False),
        ({}, False, True),
        ({}, True, False),
    ],
)
@pytest.mark.parametrize("path", ["/trial/public", "/switch"])
def test_foreign_requests(
    trial: Flask, path: str, headers: dict[str, str], has_session: bool, good: bool
) -> None:
    client = trial.test_client()
    client.environ_base.pop("HTTP_SEC_FETCH_SITE")
    if has_session:
        client.set_cookie("session", "anything")
    status = client.post(path, headers=headers).status_code
    assert (status < 400) == good, status


def test_only_the_webhook_is_exempt(trial: Flask) -> None:
    client = trial.test_client()
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/trial/signature", headers=headers).status_code == 200


def test_reading_is_never_refused(trial: Flask) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": THEIRS}
    assert trial.test_client().get("/trial/public", headers=headers).status_code == 200


def test_rooms_want_the_form_token_of_the_session(trial: Flask, person: Become) -> None:
    client = trial.test_client()
    person()
    tokens = [_token(client.get("/trial/signed_in").text) for _ in range(2)]
    assert tokens[0] != tokens[1]  # differs each time, both hold
    for token in tokens:
        answer = client.post("/trial/signed_in", data={"form_token": token})
        assert answer.status_code == 200
    for bad in ("", "x", ".", tokens[0][:-1], f"a{tokens[0]}"):
        assert client.post("/trial/signed_in", data={"form_token": bad}).status_code == 403
    assert client.post("/trial/signed_in").status_code == 403
    person(session_id="another session")
    assert client.post("/trial/signed_in", data={"form_token": tokens[0]}).status_code == 403


def _token(html: str) -> str:
    found = re.search(r"<p>\w\w (\S+)</p>", html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "localhost.evil.example"}, {"Host": "evil.example:80"}],
)
def test_other_host_names_get_a_plain_400(trial: Flask, headers: dict[str, str]) -> None:
    for path in ("/", "/trial/public", "/nowhere"):
        answer = trial.test_client().get(path, headers=headers)
        assert answer.status_code == 400
        assert "evil" not in answer.text


def test_forwarded_headers_mean_nothing_without_a_trusted_proxy(trial: Flask) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "9.9.9.9"}
    answer = trial.test_client().get("/", headers=headers)
    assert "evil" not in answer.location


def test_outsized_requests(trial: Flask) -> None:
    client = trial.test_client()
    many = {f"field{at}": "x" for at in range(1200)}
    big = {"field": "x" * (1024 * 1024 + 1)}
    multipart = "multipart/form-data"
    for data in (many, big):
        answer = client.post("/trial/spends", data=data, content_type=multipart)
        assert answer.status_code == 413
    answer = client.post("/trial/spends", data=big)
    assert answer.status_code == 413
    answer = client.post(
        "/trial/spends", data={"a": "b"}, environ_overrides={"CONTENT_LENGTH": str(10**9)}
    )
    assert answer.status_code == 413
