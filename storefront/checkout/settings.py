"""How much unpaid stock one visitor, address or network may hold. Generous for a fair's network."""

from __future__ import annotations

from storefront.kernel import settings
from storefront.kernel.translated import N_

settings.define(
    "checkout.open_per_visitor",
    "int",
    4,
    label=N_("Unpaid orders per visitor"),
    help=N_("More are refused until one is paid, cancelled or expired."),
)
settings.define(
    "checkout.open_per_email",
    "int",
    4,
    label=N_("Unpaid orders per email address"),
    help=N_("More are refused until one is paid, cancelled or expired."),
)
settings.define(
    "checkout.open_per_network",
    "int",
    120,
    label=N_("Unpaid orders per network"),
    help=N_("A crowded fair shares one network; keep this high."),
)
settings.define(
    "checkout.terms_version",
    "str",
    "2026-11",
    label=N_("Version of the terms of sale"),
    help=N_("Stored with each order. Change it when the text changes."),
)
