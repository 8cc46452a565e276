"""Limits on guessing and flooding, counted in the database so that all workers share them.

A count slides: the present window plus the share of the last one that still lies within the
period. Where the database does not answer, the error passes on: nobody gets in uncounted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress

import sqlalchemy as sa
from flask import request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import TooManyRequests

from storefront.kernel.clock import now
from storefront.kernel.db import Base, db, transaction


class LimitCount(Base):
    """Hits of one key in one window of a bucket."""

    __tablename__ = "limit_count"

    bucket: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hits: Mapped[int]
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)


def hit(bucket: str, key: str, limit: int, seconds: int) -> None:
    """Count one hit. Raises TooManyRequests (429 with Retry-After) above `limit` per `seconds`.

    Commits by itself, so that a refused attempt counts too: call it outside of a transaction.
    """
    moment = now().timestamp()
    window = int(moment // seconds)
    hashed = _hashed(key)
    with transaction():
        present = _count(bucket, hashed, window, seconds)
        last = db.session.scalar(
            sa.select(LimitCount.hits).where(
                LimitCount.bucket == bucket,
                LimitCount.key == hashed,
                LimitCount.window == window - 1,
            )
        )
    elapsed = moment % seconds
    if present + (last or 0) * (1 - elapsed / seconds) > limit:
        raise TooManyRequests(retry_after=max(1, int(seconds - elapsed)))


def forget(bucket: str, key: str) -> None:
    """Start counting anew for this key (after a right password). Commits by itself."""
    rows = sa.delete(LimitCount)
    with transaction():
        db.session.execute(rows.where(LimitCount.bucket == bucket, LimitCount.key == _hashed(key)))


def network() -> str:
    """The caller's network: one IPv4 address, or the /64 a single IPv6 line is given."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def purge_limits() -> int:
    """Drop counts that no longer matter, inside the caller's transaction."""
    old = sa.delete(LimitCount).where(LimitCount.ends_at < now())
    return db.session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _count(bucket: str, key: str, window: int, seconds: int) -> int:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    ends_at = dt.datetime.fromtimestamp((window + 2) * seconds, dt.UTC)
    row = insert(LimitCount).values(bucket=bucket, key=key, window=window, hits=1, ends_at=ends_at)
    counted = row.on_conflict_do_update(
        index_elements=[LimitCount.bucket, LimitCount.key, LimitCount.window],
        set_={"hits": LimitCount.hits + 1},
    ).returning(LimitCount.hits)
    return db.session.execute(counted).scalar_one()


def _hashed(key: str) -> str:
    # Mail addresses and networks are nobody's business in a table of counts.
    return hashlib.sha256(key.strip().casefold().encode()).hexdigest()
