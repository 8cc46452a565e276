"""One form for a group of the council's settings, made from their definitions."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from storefront.kernel import settings
from storefront.kernel.settings import Definition
from storefront.web.forms import Form, RupiahField

MOST_DAYS = 3650
MOST = 1_000_000


class PercentField(StringField):  # type: ignore[misc]
    """Basis points, typed as per cent: 15 or 2.5."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format((Decimal(self.data or 0) / 100).normalize(), "f")

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            points = Decimal((self.data or "").replace(",", ".").rstrip(" %")) * 100
        except InvalidOperation as error:
            raise ValueError(gettext("Please write a number, for example 15 or 2.5.")) from error
        if points != points.to_integral_value() or not 0 <= points <= 1_000_000:
            raise ValueError(gettext("Please write a number, for example 15 or 2.5."))
        self.data = int(points)  # type: ignore[assignment]


class JsonField(TextAreaField):  # type: ignore[misc]
    """A structured value, as text."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return json.dumps(self.data, ensure_ascii=False, indent=2)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = json.loads(valuelist[0] if valuelist else "")
        except ValueError as error:
            raise ValueError(gettext("This is not a structured value (JSON).")) from error


def field_name(key: str) -> str:
    """A setting's key as a field's name."""
    return key.replace(".", "__")


def checked_name(key: str) -> str:
    """The field of the day a setting was checked."""
    return f"{field_name(key)}__checked"


def seen_now(definitions: list[Definition]) -> str:
    """A mark of the stored values, to see whether somebody else changed them meanwhile."""
    values = [str(settings.stored_row(declared.key)) for declared in definitions]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


def make_form(definitions: list[Definition]) -> Form:
    """The form of these settings with their present values, or with what was sent."""
    fields: dict[str, Any] = {"seen": HiddenField()}
    data: dict[str, Any] = {"seen": seen_now(definitions)}
    for declared in definitions:
        fields[field_name(declared.key)] = _field(declared)
        data[field_name(declared.key)] = settings.get(declared.key)
        if declared.checked_on is not None:
            fields[checked_name(declared.key)] = DateField(
                gettext("Checked on"), [Optional()], description=gettext("Day of the last check.")
            )
            data[checked_name(declared.key)] = settings.checked_on(declared.key)
    made: type[Form] = type("SettingsForm", (Form,), fields)
    return made(data=data)


def _field(declared: Definition) -> Any:
    label, about = gettext(declared.label), gettext(declared.help)
    whole = {"inputmode": "numeric"}
    match declared.kind:
        case "int" | "days":
            most = MOST_DAYS if declared.kind == "days" else MOST
            return IntegerField(
                label, [InputRequired(), NumberRange(0, most)], description=about, render_kw=whole
            )
        case "idr":
            return RupiahField(label, [InputRequired()], description=about, render_kw=whole)
        case "basis_points":
            return PercentField(
                label, [InputRequired()], description=about, render_kw={"inputmode": "decimal"}
            )
        case "bool":
            return BooleanField(label, description=about)
        case "date":
            return DateField(label, [Optional()], description=about)
        case "choice":
            choices = [(choice, gettext(choice)) for choice in declared.choices]
            return SelectField(label, choices=choices, description=about)
        case "json":
            return JsonField(label, description=about, render_kw={"rows": 8})
        case "text":
            return TextAreaField(
                label, [Length(max=20_000)], description=about, render_kw={"rows": 6}
            )
        case _:
            return StringField(label, [Length(max=500)], description=about)


def fitting(declared: Definition, value: Any) -> Any:
    """The field's value as the setting stores it. Raises ValidationError when it does not fit."""
    value = "" if value is None and declared.kind in {"str", "text"} else value
    try:
        settings.check(declared, value)
    except ValueError as error:
        raise ValidationError(gettext("This value does not fit.")) from error
    return value
