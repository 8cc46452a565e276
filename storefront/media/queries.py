"""Files by id, and how a picture is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import sqlalchemy as sa

from storefront.kernel.crypto import decrypt
from storefront.kernel.db import db
from storefront.media import storage
from storefront.media.models import MediaFile
from storefront.media.rules import has_copy
from storefront.media.showing import PictureView

# What a picture is shown by, as `shown_picture` takes it.
PICTURE_COLUMNS = ("public_id", "name", "width", "height", "widths", "colour", "state")


def picture_view(media: MediaFile) -> PictureView:
    """How a picture is shown."""
    return shown_picture(*(getattr(media, name) for name in PICTURE_COLUMNS))


def shown_picture(
    public_id: str,
    name: str,
    width: int,
    height: int,
    widths: Sequence[int],
    colour: str,
    state: str,
) -> PictureView:
    """The view of a row's PICTURE_COLUMNS: the same object for the same row, which knows what it
    answered before."""
    return _view(public_id, name, width, height, tuple(widths) or (width,), colour, state)


_view = lru_cache(maxsize=4096)(PictureView)


def files(ids: Collection[int | None]) -> dict[int, MediaFile]:
    """Files by id; one statement, none for no ids."""
    wanted = {at for at in ids if at is not None}
    if not wanted:
        return {}
    rows = db.session.scalars(sa.select(MediaFile).where(MediaFile.id.in_(wanted)))
    return {row.id: row for row in rows}


def pictures(ids: Collection[int | None]) -> dict[int, PictureView]:
    """Picture views by media id; one statement."""
    return {at: picture_view(row) for at, row in files(ids).items()}


def read_document(media: MediaFile) -> bytes:
    """A document's bytes, opened. Raises FileNotFoundError or Undecipherable."""
    data = storage.get(media.storage_key)
    return decrypt(data) if media.is_encrypted else data


def read_picture(media: MediaFile, width: int, ending: str = "webp") -> bytes:
    """A picture's bytes at one of its widths. Raises FileNotFoundError."""
    return storage.get(copy_key(media, width, ending))


def copy_key(media: MediaFile, width: int, ending: str) -> str:
    """The store's key of a picture's copy."""
    return f"{media.storage_key}-{width}.{ending}"


def public_picture(name: str, width: int, ending: str) -> MediaFile | None:
    """A picture anyone may see that has this copy, by its public name; one statement."""
    rows = db.session.scalars(
        sa.select(MediaFile).where(
            MediaFile.name == name, MediaFile.kind == "picture", MediaFile.is_private.is_(False)
        )
    )
    return next(
        (at for at in rows if has_copy(width, ending, at.widths, at.state == "ready")), None
    )
