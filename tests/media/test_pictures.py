"""What becomes of honest photos: upright, in sRGB, without metadata, at the shop's widths."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageCms

from storefront.kernel.db import db, transaction
from storefront.media import (
    MediaFile,
    add_file,
    darkroom,
    import_master,
    misplaced_files,
    picture_view,
    prepare_document,
    prepare_picture,
    read_document,
    storage,
)
from storefront.media.encoding import has_metadata, store_copies
from storefront.media.rules import PICTURE_FORMATS, copies_of, endings_of, is_active
from storefront.notifications import drain_slow
from tests.media.photos import photo, told_all


def opened(key: str) -> Image.Image:
    return Image.open(io.BytesIO(storage.get(key)))


def developed(data: bytes, folder: Any, monkeypatch: pytest.MonkeyPatch) -> Image.Image:
    """What the darkroom makes of a picture, in this process."""
    monkeypatch.chdir(folder)
    copies = [{"name": "master.jpg", "width": 400, "height": 400, "quality": 95}]
    wish = {"formats": list(PICTURE_FORMATS), "most_pixels": 40_000_000, "copies": copies}
    told = darkroom.develop(data, wish)
    assert "fault" not in told
    return Image.open(folder / "master.jpg")


@pytest.mark.parametrize(
    ("width", "copies"),
    [
        (200, (200,)),
        (320, (320,)),
        (700, (320, 640, 700)),
        (1200, (320, 640, 960, 1200)),
        (1600, (320, 640, 960, 1600)),
        (2000, (320, 640, 960, 1600)),
    ],
)
def test_widths_never_enlarge(width: int, copies: tuple[int, ...]) -> None:
    assert copies_of(width) == copies


def test_an_upload_is_there_at_once_and_whole_after_the_worker(app: Flask, database: Any) -> None:
    prepared = prepare_picture(photo(3000, 2000), "kain.jpg")
    assert prepared.widths == (640,) and (prepared.width, prepared.height) == (2000, 1333)
    with transaction():
        media_id = add_file(prepared).id
    assert db.session.get_one(MediaFile, media_id).state == "processing"
    assert drain_slow() == 1
    media = db.session.get_one(MediaFile, media_id, populate_existing=True)
    assert (media.state, media.widths) == ("ready", [320, 640, 960, 1600])
    kept = {key for key, _ in storage.stored()}
    assert kept == {media.master_key} | {
        f"{media.storage_key}-{width}.{ending}"
        for width in media.widths
        for ending in endings_of(width)
    }
    for width in media.widths:
        for ending in endings_of(width):
            copy = opened(f"{media.storage_key}-{width}.{ending}")
            assert copy.width == width and not copy.getexif() and not copy.info.get("xmp")
    assert media.master_key.startswith("masters/") and media.bytes > prepared.bytes
    assert misplaced_files() == []


def test_a_small_picture_gets_no_avif_and_stays_small(app: Flask, database: Any) -> None:
    prepared = prepare_picture(photo(300, 400), "kain.jpg")
    store_copies(prepared.master_key, prepared.storage_key, copies_of(prepared.width))
    kept = {key.rpartition("-")[2] for key, _ in storage.stored() if "pictures/" in key}
    assert kept == {"300.webp", "300.jpg"}


def test_what_a_photo_tells_stays_with_its_maker(app: Flask, database: Any) -> None:
    told = told_all()
    assert has_metadata(told.getvalue()), "the test's photo must tell something"
    prepared = prepare_picture(told, "a.jpg")
    assert (prepared.width, prepared.height) == (800, 1200), "turned before it was stripped"
    store_copies(prepared.master_key, prepared.storage_key, copies_of(prepared.width))
    for key, _ in storage.stored():
        data = storage.get(key)
        assert not has_metadata(data), key
        for word in (b"SECRET", b"Kamera", b"maker's own", b"Exif\0", b"ICC_PROFILE"):
            assert word not in data, (key, word)


@pytest.mark.parametrize("ending", ["jpg", "webp", "avif"])
def test_metadata_is_seen_in_each_format(ending: str) -> None:
    plain, telling = io.BytesIO(), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    form = darkroom.SETTINGS[ending]["format"]
    Image.new("RGB", (60, 60)).save(plain, form)
    Image.new("RGB", (60, 60)).save(telling, form, exif=exif)
    assert not has_metadata(plain.getvalue()) and has_metadata(telling.getvalue())


def test_colours_come_from_the_profile(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide gamut's green lies outside: its numbers must change on the way to sRGB."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    with_profile = photo(60, 60, "PNG", icc_profile=lab.tobytes()).getvalue()
    broken = photo(60, 60, "PNG", icc_profile=b"no profile at all").getvalue()
    assert developed(with_profile, tmp_path, monkeypatch).mode == "RGB"
    assert developed(broken, tmp_path, monkeypatch).getpixel((5, 5)) == (0, 0, 0)


def test_ink_on_paper_becomes_light(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    Image.new("CMYK", (60, 60), (0, 255, 255, 0)).save(target, "JPEG")
    red, green, blue = developed(target.getvalue(), tmp_path, monkeypatch).getpixel((30, 30))
    assert red > 200 and green < 60 and blue < 60


def test_sixteen_bits_keep_their_shades(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shades = Image.new("I;16", (256, 60))
    for column in range(256):
        shades.paste(column * 257, (column, 0, column + 1, 60))
    target = io.BytesIO()
    shades.save(target, "PNG")
    grey = developed(target.getvalue(), tmp_path, monkeypatch).convert("L")
    assert [abs(grey.getpixel((at, 30)) - at) < 6 for at in (10, 128, 245)] == [True] * 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_clear_becomes_white(
    mode: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear = Image.new("RGBA", (60, 60), (255, 0, 0, 0))
    target, how = io.BytesIO(), {}
    if mode == "P":
        clear, how = clear.convert("P"), {"transparency": 0}
        clear.paste(0, (0, 0, 60, 60))
    else:
        clear = clear.convert(mode)
    clear.save(target, "PNG", **how)
    assert developed(target.getvalue(), tmp_path, monkeypatch).getpixel((30, 30)) == (255,) * 3


def test_the_colour_is_the_one_most_of_it_has() -> None:
    picture = Image.new("RGB", (100, 100), "#a03020")
    picture.paste("#ffffff", (0, 0, 100, 30))
    red, green, blue = bytes.fromhex(darkroom.dominant(picture)[1:])
    assert red > 140 and green < 80 and blue < 60


def test_our_own_masters_are_shown_themselves_meanwhile(
    app: Flask, database: Any, tmp_path: Any
) -> None:
    path = tmp_path / "GDK-01.webp"
    path.write_bytes(photo(1200, 1500, "WEBP").getvalue())
    with transaction():
        media = add_file(import_master(path), is_demo=True)
    shown = picture_view(media)
    assert shown.url(640) == shown.url(1600) == f"/media/{media.name}/1200.webp"
    assert app.test_client().get(shown.url()).data == path.read_bytes()
    drain_slow()
    db.session.expire_all()
    media = db.session.get_one(MediaFile, media.id)
    assert media.widths == [320, 640, 960, 1200]
    assert storage.get(media.master_key) == path.read_bytes(), "not encoded again"
    assert misplaced_files() == []


def test_a_document_is_sealed_on_disk(app: Flask, database: Any) -> None:
    data = b"%PDF-1.7 " + b"NIK 3672" * 10
    prepared = prepare_document(io.BytesIO(data), "ktp.pdf")
    with transaction():
        media = add_file(prepared)
    assert media.is_private and media.state == "ready"
    assert b"3672" not in storage.get(media.storage_key)
    assert read_document(media) == data and not is_active(data)


def test_a_picture_is_served_for_a_year_and_a_private_one_never(app: Flask) -> None:
    with app.app_context():
        with transaction():
            first = add_file(prepare_picture(photo(), "a.jpg"))
            second = add_file(prepare_picture(photo(800, 800), "b.jpg", private=True))
        drain_slow(2)
        db.session.expire_all()
        shown, hidden = picture_view(first), picture_view(second)
        assert second.storage_key.startswith("private/") and second.state == "ready"
    client = app.test_client()
    for ending, mime in (("webp", "webp"), ("jpg", "jpeg"), ("avif", "avif")):
        address = shown.url(640, ending)
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype == f"image/{mime}"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        etag = answer.headers["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
        assert client.get(hidden.url(640, ending)).status_code == 404
    assert client.get(shown.url(320, "jpg").replace("jpg", "avif")).status_code == 404
    assert client.get(shown.url(640).replace("640", "641")).status_code == 404
    assert client.get(shown.url(640).replace("640.webp", "master.jpg")).status_code == 404
