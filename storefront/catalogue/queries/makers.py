"""The directory of makers with its counts, and a maker's page."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storefront.artisans import Artisan, ArtisanTranslation
from storefront.catalogue.models import Product, ProductTerm, Term
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.words import CraftWord, kept, vocabulary
from storefront.kernel.db import db
from storefront.kernel.paging import Page, page_of
from storefront.kernel.translated import Text, pick
from storefront.media import MediaFile, PictureView, picture_view

MAKERS_PER_PAGE = 60
LONGEST_NAME = 60


@dataclass(frozen=True)
class MakerCounts:
    """How many workshops with pieces on show there are: in all, by district, by technique's id."""

    total: int
    by_district: dict[str, int]
    by_technique: dict[int, int]


def maker_page(
    number: int,
    *,
    name_part: str = "",
    district: str = "",
    technique: CraftWord | None = None,
) -> Page[int]:
    """Ids of workshops with pieces on show that fit, by name; two statements.

    A workshop does a technique when a piece of it on show says so.
    """
    shows = sa.select(Product.id).where(Product.artisan_id == Artisan.id, Product.state == "live")
    if technique is not None:
        shows = shows.join(ProductTerm, ProductTerm.product_id == Product.id).where(
            ProductTerm.term_id == technique.id
        )
    query = sa.select(Artisan.id).where(
        Artisan.state == "approved", Artisan.slug.is_not(None), shows.exists()
    )
    if district:
        query = query.where(Artisan.district == district)
    if name_part:
        name = sa.func.lower(Artisan.name)
        query = query.where(name.contains(name_part.lower(), autoescape=True))
    query = query.order_by(Artisan.name, Artisan.id)
    page: Page[int] = page_of(query, number, MAKERS_PER_PAGE)
    return page


def maker_counts() -> MakerCounts:
    """Counts for the directory; two statements at most once a minute."""
    return kept("maker counts", _maker_counts)


def _maker_counts() -> MakerCounts:
    shows = sa.select(Product.id).where(Product.artisan_id == Artisan.id, Product.state == "live")
    by_district = (
        sa.select(Artisan.district, sa.func.count(Artisan.id))
        .where(Artisan.state == "approved", Artisan.slug.is_not(None), shows.exists())
        .group_by(Artisan.district)
    )
    by_technique = (
        sa.select(ProductTerm.term_id, sa.func.count(sa.distinct(Artisan.id)))
        .join(Term, Term.id == ProductTerm.term_id)
        .join(Product, Product.id == ProductTerm.product_id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(visible(), Artisan.slug.is_not(None), Term.vocabulary == "technique")
        .group_by(ProductTerm.term_id)
    )
    districts = {row[0]: row[1] for row in db.session.execute(by_district)}
    techniques = {row[0]: row[1] for row in db.session.execute(by_technique)}
    return MakerCounts(sum(districts.values()), districts, techniques)


def makers_saying(term_id: int) -> list[int]:
    """Ids of workshops with pieces on show that say a craft word, those with most such pieces
    first; one statement at most once a minute."""
    return kept(f"makers saying {term_id}", lambda: _makers_saying(term_id))


def _makers_saying(term_id: int) -> list[int]:
    query = (
        sa.select(Artisan.id)
        .join(Product, Product.artisan_id == Artisan.id)
        .join(ProductTerm, ProductTerm.product_id == Product.id)
        .where(ProductTerm.term_id == term_id, visible(), Artisan.slug.is_not(None))
        .group_by(Artisan.id)
        .order_by(sa.func.count(Product.id).desc(), Artisan.name)
        .limit(MAKERS_PER_PAGE)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class MakerPage:
    """A workshop's page, without its pieces."""

    artisan: Artisan
    tagline: Text
    story: Text
    techniques: list[CraftWord]
    plants: list[CraftWord]
    cover: PictureView | None
    langs: tuple[str, ...] = ()


def maker_page_of(slug: str, lang: str) -> MakerPage | None:
    """The workshop with this slug if it may sell; two statements."""
    rows = db.session.execute(
        sa.select(Artisan, ArtisanTranslation, MediaFile)
        .outerjoin(ArtisanTranslation, ArtisanTranslation.artisan_id == Artisan.id)
        .outerjoin(MediaFile, MediaFile.id == Artisan.cover_id)
        .where(Artisan.slug == slug, Artisan.state == "approved")
    ).all()
    if not rows:
        return None
    artisan, cover, words = rows[0].Artisan, rows[0].MediaFile, vocabulary()
    texts = [row.ArtisanTranslation for row in rows if row.ArtisanTranslation is not None]
    known = [
        [words.term(name, key) for key in keys]
        for name, keys in (("technique", artisan.techniques), ("plant", artisan.plants))
    ]
    return MakerPage(
        artisan=artisan,
        tagline=pick(texts, "tagline", lang),
        story=pick(texts, "story", lang),
        techniques=[term for term in known[0] if term],
        plants=[term for term in known[1] if term],
        cover=picture_view(cover) if cover else None,
        langs=tuple(row.lang for row in texts if row.tagline and row.story),
    )
