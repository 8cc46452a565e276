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
    Place,
    PlaceTranslation,
)
from storefront.council.place_actions import PlaceFacts, create_place, edit_place
from storefront.council.place_queries import places_shown
from storefront.council.queries import Front, Shown, collection_page, front_wall

__all__ = [
    "Collection",
    "CollectionFacts",
    "CollectionItem",
    "CollectionTranslation",
    "Front",
    "Place",
    "PlaceFacts",
    "PlaceTranslation",
    "Shown",
    "add_item",
    "collection_page",
    "create_collection",
    "create_place",
    "edit_collection",
    "edit_place",
    "front_wall",
    "move_item",
    "places_shown",
    "publish",
    "remove_item",
]
