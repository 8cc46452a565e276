"""What hangs beside a piece: other work of its maker, and similar pieces of other makers."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storefront.artisans import Artisan
from storefront.catalogue.models import Product, ProductTerm, Term, Variant
from storefront.catalogue.queries.cards import card_select
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.words import CraftWord

MORE_BY_MAKER = 4
SIMILAR = 4
# Of how many of the newest pieces with the same leaf, and on the same shelf, the most alike are
# taken: a bound, so that a shop of a hundred thousand pieces answers as fast as one of sixty.
POOL = 30
# Words that make two pieces alike.
ALIKE = ("plant", "technique")
SAME_SHELF = 2
_SLUG = sa.bindparam("slug", type_=sa.String)


@functools.cache
def piece_and_neighbours() -> sa.Select[Any]:
    """Rows of `card_select` for the parameter `slug`: the piece, whatever its state, and what may
    hang beside it, the newest first."""
    one = sa.select(Product.id).where(Product.slug == _SLUG)
    chosen = sa.union_all(one, *(sa.select(part.c.id) for part in (_more(), _similar())))
    piece = Product.__table__.c
    newest = (piece.published_at.desc(), piece.id.desc())
    return card_select().where(piece.id.in_(chosen)).order_by(*newest)


def likeness(
    category_id: int | None, words: list[CraftWord], other: Any, said: list[CraftWord]
) -> int:
    """How alike two pieces are: shared leaves and techniques, and the same shelf."""
    shared = {word.id for word in words if word.vocabulary in ALIKE} & {word.id for word in said}
    return len(shared) + (SAME_SHELF if other.category_id == category_id else 0)


def _of_piece(column: Any) -> sa.ScalarSelect[Any]:
    """A column of the piece, as a value."""
    piece = aliased(Product)
    value = getattr(piece, column.key)
    return sa.select(value).where(piece.slug == _SLUG).scalar_subquery()


def _more() -> sa.Subquery:
    """The newest others of its maker."""
    return (
        sa.select(Product.id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(
            visible(),
            Product.artisan_id == _of_piece(Product.artisan_id),
            Product.slug != _SLUG,
        )
        .order_by(Product.published_at.desc(), Product.id.desc())
        .limit(MORE_BY_MAKER)
        .subquery("more")
    )


def _similar() -> sa.Subquery:
    """Pieces of other makers that can be bought and share most with it."""
    shelf = _of_piece(Product.category_id)
    own = (
        sa.select(ProductTerm.term_id)
        .join(Term, Term.id == ProductTerm.term_id)
        .where(ProductTerm.product_id == _of_piece(Product.id), Term.vocabulary.in_(ALIKE))
    )
    # Its first leaf; where it has none, its first technique ("plant" comes before "technique").
    lead = own.order_by(Term.vocabulary, ProductTerm.position).limit(1).scalar_subquery()
    same_leaf = (
        sa.select(ProductTerm.product_id.label("id"))
        .where(ProductTerm.term_id == lead)
        .order_by(ProductTerm.product_id.desc())
        .limit(POOL)
        .subquery()
    )
    same_shelf = (
        sa.select(Product.id)
        .where(Product.state == "live", Product.category_id == shelf)
        .order_by(Product.published_at.desc())
        .limit(POOL)
        .subquery()
    )
    pool = sa.union(sa.select(same_leaf.c.id), sa.select(same_shelf.c.id)).subquery()
    theirs = aliased(ProductTerm)
    shared = (
        sa.select(sa.func.count(theirs.id))
        .where(theirs.product_id == Product.id, theirs.term_id.in_(own))
        .scalar_subquery()
    )
    free = sa.select(Variant.id).where(
        Variant.product_id == Product.id,
        Variant.is_active,
        sa.or_(~Variant.counted, Variant.on_hand > Variant.held),
    )
    alike = shared + sa.case((Product.category_id == shelf, SAME_SHELF), else_=0)
    return (
        sa.select(Product.id)
        .join(pool, pool.c.id == Product.id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(visible(), Product.artisan_id != _of_piece(Product.artisan_id), free.exists())
        .order_by(alike.desc(), Product.published_at.desc(), Product.id.desc())
        .limit(SIMILAR)
        .subquery("similar")
    )
