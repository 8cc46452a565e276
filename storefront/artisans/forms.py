"""What applicants, workshops and the council may send. Only these fields are read."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from storefront.accounts import address_rules
from storefront.artisans import rules
from storefront.kernel.clock import now
from storefront.kernel.translated import LANGS
from storefront.web.forms import Form, VersionedForm, e164, one_line

PICTURES = "image/jpeg,image/png,image/webp"
PAPERS = f"{PICTURES},application/pdf"


def text(label: Any, longest: int, hint: Any = "", **attributes: Any) -> StringField:
    """One line of text; nothing is required, so that a draft can always be kept."""
    checks = [Length(max=longest), one_line]
    return StringField(label, checks, description=hint, render_kw=attributes)


def long_text(label: Any, longest: int, hint: Any = "", rows: int = 4) -> TextAreaField:
    return TextAreaField(label, [Length(max=longest)], description=hint, render_kw={"rows": rows})


def called(value: Any) -> Any:
    """A phone number in E.164 where that is possible, else as typed: an odd one only warns."""
    if not value:
        return ""
    try:
        return e164(str(value), "ID")
    except ValueError:
        return value


class Application(VersionedForm):
    """The application, kept as often as wanted and sent once."""

    contact_name = text(_l("Your name"), 120, _l("As on the identity card."), autocomplete="name")
    phone = StringField(
        _l("Phone number (WhatsApp)"),
        [Length(max=20)],
        filters=[called],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "type": "tel"},
    )
    email = text(_l("Email address"), 254, autocomplete="email", inputmode="email")
    name = text(_l("Name of the workshop"), 120, autocomplete="organization")
    kind = RadioField(_l("Kind of workshop"), default="sanggar")
    craft = text(
        _l("What you make"),
        200,
        _l("For example: ecoprint scarves of cotton, printed with teak leaves."),
    )
    makers_f = IntegerField(
        _l("Women at work"),
        [Optional(), NumberRange(0, 10_000)],
        render_kw={"inputmode": "numeric"},
    )
    makers_m = IntegerField(
        _l("Men at work"), [Optional(), NumberRange(0, 10_000)], render_kw={"inputmode": "numeric"}
    )
    since_year = IntegerField(_l("At work since (year)"), render_kw={"inputmode": "numeric"})
    street = text(_l("Street, house number, RT/RW"), 200, autocomplete="street-address")
    subdistrict = SelectField(_l("Kelurahan"), description=_l("District and postcode follow."))
    nik = text(_l("NIK"), 40, _l("16 digits on the identity card."), inputmode="numeric")
    npwp = text(_l("NPWP"), 40, _l("If you have one."), inputmode="numeric")
    nib = text(
        _l("NIB"), 40, _l("13 digits from OSS. If you have none yet, we help."), inputmode="numeric"
    )
    kbli = text(
        _l("KBLI code"),
        5,
        _l("5 digits on the NIB, for example 13134 batik, 13133 ecoprint, 16291 plaiting."),
        inputmode="numeric",
    )
    account_bank = text(_l("Bank"), 60)
    account_holder = text(_l("Name on the account"), 120)
    account_number = text(_l("Account number"), 60, inputmode="numeric")
    tagline = text(_l("Your workshop in one sentence"), 200)
    story = long_text(
        _l("Your story"),
        4000,
        _l("Who works with you, since when, what is special. Some sentences are enough."),
        rows=8,
    )
    agrees = BooleanField(_l("What I write is true, and I agree with the terms of the shop."))

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = [(key, gettext(label)) for key, label in rules.WORKSHOP_KINDS.items()]
        places = address_rules.home_districts()
        self.subdistrict.choices = {"": [("", gettext("Please choose"))]} | {
            district: [(name, name) for name in names] for district, names in places.items()
        }
        year = now().year
        self.since_year.validators = [Optional(), NumberRange(1900, year)]
        for name in _WANTED:
            # Belongs to a whole application and is not called optional; but a draft can always
            # be kept, so the browser must not ask for it.
            field = self[name]
            field.flags.required = True
            field.render_kw = {**(field.render_kw or {}), "required": False}

    def facts(self) -> dict[str, Any]:
        """What is to be kept."""
        values = {name: value for name, value in self.data.items() if name not in _NOT_KEPT}
        return values | {"makers_f": values["makers_f"] or 0, "makers_m": values["makers_m"] or 0}


_NOT_KEPT = {"version", "agrees"}
_WANTED = (
    *("contact_name", "phone", "name", "craft", "street", "subdistrict", "nik", "nib"),
    *("account_bank", "account_holder", "account_number", "story"),
)


class Paper(Form):
    """One paper: its number, a file, or both."""

    kind = SelectField(_l("Paper"))
    number = text(_l("Number on the paper"), 60)
    holder = text(_l("In the name of"), 120)
    issued_on = DateField(_l("Issued on"), [Optional()])
    expires_on = DateField(_l("Valid until"), [Optional()], description=_l("If a day is named."))
    file = FileField(
        _l("Photo or PDF"),
        description=_l("JPEG, PNG, WebP or PDF, up to 15 MB. Only the council sees it."),
        render_kw={"accept": PAPERS},
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.kind.choices = [(key, gettext(label)) for key, label in rules.PAPER_KINDS.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        if good and not self.number.data and not sent(self.file.data):
            self.file.errors = [gettext("Please choose a file or write the number.")]
            return False
        return good


class Photos(Form):
    """Several photos of the work at once."""

    photos = MultipleFileField(
        _l("Photos of your work and your place"),
        description=_l("Three pieces and the workshop while you work; up to 12 photos."),
        render_kw={"accept": PICTURES, "multiple": True},
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.photos.flags.required = True


class Cover(Form):
    """The picture on top of the workshop's page."""

    picture = FileField(
        _l("Picture of your work"),
        description=_l("JPEG, PNG or WebP, up to 15 MB; a wide crop of one of your pieces."),
        render_kw={"accept": PICTURES},
    )

    def __init__(self, obj: Any = None, **values: Any) -> None:
        super().__init__(obj, **values)
        self.picture.flags.required = True


def sent(upload: Any) -> bool:
    """Whether a file came with this field."""
    return bool(getattr(upload, "filename", ""))


class Account(Form):
    """Another bank account."""

    bank = StringField(_l("Bank"), [InputRequired(), Length(max=60), one_line])
    holder = StringField(_l("Name on the account"), [InputRequired(), Length(max=120), one_line])
    number = StringField(
        _l("Account number"),
        [InputRequired(), Length(max=60), one_line],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class Closed(Form):
    """A period in which nothing is sold."""

    closed_from = DateField(_l("First day"), [Optional()])
    closed_until = DateField(
        _l("Last day"), [Optional()], description=_l("Leave it empty if you do not know yet.")
    )


class Decision(Form):
    """A decision with a ready reason, changed or in own words. Without own words the reason's
    sentence is sent."""

    reason = SelectField(_l("Reason"))
    words = long_text(
        _l("Message to the applicant"),
        2000,
        _l("If you leave it empty, the ready sentence of the reason is sent."),
    )


class Approval(Form):
    """Going on although something is missing needs a reason."""

    override = long_text(_l("Reason for approving although something is missing"), 1000, rows=2)


class PaperCheck(Form):
    """A paper was compared; its last day can be corrected."""

    expires_on = DateField(_l("Valid until"), [Optional()])


class Terms(Form):
    """What the council agreed with a workshop."""

    commission = DecimalField(
        _l("Commission in percent"),
        [InputRequired(), NumberRange(0, 50)],
        places=2,
        render_kw={"inputmode": "decimal"},
    )
    name = StringField(_l("Name of the workshop"), [InputRequired(), Length(max=120), one_line])
    grade = SelectField(_l("Grade"), choices=[("", "–"), ("A", "A"), ("B", "B"), ("C", "C")])
    is_pkp = BooleanField(_l("Registered for VAT (PKP)"))


def texts_form(langs: tuple[str, ...] = LANGS, *, reviews: bool = False) -> type[VersionedForm]:
    """A form with tagline and story per language; with `reviews` a tick 'checked' for each."""
    fields: dict[str, Any] = {}
    for lang in langs:
        fields[f"tagline_{lang}"] = text(_l("In one sentence"), 200, lang=lang)
        fields[f"story_{lang}"] = TextAreaField(
            _l("Story"), [Length(max=4000)], render_kw={"rows": 6, "lang": lang}
        )
        if reviews:
            fields[f"reviewed_{lang}"] = BooleanField(_l("This text was checked"))
    return type("Texts", (VersionedForm,), fields)
