"""What people fill in about orders."""

from __future__ import annotations

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms import (
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.simple import FileField
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional

from storefront.orders.models import SubOrder
from storefront.orders.reasons import reasons_for
from storefront.shipping import couriers
from storefront.web.forms import Form, one_line


class CodeForm(Form):
    """The code that was mailed to open address and refund account."""

    code = StringField(
        _l("Code from the e-mail"),
        [DataRequired(_l("Please type the six digits of the e-mail.")), Length(max=12)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8},
    )


class FindForm(Form):
    """Where is my order? The link is mailed, never shown."""

    number = StringField(
        _l("Order number"),
        [DataRequired(_l("Please type the order number, for example CLG-100042.")), Length(max=20)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    email = StringField(
        _l("Email address"),
        [DataRequired(_l("Please type your email address.")), Email(), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "email", "inputmode": "email"},
    )


class RefundAccountForm(Form):
    """Where a transferred payment goes back to."""

    bank = StringField(
        _l("Bank"),
        [DataRequired(_l("Please name the bank.")), Length(max=60), one_line],
        render_kw={"autocomplete": "off"},
    )
    holder = StringField(
        _l("Account holder"),
        [DataRequired(_l("Please type the name on the account.")), Length(max=120), one_line],
        render_kw={"autocomplete": "name"},
    )
    number = StringField(
        _l("Account number"),
        [DataRequired(_l("Please type the account number.")), Length(min=5, max=40), one_line],
        render_kw={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"},
        description=_l("Kept encrypted and used for this refund only."),
    )


class ReasonForm(Form):
    """Why; a ready reason, and words of one's own."""

    reason = SelectField(_l("Reason"), [InputRequired()])
    words = TextAreaField(
        _l("In your own words"),
        [Optional(), Length(max=500)],
        description=_l("If you write here, the buyer reads this instead of the ready sentence."),
    )

    def offer(self, kind: str, actor: str) -> None:
        """Fill the list with what this kind of person may say."""
        self.reason.choices = [(row.key, row.label(g.lang)) for row in reasons_for(kind, actor)]

    @property
    def why(self) -> str:
        return (self.words.data or "").strip() or str(self.reason.data)


class DeclineForm(ReasonForm):
    """Declining asks of each line whether its pieces still exist: only those are sold again."""

    still_there = SelectMultipleField(_l("These pieces are still here and may be sold"), coerce=int)

    def ask_for(self, part: SubOrder) -> None:
        """List the counted lines of the part."""
        self.still_there.choices = [
            (line.id, f"{line.names.get(g.lang) or line.sku} × {line.quantity}")
            for line in part.lines
            if line.counted
        ]


class ShipForm(Form):
    """A parcel is handed to a courier."""

    courier = SelectField(_l("Courier"), [InputRequired()])
    tracking_number = StringField(
        _l("Tracking number"),
        [
            DataRequired(_l("Please type the number on the courier's receipt.")),
            Length(max=60),
            one_line,
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def offer(self, abroad: bool) -> None:
        """List the couriers that serve the destination."""
        served = [row for row in couriers().values() if row.serves(abroad)]
        self.courier.choices = [(row.key, row.name) for row in served]


class PiecesForm(Form):
    """How many pieces of one line go into the parcel."""

    count = IntegerField(_l("Pieces"), [InputRequired(), NumberRange(min=0)])


class WhyForm(Form):
    """A reason staff gives for acting on somebody's behalf."""

    why = StringField(
        _l("Reason"),
        [DataRequired(_l("Please say why; it stands in the order's history.")), Length(max=300)],
    )


class ProofForm(Form):
    """The bank's slip of a refund paid by hand."""

    proof = FileField(
        _l("Proof of payment"),
        [DataRequired(_l("Please add the bank's slip."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )
