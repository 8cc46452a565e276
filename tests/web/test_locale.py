"""Language from the address, currency and destination from the visitor, redirects to us only."""

from __future__ import annotations

import pytest
from flask import Flask

from storefront.web import safe_path, translate_address
from storefront.web.locale import _address_maps

FIRST = {"id": "IDR ID", "en": "USD US", "ko": "KRW KR", "fr": "EUR FR"}


@pytest.mark.parametrize(("lang", "first"), FIRST.items())
def test_currency_and_destination_follow_the_language_until_chosen(
    trial: Flask, lang: str, first: str
) -> None:
    client = trial.test_client()
    answer = client.get(f"/{lang}/trial/choice")
    assert f"{lang} {first}" in answer.text
    assert f'<html lang="{lang}">' in answer.text
    client.post("/switch", data={"currency": "EUR", "ship_to": "AU"})
    assert f"{lang} EUR AU" in client.get(f"/{lang}/trial/choice").text


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("ko-KR,ko;q=0.9", "ko"),
        ("fr-CA", "fr"),
        ("in-ID,in;q=0.9", "id"),
        ("de", "en"),
        ("de,fr;q=0.5,id;q=0.8", "id"),
        ("", "en"),
    ],
)
def test_the_front_door_follows_the_browser(trial: Flask, header: str, lang: str) -> None:
    answer = trial.test_client().get("/", headers={"Accept-Language": header})
    assert answer.status_code == 302
    assert answer.location == f"/{lang}/"
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_own_choice_is_stronger_than_the_browser(trial: Flask) -> None:
    client = trial.test_client()
    answer = client.post("/switch", data={"lang": "fr", "next": "/ko/trial/choice?a=1&b=2"})
    assert (answer.status_code, answer.location) == (303, "/fr/trial/choice?a=1&b=2")
    assert client.get("/", headers={"Accept-Language": "ko"}).location == "/fr/"


def test_unknown_choices_change_nothing(trial: Flask) -> None:
    client = trial.test_client()
    data = {"lang": "xx", "currency": "GBP", "ship_to": "ZZ", "next": "/en/trial/choice"}
    assert client.post("/switch", data=data).location == "/en/trial/choice"
    assert "en USD US" in client.get("/en/trial/choice").text
    client.set_cookie("prefs", "nonsense.<script>.x.y.z")
    assert "en USD US" in client.get("/en/trial/choice").text


def test_the_switch_maps_slugs(trial: Flask) -> None:
    @translate_address("trial.choice")
    def mapped(values: dict[str, str], lang: str) -> dict[str, str]:
        return {**values, "slug": f"{lang}-slug"}

    try:
        answer = trial.test_client().post(
            "/switch", data={"lang": "ko", "next": "/en/trial/choice"}
        )
        assert answer.location == "/ko/trial/choice?slug=ko-slug"
    finally:
        _address_maps.pop("trial.choice")


HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/%2f%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%09/evil.example",
    "/./\\evil.example",
    " /x",
    "x",
    "",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_only_own_paths_are_followed(trial: Flask, address: str) -> None:
    assert safe_path(address) is None
    answer = trial.test_client().post("/switch", data={"next": address})
    assert answer.location in {"/en/", "/id/"}


@pytest.mark.parametrize("address", ["/", "/ko/", "/ko/search?q=%EA%B0%80&page=2", "/a//b"])
def test_own_paths_pass(address: str) -> None:
    assert safe_path(address) == address


@pytest.mark.parametrize("path", ["/xx/", "/ko/nowhere", "/nowhere"])
def test_unknown_addresses_get_a_page_in_a_fitting_language(trial: Flask, path: str) -> None:
    answer = trial.test_client().get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert f'<html lang="{"ko" if path.startswith("/ko") else "fr"}"' in answer.text
