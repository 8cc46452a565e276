"""From an uploaded photo to what the shop keeps: upright, in sRGB, without metadata."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from storefront.kernel.crypto import encrypt
from storefront.media import darkroom, storage
from storefront.media.rules import (
    ENDINGS,
    FIRST_WIDTH,
    MASTER_BOX,
    MASTER_QUALITY,
    MOST_BYTES,
    MOST_PIXELS,
    PICTURE_FORMATS,
    QUALITY,
    BrokenPicture,
    DecoderDied,
    TooLarge,
    WrongType,
    endings_of,
    is_moving,
    mime_of,
    shown_name,
)

DARKROOM = Path(darkroom.__file__)
MEGABYTES = 768  # 40 million points with transparency three times, and the interpreter
UPLOAD_SECONDS = 5  # of CPU; an honest photo of 40 million points needs three
COPY_SECONDS = 20  # of CPU, for our own masters, which hold no surprise
PATIENCE = 180  # seconds by the clock, when the machine has much else to do
UPLOAD_NICE, COPY_NICE = 0, 10


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
    is_private: bool = False
    name: str = ""
    master_key: str = ""
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    colour: str = ""


def prepare_picture(stream: BinaryIO, filename: str, *, private: bool = False) -> PreparedFile:
    """Check a photo and store its master and its first width. No database.

    What came is thrown away: the master is decoded and encoded anew, upright, in sRGB, at most
    2,000 px wide, without metadata. The worker makes the other sizes from it.
    Raises WrongType, TooLarge or BrokenPicture; then nothing was stored.
    """
    data = _read(stream)
    if not mime_of(data[:16]).startswith("image/") or is_moving(data):
        raise WrongType()
    copies = [
        _copy(darkroom.MASTER, *MASTER_BOX, MASTER_QUALITY),
        _copy("first.webp", FIRST_WIDTH, MASTER_BOX[1], QUALITY["webp"]),
    ]
    with _developed(data, list(PICTURE_FORMATS), copies, UPLOAD_SECONDS, UPLOAD_NICE) as (
        folder,
        told,
    ):
        master = (folder / darkroom.MASTER).read_bytes()
        first = (folder / "first.webp").read_bytes()
    width, height = _size(master)
    digest = hashlib.sha256(master)
    key = _key("private" if private else "pictures", digest.hexdigest())
    master_key = f"{_key('masters', digest.hexdigest())}.jpg"
    first_width = told["sizes"]["first.webp"]
    storage.put(master_key, master, ENDINGS["jpg"])
    storage.put(f"{key}-{first_width}.webp", first, ENDINGS["webp"])
    return PreparedFile(
        kind="picture",
        storage_key=key,
        content_hash=digest.hexdigest(),
        mime=ENDINGS["jpg"],
        bytes=len(master) + len(first),
        original_name=shown_name(filename),
        is_private=private,
        name=_name(digest.digest()),
        master_key=master_key,
        width=width,
        height=height,
        widths=(first_width,),
        colour=told["colour"],
    )


def prepare_document(stream: BinaryIO, filename: str, encrypted: bool = True) -> PreparedFile:
    """Check a paper (PDF or photo) and store it sealed. Raises WrongType or TooLarge."""
    data = _read(stream)
    mime = mime_of(data[:16])
    digest = hashlib.sha256(data).hexdigest()
    key = _key("documents", digest)
    storage.put(key, encrypt(data) if encrypted else data)
    return PreparedFile(
        kind="document",
        storage_key=key,
        content_hash=digest,
        mime=mime,
        bytes=len(data),
        original_name=shown_name(filename),
        is_encrypted=encrypted,
        is_private=True,
    )


def import_master(path: Path) -> PreparedFile:
    """Take one of the shop's own WebP masters as it is, without encoding it again. It is shown
    itself until the worker has made smaller sizes."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data), formats=["WEBP"]) as picture:
        width, height = picture.size
        colour = darkroom.dominant(picture)
    digest = hashlib.sha256(data)
    key = _key("pictures", digest.hexdigest())
    storage.put(f"{key}-{width}.webp", data, ENDINGS["webp"])
    return PreparedFile(
        kind="picture",
        storage_key=key,
        content_hash=digest.hexdigest(),
        mime=ENDINGS["webp"],
        bytes=len(data),
        original_name=path.name,
        name=_name(digest.digest()),
        master_key=f"{key}-{width}.webp",
        width=width,
        height=height,
        widths=(width,),
        colour=colour,
    )


def store_copies(master_key: str, key: str, widths: Sequence[int]) -> int:
    """Make what is missing of a master's sizes and store it; returns the bytes written.

    What is there stays as it is: its address promised the same bytes for a year. Raises
    FileNotFoundError without a master, BrokenPicture or DecoderDied when it cannot be decoded.
    """
    names = {
        f"{width}.{ending}": f"{key}-{width}.{ending}"
        for width in widths
        for ending in endings_of(width)
    }
    missing = {name: at for name, at in names.items() if not storage.exists(at)}
    if not missing:
        return 0
    copies = []
    for name in missing:
        width, ending = name.split(".")
        copies.append(_copy(name, int(width), 100_000, QUALITY[ending]))
    data, written = storage.get(master_key), 0
    formats = ["JPEG", "WEBP"]
    with _developed(data, formats, copies, COPY_SECONDS, COPY_NICE) as (folder, _told):
        for name, at in missing.items():
            content = (folder / name).read_bytes()
            storage.put(at, content, ENDINGS[name.rpartition(".")[2]])
            written += len(content)
    return written


def has_metadata(data: bytes) -> bool:
    """Whether a picture of ours (WebP, JPEG or AVIF) carries EXIF, XMP or IPTC."""
    if data[:4] == b"RIFF":
        return data[12:16] == b"VP8X" and len(data) > 20 and bool(data[20] & 0b1100)
    if data.startswith(b"\xff\xd8"):
        return any(mark in data[:70_000] for mark in (b"Exif\0", b"http://ns.adobe.com", b"8BIM"))
    return b"Exif" in data[:4096] or b"application/rdf+xml" in data[:4096]


@contextmanager
def _developed(
    data: bytes, formats: list[str], copies: list[dict[str, Any]], seconds: int, nice: int
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The darkroom's work in a folder that goes away afterwards, and what it said."""
    wish = {
        "formats": formats,
        "most_pixels": MOST_PIXELS,
        "copies": copies,
        "seconds": seconds,
        "megabytes": MEGABYTES,
        "nice": nice,
    }
    with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(DARKROOM), json.dumps(wish)],
                input=data,
                capture_output=True,
                cwd=folder,
                env={},
                timeout=PATIENCE,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise DecoderDied() from error
        told = json.loads(done.stdout)
        if "fault" in told:
            raise TooLarge() if told["fault"] == "too_large" else BrokenPicture()
        yield Path(folder), told


def _copy(name: str, width: int, height: int, quality: int) -> dict[str, Any]:
    return {"name": name, "width": width, "height": height, "quality": quality}


def _key(folder: str, digest: str) -> str:
    return f"{folder}/{digest[:2]}/{digest[2:34]}"


def _name(digest: bytes) -> str:
    """Twelve letters of the content's hash: what a picture is called in addresses."""
    return base64.urlsafe_b64encode(digest[:9]).decode()


def _size(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
        return opened.size


def _read(stream: BinaryIO) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge()
    if len(data) < 16:
        raise BrokenPicture()
    return data
