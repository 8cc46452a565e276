"""The council's account for bank transfers, and how long the desk may take."""

from __future__ import annotations

from dataclasses import dataclass

from storefront.kernel import settings
from storefront.kernel.translated import N_

# Shown outside production until the council has written its own; never offered in production.
PLACEHOLDER_NUMBER = "0000000000"

settings.define(
    "payments.transfer_bank",
    "str",
    "Bank Contoh",
    label=N_("Bank of the shop's account"),
    help=N_("Shown to buyers who pay by bank transfer."),
)
settings.define(
    "payments.transfer_number",
    "str",
    PLACEHOLDER_NUMBER,
    label=N_("Account number of the shop"),
    help=N_("Bank transfer is offered to the public only once this is a real number."),
)
settings.define(
    "payments.transfer_holder",
    "str",
    "Dekranasda Kota Cilegon",
    label=N_("Holder of the shop's account"),
    help=N_("The name the buyer's bank will show."),
)
settings.define(
    "payments.transfer_note",
    "text",
    "",
    label=N_("Note below the account"),
    help=N_("For example when the desk checks incoming transfers. May stay empty."),
)


@dataclass(frozen=True)
class TransferAccount:
    """Where buyers transfer to."""

    bank: str
    number: str
    holder: str
    note: str

    @property
    def is_placeholder(self) -> bool:
        return self.number in ("", PLACEHOLDER_NUMBER)


def transfer_account() -> TransferAccount:
    """The council's account as it is set now."""
    return TransferAccount(
        bank=settings.get("payments.transfer_bank"),
        number=settings.get("payments.transfer_number"),
        holder=settings.get("payments.transfer_holder"),
        note=settings.get("payments.transfer_note"),
    )
