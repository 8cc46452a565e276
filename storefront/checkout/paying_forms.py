"""Forms of paying an order and of the finance desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import FileField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from storefront.payments import PROVIDERS
from storefront.web.forms import Form, RupiahField, VersionedForm, one_line


class FileRequired:
    """Validator: a file was chosen."""

    field_flags = {"required": True}

    def __call__(self, form: Form, field: FileField) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Choose a file."))


class PayForm(Form):
    """One of the ways to pay that are offered for an order."""

    way = RadioField(_l("Payment method"), [InputRequired()])

    def offer(self, names: list[str]) -> None:
        """Set the choices; the first one is chosen when the present one is not among them."""
        self.way.choices = [(name, _l(PROVIDERS[name])) for name in names]
        if not self.way.raw_data and self.way.data not in names:
            self.way.data = names[0] if names else None


class ProofForm(Form):
    """A picture or PDF that shows a transfer."""

    file = FileField(
        _l("Proof of payment"),
        [FileRequired()],
        description=_l("A photo, a screenshot or a PDF of your transfer."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"},
    )
    note = StringField(_l("Note"), [Length(max=200), one_line], render_kw={"autocomplete": "off"})


class ReceivedForm(VersionedForm):
    """What arrived on the council's account, in rupiah, as the statement shows it."""

    amount = RupiahField(
        _l("Amount received"),
        [InputRequired(), NumberRange(min=1)],
        description=_l("Type the amount as the bank statement shows it."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    note = StringField(
        _l("Note for the books"), [Length(max=200), one_line], render_kw={"autocomplete": "off"}
    )


class RemarkForm(VersionedForm):
    """A remark on a task, or how it ended."""

    text = TextAreaField(_l("Remark"), [InputRequired(), Length(max=1000)], render_kw={"rows": 3})


class AccountForm(Form):
    """The council's account for bank transfers."""

    bank = StringField(_l("Bank"), [InputRequired(), Length(max=60), one_line])
    number = StringField(
        _l("Account number"),
        [InputRequired(), Length(max=40), one_line],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    holder = StringField(_l("Account holder"), [InputRequired(), Length(max=120), one_line])
    note = TextAreaField(_l("Note below the account"), [Length(max=500)], render_kw={"rows": 3})
