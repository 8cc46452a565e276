"""What the council shows in the demo: the front page's wall and two collections."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.catalogue import Variant
from storefront.council import Collection, CollectionItem, CollectionTranslation
from storefront.demo import content, people
from storefront.demo.content import Facts
from storefront.kernel.clock import now
from storefront.kernel.db import db


def add_collections() -> None:
    """The wall and the collections, in the curators' order."""
    for facts in content.people()["shelves"]:
        _add(facts, slug=facts["key"], is_wall=facts["is_wall"], is_published=True)
    for facts in content.people()["collections"]:
        _add(
            facts,
            slug=facts["slug"],
            is_published=facts["is_published"],
            on_front=facts["on_front"],
            position=facts["position"],
        )


def _add(facts: Facts, **columns: object) -> None:
    curator = people.person("curator@example.com").id
    until = facts.get("until_days")
    collection = Collection(
        **columns,
        from_at=now() + dt.timedelta(days=facts["from_days"]),
        until_at=None if until is None else now() + dt.timedelta(days=until),
        translations=[
            CollectionTranslation(
                lang=lang, title=text["title"], story=text["story"], state="reviewed"
            )
            for lang, text in facts["text"].items()
        ],
        items=[
            CollectionItem(product_id=product_of(sku), position=position, added_by=curator)
            for position, sku in enumerate(facts["skus"])
        ],
    )
    db.session.add(collection)
    db.session.flush()


def product_of(sku: str) -> int:
    """The product's id behind a stock number, with or without a size."""
    found = db.session.scalars(
        sa.select(Variant.product_id).where(
            sa.or_(Variant.sku == sku, Variant.sku.startswith(f"{sku}-", autoescape=True))
        )
    ).first()
    if found is None:
        raise ValueError(f"No piece has the number {sku}.")
    return found
