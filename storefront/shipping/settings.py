"""Facts of delivery the council may change."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from storefront.kernel import settings
from storefront.kernel.translated import N_

REFERENCE = Path(__file__).parent / "reference"
_TEXTS = tomllib.loads((REFERENCE / "destinations.toml").read_text("utf-8"))

settings.define(
    "shipping.responsible_person",
    "text",
    "",
    label=N_("Responsible person in the European Union"),
    help=N_(
        "Name and address. EU law asks for one since 13 December 2024; without it the shop does "
        "not sell to consumers there."
    ),
)
settings.define(
    "shipping.terms",
    "json",
    {name: texts["text"] for name, texts in _TEXTS["terms"].items()},
    label=N_("Delivery terms"),
    help=N_("What DAP and DDP mean, in four languages, as shown before paying."),
)
settings.define(
    "shipping.returns",
    "json",
    tomllib.loads((REFERENCE / "returns.toml").read_text("utf-8")),
    label=N_("Texts on giving pieces back"),
    help=N_("Shown beside each piece, in four languages; {days} is filled in."),
    checked_on=dt.date(2026, 11, 21),
)
