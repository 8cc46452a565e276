"""What the council shows and decides."""

from storefront.council.models import (
    Collection,
    CollectionTranslation,
    CollectionItem,
)

__all__ = [
    "Collection",
    "CollectionTranslation",
    "CollectionItem",
]
