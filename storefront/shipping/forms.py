"""Forms of the council's delivery desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from storefront.kernel.translated import LANGS
from storefront.web import SHIP_TO
from storefront.web.forms import Form, RupiahField, VersionedForm, one_line

_NUMBER = {"inputmode": "numeric"}


class BandForm(VersionedForm):
    """A service's fees and days into one zone."""

    first_idr = RupiahField(_l("First step"), [InputRequired(), NumberRange(min=0)])
    further_idr = RupiahField(_l("Each further step"), [InputRequired(), NumberRange(min=0)])
    days_min = IntegerField(
        _l("Days at least"), [InputRequired(), NumberRange(min=0, max=120)], render_kw=_NUMBER
    )
    days_max = IntegerField(
        _l("Days at most"), [InputRequired(), NumberRange(min=0, max=120)], render_kw=_NUMBER
    )

    def validate_days_max(self, field: IntegerField) -> None:
        if field.data is not None and field.data < (self.days_min.data or 0):
            raise ValidationError(_l("This cannot be less than the days at least."))


class ServiceForm(VersionedForm):
    """Whether a service is offered, and when its tariff was last compared with the courier's."""

    is_active = BooleanField(_l("Offer this service"))
    checked_on = DateField(_l("Checked on"), [InputRequired()])


class SwitchForm(Form):
    """A country a service does not go to for now."""

    country = SelectField(_l("Country"), [InputRequired()], choices=[(at, at) for at in SHIP_TO])
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=200), one_line])


class DestinationForm(VersionedForm):
    """What buyers in a country are told, a sentence a line."""

    is_open = BooleanField(_l("Sell to consumers there"))
    checked_on = DateField(_l("Checked on"), [InputRequired()])
    id = TextAreaField("Indonesia", [Length(max=4000)], render_kw={"lang": "id", "rows": 5})
    en = TextAreaField("English", [InputRequired(), Length(max=4000)], render_kw={"lang": "en"})
    ko = TextAreaField("한국어", [Length(max=4000)], render_kw={"lang": "ko", "rows": 5})
    fr = TextAreaField("Français", [Length(max=4000)], render_kw={"lang": "fr", "rows": 5})

    def points(self) -> dict[str, list[str]]:
        """The sentences by language, empty lines left out."""
        typed = {lang: str(self[lang].data or "").splitlines() for lang in LANGS}
        return {
            lang: [line.strip() for line in lines if line.strip()] for lang, lines in typed.items()
        }
