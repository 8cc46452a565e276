"""Fragments: printed once for the same facts, and never from anything else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from storefront.web.fragments import init_fragments

pytestmark = pytest.mark.engines("sqlite")  # no row is read
SOURCES = {
    "line.html": "<b>{{ name }}</b> {{ g.lang }}\n",
    "asks.html": "{{ page.title }}",
    "layouts/parts/end.html": "<p>{{ g.currency }}</p>",
}


@pytest.fixture
def small() -> Iterator[Flask]:
    """An app with these templates and a visitor."""
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader(SOURCES)
    init_fragments(app)
    with app.test_request_context("/"):
        g.lang, g.currency, g.ship_to = "en", "USD", "US"
        yield app


def environment(app: Flask) -> Environment:
    return app.jinja_env


def test_the_same_facts_are_printed_once(small: Flask) -> None:
    fragment = environment(small).globals["fragment"]
    first = fragment("line.html", name="<i>")
    assert first == Markup("<b>&lt;i&gt;</b> en")
    assert fragment("line.html", name="<i>") is first
    assert fragment("line.html", name="x") == "<b>x</b> en"
    g.lang = "ko"
    assert fragment("line.html", name="<i>") == "<b>&lt;i&gt;</b> ko"


def test_a_fragment_cannot_see_the_page(small: Flask) -> None:
    small.context_processor(lambda: {"page": {"title": "Mine"}})
    with pytest.raises(UndefinedError):
        environment(small).globals["fragment"]("asks.html")


def test_a_part_of_the_frame_follows_the_visitors_choice(small: Flask) -> None:
    frame_part = environment(small).globals["frame_part"]
    assert frame_part("end") == "<p>USD</p>"
    g.currency = "KRW"
    assert frame_part("end") == "<p>KRW</p>"
