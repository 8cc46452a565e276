"""Rows for stored files, and the tidying of bytes that no row names."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.crypto import decrypt, encrypt
from storefront.kernel.db import db
from storefront.media import storage
from storefront.media.encoding import PreparedFile, has_metadata
from storefront.media.models import MediaFile

KEPT_UNNAMED = dt.timedelta(hours=24)
LOOKED_AT = 200


def add_file(
    prepared: PreparedFile,
    *,
    artisan_id: int | None = None,
    user_id: int | None = None,
    is_private: bool | None = None,
    is_demo: bool = False,
) -> MediaFile:
    """Name a prepared file in a row. Documents are private unless told otherwise."""
    media = MediaFile(
        kind=prepared.kind,
        is_private=prepared.kind == "document" if is_private is None else is_private,
        is_encrypted=prepared.is_encrypted,
        artisan_id=artisan_id,
        user_id=user_id,
        storage_key=prepared.storage_key,
        content_hash=prepared.content_hash,
        mime=prepared.mime,
        bytes=prepared.bytes,
        width=prepared.width,
        height=prepared.height,
        widths=list(prepared.widths),
        colour=prepared.colour,
        original_name=prepared.original_name,
        is_demo=is_demo,
    )
    db.session.add(media)
    db.session.flush()
    return media


def remove_orphans() -> str:
    """Delete bytes older than a day that no row names; says how many. A door: reads on its own.

    A form that was refused leaves such bytes; the row is only written when the form is accepted.
    """
    named = set(db.session.scalars(sa.select(MediaFile.storage_key)))
    db.session.rollback()
    limit = now() - KEPT_UNNAMED
    removed = 0
    for key, written_at in storage.stored():
        base = key.rpartition("-")[0] if key.startswith("pictures/") else key
        if base not in named and written_at < limit:
            storage.delete(key)
            removed += 1
    return f"{removed}"


def misplaced_files() -> list[tuple[str, str]]:
    """(name, what is wrong) of rows without bytes, of old bytes without a row, and of public
    pictures that still carry metadata. Reads the store's list and the newest pictures."""
    rows = db.session.execute(
        sa.select(MediaFile.storage_key, MediaFile.kind, MediaFile.widths, MediaFile.is_private)
        .where(MediaFile.state == "ready")
        .order_by(MediaFile.id.desc())
    ).all()
    wanted: dict[str, bool] = {}
    for row in rows:
        sizes = [f"{row.storage_key}-{width}.webp" for width in row.widths]
        for key in sizes if row.kind == "picture" else [row.storage_key]:
            wanted[key] = row.kind == "picture" and not row.is_private
    limit = now() - 2 * KEPT_UNNAMED
    present = dict(storage.stored())
    faults = [(key, "no bytes") for key in wanted if key not in present]
    faults += [
        (key, "no row")
        for key, written_at in present.items()
        if key not in wanted and written_at < limit
    ]
    public = [key for key, is_public in wanted.items() if is_public and key in present]
    faults += [(key, "metadata") for key in public[:LOOKED_AT] if has_metadata(storage.get(key))]
    return faults


def reseal_files() -> int:
    """Seal every sealed file anew with the first key; returns how many. May be cut off and
    repeated: all present keys go on reading. Raises Undecipherable."""
    sealed = sa.select(MediaFile.storage_key).where(MediaFile.is_encrypted).distinct()
    keys = list(db.session.scalars(sealed))
    db.session.rollback()
    for key in keys:
        storage.put(key, encrypt(decrypt(storage.get(key))))
    return len(keys)


def erase_file(media_id: int) -> None:
    """Forget a private file: its row goes now, its bytes when no other row names them."""
    db.session.delete(db.session.get_one(MediaFile, media_id))
