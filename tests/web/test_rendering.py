"""What templates may call."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from storefront.web import page_number, page_url


def shown(app: Flask, path: str, template: str) -> str:
    with app.test_request_context(path):
        app.preprocess_request()
        return render_template_string(template).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ price(1250000, 'IDR') }}", "IDR 1,250,000"),
        ("{{ format_money(Money(4500, 'USD')) }}", "US$45.00"),
        ("{{ format_count(115600) }}", "115,600"),
        ("{{ country_name('KR') }} {{ country_name('FR') }}", "South Korea France"),
        ("{{ here() }}", "/en/trial/choice?a=1"),
        ("{{ shop_name() }} / {{ shop_name_lines()[1] }}", "Sentra Kriya Cilegon / Cilegon"),
        ("{{ has_endpoint('trial.choice') }} {{ has_endpoint('x.y') }}", "True False"),
        ("{{ url_for('trial.choice') }}", "/en/trial/choice"),
        ("{{ absolute('/en/') }}", "http://127.0.0.1:8000/en/"),
        (
            "{% for lang, name, url in language_links() %}{{ lang }}={{ url }} {% endfor %}",
            "id=/id/trial/choice?a=1 en=/en/trial/choice?a=1 "
            "ko=/ko/trial/choice?a=1 fr=/fr/trial/choice?a=1 ",
        ),
        ("{{ form_token() }}{{ principal() }}", "None"),
        ("{{ new_action_id() | length }}", "22"),
    ],
)
def test_globals(trial: Flask, template: str, text: str) -> None:
    assert shown(trial, "/en/trial/choice?a=1", template) == text


def test_language_links_of_a_page_without_language_lead_to_the_fronts(trial: Flask) -> None:
    template = "{% for lang, name, url in language_links() %}{{ name }}={{ url }} {% endfor %}"
    text = "Indonesia=/id/ English=/en/ 한국어=/ko/ Français=/fr/ "
    assert shown(trial, "/trial/public", template) == text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),
        ("?page=3", 3),
        ("?page=0", 1),
        ("?page=-1", 1),
        ("?page=x", 1),
        ("?page=²", 1),
        ("?page=99999999", 1),
        ("?page=999999", 10_000),
    ],
)
def test_page_numbers(trial: Flask, query: str, number: int) -> None:
    with trial.test_request_context(f"/en/trial/choice{query}"):
        assert page_number() == number


def test_page_links_keep_the_filters(trial: Flask) -> None:
    with trial.test_request_context("/ko/trial/choice?dye=a&dye=b&page=2"):
        trial.preprocess_request()
        assert page_url(3) == "/ko/trial/choice?dye=a&dye=b&page=3"
        assert page_url(1) == "/ko/trial/choice?dye=a&dye=b"
