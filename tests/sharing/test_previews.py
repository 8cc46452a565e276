"""Preview pictures: made by the worker, remade when the piece changes, the shop's own meanwhile."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from storefront.artisans import rename
from storefront.catalogue import Product, ProductTranslation
from storefront.kernel.db import transaction
from storefront.media import add_file, prepare_picture
from storefront.sharing import SharePicture, fonts, make_previews, previews
from storefront.sharing.drawing import NoFont, draw_plate
from storefront.sharing.mark import ICONS, draw_icon
from storefront.sharing.plates import Plate
from tests.factories.accounts import person
from tests.factories.catalogue import NAMES, live_product, workshop
from tests.rig.client import PageClient
from tests.sharing.test_heads import head, meta

BASE = "http://127.0.0.1:8000"
ICON_FOLDER = Path(__file__).resolve().parents[2] / "static" / "img" / "icons"
PLATE = Plate("en", "Teak scarf", "Godhong", "Cibeber", 412, "nila", ("#7B3038",), "x")


def photo(colour: str) -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (800, 1000), colour).save(target, "JPEG")
    target.seek(0)
    return target


def show(product: Product, colour: str) -> None:
    """Give the piece a real picture in one colour."""
    prepared = prepare_picture(photo(colour), "photo.jpg")
    with transaction():
        product.pictures[0].media_id = add_file(prepared, artisan_id=product.artisan_id).id


@pytest.fixture
def piece(database: Any) -> Product:
    product = live_product(workshop("Godhong Uji"), slug="teak-scarf", number=412)
    show(product, "#7B3038")
    return product


def address(client: PageClient, lang: str) -> str:
    found = meta(head(client, f"/{lang}/products/teak-scarf"), "og:image")
    assert found.startswith(f"{BASE}/share/{lang}/") and found.endswith("/teak-scarf.jpg")
    return found.removeprefix(BASE)


def picture(client: PageClient, path: str) -> tuple[Image.Image, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    found = Image.open(io.BytesIO(answer.data))
    assert found.size == (1200, 630)
    assert len(answer.data) < 300_000  # some chats show no larger ones
    return found, answer.headers["Cache-Control"]


def test_until_it_is_made_the_shops_picture_is_shown_for_a_moment(
    client: PageClient, piece: Product
) -> None:
    shown, kept = picture(client, address(client, "ko"))
    own, _ = picture(client, "/share/shop.jpg")
    assert shown.tobytes() == own.tobytes()
    assert "max-age=60" in kept and "immutable" not in kept


def test_the_worker_makes_one_per_language_and_only_once(
    app: Flask, client: PageClient, piece: Product
) -> None:
    assert make_previews() == "4"
    assert make_previews() == "0"
    drawn = {lang: picture(client, address(client, lang)) for lang in NAMES}
    assert all("immutable" in kept for _, kept in drawn.values())
    assert len({shown.tobytes() for shown, _ in drawn.values()}) == 4
    red, green, blue = drawn["en"][0].getpixel((280, 300))[:3]  # type: ignore[index]
    assert abs(red - 0x7B) < 9 and abs(green - 0x30) < 9 and abs(blue - 0x38) < 9
    indigo = drawn["en"][0].getpixel((14, 40))[:3]  # type: ignore[index]
    assert indigo[2] > indigo[0]  # the selvedge has the section's dye


@pytest.mark.parametrize("change", ["name", "picture", "maker"])
def test_it_is_made_anew_when_what_it_shows_changes(
    client: PageClient, database: Any, piece: Product, change: str
) -> None:
    make_previews()
    before = address(client, "ko")
    old_stamps = list(database.session.get_one(SharePicture, piece.id).stamps)
    database.session.rollback()
    if change == "name":
        with transaction():
            database.session.query(ProductTranslation).filter_by(
                product_id=piece.id, lang="ko"
            ).one().name = "다른 이름"
    elif change == "picture":
        show(piece, "#475229")
    else:
        rename_workshop(piece)
    after = address(client, "ko")
    assert after != before
    assert "max-age=60" in picture(client, after)[1]
    age(database, piece)
    assert make_previews() == ("1" if change == "name" else "4")
    assert "immutable" in picture(client, after)[1]
    gone = [stamp for stamp in old_stamps if not previews.preview_file(stamp).exists()]
    assert len(gone) == (1 if change == "name" else 4)


def test_what_an_event_tells_of_is_looked_at_at_once(
    client: PageClient, database: Any, piece: Product
) -> None:
    make_previews()
    rename_workshop(piece)
    assert make_previews() == "4"  # without waiting for the round of all pieces


def rename_workshop(piece: Product) -> None:
    who = person().id
    with transaction():
        rename(piece.artisan_id, "Another Workshop", who)


def age(database: Any, piece: Product) -> None:
    """As if the piece had last been looked at a day ago."""
    with transaction():
        row = database.session.get_one(SharePicture, piece.id)
        row.checked_at -= 4 * previews.CHECKED_AGAIN


def test_a_language_without_words_and_a_piece_without_photo_have_none(
    client: PageClient, database: Any
) -> None:
    half = live_product(slug="half", names={"id": "Selendang", "en": "Half a scarf"})
    show(half, "#17304F")
    live_product(slug="no-bytes")  # its picture's file is missing
    assert make_previews() == "2"


def test_a_stamp_is_all_that_is_asked_for(client: PageClient, database: Any) -> None:
    for stamp in ("..%2f..%2fx", "ABCDEF0123456789", "0123", "0123456789abcdeg"):
        assert client.get(f"/share/ko/{stamp}/x.jpg").status_code == 404


def test_no_boxes_are_drawn_where_no_font_has_the_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plate = Plate("ko", "티크 잎 스카프", "Godhong", "", 1, "nila", (), "x")
    assert draw_plate(plate, None, ["Shop"], "No. 0001", "칠레곤")
    monkeypatch.setitem(fonts.STACKS, "hangul", ())
    monkeypatch.setitem(fonts.STACKS, "hangul-bold", ())
    fonts._found.cache_clear()
    try:
        with pytest.raises(NoFont):
            draw_plate(plate, None, ["Shop"], "No. 0001", "Cilegon")
        assert draw_plate(PLATE, None, ["Shop"], "No. 0412", "Cilegon")
    finally:
        fonts._found.cache_clear()


@pytest.mark.parametrize(
    "name", ["A", "Very " * 32, "X" * 160, "에코프린트실크스카프" * 16, "Étole « Ñ » œuvre"]
)
def test_any_name_finds_its_room(name: str) -> None:
    plate = Plate("ko", name.strip(), "M" * 120, "Purwakarta", 9999, "none", ("#111111",) * 9, "x")
    data = draw_plate(plate, None, ["One", "Two", "Three"], "No. 9999", "Purwakarta, Cilegon")
    assert Image.open(io.BytesIO(data)).size == (1200, 630)


def test_what_is_drawn_makes_the_stamp(app: Flask) -> None:
    stamps = {
        PLATE.stamp(),
        *(
            Plate(**{**PLATE.__dict__, **change}).stamp()
            for change in (
                {"lang": "fr"},
                {"name": "Other"},
                {"maker": "Other"},
                {"district": "Other"},
                {"number": 413},
                {"dye": "soga"},
                {"dyes": ()},
                {"picture": "y"},
            )
        ),
    }
    assert len(stamps) == 9


@pytest.mark.parametrize("name", ICONS)
def test_the_icons_are_the_mark_as_drawn(name: str) -> None:
    with Image.open(ICON_FOLDER / name) as kept:
        assert kept.convert("RGB").tobytes() == draw_icon(*ICONS[name]).tobytes()
