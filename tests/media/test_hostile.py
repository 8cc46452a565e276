"""Files made to do harm: refused with the reason before they cost anything, or made harmless."""

from __future__ import annotations

import contextlib
import io
import socket
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image, ImageCms

from storefront.accounts import open_session
from storefront.kernel.db import db, transaction
from storefront.media import (
    BadFile,
    BrokenPicture,
    MediaFile,
    TooLarge,
    WrongType,
    add_file,
    encoding,
    prepare_document,
    prepare_picture,
    send_document,
    storage,
)
from storefront.media.encoding import store_copies
from storefront.media.rules import MOST_BYTES, DecoderDied, copies_of, is_active, shown_name
from tests.factories import listings as make
from tests.factories.accounts import sign_in
from tests.media.photos import chunk, foreign, moving, photo, png, with_archive
from tests.rig.client import PageClient
from tests.rig.servers import LiveServer

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
CASES = {
    "nothing": (b"", BrokenPicture),
    "one byte": (b"\xff", BrokenPicture),
    "cut off": (photo().getvalue()[:400], BrokenPicture),
    "cut off late": (photo(400, 400, "PNG").getvalue()[:-30], BrokenPicture),
    "only a beginning": (b"\xff\xd8\xff" + b"\0" * 200, BrokenPicture),
    "one byte over": (b"\xff\xd8\xff".ljust(MOST_BYTES + 1, b"\0"), TooLarge),
    "400 million points": (png(20_000, 20_000), TooLarge),
    "a line of 2 thousand million points": (png(2_000_000_000, 1), TooLarge),
    "just over 40 million": (png(8_000, 5_001), TooLarge),
    "a packed profile of 100 MB": (
        png(50, 50, before=chunk(b"iCCP", b"x\0\0" + b"\0" * 2_000_000)),
        BrokenPicture,
    ),
    "a moving WebP": (moving("WEBP"), WrongType),
    "a moving PNG": (moving("PNG", 20), WrongType),
    "a GIF of 1,000 frames": (moving("GIF"), WrongType),
    **{kind: (foreign(kind), WrongType) for kind in ("TIFF", "BMP", "PSD", "EPS", "FITS", "GIF")},
    "AVIF": (foreign("AVIF"), WrongType),
    "SVG": (SVG, WrongType),
    "HTML": (HTML, WrongType),
    "a PDF": (b"%PDF-1.7 not a photo" + b"\0" * 40, WrongType),
    "a GIF that says it is a JPEG": (b"\xff\xd8\xff\xe0GIF89a" + foreign("GIF"), BrokenPicture),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.engines("sqlite")  # no row is written
def test_refused_with_the_reason_and_nothing_stored(
    app: Flask, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, error = CASES[case]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "drafts"))
    (tmp_path / "drafts").mkdir()
    with app.app_context():
        with pytest.raises(BadFile) as refused:
            prepare_picture(io.BytesIO(data), "x.jpg")
        assert refused.type is error
        assert list(storage.stored()) == []
    assert list((tmp_path / "drafts").iterdir()) == [], "what was unpacked is gone"


def test_what_names_say_does_not_count(app: Flask, database: Any) -> None:
    for name in ("kain.php.jpg", "kain.html", "kain.svg", "../../../etc/passwd", "a\0b.exe"):
        prepared = prepare_picture(photo(400, 300), name)
        assert prepared.master_key.endswith(".jpg")
        for ending in (".php", ".html", ".svg", "passwd", ".exe"):
            assert not any(ending in key for key, _ in storage.stored())


@pytest.mark.parametrize(
    "tail", [HTML, b"<?php system('id') ?>", b"/*JS*/alert(1)//", with_archive(b"")]
)
def test_a_picture_that_is_something_else_too_is_only_a_picture_afterwards(
    app: Flask, database: Any, tail: bytes
) -> None:
    telling = photo(700, 700, comment=tail[:60_000]).getvalue() + tail
    prepared = prepare_picture(io.BytesIO(telling), "x.jpg")
    store_copies(prepared.master_key, prepared.storage_key, copies_of(prepared.width))
    for key, _ in storage.stored():
        data = storage.get(key)
        for mark in (b"alert(1)", b"<script", b"<?php", b"PK\x03\x04", b"run.js"):
            assert mark not in data, key


# -- the decoder's own limits --------------------------------------------------------------------


def test_a_decoder_that_takes_too_much_memory_is_ended(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned, which takes its memory once more
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = photo(8000, 5000, "PNG", "RGBA", exif=exif, icc_profile=profile).getvalue()
    assert prepare_picture(io.BytesIO(data), "x.png").width == 1688, "fine within the limit"
    monkeypatch.setattr(encoding, "MEGABYTES", 90)
    with pytest.raises(DecoderDied):
        prepare_picture(io.BytesIO(data), "x.png")


def test_a_decoder_that_takes_too_long_is_ended(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text(
        "import json, resource, sys\n"
        "seconds = json.loads(sys.argv[1])['seconds']\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))\n"
        "while True: pass\n"
    )
    monkeypatch.setattr(encoding, "DARKROOM", endless)
    monkeypatch.setattr(encoding, "UPLOAD_SECONDS", 1)
    with pytest.raises(DecoderDied):
        prepare_picture(photo(), "x.jpg")


def test_the_decoder_knows_no_secret(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    telling = tmp_path / "telling.py"
    telling.write_text(
        "import json, os, sys\nsys.exit(3 if set(os.environ) - {'LC_CTYPE'} else 0)\n"
    )
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    monkeypatch.setattr(encoding, "DARKROOM", telling)
    with pytest.raises(ValueError):  # it ended well, without a word of JSON
        prepare_picture(photo(), "x.jpg")


# -- at the door ---------------------------------------------------------------------------------


def test_two_hundred_files_are_refused_in_words(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, _artisan = make.maker()
    studio = sign_in(client, owner)
    page = studio.get("/studio/products/new")
    files = [(photo(40, 40), f"{at}.jpg") for at in range(200)]
    form = {"name_id": "Syal", "category": "ecoprint-scarves", "photos": files}
    answer = studio.submit(page, form)
    assert answer.status_code == 422 and "10" in answer.text
    with app.app_context():
        assert list(storage.stored()) == []
        assert db.session.scalar(sa.select(sa.func.count(MediaFile.id))) == 0


def test_of_several_photos_the_broken_one_is_named(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, _artisan = make.maker()
    studio = sign_in(client, owner)
    page = studio.get("/studio/products/new")
    files = [(photo(300, 300), "bagus.jpg"), (io.BytesIO(b"\xff\xd8\xff".ljust(90)), "rusak.jpg")]
    form = {"name_id": "Syal", "category": "ecoprint-scarves", "photos": files}
    answer = studio.submit(page, form)
    assert answer.status_code == 422 and "rusak.jpg" in answer.text
    assert "bagus.jpg" not in answer.text


@pytest.mark.engines("sqlite")  # it never reaches the database
def test_a_form_that_dribbles_in_keeps_nobody_else_waiting(
    app: Flask, live_server: LiveServer
) -> None:
    """More slow uploads at once than the server has threads; a page must come all the same, and
    those that are too many hear why."""
    with app.app_context():
        owner, _artisan = make.maker()
        with transaction():
            token = open_session(owner)
    host = urlsplit(live_server.url)
    head = (
        f"POST /studio/products/new HTTP/1.1\r\nHost: {host.netloc}\r\n"
        f"Cookie: session={token}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Length: 5000000\r\n\r\n--b\r\n"
    )
    slow = [socket.create_connection((host.hostname, host.port)) for _ in range(12)]
    try:
        for line in slow:
            line.sendall(head.encode())
        time.sleep(0.5)
        with socket.create_connection((host.hostname, host.port), timeout=60) as visitor:
            visitor.sendall(f"GET /healthz HTTP/1.0\r\nHost: {host.netloc}\r\n\r\n".encode())
            assert b" 200 " in visitor.recv(200)
        told = []
        for line in slow:
            line.settimeout(8)
            with contextlib.suppress(TimeoutError):
                told.append(line.recv(40).split()[1])
        assert set(told) == {b"503"}, "refused in words"
        assert 0 < len(slow) - len(told) <= 4, "two of each process are waited for"
    finally:
        for line in slow:
            line.close()


# -- papers --------------------------------------------------------------------------------------

ACTIVE = [
    b"%PDF-1.7 1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
    b"%PDF-1.7 1 0 obj << /S /Launch /F (cmd.exe) >>",
    b"%PDF-1.7 1 0 obj << /Type /EmbeddedFile >>",
    b"%PDF-1.7 1 0 obj << /S /J#61vaScript >>",
]


@pytest.mark.parametrize("data", ACTIVE)
def test_a_pdf_that_acts_is_marked_for_its_reviewer(data: bytes) -> None:
    assert is_active(data) and not is_active(data.replace(b"%PDF", b"%TXT"))


def test_a_pdf_that_hides_its_script_in_a_packed_part_is_marked() -> None:
    packed = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")
    head = b"%PDF-1.7 1 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
    assert is_active(head + packed + b"\nendstream")
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    assert not is_active(head + bomb + b"\nendstream"), "unpacked only as far as the limit"
    assert not is_active(head + b"no stream at all")


NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Foto\\kain jati.jpg", "kain jati.jpg"),
    ("\u202egpj.exe", "gpj.exe"),
    ("a\0b\r\nc.jpg", "abc.jpg"),
    ("%00.jpg", "%00.jpg"),
    ("-rf .jpg", "rf .jpg"),
    (".-hidden", "hidden"),
    ("가방.jpg", "가방.jpg"),
    ("\u0041\u030a.jpg", "Å.jpg"),
    ("..", ""),
    ("n" * 300 + ".pdf", "n" * 96 + ".pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_names_are_shown_without_paths_or_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize("name", [*(name for name, _ in NAMES), 'a"b;c.pdf', "écharpe.pdf"])
def test_a_paper_is_handed_out_so_that_no_browser_opens_it(
    app: Flask, database: Any, name: str
) -> None:
    with transaction():
        media = add_file(prepare_document(io.BytesIO(ACTIVE[0]), name))
    assert media.is_private and ".." not in media.storage_key
    with app.test_request_context():
        answer = send_document(media)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="') and said.count('"') == 2
    shown = shown_name(name) or "document"
    assert said.endswith(f"filename*=UTF-8''{quote(shown, safe='')}")
    assert "\r" not in said and "\n" not in said and said.isascii()
