"""Workshops and pieces as a test needs them: complete enough to be shown and sold.

Every factory commits, needs an open app context, and fills the reference tables at first use.
"""

from __future__ import annotations

import itertools
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, ArtisanTranslation
from storefront.catalogue import (
    Category,
    CurrencyRule,
    Product,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    Term,
    Variant,
    index_product,
    load_reference,
    open_stock,
    write_prices,
)
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.media import MediaFile

_numbers = itertools.count(1)

NAMES = {
    "id": "Selendang sutra jati",
    "en": "Teak leaf silk scarf",
    "ko": "티크 잎 실크 스카프",
    "fr": "Écharpe en soie, feuilles de teck",
}
SUMMARIES = {
    "id": "Selendang sutra dengan cetakan daun jati.",
    "en": "A silk scarf printed with teak leaves.",
    "ko": "티크 잎을 찍은 실크 스카프.",
    "fr": "Une écharpe de soie imprimée de feuilles de teck.",
}


def reference() -> None:
    """Shelves, craft words and rates, once per database."""
    if db.session.scalar(sa.select(sa.func.count(CurrencyRule.currency))) == 0:
        with transaction():
            load_reference()


def workshop(name: str = "", *, state: str = "approved", **facts: Any) -> Artisan:
    """A workshop that may sell, with words in four languages; `facts` are further columns."""
    reference()
    number = next(_numbers)
    name = name or f"Sanggar Uji {number}"
    facts = {
        "slug": f"sanggar-uji-{number}",
        "code": f"U{number:03d}",
        "district": "Cibeber",
        "contact_name": "Ratmi Contoh",
        "email": f"workshop{number}@example.org",
        "phone": "+6281200000101",
        "street": "Jl. Contoh 1",
        "subdistrict": "Kedaleman",
        "postal_code": "42422",
        "commission_bp": 1500,
        "since_year": 2022,
    } | facts
    with transaction():
        artisan = Artisan(name=name, state=state, **facts)
        artisan.translations = [
            ArtisanTranslation(
                lang=lang, tagline=f"{name} ({lang})", story=f"Story in {lang}.", state="reviewed"
            )
            for lang in NAMES
        ]
        db.session.add(artisan)
    return artisan


def live_product(
    artisan: Artisan | None = None,
    *,
    price_idr: int = 685_000,
    stock: int = 3,
    variants: tuple[str, ...] = ("",),
    names: dict[str, str] | None = None,
    category: str = "ecoprint-scarves",
    terms: dict[str, int] | None = None,
    **facts: Any,
) -> Product:
    """A piece on sale with price rows of all currencies, stock, picture and search rows.

    `variants` are labels, each with `stock` pieces; `terms` maps "vocabulary:key" to a percentage.
    `names` by language replaces the usual ones (leave languages out to see the fallback).
    `facts` are further columns of the product (availability="made_to_order", food={…}, …).
    """
    artisan = artisan or workshop()
    number = next(_numbers)
    facts = {
        "number": 1000 + number,
        "slug": f"teak-scarf-{number}",
        "state": "live",
        "hs6": "621410",
        "length_mm": 2000,
        "width_mm": 550,
        "net_g": 70,
        "packed_g": 160,
        "pack_length_cm": 25,
        "pack_width_cm": 18,
        "pack_height_cm": 4,
        "colour_family": "red",
        "dyes": ["#7B3038", "#D6A43A"],
        "published_at": now(),
    } | facts
    with transaction():
        product = Product(artisan_id=artisan.id, **facts)
        product.category_id = db.session.scalars(
            sa.select(Category.id).where(Category.key == category)
        ).one()
        product.translations = _texts(names or NAMES)
        product.terms = _terms(terms)
        made = product.availability == "made_to_order"
        product.variants = [
            Variant(
                sku=f"U-{number}-{position}",
                label=label,
                position=position,
                price_idr=price_idr,
                counted=not made,
                on_hand=0 if made else stock,
            )
            for position, label in enumerate(variants)
        ]
        db.session.add(product)
        db.session.flush()
        product.pictures = [_picture(product, artisan)]
        open_stock(product.variants)
        write_prices([product.id])
        index_product(product.id)
    return product


def _texts(names: dict[str, str]) -> list[ProductTranslation]:
    return [
        ProductTranslation(
            lang=lang, name=name, summary=SUMMARIES[lang], body=SUMMARIES[lang], state="reviewed"
        )
        for lang, name in names.items()
    ]


def _terms(terms: dict[str, int] | None) -> list[ProductTerm]:
    wanted = terms or {
        "technique:steaming": 0,
        "material:silk": 100,
        "plant:teak": 0,
        "mordant:alum": 0,
        "care:hand_wash_cold": 0,
    }
    known = {f"{row.vocabulary}:{row.key}": row.id for row in db.session.scalars(sa.select(Term))}
    return [
        ProductTerm(term_id=known[name], percent=percent, position=position)
        for position, (name, percent) in enumerate(wanted.items())
    ]


def _picture(product: Product, artisan: Artisan) -> ProductPicture:
    media = MediaFile(
        kind="picture",
        artisan_id=artisan.id,
        name=product.public_id[:12],
        storage_key=f"test/{product.public_id}",
        content_hash=product.public_id,
        mime="image/webp",
        bytes=1,
        width=960,
        height=1200,
        widths=[320, 640, 960],
        colour="#E4DFD1",
    )
    db.session.add(media)
    db.session.flush()
    return ProductPicture(
        media_id=media.id, position=0, alt={"id": "Syal di batang", "en": "A scarf on a rod"}
    )
