"""Photos as tests need them: honest ones, and ones made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms


def photo(
    width: int = 1600, height: int = 1200, kind: str = "JPEG", mode: str = "RGB", **how: object
) -> io.BytesIO:
    """A plain picture as a file."""
    target = io.BytesIO()
    Image.new(mode, (width, height), 120 if mode == "L" else None).save(target, kind, **how)
    target.seek(0)
    return target


def png(width: int, height: int, *, bits: int = 8, colour: int = 2, before: bytes = b"") -> bytes:
    """A few bytes that claim to be a PNG of this size; `before` stands ahead of the data."""

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def moving(kind: str, frames: int = 1000) -> bytes:
    """A tiny picture of many frames."""
    target = io.BytesIO()
    first, *others = (Image.new("RGB", (8, 8), (at % 256, 0, 0)) for at in range(frames))
    first.save(target, kind, save_all=True, append_images=others, duration=20)
    return target.getvalue()


def foreign(kind: str) -> bytes:
    """A picture in a format the shop does not open."""
    if kind == "FITS":
        cards = [b"SIMPLE  =                    T", b"BITPIX  =                    8"]
        cards += [b"NAXIS   =                    2", b"NAXIS1  =                20000"]
        cards += [b"NAXIS2  =                20000", b"END"]
        return b"".join(card.ljust(80) for card in cards).ljust(2880)
    if kind == "PSD":
        return b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 20_000, 20_000, 8, 3) + b"\0" * 200
    if kind == "EPS":
        return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20000 20000\n" + b"{ loop } loop\n" * 9
    return photo(200, 200, kind).getvalue()


def with_archive(picture: bytes) -> bytes:
    """A picture that is a ZIP archive too."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return picture + target.getvalue()


def told_all(width: int = 1200, height: int = 800) -> io.BytesIO:
    """A photo that tells where it was taken, with what, by whom, and that it is turned by 90°."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Penjual Kamera"
    exif[0x8825] = {1: "S", 2: (6.0, 1.0, 0.0), 3: "E", 4: (106.0, 3.0, 0.0)}
    exif[0x8769] = {0x927C: b"maker's own notes"}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET PLACE</x:xmpmeta>"
    return photo(width, height, exif=exif, icc_profile=profile, xmp=xmp, comment=b"SECRET WORDS")
