"""What the council shows and decides."""

from storefront.council.actions import (
    CollectionFacts,
    add_item,
    create_collection,
    edit_collection,
    move_item,
    publish,
    remove_item,
)
from storefront.council.models import (
    Collection,
    CollectionItem,
    CollectionTranslation,
)
from storefront.council.queries import Front, Shown, collection_page, front_wall

__all__ = [
    "Collection",
    "CollectionFacts",
    "CollectionItem",
    "CollectionTranslation",
    "Front",
    "Shown",
    "add_item",
    "collection_page",
    "create_collection",
    "edit_collection",
    "front_wall",
    "move_item",
    "publish",
    "remove_item",
]
