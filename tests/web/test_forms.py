"""Forms clean what was typed, keep it, and say what is wrong in the reader's language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from storefront.kernel.errors import StaleVersion
from storefront.web.forms import (
    Form,
    PhoneField,
    RupiahField,
    VersionedForm,
    clean_text,
    e164,
    one_line,
    rupiah,
)


class Trial(VersionedForm):
    name = StringField("Name", [InputRequired(), Length(max=10), one_line])
    phone = PhoneField("Phone")
    price = RupiahField("Price")
    secret = PasswordField("Secret")


def sent(app: Flask, **fields: Any) -> Trial:
    with app.test_request_context("/ko/", method="POST", data=fields):
        g.lang, g.ship_to = "en", "ID"
        form = Trial()
        form.accepted()
        return form


def test_good_input(app: Flask) -> None:
    form = sent(app, name=" Sri ", phone="0812 3456 7890", price="Rp 1.250.000", secret=" p w ")
    assert not form.errors
    assert form.name.data == "Sri"
    assert form.phone.data == "+6281234567890"
    assert form.price.data == 1_250_000
    assert form.secret.data == " p w "


def test_bad_input_is_told_beside_the_field_and_kept(app: Flask) -> None:
    form = sent(app, name="x" * 11, phone="call me", price="1,5 million")
    assert set(form.errors) == {"name", "phone", "price"}
    assert form.phone._value() == "call me"
    assert form.price._value() == "1,5 million"
    assert 'value="call me"' in form.phone()


def test_only_declared_fields_are_read(app: Flask) -> None:
    form = sent(app, name="Sri", role="admin", verified="1")
    assert set(form.data) == {"version", "name", "phone", "price", "secret"}


def test_a_fresh_form_shows_the_row(app: Flask) -> None:
    with app.test_request_context("/en/"):
        form = Trial(obj=SimpleNamespace(name="Sri", price=5, version=3))
        assert not form.accepted()
        assert form.name.data == "Sri"
        assert 'value="3"' in form.version()


def test_a_changed_row_is_told(app: Flask) -> None:
    form = sent(app, name="Sri", version="3")
    form.check(SimpleNamespace(version=3))
    with pytest.raises(StaleVersion):
        form.check(SimpleNamespace(version=4))


def test_forms_work_outside_of_a_request(app: Flask) -> None:
    class Plain(Form):
        name = StringField("Name")

    assert Plain(data={"name": "x"}).name.data == "x"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("e\u0301", "é"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202eevil\u202c", "evil"),
        ("a" + "\u0301" * 50 + "b", None),
        ("가방 👜", "가방 👜"),
        ("\ud800x", "x"),
        ("  spaced  ", "spaced"),
        (None, None),
    ],
)
def test_clean_text(typed: Any, kept: Any) -> None:
    cleaned = clean_text(typed)
    if kept is None and typed is not None:
        assert len(cleaned) <= 8
    else:
        assert cleaned == kept


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("Rp1.250.000,00", 1_250_000),
        ("Rp 85.000,-", 85_000),
        ("IDR 5", 5),
        ("1 250 000", 1_250_000),
        ("0", 0),
    ],
)
def test_rupiah(typed: str, amount: int) -> None:
    assert rupiah(typed) == amount


@pytest.mark.parametrize("typed", ["", "-5", "1.5", "1,25", "12.50", "1e6", "９", "Rp", "1" * 20])
def test_not_rupiah(typed: str) -> None:
    with pytest.raises(ValueError):
        rupiah(typed)


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("0812-3456-7890", "ID", "+6281234567890"),
        ("+62 812 3456 7890", "KR", "+6281234567890"),
        ("010-1234-5678", "KR", "+821012345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
    ],
)
def test_e164(typed: str, region: str, number: str) -> None:
    assert e164(typed, region) == number


@pytest.mark.parametrize("typed", ["12", "abc", "+", "+999 123"])
def test_not_a_phone_number(typed: str) -> None:
    with pytest.raises(ValueError):
        e164(typed, "ID")
