"""Deadlines of an order, as the council sets them."""

from __future__ import annotations

import datetime as dt

from storefront.kernel import settings
from storefront.kernel.translated import N_

settings.define(
    "orders.card_hold_minutes",
    "int",
    45,
    label=N_("Minutes to pay by card"),
    help=N_("Stock is held this long after an order is placed. Stripe needs at least 30."),
)
settings.define(
    "orders.transfer_hours",
    "int",
    24,
    label=N_("Hours to pay by bank transfer"),
    help=N_("Shown to the buyer as the deadline of a bank transfer."),
)
settings.define(
    "orders.unique_transfer_hours",
    "int",
    6,
    label=N_("Hours a one-of-a-kind piece waits for a transfer"),
    help=N_("A single piece is kept from other buyers no longer than this."),
)
settings.define(
    "orders.grace_minutes",
    "int",
    60,
    label=N_("Grace after the payment deadline, in minutes"),
    help=N_("A transfer often arrives late. The order expires only after this time."),
)
settings.define(
    "orders.accept_days",
    "days",
    2,
    label=N_("Days a workshop has to accept an order"),
    help=N_("After this the council is alerted."),
)
settings.define(
    "orders.silence_days",
    "days",
    4,
    label=N_("Days of silence until an order is declined"),
    help=N_("Counted from the payment. The part is then cancelled and refunded."),
)
settings.define(
    "orders.delivered_after_days",
    "days",
    5,
    label=N_("Days after the estimated arrival until a parcel counts as delivered"),
    help=N_("Only when neither the buyer nor the courier says anything else."),
)
settings.define(
    "orders.claim_days",
    "days",
    7,
    label=N_("Days to report a problem after delivery"),
    help=N_("After this the order part is completed and the maker's earning is final."),
)
settings.define(
    "orders.customs_code_days",
    "days",
    30,
    label=N_("Days a customs code is kept after delivery"),
    help=N_("The code is then deleted."),
)


def hours(key: str) -> dt.timedelta:
    """A setting counted in hours."""
    return dt.timedelta(hours=settings.get(key))


def minutes(key: str) -> dt.timedelta:
    """A setting counted in minutes."""
    return dt.timedelta(minutes=settings.get(key))


def days(key: str) -> dt.timedelta:
    """A setting counted in days."""
    return dt.timedelta(days=settings.get(key))
