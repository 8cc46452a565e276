"""The facts of the content pages, gathered from the settings of all slices."""

from __future__ import annotations

from babel.dates import format_date

import storefront.home.settings  # noqa: F401  (declares the facts)
from storefront.kernel import runtime, settings

# Fact of the texts: setting that holds it.
ELSEWHERE = {
    "return_days": "catalogue.return_days",
    "claim_days": "orders.claim_days",
    "transfer_hours": "orders.transfer_hours",
    "accept_days": "orders.accept_days",
    "customs_code_days": "orders.customs_code_days",
    "responsible_person": "shipping.responsible_person",
}
OWN = (
    *("operator_address", "operator_phone", "operator_email", "operator_registration"),
    *("publication_director", "host_name", "host_address", "showroom_address", "showroom_hours"),
    *("mediator", "eu_representative", "payment_provider"),
    *("complaint_days", "refund_days", "retention_finance_years", "retention_other_years"),
    "authority_contact",
)
# Facts that take another's place while they are empty.
FALLBACK = {
    "complaint_email": "operator_email",
    "complaint_phone": "operator_phone",
    "privacy_email": "operator_email",
}


def facts(lang: str) -> dict[str, str]:
    """Every placeholder of the texts in one language; one statement."""
    process = runtime.settings()
    found = {name: str(settings.get(f"home.{name}")) for name in OWN}
    found |= {name: str(settings.get(key)) for name, key in ELSEWHERE.items()}
    for name, other in FALLBACK.items():
        found[name] = str(settings.get(f"home.{name}")) or found[other]
    found["shop_name"] = process.SHOP_NAME
    found["operator"] = (
        "" if lang == "id" else str(settings.get(f"home.operator_{lang}"))
    ) or process.SHOP_OPERATOR
    found["updated_on"] = format_date(settings.get("home.texts_updated_on"), "long", lang)
    return found
