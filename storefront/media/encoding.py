"""From an uploaded photo to what the shop shows: upright, in sRGB, without metadata, smaller."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from storefront.kernel.crypto import encrypt
from storefront.media import storage
from storefront.media.rules import (
    MOST_BYTES,
    MOST_PIXELS,
    PICTURE_FORMATS,
    QUALITY,
    WIDTHS,
    BrokenPicture,
    TooLarge,
    WrongType,
    mime_of,
    shown_name,
)


@dataclass(frozen=True)
class PreparedFile:
    """A file whose bytes are stored but which no row names yet. `widths` in px, for pictures."""

    kind: str
    storage_key: str
    content_hash: str
    mime: str
    bytes: int
    original_name: str
    is_encrypted: bool = False
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    colour: str = ""


def prepare_picture(stream: BinaryIO, filename: str) -> PreparedFile:
    """Check a photo, re-encode it at the shop's widths and store it. No database.

    Raises WrongType, TooLarge or BrokenPicture; then nothing was stored.
    """
    data = _read(stream)
    if not mime_of(data[:16]).startswith("image/"):
        raise WrongType()
    picture = _open(data)
    digest = hashlib.sha256(data).hexdigest()
    key = f"pictures/{digest[:2]}/{digest[2:34]}"
    widths = tuple(width for width in WIDTHS if width < picture.width) + (
        (picture.width,) if picture.width <= WIDTHS[-1] else ()
    )
    encoded = {width: _encode(picture, width) for width in widths}
    for width, content in encoded.items():
        storage.put(f"{key}-{width}.webp", content)
    return PreparedFile(
        kind="picture",
        storage_key=key,
        content_hash=digest,
        mime="image/webp",
        bytes=sum(map(len, encoded.values())),
        original_name=shown_name(filename),
        width=picture.width,
        height=picture.height,
        widths=widths,
        colour=_dominant(picture),
    )


def prepare_document(stream: BinaryIO, filename: str, encrypted: bool = True) -> PreparedFile:
    """Check a paper (PDF or photo) and store it sealed. Raises WrongType or TooLarge."""
    data = _read(stream)
    mime = mime_of(data[:16])
    digest = hashlib.sha256(data).hexdigest()
    key = f"documents/{digest[:2]}/{digest[2:34]}"
    storage.put(key, encrypt(data) if encrypted else data)
    return PreparedFile(
        kind="document",
        storage_key=key,
        content_hash=digest,
        mime=mime,
        bytes=len(data),
        original_name=shown_name(filename),
        is_encrypted=encrypted,
    )


def import_master(path: Path) -> PreparedFile:
    """Take one of the shop's own WebP masters as it is, without encoding it again."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
        width, height = picture.size
        colour = _dominant(picture.convert("RGB"))
    digest = hashlib.sha256(data).hexdigest()
    key = f"pictures/{digest[:2]}/{digest[2:34]}"
    storage.put(f"{key}-{width}.webp", data)
    return PreparedFile(
        kind="picture",
        storage_key=key,
        content_hash=digest,
        mime="image/webp",
        bytes=len(data),
        original_name=path.name,
        width=width,
        height=height,
        widths=(width,),
        colour=colour,
    )


def has_metadata(webp: bytes) -> bool:
    """Whether a WebP file carries EXIF or XMP, by the flags of its header."""
    return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 0b1100)


def _read(stream: BinaryIO) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge()
    if len(data) < 16:
        raise BrokenPicture()
    return data


def _open(data: bytes) -> Image.Image:
    """Decode with the three decoders the shop trusts; the size is judged before decoding."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(data), formats=list(PICTURE_FORMATS))
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge()
            picture.load()
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise TooLarge() from error
        except (OSError, SyntaxError, ValueError) as error:
            raise BrokenPicture() from error
    upright = ImageOps.exif_transpose(picture) or picture
    return _on_white(_in_srgb(upright))


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError):
        return picture  # a profile nobody can read changes no colours


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    return picture.convert("RGB")


def _encode(picture: Image.Image, width: int) -> bytes:
    if width != picture.width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)  # a new picture carries no metadata of the old one
    target = io.BytesIO()
    clean.save(target, "WEBP", quality=QUALITY, method=4)
    return target.getvalue()


def _dominant(picture: Image.Image) -> str:
    average = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX)
    return f"#{average.tobytes().hex()}"
