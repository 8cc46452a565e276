"""Which providers there are in this process, and which of them a buyer may choose."""

from __future__ import annotations

import functools

from storefront.kernel.money import Money
from storefront.kernel.runtime import settings
from storefront.payments.gateway import Provider, UnknownProvider
from storefront.payments.rehearsal_gateway import RehearsalGateway
from storefront.payments.transfer_gateway import TransferGateway

# In the order in which buyers see them.
NAMES = ("stripe", "rehearsal", "transfer")


def provider(name: str) -> Provider:
    """The provider a payment names, also one that is no longer offered. Raises UnknownProvider."""
    if name == "stripe":
        process = settings()
        return _stripe(
            process.STRIPE_SECRET_KEY, process.STRIPE_API_BASE, tuple(process.webhook_secrets)
        )
    if name == "rehearsal" and not settings().is_production:
        return RehearsalGateway()
    if name == "transfer":
        return TransferGateway()
    raise UnknownProvider()


def providers_for(currency: str, country: str, total: Money) -> list[Provider]:
    """The ways a buyer may pay `total` (in `currency`) for a parcel to `country`."""
    known = [name for name in NAMES if name != "rehearsal" or not settings().is_production]
    if settings().payments_are_rehearsed:
        known.remove("stripe")
    return [chosen for chosen in map(provider, known) if chosen.offered(currency, country, total)]


@functools.lru_cache(maxsize=4)
def _stripe(key: str, api_base: str, secrets: tuple[str, ...]) -> Provider:
    # Imported when it is first needed: the SDK is large, and a rehearsing shop has no use for it.
    from storefront.payments.stripe_gateway import StripeGateway

    return StripeGateway(key, api_base, list(secrets))
