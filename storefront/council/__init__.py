"""What the council shows and decides."""

from storefront.council.models import (
    Collection,
    CollectionItem,
    CollectionTranslation,
)

__all__ = [
    "Collection",
    "CollectionTranslation",
    "CollectionItem",
]
