"""What is sold: categories, craft words, products and variants, price rows, stock and holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.db import Base, public_id


class Category(Base):
    """A shelf of the shop, two levels deep, in the council's order. `dye` colours its pages."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    dye: Mapped[str] = mapped_column(sa.String(12), default="nila")

    translations: Mapped[list[CategoryTranslation]] = relationship()


class CategoryTranslation(Base):
    """Name and one sentence of a category in one language."""

    __tablename__ = "category_translation"
    __table_args__ = (sa.UniqueConstraint("category_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    name: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="reviewed")


class Term(Base):
    """A craft word of a controlled list: technique, plant, material, mordant, care or colour.

    `attributes` carries what the list knows of it: a technique's family and whether it uses wax,
    a plant's Latin name and dye colour.
    """

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vocabulary: Mapped[str] = mapped_column(sa.String(12))
    key: Mapped[str] = mapped_column(sa.String(40))
    position: Mapped[int] = mapped_column(default=0)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)

    translations: Mapped[list[TermTranslation]] = relationship()


class TermTranslation(Base):
    """A craft word and the sentence that explains it in one language."""

    __tablename__ = "term_translation"
    __table_args__ = (sa.UniqueConstraint("term_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    name: Mapped[str] = mapped_column(sa.String(120))
    sentence: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="reviewed")


class Product(Base):
    """One piece or one repeatable design of one workshop. Sizes in mm (pack in cm), weights in g.

    `state`: draft (never shown) · live · hidden (by maker or council; the page says so) ·
    rejected · archived. What waits for review stands in `ListingChange`, so that an edit never
    takes a live piece off the shop. Whether it may be bought also depends on its workshop.
    """

    __tablename__ = "product"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('draft', 'live', 'hidden', 'rejected', 'archived')", name="state"
        ),
        sa.CheckConstraint(
            "availability in ('stock', 'made_to_order', 'one_of_a_kind')", name="availability"
        ),
        sa.Index("ix_product_listing", "state", "category_id", "published_at"),
        sa.Index("ix_product_maker", "artisan_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    number: Mapped[int] = mapped_column(unique=True)
    slug: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    hidden_reason: Mapped[str] = mapped_column(sa.String(40), default="")
    availability: Mapped[str] = mapped_column(sa.String(14), default="stock")
    lead_days_min: Mapped[int] = mapped_column(default=1)
    lead_days_max: Mapped[int] = mapped_column(default=3)
    min_quantity: Mapped[int] = mapped_column(default=1)
    motif: Mapped[str] = mapped_column(sa.String(120), default="")
    colour_family: Mapped[str] = mapped_column(sa.String(12), default="")
    dyes: Mapped[list[Any]] = mapped_column(default=list)
    synthetic_dye: Mapped[bool] = mapped_column(default=False)
    length_mm: Mapped[int] = mapped_column(default=0)
    width_mm: Mapped[int] = mapped_column(default=0)
    height_mm: Mapped[int] = mapped_column(default=0)
    net_g: Mapped[int] = mapped_column(default=0)
    packed_g: Mapped[int] = mapped_column(default=0)
    pack_length_cm: Mapped[int] = mapped_column(default=0)
    pack_width_cm: Mapped[int] = mapped_column(default=0)
    pack_height_cm: Mapped[int] = mapped_column(default=0)
    hs6: Mapped[str] = mapped_column(sa.String(6), default="")
    origin_country: Mapped[str] = mapped_column(sa.String(2), default="ID")
    origin_region: Mapped[str] = mapped_column(sa.String(60), default="Banten")
    returnable: Mapped[bool] = mapped_column(default=True)
    personalised: Mapped[bool] = mapped_column(default=False)
    food: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    source_lang: Mapped[str] = mapped_column(sa.String(2), default="id")
    published_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    translations: Mapped[list[ProductTranslation]] = relationship()
    terms: Mapped[list[ProductTerm]] = relationship(order_by="ProductTerm.position")
    pictures: Mapped[list[ProductPicture]] = relationship(order_by="ProductPicture.position")
    variants: Mapped[list[Variant]] = relationship(order_by="Variant.position")


class ProductTranslation(Base):
    """A product's words in one language, with the state of the translation."""

    __tablename__ = "product_translation"
    __table_args__ = (sa.UniqueConstraint("product_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    name: Mapped[str] = mapped_column(sa.String(160), default="")
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    source_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class ProductTerm(Base):
    """A craft word said of a product; `percent` is the share of a fibre, 0 where not measured."""

    __tablename__ = "product_term"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "term_id"),
        sa.Index("ix_product_term_says", "term_id", "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    percent: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)


class ProductPicture(Base):
    """A picture of a product in its order. `alt` maps language to alternative text."""

    __tablename__ = "product_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    media_id: Mapped[int] = mapped_column(sa.ForeignKey("media_file.id"))
    position: Mapped[int] = mapped_column(default=0)
    alt: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Variant(Base):
    """What is put in a cart. `on_hand` pieces exist, `held` of them are promised to unpaid orders.

    Made-to-order variants are not counted (`counted` false): both figures stay 0. `media_id` is the
    photograph that shows this very piece, where each is a piece of its own.
    """

    __tablename__ = "variant"
    __table_args__ = (
        sa.CheckConstraint("on_hand >= 0", name="on_hand"),
        sa.CheckConstraint("held >= 0 and held <= on_hand", name="held"),
        sa.CheckConstraint("price_idr >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(sa.String(40), unique=True)
    label: Mapped[str] = mapped_column(sa.String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    price_idr: Mapped[int]
    counted: Mapped[bool] = mapped_column(default=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    media_id: Mapped[int | None] = mapped_column(sa.ForeignKey("media_file.id"))
    version: Mapped[int] = mapped_column(default=1)

    prices: Mapped[list[Price]] = relationship()


class Price(Base):
    """A price that may be charged. `basis_idr` and `rate_micro` tell the rupiah price and rate it
    was made from (rate: micro-rupiah per major unit; 0 for rupiah itself)."""

    __tablename__ = "price"
    __table_args__ = (
        sa.UniqueConstraint("variant_id", "currency", "price_list", "min_quantity"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    price_list: Mapped[str] = mapped_column(sa.String(20), default="retail")
    min_quantity: Mapped[int] = mapped_column(default=1)
    amount_minor: Mapped[int]
    basis_idr: Mapped[int]
    rate_micro: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class CurrencyRule(Base):
    """How the council turns rupiah into another currency: rate, margin, rounding, day checked."""

    __tablename__ = "currency_rule"

    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    rate_micro: Mapped[int]
    margin_bp: Mapped[int] = mapped_column(default=0)
    rounding_minor: Mapped[int] = mapped_column(default=1)
    is_charged: Mapped[bool] = mapped_column(default=True)
    checked_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)


class StockMovement(Base):
    """Every change of `on_hand`, with place and cause. The sum of a variant's rows is its stock."""

    __tablename__ = "stock_movement"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]
    place: Mapped[str] = mapped_column(sa.String(40), default="workshop")
    cause: Mapped[str] = mapped_column(sa.String(20))  # opening|count|sale|restock|correction
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[dt.datetime] = mapped_column(default=now)


class Hold(Base):
    """Pieces promised to an order: held until paid, then allocated; or released."""

    __tablename__ = "hold"
    __table_args__ = (
        sa.CheckConstraint("state in ('held', 'allocated', 'released')", name="state"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.Index("ix_hold_expiry", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variant.id"), index=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), unique=True)
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="held")
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class ListingChange(Base):
    """A product as its maker wants it: draft, then under review; applied on approval.

    `payload` has the form's fields, texts per language and pictures. One open change a product.
    """

    __tablename__ = "listing_change"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'changes_asked', 'approved', 'rejected', 'withdrawn')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(14), default="draft", index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)


class ProductEvent(Base):
    """What was done to a product, by whom and why. Append only."""

    __tablename__ = "product_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(sa.String(30))
    from_state: Mapped[str] = mapped_column(sa.String(14), default="")
    to_state: Mapped[str] = mapped_column(sa.String(14), default="")
    why: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SearchTerm(Base):
    """The pieces of one block (see bitmaps.py) a term finds. `bits`: packed sets by level.

    `lang` is '' for the terms of the index; words as they are written, kept for suggestions and
    misspellings, have their language, and names of workshops `mul`.
    """

    __tablename__ = "search_term"
    __table_args__ = (
        sa.Index(
            "ix_search_term_words",
            "lang",
            "count",
            "term",
            postgresql_where=sa.text("lang <> ''"),
            sqlite_where=sa.text("lang <> ''"),
        ),
    )

    lang: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    term: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bits: Mapped[bytes]
    count: Mapped[int]


class SearchDocument(Base):
    """What the index holds of one piece, packed, so that a change takes out what was put in."""

    __tablename__ = "search_document"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), primary_key=True)
    terms: Mapped[bytes]


class ListingBlock(Base):
    """What lists and filters need of some thousand pieces (see blocks.py), made from the tables
    above. `version` is drawn anew with every writing, so that readers see that it changed."""

    __tablename__ = "listing_block"

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    content: Mapped[bytes]
