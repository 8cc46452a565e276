"""Forms of accounts."""

from __future__ import annotations

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from storefront.accounts import rules
from storefront.kernel.translated import N_
from storefront.web.forms import Form, e164

PASSWORD_FAULTS = {
    "short": N_("Please use at least 12 characters. A short sentence is easy to remember."),
    "long": N_("Please use at most 128 characters."),
    "common": N_("This password is easy to guess. Please choose another one."),
}
_HINT = _l("At least 12 characters. A short sentence is easy to remember.")


class SignIn(Form):
    """Mail address or phone number, and password."""

    identifier = StringField(
        _l("Email address or phone number"),
        [InputRequired(), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


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
