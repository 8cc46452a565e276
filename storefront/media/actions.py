"""Rows for stored files, and the tidying of bytes that no row names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.crypto import decrypt, encrypt
from storefront.kernel.db import db, lock
from storefront.media import storage
from storefront.media.encoding import PreparedFile, has_metadata
from storefront.media.models import MediaFile
from storefront.media.queries import copy_key
from storefront.media.rules import MOST_TRIES, TRIES, copies_of, endings_of, has_copy
from storefront.notifications import queue_task

SIZES_TOPIC = "media.sizes"
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
    """Name a prepared file in a row, and let the worker make a picture's sizes. Documents are
    private unless told otherwise."""
    is_picture = prepared.kind == "picture"
    media = MediaFile(
        kind=prepared.kind,
        is_private=prepared.is_private if is_private is None else is_private,
        is_encrypted=prepared.is_encrypted,
        artisan_id=artisan_id,
        user_id=user_id,
        name=prepared.name,
        storage_key=prepared.storage_key,
        master_key=prepared.master_key,
        content_hash=prepared.content_hash,
        mime=prepared.mime,
        bytes=prepared.bytes,
        width=prepared.width,
        height=prepared.height,
        widths=list(prepared.widths),
        colour=prepared.colour,
        original_name=prepared.original_name,
        state="processing" if is_picture else "ready",
        is_demo=is_demo,
    )
    db.session.add(media)
    db.session.flush()
    if is_picture:
        _queue_sizes(media)
    return media


def _queue_sizes(media: MediaFile) -> None:
    queue_task(
        SIZES_TOPIC,
        f"{SIZES_TOPIC}:{media.id}:{media.attempts}",
        {"media_id": media.id, "until": media.attempts + TRIES},
        slow=True,
    )


class Plan(NamedTuple):
    """Which sizes (px) of which master are to be made, and whether failing now is final."""

    master_key: str
    storage_key: str
    widths: tuple[int, ...]
    is_last_try: bool


def begin_sizes(media_id: int, until: int) -> Plan | None:
    """Count a try and say what is to be made; None when there is nothing (left) to do. A picture
    whose tries up to `until` all ended without a word is given up."""
    found = lock(MediaFile, [media_id])
    if not found or found[0].state != "processing":
        return None
    media = found[0]
    if media.attempts >= until:
        media.state = "failed"
        return None
    media.attempts += 1
    return Plan(
        media.master_key,
        media.storage_key,
        copies_of(media.width),
        is_last_try=media.attempts >= until,
    )


def end_sizes(
    media_id: int,
    *,
    widths: Sequence[int] = (),
    written: int = 0,
    failed: bool = False,
    uncounted: bool = False,
) -> None:
    """Note how a try ended: with these widths (px) and bytes more, failed, or not to be counted."""
    for media in lock(MediaFile, [media_id]):
        if failed:
            media.state = "failed"
        elif uncounted:
            media.attempts -= 1
        else:
            media.state, media.widths = "ready", list(widths)
            media.bytes += written


def try_again(media_id: int) -> bool:
    """Somebody wants a failed picture's sizes tried once more; False when that was done often
    enough, or is not needed."""
    for media in lock(MediaFile, [media_id]):
        if media.state == "failed" and media.attempts < MOST_TRIES:
            media.state = "processing"
            _queue_sizes(media)
            return True
    return False


def remove_orphans() -> str:
    """Delete bytes older than a day that no row names; says how many. A door: reads on its own.

    A form that was refused leaves such bytes; the row is only written when the form is accepted.
    """
    keys = sa.select(MediaFile.storage_key).union(sa.select(MediaFile.master_key))
    named = set(db.session.scalars(keys))
    db.session.rollback()
    limit = now() - KEPT_UNNAMED
    removed = 0
    for key, written_at in storage.stored():
        if not {key, _picture_of(key)} & named and written_at < limit:
            storage.delete(key)
            removed += 1
    return f"{removed}"


def _picture_of(key: str) -> str:
    """The storage key of the picture a copy belongs to."""
    return key.rpartition("-")[0]


def misplaced_files() -> list[tuple[str, str]]:
    """(name, what is wrong) of rows without bytes, of old bytes without a row, and of public
    pictures that still carry metadata. Reads the store's list and the newest pictures."""
    rows = db.session.scalars(sa.select(MediaFile).order_by(MediaFile.id.desc())).all()
    wanted: dict[str, bool] = {}
    for row in rows:
        wanted |= dict.fromkeys(_keys_of(row), row.kind == "picture" and not row.is_private)
    limit = now() - 2 * KEPT_UNNAMED
    present = dict(storage.stored())
    pictures = {row.storage_key for row in rows if row.kind == "picture"}
    faults = [(key, "no bytes") for key in wanted if key not in present]
    faults += [
        (key, "no row")
        for key, written_at in present.items()
        # A copy the worker has stored and not yet written down belongs to its picture.
        if key not in wanted and _picture_of(key) not in pictures and written_at < limit
    ]
    public = [key for key, is_public in wanted.items() if is_public and key in present]
    faults += [(key, "metadata") for key in public[:LOOKED_AT] if has_metadata(storage.get(key))]
    return faults


def _keys_of(row: MediaFile) -> list[str]:
    """Every key that must be there for a row."""
    if row.kind != "picture":
        return [row.storage_key]
    is_whole = row.state == "ready"
    return [
        row.master_key,
        *(
            copy_key(row, width, ending)
            for width in row.widths
            for ending in endings_of(width)
            if has_copy(width, ending, row.widths, is_whole)
        ),
    ]


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
