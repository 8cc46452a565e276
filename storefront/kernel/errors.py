"""Errors that state a fact of the business, in a sentence a reader can act on.

A slice subclasses `ShopError` with an English message; the web translates it:

    class OutOfStock(ShopError):
        message = N_("Only %(left)s pieces are left.")

    raise OutOfStock(left=2)
"""

from __future__ import annotations

from typing import Any, ClassVar

from storefront.kernel.translated import N_


class ShopError(Exception):
    """Something the business does not allow. `facts` fill the message's placeholders."""

    message: ClassVar[str] = N_("This cannot be done at the moment.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.message % facts if facts else self.message)


class NotAllowed(ShopError):
    """A state machine refuses the verb in the present state."""

    message = N_("This step is not possible in the present state.")


class StaleVersion(ShopError):
    """The row was changed by somebody else after the form was shown."""

    message = N_(
        "Somebody else has changed this in the meantime. Please look at the new version "
        "and send your change again."
    )


class NotFound(ShopError):
    """The thing does not exist, or not for this person."""

    message = N_("This does not exist or is not yours.")
