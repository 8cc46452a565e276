"""What a curator may send: a decision with a ready reason, changed or in own words."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from storefront.catalogue.listing_rules import PAPERS_EXPIRED
from storefront.catalogue.reasons import reasons
from storefront.web.forms import Form, VersionedForm


class Decision(VersionedForm):
    """Without own words the reason's sentence is sent."""

    reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    words = TextAreaField(
        _l("Message to the maker"),
        [Length(max=2000)],
        description=_l("If you leave it empty, the ready sentence of the reason is sent."),
        render_kw={"rows": 5},
    )

    @property
    def number(self) -> int:
        """The version of the change that was looked at."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


class Hiding(Form):
    """Taking a piece off the shop always has one of the ready reasons."""

    reason = SelectField(_l("Reason"), [InputRequired()], choices=[])
    words = TextAreaField(
        _l("Message to the maker"),
        [Length(max=2000)],
        description=_l("If you leave it empty, the ready sentence of the reason is sent."),
        render_kw={"rows": 5},
    )

    def offer(self, lang: str, reader: str) -> None:
        """The reasons in the curator's language, their sentences in the maker's."""
        self.reason.choices = [("", gettext("Please choose"))] + [
            (at.key, at.labels[lang], {"data-message": at.message(reader)})
            for at in reasons("hide")
            if at.key != PAPERS_EXPIRED  # that happens by itself
        ]
