"""What templates call a listing's state, why a piece is hidden, and a paper."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g
from flask_babel import gettext

from storefront.catalogue.listing_rules import HIDDEN_BY_MAKER, PAPERS, STATE_LABELS, VERB_LABELS
from storefront.catalogue.reasons import reason
from storefront.catalogue.views import studio


@studio.app_template_global()
def listing_state(state: str) -> str:
    """The state of a piece or of its change in the reader's language."""
    return str(gettext(STATE_LABELS[state])) if state in STATE_LABELS else state


@studio.app_template_global()
def listing_verb(verb: str) -> str:
    """What was done, in the reader's language."""
    return str(gettext(VERB_LABELS[verb])) if verb in VERB_LABELS else verb


@studio.app_template_global()
def hidden_why(key: str) -> str:
    """Why a piece is hidden."""
    if key == HIDDEN_BY_MAKER:
        return str(gettext("Hidden by the workshop."))
    known = reason("hide", key)
    label = known.labels[g.lang] if known else ""
    return str(gettext("Hidden: %(reason)s", reason=label) if label else gettext("Hidden"))


@studio.app_template_global()
def paper_names(kinds: Iterable[str]) -> str:
    """Kinds of papers as people call them."""
    return ", ".join(gettext(PAPERS.get(kind, kind)) for kind in kinds)
