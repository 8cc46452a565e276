"""Workshops, their papers and the decisions about them."""

from storefront.artisans.models import (
    Artisan,
    ArtisanTranslation,
    BankAccount,
    ArtisanDocument,
    ArtisanEvent,
)

__all__ = [
    "Artisan",
    "ArtisanTranslation",
    "BankAccount",
    "ArtisanDocument",
    "ArtisanEvent",
]
