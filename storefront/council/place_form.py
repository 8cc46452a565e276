"""The form of a place: words in four languages, address, hours."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import URL, Email, Length, NumberRange, Optional, ValidationError

from storefront.council.models import Place
from storefront.council.place_actions import WORDS, PlaceFacts
from storefront.council.rules import opening
from storefront.kernel.dates import weekday_name
from storefront.kernel.translated import LANGS
from storefront.web.forms import PhoneField, VersionedForm, one_line

DAYS = tuple(str(day) for day in range(7))
_PLAIN = ("slug", "street", "district", "postal_code", "map_url", "email", "phone")


class PlaceForm(VersionedForm):
    """Words per language are fields name_id, intro_id …; hours are day_0 (Monday) to day_6."""

    street = StringField(_l("Street and number"), [Length(max=200), one_line])
    district = StringField(_l("District"), [Length(max=80), one_line])
    postal_code = StringField(
        _l("Postal code"), [Length(max=10), one_line], render_kw={"inputmode": "numeric"}
    )
    phone = PhoneField(_l("Phone number"), [Length(max=30)], render_kw={"inputmode": "tel"})
    email = StringField(_l("Email address"), [Optional(), Length(max=254), Email()])
    map_url = StringField(
        _l("Link to a map"),
        [Optional(), Length(max=300), URL()],
        description=_l("The address of the place on a map, as your phone shares it."),
    )
    slug = StringField(
        _l("Address"),
        [Length(max=80)],
        description=_l("Letters and hyphens. Left empty, it is made from the English name."),
    )
    position = IntegerField(
        _l("Order among places"),
        [Optional(), NumberRange(0, 1000)],
        render_kw={"inputmode": "numeric"},
    )
    is_published = BooleanField(_l("Show this place in the shop"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        for day in DAYS:
            self[f"day_{day}"].label.text = weekday_name(int(day), g.lang)

    def validate_name_id(self, field: StringField) -> None:
        if not any(self[f"name_{lang}"].data for lang in LANGS):
            raise ValidationError(_l("Please write a name in at least one language."))

    def validate_map_url(self, field: StringField) -> None:
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_l("Please give a link that begins with https://."))

    def facts(self) -> PlaceFacts:
        """What was typed, as the verb takes it."""
        return PlaceFacts(
            texts={
                lang: {word: self[f"{word}_{lang}"].data or "" for word in WORDS} for lang in LANGS
            },
            hours={day: opening(self[f"day_{day}"].data or "") for day in DAYS},
            position=self.position.data or 0,
            is_published=self.is_published.data,
            **{name: self[name].data or "" for name in _PLAIN},
        )


def _hours(form: PlaceForm, field: StringField) -> None:
    try:
        opening(field.data or "")
    except ValueError:
        raise ValidationError(
            _l("Please write two times, for example 09:00-17:00, or leave it empty.")
        ) from None


_LABELS = {
    "name": {
        "id": _l("Name in Indonesian"),
        "en": _l("Name in English"),
        "ko": _l("Name in Korean"),
        "fr": _l("Name in French"),
    },
    "intro": {
        "id": _l("What it is, in Indonesian"),
        "en": _l("What it is, in English"),
        "ko": _l("What it is, in Korean"),
        "fr": _l("What it is, in French"),
    },
    "on_display": {
        "id": _l("On display, in Indonesian"),
        "en": _l("On display, in English"),
        "ko": _l("On display, in Korean"),
        "fr": _l("On display, in French"),
    },
    "directions": {
        "id": _l("How to get there, in Indonesian"),
        "en": _l("How to get there, in English"),
        "ko": _l("How to get there, in Korean"),
        "fr": _l("How to get there, in French"),
    },
    "hours_note": {
        "id": _l("Note on the hours, in Indonesian"),
        "en": _l("Note on the hours, in English"),
        "ko": _l("Note on the hours, in Korean"),
        "fr": _l("Note on the hours, in French"),
    },
}
for _day in DAYS:
    setattr(
        PlaceForm,
        f"day_{_day}",
        StringField("", [Length(max=20), _hours], render_kw={"autocomplete": "off"}),
    )
for _lang in LANGS:
    for _word, _most in (("name", 160), ("hours_note", 200)):
        setattr(
            PlaceForm,
            f"{_word}_{_lang}",
            StringField(_LABELS[_word][_lang], [Length(max=_most), one_line]),
        )
    for _word in ("intro", "on_display", "directions"):
        setattr(
            PlaceForm,
            f"{_word}_{_lang}",
            TextAreaField(
                _LABELS[_word][_lang], [Length(max=2000)], render_kw={"rows": 3, "lang": _lang}
            ),
        )


def values_of(place: Place) -> dict[str, Any]:
    """A place as the form's first values."""
    values: dict[str, Any] = {name: getattr(place, name) for name in _PLAIN}
    values |= {
        "position": place.position,
        "is_published": place.is_published,
        "version": place.version,
    }
    values |= {f"day_{day}": hours.replace("-", "–") for day, hours in place.hours.items()}
    for row in place.translations:
        values |= {f"{word}_{row.lang}": getattr(row, word) for word in WORDS}
    return values
