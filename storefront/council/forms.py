"""The form of a collection: words in four languages, address, dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from storefront.council.actions import CollectionFacts
from storefront.council.models import Collection
from storefront.kernel.clock import WIB
from storefront.kernel.translated import LANGS
from storefront.web.forms import VersionedForm, one_line


class CollectionForm(VersionedForm):
    """Title and story per language; dates are days in Cilegon, the last one included."""

    title_id = StringField(_l("Title in Indonesian"), [Length(max=160), one_line])
    story_id = TextAreaField(
        _l("Story in Indonesian"), [Length(max=4000)], render_kw={"rows": 4, "lang": "id"}
    )
    title_en = StringField(_l("Title in English"), [Length(max=160), one_line])
    story_en = TextAreaField(
        _l("Story in English"), [Length(max=4000)], render_kw={"rows": 4, "lang": "en"}
    )
    title_ko = StringField(_l("Title in Korean"), [Length(max=160), one_line])
    story_ko = TextAreaField(
        _l("Story in Korean"), [Length(max=4000)], render_kw={"rows": 4, "lang": "ko"}
    )
    title_fr = StringField(_l("Title in French"), [Length(max=160), one_line])
    story_fr = TextAreaField(
        _l("Story in French"), [Length(max=4000)], render_kw={"rows": 4, "lang": "fr"}
    )
    slug = StringField(
        _l("Address"),
        [Length(max=80)],
        description=_l("Letters and hyphens. Left empty, it is made from the English title."),
    )
    first_day = DateField(_l("First day"), [Optional()])
    last_day = DateField(_l("Last day"), [Optional()])
    position = IntegerField(
        _l("Order among collections"),
        [Optional(), NumberRange(0, 1000)],
        render_kw={"inputmode": "numeric"},
    )
    is_wall = BooleanField(_l("This is a wall of the front page"))
    on_front = BooleanField(_l("Show a link to it on the front page"))

    def validate_title_id(self, field: StringField) -> None:
        if not any(self[f"title_{lang}"].data for lang in LANGS):
            raise ValidationError(_l("Please write a title in at least one language."))

    def validate_last_day(self, field: DateField) -> None:
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError(_l("The last day is before the first."))

    def facts(self) -> CollectionFacts:
        """What was typed, as the verb takes it."""
        return CollectionFacts(
            texts={
                lang: (self[f"title_{lang}"].data or "", self[f"story_{lang}"].data or "")
                for lang in LANGS
            },
            slug=self.slug.data or "",
            is_wall=self.is_wall.data,
            on_front=self.on_front.data,
            from_at=start_of(self.first_day.data),
            until_at=end_of(self.last_day.data),
            position=self.position.data or 0,
        )


class ItemDatesForm(VersionedForm):
    """A piece may hang only between two days."""

    first_day = DateField(_l("First day"), [Optional()])
    last_day = DateField(_l("Last day"), [Optional()])


def start_of(day: dt.date | None) -> dt.datetime | None:
    """The first moment of a day in Cilegon."""
    return dt.datetime.combine(day, dt.time(), WIB) if day else None


def end_of(day: dt.date | None) -> dt.datetime | None:
    """The moment after a day in Cilegon."""
    return start_of(day + dt.timedelta(days=1)) if day else None


def first_day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(WIB).date() if moment else None


def last_day(moment: dt.datetime | None) -> dt.date | None:
    """The last whole day before a moment, the opposite of `end_of`."""
    if moment is None:
        return None
    return (moment - dt.timedelta(microseconds=1)).astimezone(WIB).date()


def values_of(collection: Collection) -> dict[str, Any]:
    """A collection as the form's first values."""
    values: dict[str, Any] = {
        "slug": collection.slug,
        "position": collection.position,
        "is_wall": collection.is_wall,
        "on_front": collection.on_front,
        "first_day": first_day(collection.from_at),
        "last_day": last_day(collection.until_at),
        "version": collection.version,
    }
    for row in collection.translations:
        values |= {f"title_{row.lang}": row.title, f"story_{row.lang}": row.story}
    return values
