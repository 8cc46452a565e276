"""Who waits for a piece that is sold out: one mail to a proven address when it is there again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storefront.cart.models import StockWatch
from storefront.catalogue import OfferedVariant, offered_variants
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, secret_token
from storefront.kernel.errors import NotAllowed, ShopError
from storefront.kernel.translated import N_
from storefront.notifications import queue_mail

MOST_WATCHES = 30  # of one address
PROOF_WITHIN = dt.timedelta(days=7)
TOLD_KEPT = dt.timedelta(days=60)
CONFIRM, BACK = "cart.confirm_watch", "cart.back_in_stock"


class NothingToWaitFor(ShopError):
    """The piece can be bought, or it never comes back."""

    message = N_("This piece is not sold out, or it cannot be made again.")


class LinkIsOver(ShopError):
    """The address was not proven in time, or was taken off the list."""

    message = N_("This link is too old. Please leave your address on the page of the piece again.")


def watch(
    variant_id: int, email: str, lang: str, *, user_id: int | None = None, is_proven: bool = False
) -> None:
    """Let an address wait for a variant; unless it `is_proven`, a mail asks for its consent first.

    Says nothing about what was there before. Raises NothingToWaitFor.
    """
    offer = offered_variants([variant_id], "IDR").get(variant_id)
    if not may_come_back(offer):
        raise NothingToWaitFor()
    row = _row(variant_id, email, lang)
    if row is None or row.state == "waiting":
        return
    row.lang, row.asked_at, row.user_id = lang, now(), user_id
    if is_proven:
        row.state, row.confirmed_at = "waiting", now()
    else:
        row.state = "asked"
        queue_mail(CONFIRM, f"{CONFIRM}:{row.id}:{row.asked_at.timestamp()}", {"watch_id": row.id})
    db.session.flush()


def confirm_watch(token: str) -> None:
    """The address is its owner's, and wants the mail. Repeatable; raises LinkIsOver."""
    row = _locked(token)
    if row is None or (row.state == "asked" and row.asked_at < now() - PROOF_WITHIN):
        raise LinkIsOver()
    if row.state == "asked":
        row.state, row.confirmed_at = "waiting", now()
        db.session.flush()


def end_watches(token: str) -> None:
    """No more such mails to this address: all of its watches go. Repeatable."""
    row = _locked(token)
    if row is not None:
        db.session.execute(sa.delete(StockWatch).where(StockWatch.email == row.email))


def watches_to_tell() -> list[int]:
    """Ids of watches whose piece can be bought again, who waited longest first."""
    waiting = sa.select(StockWatch.id, StockWatch.variant_id).where(StockWatch.state == "waiting")
    rows = db.session.execute(waiting.order_by(StockWatch.id)).all()
    offers = offered_variants({row.variant_id for row in rows}, "IDR")
    return [row.id for row in rows if _is_back(offers.get(row.variant_id))]


def tell(watch_id: int) -> None:
    """The piece is there again: queue the one mail. Raises NotAllowed when it is not, or told."""
    found = lock(StockWatch, [watch_id])
    if not found or found[0].state != "waiting" or offer_if_back(found[0]) is None:
        raise NotAllowed()
    row = found[0]
    row.state, row.told_at = "told", now()
    queue_mail(BACK, f"{BACK}:{row.id}:{row.told_at.timestamp()}", {"watch_id": row.id})


def offer_if_back(row: StockWatch) -> OfferedVariant | None:
    """The variant when it can be bought now."""
    offer = offered_variants([row.variant_id], "IDR").get(row.variant_id)
    return offer if _is_back(offer) else None


def purge_watches() -> int:
    """Forget addresses that were never proven, and those told long ago; how many."""
    unproven = sa.and_(StockWatch.state == "asked", StockWatch.asked_at < now() - PROOF_WITHIN)
    told = sa.and_(StockWatch.state == "told", StockWatch.told_at < now() - TOLD_KEPT)
    result: Any = db.session.execute(sa.delete(StockWatch).where(sa.or_(unproven, told)))
    return int(result.rowcount)


def may_come_back(offer: OfferedVariant | None) -> bool:
    """Whether it makes sense to wait: sold out at present, and not one of a kind."""
    return (
        offer is not None and offer.why_not == "sold_out" and offer.availability != "one_of_a_kind"
    )


def _is_back(offer: OfferedVariant | None) -> bool:
    return offer is not None and offer.is_for_sale and offer.available >= offer.min_quantity


def _row(variant_id: int, email: str, lang: str) -> StockWatch | None:
    """The address's watch of the variant, locked, begun if need be; None where it has too many."""
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    held = sa.select(sa.func.count(StockWatch.id)).where(StockWatch.email == email)
    if (db.session.scalar(held) or 0) >= MOST_WATCHES:
        return None
    row = insert(StockWatch).values(
        variant_id=variant_id, email=email, lang=lang, token=secret_token(), state="asked"
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=["variant_id", "email"]))
    at = sa.select(StockWatch.id).where(
        StockWatch.variant_id == variant_id, StockWatch.email == email
    )
    return lock(StockWatch, [db.session.scalars(at).one()])[0]


def find_watch(token: str) -> StockWatch | None:
    """The watch of a mail's link."""
    return db.session.scalar(sa.select(StockWatch).where(StockWatch.token == token))


def _locked(token: str) -> StockWatch | None:
    row = find_watch(token)
    found = lock(StockWatch, [row.id]) if row is not None else []
    return found[0] if found else None
