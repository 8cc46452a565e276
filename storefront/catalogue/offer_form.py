"""The quick form of the list: a variant's price and count."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from storefront.web.forms import RupiahField, VersionedForm


class Offer(VersionedForm):
    """Price in rupiah and pieces in stock, with the count that was shown."""

    price_idr = RupiahField(_l("Price in rupiah"), [InputRequired(), NumberRange(1, 10**9)])
    stock = IntegerField(_l("Pieces in stock"), [Optional(), NumberRange(0, 100_000)])
    seen_stock = HiddenField()

    def facts(self) -> dict[str, int]:
        """Arguments of `set_offer`; a count that was left out stays."""
        seen = _number(self.seen_stock.data, 0)
        return {
            "price_idr": self.price_idr.data or 0,
            "stock": seen if self.stock.data is None else self.stock.data,
            "seen_stock": seen,
            "version": _number(self.version.data, -1),
        }


def _number(typed: object, otherwise: int) -> int:
    text = str(typed or "")
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
