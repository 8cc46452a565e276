"""Sentences and addresses are remembered, each under all it depends on."""

from __future__ import annotations

import flask_babel
import pytest
from flask import Flask, g, render_template_string, url_for

from storefront.web import translations


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "_safe", {})
    monkeypatch.setattr(translations, "_plain", {})


def test_a_sentence_is_said_in_the_language_of_the_moment(trial: Flask) -> None:
    said = {}
    for turn in range(2):
        for lang in ("id", "en", "ko", "fr"):
            with trial.test_request_context(f"/{lang}/trial/choice"):
                trial.preprocess_request()
                text = render_template_string("{{ _('Language') }}")
                assert said.setdefault(lang, text) == text, turn
    assert len(set(said.values())) >= 3 and said["en"] == "Language"
    with trial.test_request_context("/en/trial/choice"):
        trial.preprocess_request()
        with flask_babel.force_locale("ko"):  # a mail within a request
            assert render_template_string("{{ _('Language') }}") == said["ko"]
        assert render_template_string("{{ _('Language') }}") == "Language"


@pytest.mark.parametrize(
    ("template", "page", "mail"),
    [
        ("{{ _('100%%') }}", "100%", "100%"),
        ("{{ _('A & B') }}", "A & B", "A & B"),
        ("{{ _('To %(name)s', name='<b>') }}", "To &lt;b&gt;", "To <b>"),
        ("{{ ngettext('%(num)s <i>', '%(num)s <u>', 1) }}", "1 <i>", "1 <i>"),
        ("{{ ngettext('%(num)s a', '%(num)s %(of)s', 2, of='&') }}", "2 &amp;", "2 &"),
        ("{% trans name='<b>' %}To {{ name }}{% endtrans %}", "To &lt;b&gt;", "To <b>"),
    ],
)
def test_values_are_escaped_on_pages_and_not_in_plain_mails(
    trial: Flask, template: str, page: str, mail: str
) -> None:
    with trial.test_request_context("/en/trial/choice"):
        trial.preprocess_request()
        for _ in range(2):
            assert render_template_string(template) == page
            plain = f"{{% autoescape false %}}{template}{{% endautoescape %}}"
            assert render_template_string(plain) == mail


def test_an_address_is_remembered_with_its_language_and_values(trial: Flask) -> None:
    for _ in range(2):
        for lang in ("id", "ko"):
            with trial.test_request_context(f"/{lang}/trial/choice"):
                g.lang = lang
                assert url_for("trial.choice") == f"/{lang}/trial/choice"
                assert url_for("trial.choice", lang="fr") == "/fr/trial/choice"
                assert url_for("trial.choice", a=1, b="x y") == f"/{lang}/trial/choice?a=1&b=x+y"
                assert url_for("trial.choice", a=[1, 2]) == f"/{lang}/trial/choice?a=1&a=2"
                assert url_for("trial.choice", _anchor="x") == f"/{lang}/trial/choice#x"
                assert url_for("trial.choice", _external=True).startswith("http://localhost/")
    with trial.test_request_context("/en/", base_url="http://localhost/under"):
        g.lang = "id"
        assert url_for("trial.choice") == "/under/id/trial/choice"
