"""Listings as their makers and the council see them: payloads, lists, who may touch what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.accounts import User
from storefront.artisans import Artisan, valid_papers
from storefront.catalogue.listing_rules import OPEN, Payload, blank, lacking_papers, whole
from storefront.catalogue.models import (
    ListingChange,
    Product,
    ProductEvent,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.queries.words import vocabulary
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound
from storefront.media import PictureView, pictures

FOOD_SHELF = "food"
# Keys of a payload and the vocabulary their craft words come from.
WORD_LISTS = {
    "techniques": "technique",
    "plants": "plant",
    "mordants": "mordant",
    "care": "care",
}


class Member(Protocol):
    """The signed-in person, as far as ownership goes."""

    @property
    def artisan_id(self) -> int | None: ...


def own_product(person: Member, public_id: str) -> Product:
    """One piece of the person's own workshop. Every studio page of a piece comes through here.
    Raises NotFound."""
    product = db.session.scalar(
        sa.select(Product).where(
            Product.public_id == public_id, Product.artisan_id == (person.artisan_id or 0)
        )
    )
    if product is None:
        raise NotFound()
    return product


def own_variant(person: Member, public_id: str) -> tuple[Variant, Product]:
    """One variant of the person's own workshop with its piece. Raises NotFound."""
    row = db.session.execute(
        sa.select(Variant, Product)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.public_id == public_id, Product.artisan_id == (person.artisan_id or 0))
    ).first()
    if row is None:
        raise NotFound()
    return row.Variant, row.Product


def open_change(product_id: int) -> ListingChange | None:
    """The change of a piece that is not decided yet; there is at most one."""
    return db.session.scalar(
        sa.select(ListingChange)
        .where(ListingChange.product_id == product_id, ListingChange.state.in_(OPEN))
        .order_by(ListingChange.id.desc())
        .limit(1)
    )


def last_change(product_id: int) -> ListingChange | None:
    """The newest change of a piece, decided or not."""
    return db.session.scalar(
        sa.select(ListingChange)
        .where(ListingChange.product_id == product_id)
        .order_by(ListingChange.id.desc())
        .limit(1)
    )


def change_by_public_id(public_id: str) -> ListingChange:
    """Any change, for the council. Raises NotFound."""
    change = db.session.scalar(sa.select(ListingChange).where(ListingChange.public_id == public_id))
    if change is None:
        raise NotFound()
    return change


def is_food(category: str) -> bool:
    """Whether a shelf (by key) stands under food."""
    words = vocabulary()
    shelf = words.shelf(category)
    return shelf is not None and any(at.key == FOOD_SHELF for at in words.way_to(shelf.id))


def payload_of(product: Product) -> Payload:
    """What stands in the shop at present, as a listing's payload."""
    words = vocabulary()
    shelf = words.shelves.get(product.category_id or 0)
    plain = {key: getattr(product, key) for key in blank() if key in Product.__table__.columns}
    said: dict[str, list[Any]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(ProductTerm)
        .where(ProductTerm.product_id == product.id)
        .order_by(ProductTerm.position)
    )
    for row in rows:
        term = words.terms[row.term_id]
        if term.vocabulary == "material":
            said["materials"].append({"key": term.key, "percent": row.percent})
        for key, name in WORD_LISTS.items():
            if term.vocabulary == name:
                said[key].append(term.key)
    return whole(
        plain
        | dict(said)
        | {
            "category": shelf.key if shelf else "",
            "texts": {
                row.lang: {"name": row.name, "summary": row.summary, "body": row.body}
                for row in translations_of(product.id)
            },
            "pictures": [
                {"media_id": row.media_id, "alt": dict(row.alt)}
                for row in db.session.scalars(
                    sa.select(ProductPicture)
                    .where(ProductPicture.product_id == product.id)
                    .order_by(ProductPicture.position, ProductPicture.id)
                )
            ],
            "variants": [
                {
                    "id": row.public_id,
                    "label": row.label,
                    "price_idr": row.price_idr,
                    "stock": row.on_hand,
                    "is_active": True,
                    "photo": row.media_id,
                }
                for row in variants_of(product.id)
                if row.is_active
            ],
        }
    )


def editable_payload(product: Product, change: ListingChange | None) -> Payload:
    """What the editor shows: the open change, else what stands in the shop, else what was sent
    last. Price and stock of variants that exist are always the present ones, since they change
    without review."""
    if change is None and product.slug is None:
        change = last_change(product.id)
    payload = payload_of(product) if change is None else whole(change.payload)
    present = {row.public_id: row for row in variants_of(product.id)}
    for row in payload["variants"]:
        if row["id"] in present:
            variant = present[row["id"]]
            row["price_idr"], row["stock"] = variant.price_idr, variant.on_hand
    return payload


def variants_of(product_id: int) -> list[Variant]:
    """The variants of a piece in their order, inactive ones too."""
    query = sa.select(Variant).where(Variant.product_id == product_id)
    return list(db.session.scalars(query.order_by(Variant.position, Variant.id)))


def translations_of(product_id: int) -> list[ProductTranslation]:
    """The words of a piece by language."""
    query = sa.select(ProductTranslation).where(ProductTranslation.product_id == product_id)
    return list(db.session.scalars(query.order_by(ProductTranslation.lang)))


def events_of(product_id: int) -> list[ProductEvent]:
    """What happened to a piece, newest first."""
    query = sa.select(ProductEvent).where(ProductEvent.product_id == product_id)
    return list(db.session.scalars(query.order_by(ProductEvent.id.desc())))


def papers_lacking(artisan_id: int, food: dict[str, Any] | None) -> list[str]:
    """Papers this food needs and its workshop does not have today."""
    if not food:
        return []
    return lacking_papers(food, valid_papers([artisan_id])[artisan_id])


def works(artisan_id: int) -> sa.Select[Product]:
    """A workshop's pieces with words, pictures and variants, newest first, archived last."""
    archived = sa.case((Product.state == "archived", 1), else_=0)
    return (
        sa.select(Product)
        .where(Product.artisan_id == artisan_id)
        .options(
            selectinload(Product.translations),
            selectinload(Product.pictures),
            selectinload(Product.variants),
        )
        .order_by(archived, Product.id.desc())
    )


def open_changes(product_ids: Collection[int]) -> dict[int, ListingChange]:
    """The open change of each of these pieces."""
    rows = db.session.scalars(
        sa.select(ListingChange).where(
            ListingChange.product_id.in_(product_ids), ListingChange.state.in_(OPEN)
        )
    )
    return {row.product_id: row for row in rows}


def any_product(public_id: str) -> Product:
    """Any piece, for the council. Raises NotFound."""
    product = db.session.scalar(sa.select(Product).where(Product.public_id == public_id))
    if product is None:
        raise NotFound()
    return product


def pieces_found(words: str) -> sa.Select[Product]:
    """Pieces that have been in the shop, newest first; `words`: a number, or part of a name or of
    the workshop's name."""
    query = (
        sa.select(Product)
        .where(Product.slug.is_not(None))
        .options(selectinload(Product.translations))
        .order_by(Product.id.desc())
    )
    words = words.strip().lower()
    if words.isdecimal() and len(words) < 10:
        return query.where(Product.number == int(words))
    if words:
        named = sa.select(ProductTranslation.product_id).where(
            sa.func.lower(ProductTranslation.name).contains(words, autoescape=True)
        )
        by = sa.select(Artisan.id).where(
            sa.func.lower(Artisan.name).contains(words, autoescape=True)
        )
        query = query.where(sa.or_(Product.id.in_(named), Product.artisan_id.in_(by)))
    return query


class Waiting(NamedTuple):
    """A change in the council's list."""

    change: ListingChange
    product: Product
    artisan: Artisan


def changes(states: Collection[str]) -> sa.Select[Any]:
    """Changes in these states with piece and workshop: those that wait, the oldest first."""
    order = (
        (ListingChange.submitted_at.asc(), ListingChange.id.asc())
        if set(states) == {"submitted"}
        else (ListingChange.id.desc(),)
    )
    return sa.select(ListingChange.id).where(ListingChange.state.in_(states)).order_by(*order)


def waiting(ids: Collection[int]) -> list[Waiting]:
    """These changes in the order of their ids given."""
    rows = db.session.execute(
        sa.select(ListingChange, Product, Artisan)
        .join(Product, Product.id == ListingChange.product_id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(ListingChange.id.in_(ids))
    )
    found = {row.ListingChange.id: Waiting(*row) for row in rows}
    return [found[at] for at in ids if at in found]


def change_counts() -> dict[str, int]:
    """How many changes stand in each state."""
    query = sa.select(ListingChange.state, sa.func.count(ListingChange.id))
    return dict(db.session.execute(query.group_by(ListingChange.state)).tuples().all())


def pictures_of(payload: Payload) -> dict[int, PictureView]:
    """Views of the pictures a payload names."""
    return pictures([shot["media_id"] for shot in payload["pictures"]])


def reader_of(artisan: Artisan) -> tuple[str, str]:
    """Where a workshop's mail goes ('' when it has only a phone) and in which language."""
    user = db.session.get(User, artisan.applicant_id) if artisan.applicant_id else None
    known = user is not None and user.state == "active"
    address = artisan.email or (user.email if user is not None else None) or ""
    return address, user.lang if known and user is not None else "id"
