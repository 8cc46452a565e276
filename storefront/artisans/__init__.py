"""Workshops, their papers and the decisions about them."""

from storefront.artisans.models import (
    Artisan,
    ArtisanDocument,
    ArtisanEvent,
    ArtisanTranslation,
    BankAccount,
)

__all__ = [
    "Artisan",
    "ArtisanTranslation",
    "BankAccount",
    "ArtisanDocument",
    "ArtisanEvent",
]
