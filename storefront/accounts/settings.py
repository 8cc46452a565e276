"""What the council may change about accounts."""

from __future__ import annotations

from storefront.kernel.settings import define
from storefront.kernel.translated import N_

define(
    "accounts.terms_version",
    "str",
    "2026-11",
    label=N_("Version of the terms"),
    help=N_("Kept with each agreement. Change it together with the text of terms or privacy."),
)
define(
    "accounts.card_days",
    "days",
    14,
    label=N_("Days a sign-in card is valid"),
    help=N_("How long a printed card may lie before it is used."),
)
