"""What templates call a state, a reason, an actor."""

from __future__ import annotations

from flask import g
from flask_babel import gettext

from storefront.orders import states
from storefront.orders.reasons import reason_text
from storefront.orders.views import shop
from storefront.payments import PROVIDERS

_LABELS = {
    "order": states.ORDER_STATES,
    "part": states.PART_STATES,
    "sub_order": states.PART_STATES,
    "refund": states.REFUND_STATES,
    "parcel": states.PARCEL_STATES,
    "payment": states.PAYMENT_STATES,
    "event": states.EVENTS,
    "way": states.WAYS,
    "cause": states.CAUSES,
    "channel": states.CHANNELS,
    "provider": PROVIDERS,
    "anchor": states.ANCHORS,
    "actor": states.ACTORS,
}


@shop.app_template_global()
def state_name(machine: str, state: str) -> str:
    """The state in the reader's language; an unknown one as it is stored."""
    text = _LABELS.get(machine, {}).get(state)
    return gettext(text) if text else state


@shop.app_template_global()
def state_kind(state: str) -> str:
    """Which of the four badges a state wears."""
    return states.KINDS_OF_BADGE.get(state, "info")


@shop.app_template_global()
def why_text(why: str) -> str:
    """A stored reason as a sentence in the reader's language."""
    return reason_text(why, g.lang)


@shop.app_template_global()
def line_name(names: dict[str, str]) -> str:
    """A sold piece's name as it was, in the reader's language or the next there is."""
    return names.get(g.lang) or names.get("en") or names.get("id") or ""
