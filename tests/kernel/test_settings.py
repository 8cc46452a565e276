"""The council's settings: declared once, read in one statement, checked when stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from storefront.kernel import settings
from storefront.kernel.db import transaction
from storefront.web.statements import counted


@pytest.fixture
def declared(app: Flask) -> Iterator[None]:
    settings.define("test.days", "days", 3, label="Days", help="How many days")
    settings.define("test.day", "date", None, label="Day", help="A day")
    settings.define("test.mood", "choice", "calm", label="M", help="M", choices=["calm", "busy"])
    with app.app_context():
        yield
    for key in ("test.days", "test.day", "test.mood"):
        settings._definitions.pop(key)


def test_defaults_until_changed(declared: None) -> None:
    assert settings.get("test.days") == 3
    with transaction():
        settings.set_value("test.days", 5, by_user_id=7, checked_on=dt.date(2026, 11, 1))
        settings.set_value("test.day", dt.date(2026, 12, 24), by_user_id=None)
    assert settings.get("test.days") == 5
    assert settings.get("test.day") == dt.date(2026, 12, 24)
    assert settings.checked_on("test.days") == dt.date(2026, 11, 1)
    row = settings.stored_row("test.days")
    assert row is not None
    assert row.updated_by == 7
    assert settings.stored_row("test.mood") is None


def test_all_of_a_request_cost_one_statement(declared: None) -> None:
    with counted() as statements:
        for _ in range(3):
            settings.get("test.days")
            settings.get("test.mood")
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("test.days", -1),
        ("test.days", True),
        ("test.days", "3"),
        ("test.mood", "angry"),
        ("test.day", "2026-12-24"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(declared: None, key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key), transaction():
        settings.set_value(key, value, by_user_id=None)


def test_unknown_and_doubled_keys(declared: None) -> None:
    with pytest.raises(KeyError):
        settings.get("test.nobody")
    with pytest.raises(ValueError, match="twice"):
        settings.define("test.days", "days", 4, label="Days", help="How many days")
    with pytest.raises(ValueError, match="kind"):
        settings.define("test.odd", "colour", 1, label="", help="")
    assert settings.definition("test.days").group == "test"
    assert "test.days" in [item.key for item in settings.all_definitions()]
