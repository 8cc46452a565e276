"""The checkout form: contact, and what the buyer agrees to; the address fields join by country."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from storefront.web.forms import Form


class CheckoutForm(Form):
    """What every country asks. `mark` is that of the quote shown with the form."""

    email = EmailField(
        _l("Email address"),
        [
            DataRequired(_l("Please type your email address.")),
            Email(_l("This is not a complete email address.")),
            Length(max=254),
        ],
        description=_l("For the confirmation and to follow your parcels. No account is made."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    note = TextAreaField(
        _l("Note for the workshops"), [Length(max=500)], render_kw={"autocomplete": "off"}
    )
    terms = BooleanField(
        _l("I accept the terms of sale"),
        [InputRequired(_l("Please accept the terms of sale to place the order."))],
    )
    mark = HiddenField()
