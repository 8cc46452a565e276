"""Forms: what a person typed, cleaned once, checked, and never lost.

    class Rename(VersionedForm):
        name = StringField(_l("Name"), [InputRequired(), Length(max=80)])

    form = Rename(obj=workshop)
    if form.accepted():
        ...

A form fills itself from the request when one was sent. Only declared fields are read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import phonenumbers
from flask import g, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form as PlainForm
from wtforms import HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import ValidationError

from storefront.kernel.errors import StaleVersion
from storefront.kernel.translated import N_

_SENT = {"POST", "PUT", "PATCH"}
_KEPT_CONTROLS = {"\n", "\t"}
_MOST_MARKS = 4
_LARGEST_RUPIAH = 10**12

# Sentences of the form library, named here so that the catalogues hold them.
LIBRARY_MESSAGES = (
    N_("This field is required."),
    N_("Invalid email address."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("Not a valid choice."),
    N_("Not a valid date value."),
    N_("Not a valid datetime value."),
    N_("Invalid Choice: could not coerce."),
    N_("Invalid input."),
    N_("Invalid URL."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Field must be at least %(min)d characters long."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be exactly %(max)d characters long."),
    N_("Field must be between %(min)d and %(max)d characters long."),
)


class _Translations:
    """The library's sentences through the shop's catalogues, in the request's language."""

    def gettext(self, text: str) -> str:
        return str(gettext(text))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        # The library fills in the placeholders itself, afterwards. Its sentences name limits,
        # where the plural always reads well.
        return str(gettext(plural))


class Form(PlainForm):  # type: ignore[misc]
    """Parent of every form of the shop."""

    class Meta:
        def get_translations(self, form: PlainForm) -> _Translations:
            return _Translations()

        def bind_field(self, form: PlainForm, unbound_field: Any, options: dict[str, Any]) -> Any:
            kind = unbound_field.field_class
            if issubclass(kind, StringField):
                cleaner = clean_password if issubclass(kind, PasswordField) else clean_text
                own = unbound_field.kwargs.get("filters", ())
                unbound_field = type(unbound_field)(
                    kind,
                    *unbound_field.args,
                    **{**unbound_field.kwargs, "filters": (cleaner, *own)},
                )
            return unbound_field.bind(form=form, **options)

    def __init__(self, obj: Any = None, prefix: str = "", **values: Any) -> None:
        sent: CombinedMultiDict[str, Any] | None = None
        if request and request.method in _SENT:
            parts: list[Any] = [request.files, request.form]
            sent = CombinedMultiDict(parts)
        super().__init__(sent, obj=obj, prefix=prefix, **values)

    def accepted(self) -> bool:
        """Whether the form was sent and everything in it is good."""
        return request.method in _SENT and self.validate()


class VersionedForm(Form):
    """A form on a row that others may change meanwhile; the row has a `version` column."""

    version = HiddenField()

    def check(self, row: Any) -> None:
        """Raises StaleVersion unless the form was made from the row's present version."""
        if str(self.version.data) != str(row.version):
            raise StaleVersion()


class PhoneField(StringField):  # type: ignore[misc]
    """A phone number as people write it; `data` is E.164 (+6281…), empty when left out.

    Numbers without a country belong to the ship-to country, in rooms to Indonesia.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        try:
            self.data = e164(self.data, g.get("ship_to", "ID"))
        except ValueError as error:
            raise ValueError(
                self.gettext("This is not a phone number we can call. Example: 0812 3456 7890.")
            ) from error

    def _value(self) -> str:
        # What was typed stays as it was typed.
        return self.raw_data[0] if self.raw_data else (self.data or "")


class RupiahField(IntegerField):  # type: ignore[misc]
    """Whole rupiah, with or without Rp and separators: 1.250.000, Rp 1250000, 1,250,000."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = rupiah(typed)
        except ValueError as error:
            raise ValueError(
                self.gettext("Please write whole rupiah, for example 1.250.000.")
            ) from error


def e164(typed: str, region: str) -> str:
    """The number in E.164. Raises ValueError when nobody could be called there."""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(typed) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def rupiah(typed: str) -> int:
    """A typed rupiah amount. Separators must stand before groups of three. Raises ValueError."""
    text = typed.lower().removeprefix("rp").removeprefix("idr").strip(" .\u00a0\u202f")
    text = text.removesuffix(",00").removesuffix(",-")
    groups = re.split("[.,\u0020\u00a0\u202f]", text)
    good = all(group.isascii() and group.isdigit() for group in groups)
    if not good or any(len(group) != 3 for group in groups[1:]):
        raise ValueError(typed)
    amount = int("".join(groups))
    if amount > _LARGEST_RUPIAH:
        raise ValueError(typed)
    return amount


def clean_text(value: Any) -> Any:
    """NFC, no control characters, no hidden direction marks, no towers of combining marks."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept: list[str] = []
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind == "Mn" else 0
        unwanted = kind in {"Cc", "Cs"} and letter not in _KEPT_CONTROLS
        if not unwanted and not _turns_direction(letter) and marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept).strip()


def clean_password(value: Any) -> Any:
    """NFC only: a password may hold anything, also spaces at its ends."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def one_line(form: PlainForm, field: Any) -> None:
    """Validator: no line breaks (names and subjects, which end up in mail headers)."""
    if field.data and len(f"{field.data}.".splitlines()) > 1:
        raise ValidationError(lazy_gettext("Please write this on one line."))


def _turns_direction(letter: str) -> bool:
    return "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
