"""What the rules of workshops refuse."""

from __future__ import annotations

from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_


class NotEditable(ShopError):
    """The application lies with the council."""

    message = N_("The application lies with the council and cannot be changed now.")


class Incomplete(ShopError):
    """Without these fields an application cannot be read; `fields` names them."""

    message = N_("Please fill in the marked fields before sending.")

    def __init__(self, fields: list[str]) -> None:
        super().__init__()
        self.fields = fields


class RequirementsUnmet(ShopError):
    """Something is missing; approval needs a reason for going on without it."""

    message = N_("Something required is missing. Approve with a reason, or ask for changes.")


class ReasonNeeded(ShopError):
    """A decision against somebody says why."""

    message = N_("Please say why.")


class SamePerson(ShopError):
    """Two people look at a bank account."""

    message = N_("A bank account is confirmed by somebody else than the one who entered it.")


class TooManyFiles(ShopError):
    """Enough papers or photos are there."""

    message = N_("There are enough files already. Please remove one first.")


class WrongPeriod(ShopError):
    """The end lies before the beginning."""

    message = N_("The last day lies before the first day.")


class WorkshopStillOpen(ShopError):
    """Books and open orders need somebody to answer for them."""

    message = N_("Your workshop is still open. Please ask the council to close it first.")
