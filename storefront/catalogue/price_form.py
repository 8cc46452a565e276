"""The council's form of one currency: rate, margin, rounding, the day it was checked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, ValidationError
from wtforms.validators import DataRequired

from storefront.kernel.money import CURRENCIES
from storefront.kernel.rates import MICRO, micro
from storefront.web.forms import VersionedForm

HIGHEST_RATE = 10**15  # micro: a thousand million rupiah for one unit
HIGHEST_MARGIN = 10_000


class CurrencyForm(VersionedForm):
    """Figures as people write them: 16250 rupiah, 3 %, steps of 0.50."""

    rate = StringField(
        _l("Rupiah for one unit"),
        [DataRequired()],
        description=_l("For example 16250 or 11.9."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    margin = StringField(
        _l("Margin in per cent"),
        [DataRequired()],
        description=_l("Covers changes of the rate and the provider's fee. For example 3."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    rounding = StringField(
        _l("Round up to steps of"),
        [DataRequired()],
        description=_l("In the currency itself, for example 0.50 or 500."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    checked_on = DateField(_l("Rate checked on"), [DataRequired()])
    is_charged = BooleanField(_l("Charge in this currency"))

    def __init__(self, currency: str, **values: Any) -> None:
        super().__init__(**values)
        self.currency = currency

    def validate_rate(self, field: StringField) -> None:
        try:
            self.rate_micro = micro(str(_decimal(field.data or "")))
            if self.rate_micro > HIGHEST_RATE:
                raise ValueError(field.data)
        except ValueError as error:
            raise ValidationError(_l("Please write a number above zero, for example 16250.")) from (
                error
            )

    def validate_margin(self, field: StringField) -> None:
        self.margin_bp = _whole(field.data or "", 100)
        if not 0 <= self.margin_bp <= HIGHEST_MARGIN:
            raise ValidationError(_l("Please write a number from 0 to 100."))

    def validate_rounding(self, field: StringField) -> None:
        self.rounding_minor = _whole(field.data or "", 10 ** CURRENCIES[self.currency])
        if self.rounding_minor < 1:
            raise ValidationError(_l("Please write a step above zero."))


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation as error:
        raise ValidationError(_l("Please write a number, for example 3 or 0.50.")) from error
    if not number.is_finite():
        raise ValidationError(_l("Please write a number, for example 3 or 0.50."))
    return number


def _whole(text: str, units: int) -> int:
    """The number in hundredths or minor units."""
    scaled = _decimal(text) * units
    if scaled != scaled.to_integral_value() or abs(scaled) > 10**9:
        raise ValidationError(_l("Please write a number, for example 3 or 0.50."))
    return int(scaled)


def plain(number: int, units: int) -> str:
    """16250000000 millionths as 16250, 50 cents as 0.5."""
    return format((Decimal(number) / units).normalize(), "f")


def rate_text(rate_micro: int) -> str:
    """A rate as it is typed."""
    return plain(rate_micro, MICRO)
