"""Forms of accounts. Address forms stand in `address_forms`."""

from __future__ import annotations

from typing import Any

from flask import current_app, g
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
)
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from storefront.accounts import rules
from storefront.kernel.translated import LANGS, N_
from storefront.web.forms import Form, VersionedForm, e164, one_line
from storefront.web.locale import OWN_NAMES

_FAULTS = {
    "short": N_("Please use at least 12 characters. A short sentence is easy to remember."),
    "long": N_("Please use at most 128 characters."),
    "common": N_("This password is easy to guess. Please choose another one."),
}
_HINT = _l("At least 12 characters. A short sentence is easy to remember.")
_NEW_PASSWORD = {"autocomplete": "new-password", "minlength": rules.SHORTEST_PASSWORD}
_LANGUAGES = [(lang, OWN_NAMES[lang]) for lang in LANGS]
_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


def good_password(form: Any, field: Any) -> None:
    """Validator: long enough, and neither a common one nor the person's or the shop's name."""
    settings = current_app.config["SETTINGS"]
    names = [settings.SHOP_NAME, settings.SHOP_OPERATOR, *getattr(form, "own_names", ())]
    names += [form[name].data or "" for name in ("name", "email") if name in form]
    fault = rules.password_fault(field.data or "", tuple(names))
    if fault:
        raise ValidationError(gettext(_FAULTS[fault]))


class Asked:
    """Validator that only marks a field as required; whether it is filled is checked elsewhere."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing here: the person's account or the country decides."""


class RegionalPhone(TelField):  # type: ignore[misc]
    """A phone number kept as E.164; without a country it belongs to `region`."""

    def __init__(self, *args: Any, region: str = "ID", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            try:
                self.data = e164(self.data, self.region)
            except ValueError as error:
                raise ValueError(
                    self.gettext("This is not a phone number one can call.")
                ) from error

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else (self.data or "")


def mail_address(label: Any, **attributes: Any) -> EmailField:
    """A field for a mail address, kept in lower case."""
    return EmailField(
        label,
        [InputRequired(), Length(max=254), Email()],
        filters=[lambda typed: rules.normal_email(typed) if typed else typed],
        render_kw={"autocomplete": "email", **attributes},
    )


def _identifier() -> StringField:
    return StringField(
        _l("Email address or phone number"),
        [InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _present_password() -> PasswordField:
    return PasswordField(
        _l("Your present password"),
        [Asked(), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


def _new_password(label: Any = None) -> PasswordField:
    return PasswordField(
        label or _l("Password"),
        [InputRequired(), good_password],
        description=_HINT,
        render_kw=_NEW_PASSWORD,
    )


class SignIn(Form):
    """Mail address or phone number, and password."""

    identifier = _identifier()
    password = PasswordField(
        _l("Password"),
        [InputRequired(), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CardSignIn(Form):
    """The code of a printed card, with a new password if wanted."""

    identifier = _identifier()
    code = StringField(
        _l("Code on the card"),
        [InputRequired(), Length(max=40)],
        render_kw={**_CODE, "inputmode": "numeric"},
    )
    password = PasswordField(
        _l("New password"),
        [Optional(), good_password],
        description=_l("If you leave this empty, you need a new card next time."),
        render_kw=_NEW_PASSWORD,
    )


class SignUp(Form):
    """Only the address: everything else is asked after it was proven."""

    email = mail_address(_l("Email address"))


class FinishSignUp(Form):
    """Behind the link of the mail."""

    own_names: tuple[str, ...] = ()
    name = StringField(
        _l("Full name"),
        [InputRequired(), Length(max=120), one_line],
        render_kw={"autocomplete": "name"},
    )
    password = _new_password()
    agreed = BooleanField(
        _l("I agree to the terms of sale and have read the privacy policy."), [InputRequired()]
    )


class ForgottenPassword(Form):
    identifier = _identifier()


class NewPassword(Form):
    """Behind the link of the mail."""

    password = _new_password(_l("New password"))


class ChangePassword(Form):
    """A new password with the present one; makers who came with a card have none yet."""

    own_names: tuple[str, ...] = ()
    present = _present_password()
    password = _new_password(_l("New password"))


class ChangeEmail(Form):
    email = mail_address(_l("New email address"))
    present = _present_password()


class ConfirmByPassword(Form):
    """The password again, before something that cannot be undone."""

    present = _present_password()


class Profile(VersionedForm):
    """What others call the person, and in which language we write."""

    name = StringField(
        _l("Full name"),
        [InputRequired(), Length(max=120), one_line],
        render_kw={"autocomplete": "name"},
    )
    lang = SelectField(_l("Language of our messages"), choices=_LANGUAGES)


class FactorCode(Form):
    code = StringField(
        _l("Code"), [InputRequired(), Length(max=40)], render_kw={**_CODE, "inputmode": "numeric"}
    )
    next = HiddenField()


class RecoverySignIn(Form):
    code = StringField(_l("Recovery code"), [InputRequired(), Length(max=40)], render_kw=_CODE)
    next = HiddenField()


class Contact(VersionedForm):
    """How somebody is called and signs in, as an officer writes it down."""

    name = StringField(_l("Full name"), [InputRequired(), Length(max=120), one_line])
    phone = RegionalPhone(
        _l("Phone number"), [Optional()], render_kw={"inputmode": "tel", "autocomplete": "off"}
    )
    email = EmailField(
        _l("Email address"),
        [Optional(), Length(max=254), Email()],
        filters=[lambda typed: rules.normal_email(typed) if typed else typed],
        render_kw={"autocomplete": "off"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        if good and not self.phone.data and not self.email.data:
            self.phone.errors = [gettext("Please give a phone number or an email address.")]
            return False
        return good


class OpenAccount(Contact):
    """An officer opens an account for somebody."""

    lang = SelectField(_l("Language of our messages"), choices=_LANGUAGES, default="id")


class Roles(VersionedForm):
    """The council's rights of a person."""

    roles = SelectMultipleField(
        _l("Rights"), choices=[(role, role) for role in rules.COUNCIL_ROLES]
    )


class WithReason(Form):
    why = StringField(_l("Reason"), [InputRequired(), Length(max=300), one_line])


def identifier(typed: str) -> tuple[str | None, tuple[str, ...]]:
    """What was typed, read as (mail address, phone numbers it may stand for).

    A number without a country is tried in the reader's country and in Indonesia, where most
    people who sign in with a number live.
    """
    if "@" in typed:
        return rules.normal_email(typed), ()
    numbers = []
    for region in dict.fromkeys((g.get("ship_to", "ID"), "ID")):
        try:
            numbers.append(e164(typed, region))
        except ValueError:
            continue
    return None, tuple(dict.fromkeys(numbers))
