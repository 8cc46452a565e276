"""What becomes of uploaded files: checked, turned, cleaned, stored; refused with the reason."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from flask import Flask
from PIL import Image

from storefront.kernel.db import transaction
from storefront.media import (
    BadFile,
    BrokenPicture,
    TooLarge,
    WrongType,
    add_file,
    picture_view,
    prepare_document,
    prepare_picture,
    read_document,
    storage,
)
from storefront.media.rules import MOST_BYTES, shown_name


def photo(
    width: int = 1600, height: int = 1200, kind: str = "JPEG", mode: str = "RGB", **how: object
) -> io.BytesIO:
    target = io.BytesIO()
    Image.new(mode, (width, height), 120 if mode == "L" else None).save(target, kind, **how)
    target.seek(0)
    return target


def huge_png() -> io.BytesIO:
    """A few bytes that claim 20,000 × 20,000 points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def test_sizes_are_never_enlarged(app: Flask) -> None:
    with app.app_context():
        small = prepare_picture(photo(700, 900), "kain.jpg")
        large = prepare_picture(photo(3000, 2000), "kain.jpg")
    assert small.widths == (480, 700)
    assert large.widths == (480, 960, 1440)


def test_metadata_is_gone_and_rotation_applied(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x8825] = {1: "S", 2: (6.0, 1.0, 0.0)}
    with app.app_context():
        prepared = prepare_picture(photo(1200, 800, exif=exif), "a.jpg")
        assert (prepared.width, prepared.height) == (800, 1200)
        stored = Image.open(io.BytesIO(storage.get(f"{prepared.storage_key}-480.webp")))
        assert not stored.getexif()
        assert "icc_profile" not in stored.info


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16"])
def test_every_kind_of_png_becomes_a_picture(app: Flask, mode: str) -> None:
    with app.app_context():
        assert prepare_picture(photo(600, 600, "PNG", mode), "a.png").width == 600


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", BrokenPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", WrongType),
        (b"<html><body>not a photo at all</body></html>", WrongType),
        (b"GIF89a" + b"\0" * 100, WrongType),
        (b"%PDF-1.7 not a photo" + b"\0" * 40, WrongType),
        (photo().getvalue()[:400], BrokenPicture),
        (b"\xff\xd8\xff" + b"\0" * 200, BrokenPicture),
        (huge_png().getvalue(), TooLarge),
        (b"\xff\xd8\xff" + b"\0" * (MOST_BYTES + 1), TooLarge),
    ],
)
def test_refused_with_the_reason_and_nothing_stored(
    app: Flask, data: bytes, error: type[BadFile]
) -> None:
    with app.app_context():
        before = list(storage.stored())
        with pytest.raises(error):
            prepare_picture(io.BytesIO(data), "x.jpg")
        assert list(storage.stored()) == before


def test_a_document_is_sealed_on_disk(app: Flask) -> None:
    data = b"%PDF-1.7 " + b"NIK 3672" * 10
    with app.app_context():
        prepared = prepare_document(io.BytesIO(data), "ktp.pdf")
        with transaction():
            media = add_file(prepared)
        assert media.is_private and b"3672" not in storage.get(media.storage_key)
        assert read_document(media) == data


def test_a_picture_is_served_for_a_year_and_a_private_one_never(app: Flask) -> None:
    with app.app_context(), transaction():
        prepared = prepare_picture(photo(), "a.jpg")
        shown = picture_view(add_file(prepared)).url(480)
        hidden = picture_view(add_file(prepared, is_private=True)).url(480)
    client = app.test_client()
    answer = client.get(shown)
    assert answer.status_code == 200 and answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    etag = answer.headers["ETag"]
    assert client.get(shown, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(hidden).status_code == 404
    assert client.get(shown.replace("480", "481")).status_code == 404


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Foto\\kain jati.jpg", "kain jati.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\0b\r\nc.jpg", "abc.jpg"),
        (".-hidden", "hidden"),
        ("가방.jpg", "가방.jpg"),
    ],
)
def test_names_are_shown_without_paths_or_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown
