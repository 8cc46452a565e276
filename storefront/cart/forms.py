"""What a person types about the cart."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField
from wtforms.validators import Email, InputRequired, Length

from storefront.web.forms import Form, one_line


class WatchForm(Form):
    """An address that wants to know when a variant is there again."""

    variant = HiddenField()
    email = EmailField(
        _l("Email address"),
        [InputRequired(), Length(max=254), one_line, Email()],
        filters=[lambda typed: typed.strip().lower() if typed else typed],
        render_kw={"autocomplete": "email"},
    )
