"""Facts of the operator that stand in the content pages. Empty ones leave their line out."""

from __future__ import annotations

import datetime as dt

from storefront.kernel import settings
from storefront.kernel.translated import N_

CHECKED_ON = dt.date(2026, 11, 21)

_TEXTS: list[tuple[str, str, str]] = [
    ("operator_en", "Cilegon Craft Council (Dekranasda)", N_("Operator's name in English")),
    ("operator_ko", "칠레곤시 공예협의회(데크라나스다)", N_("Operator's name in Korean")),
    (
        "operator_fr",
        "Conseil de l’artisanat de Cilegon (Dekranasda)",
        N_("Operator's name in French"),
    ),
    ("operator_address", "", N_("Operator's address")),
    ("operator_phone", "", N_("Operator's phone number")),
    ("operator_email", "", N_("Operator's email address")),
    ("operator_registration", "", N_("Operator's licence or legal basis")),
    ("publication_director", "", N_("Person answering for the content")),
    ("host_name", "", N_("Name of the server's host")),
    ("host_address", "", N_("Address of the server's host")),
    ("showroom_address", "", N_("Address of the showroom")),
    ("showroom_hours", "", N_("Opening hours of the showroom")),
    ("complaint_email", "", N_("Email address for complaints")),
    ("complaint_phone", "", N_("Phone number for complaints")),
    ("mediator", "", N_("Consumer mediator for buyers in France")),
    ("eu_representative", "", N_("Representative for data protection in the European Union")),
    ("privacy_email", "", N_("Email address for privacy requests")),
    ("payment_provider", "Stripe", N_("Payment provider named in the privacy policy")),
]
_NUMBERS: list[tuple[str, int, str]] = [
    ("complaint_days", 5, N_("Working days to answer a complaint")),
    ("refund_days", 7, N_("Days to refund after goods are back")),
    ("retention_finance_years", 10, N_("Years financial records are kept")),
    ("retention_other_years", 5, N_("Years other order records are kept")),
]

for _key, _default, _label in _TEXTS:
    settings.define(
        f"home.{_key}",
        "str",
        _default,
        label=_label,
        help=N_("Shown on the content pages. Left empty, its line is left out."),
    )
for _key, _days, _label in _NUMBERS:
    settings.define(
        f"home.{_key}",
        "int",
        _days,
        label=_label,
        help=N_("Promised on the content pages. At least 2."),
    )
settings.define(
    "home.authority_contact",
    "str",
    "WhatsApp +62 853-1111-1010, pengaduan.konsumen@kemendag.go.id, simpktn.kemendag.go.id",
    label=N_("Contact of the consumer authority"),
    help=N_("The law asks for it on the page. Please check it from time to time."),
    checked_on=CHECKED_ON,
)
settings.define(
    "home.texts_updated_on",
    "date",
    CHECKED_ON,
    label=N_("Date of the legal texts"),
    help=N_("Change it whenever terms or privacy policy change."),
)
