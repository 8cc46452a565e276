"""Files by id, and how a picture is shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from storefront.kernel.crypto import decrypt
from storefront.kernel.db import db
from storefront.media import storage
from storefront.media.models import MediaFile


@dataclass(frozen=True)
class PictureView:
    """A picture for a template: addresses per width (px), its shape, its dominant colour."""

    public_id: str
    width: int
    height: int
    widths: tuple[int, ...]
    colour: str

    def url(self, width: int = 960, ending: str = "webp") -> str:
        """The smallest copy at least that wide, or the widest there is."""
        fitting = [at for at in self.widths if at >= width]
        return f"/media/{self.public_id}/{min(fitting) if fitting else max(self.widths)}.{ending}"

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.url(width)} {width}w" for width in sorted(self.widths))


def picture_view(media: MediaFile) -> PictureView:
    """How a picture is shown."""
    widths = tuple(media.widths) or (media.width,)
    return PictureView(media.public_id, media.width, media.height, widths, media.colour)


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


def read_picture(media: MediaFile, width: int) -> bytes:
    """A picture's bytes at one of its widths. Raises FileNotFoundError."""
    return storage.get(f"{media.storage_key}-{width}.webp")


def public_picture(public_id: str) -> MediaFile | None:
    """A picture anyone may see, by its public name."""
    return db.session.scalar(
        sa.select(MediaFile).where(
            MediaFile.public_id == public_id,
            MediaFile.kind == "picture",
            MediaFile.is_private.is_(False),
            MediaFile.state == "ready",
        )
    )
