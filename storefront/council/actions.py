"""Curation: collections, what hangs in them, in which order and between which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from storefront.accounts import record_audit
from storefront.council.models import Collection, CollectionItem, CollectionTranslation
from storefront.council.rules import moved
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.kernel.slugs import former_owner, remember_slug, slugify
from storefront.kernel.translated import LANGS, N_

SLUG_KIND = "collection"


class SlugTaken(ShopError):
    """Another collection answers under this address."""

    message = N_("Another collection already has this address.")


class NothingToShow(ShopError):
    """A collection without pieces or title cannot be published."""

    message = N_("Give the collection a title and at least one piece before you publish it.")


@dataclass(frozen=True)
class CollectionFacts:
    """What the form of a collection says. Texts by language: (title, story)."""

    texts: Mapping[str, tuple[str, str]]
    slug: str = ""
    is_wall: bool = False
    on_front: bool = False
    from_at: dt.datetime | None = None
    until_at: dt.datetime | None = None
    position: int = field(default=0)


def create_collection(facts: CollectionFacts, user_id: int | None) -> Collection:
    """An unpublished collection. Raises SlugTaken."""
    collection = Collection(slug="", translations=[], items=[])
    _write(collection, facts)
    db.session.add(collection)
    db.session.flush()
    record_audit(
        user_id, "collection.create", "collection", collection.id, after=_facts_of(collection)
    )
    return collection


def edit_collection(
    collection_id: int, facts: CollectionFacts, version: int, user_id: int | None
) -> Collection:
    """Change texts, dates and address; the former address goes on working.

    Raises StaleVersion or SlugTaken.
    """
    collection = _locked(collection_id, version)
    before, former = _facts_of(collection), collection.slug
    _write(collection, facts)
    if former != collection.slug:
        remember_slug(SLUG_KIND, former, collection.id)
    collection.version += 1
    db.session.flush()
    after = _facts_of(collection)
    record_audit(user_id, "collection.edit", "collection", collection.id, before, after)
    return collection


def publish(
    collection_id: int, version: int, user_id: int | None, *, is_published: bool = True
) -> Collection:
    """Put a collection on show (within its dates) or take it down.

    Raises StaleVersion or NothingToShow.
    """
    collection = _locked(collection_id, version)
    titled = any(row.title for row in collection.translations)
    if is_published and not (titled and collection.items):
        raise NothingToShow()
    collection.is_published = is_published
    collection.version += 1
    verb = "collection.publish" if is_published else "collection.unpublish"
    record_audit(user_id, verb, "collection", collection.id)
    return collection


def add_item(collection_id: int, product_id: int, version: int, user_id: int | None) -> Collection:
    """Hang a piece at the end; a piece that already hangs there stays where it is."""
    collection = _locked(collection_id, version)
    if all(item.product_id != product_id for item in collection.items):
        collection.items.append(
            CollectionItem(product_id=product_id, position=len(collection.items), added_by=user_id)
        )
        collection.version += 1
        _audit_items(collection, "collection.add", product_id, user_id)
    return collection


def remove_item(
    collection_id: int, product_id: int, version: int, user_id: int | None
) -> Collection:
    """Take a piece down; the others close the gap."""
    collection = _locked(collection_id, version)
    for item in list(collection.items):
        if item.product_id == product_id:
            collection.items.remove(item)
            db.session.delete(item)
    for position, item in enumerate(collection.items):
        item.position = position
    collection.version += 1
    _audit_items(collection, "collection.remove", product_id, user_id)
    return collection


def move_item(
    collection_id: int, product_id: int, steps: int, version: int, user_id: int | None
) -> Collection:
    """Move a piece by some places, -1 towards the front. Raises NotFound or StaleVersion."""
    collection = _locked(collection_id, version)
    by_product = {item.product_id: item for item in collection.items}
    if product_id not in by_product:
        raise NotFound()
    order = moved(list(by_product), product_id, steps)
    for position, at in enumerate(order):
        by_product[at].position = position
    collection.items.sort(key=lambda item: item.position)
    collection.version += 1
    _audit_items(collection, "collection.move", product_id, user_id)
    return collection


def set_item_dates(
    collection_id: int,
    product_id: int,
    from_at: dt.datetime | None,
    until_at: dt.datetime | None,
    version: int,
    user_id: int | None,
) -> Collection:
    """Show a piece only between two moments. Raises NotFound or StaleVersion."""
    collection = _locked(collection_id, version)
    item = next((item for item in collection.items if item.product_id == product_id), None)
    if item is None:
        raise NotFound()
    item.from_at, item.until_at = from_at, until_at
    collection.version += 1
    _audit_items(collection, "collection.dates", product_id, user_id)
    return collection


def _locked(collection_id: int, version: int) -> Collection:
    rows = lock(Collection, [collection_id])
    if not rows:
        raise NotFound()
    (collection,) = rows
    if collection.version != version:
        raise StaleVersion()
    # What hangs in it may have been read before the lock.
    db.session.refresh(collection, ["items", "translations"])
    return collection


def _write(collection: Collection, facts: CollectionFacts) -> None:
    title = next((facts.texts[lang][0] for lang in ("en", "id") if facts.texts[lang][0]), "")
    slug = slugify(facts.slug or title) or "collection"
    if slug != collection.slug:
        _check_free(slug, collection.id)
        collection.slug = slug
    collection.is_wall, collection.on_front = facts.is_wall, facts.on_front
    collection.from_at, collection.until_at = facts.from_at, facts.until_at
    collection.position = facts.position
    present = {row.lang: row for row in collection.translations}
    for lang in LANGS:
        row = present.get(lang)
        if row is None:
            row = CollectionTranslation(lang=lang)
            collection.translations.append(row)
        row.title, row.story = facts.texts[lang]
        row.state = "reviewed" if row.title and row.story else "missing"


def _check_free(slug: str, own_id: int | None) -> None:
    taken = db.session.scalar(sa.select(Collection.id).where(Collection.slug == slug))
    former = former_owner(SLUG_KIND, slug)
    if taken not in {None, own_id} or former not in {None, own_id}:
        raise SlugTaken()


def _facts_of(collection: Collection) -> dict[str, Any]:
    return {
        "slug": collection.slug,
        "is_wall": collection.is_wall,
        "on_front": collection.on_front,
        "from_at": collection.from_at.isoformat() if collection.from_at else None,
        "until_at": collection.until_at.isoformat() if collection.until_at else None,
        "titles": {row.lang: row.title for row in collection.translations},
    }


def _audit_items(collection: Collection, verb: str, product_id: int, user_id: int | None) -> None:
    db.session.flush()
    after = {"product_id": product_id, "order": [item.product_id for item in collection.items]}
    record_audit(user_id, verb, "collection", collection.id, after=after)
