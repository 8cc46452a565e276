"""Listings as maker and curator handle them, fetched as they would."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from flask import Flask

from storefront.accounts import User
from storefront.artisans import Artisan
from storefront.catalogue import ListingChange, Price, Product, StockMovement, Variant
from storefront.kernel.db import db
from storefront.notifications import Mail, drain_all
from tests.conftest import statements
from tests.factories import listings as make
from tests.factories.accounts import person, sign_in
from tests.factories.artisans import picture
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

WORDS = {
    "name_id": "Syal katun daun kersen",
    "summary_id": "Syal katun dengan cetakan daun kersen.",
    "body_id": "Daun kersen dikukus dua jam.",
    "category": "ecoprint-scarves",
    "techniques": ["steaming"],
    "materials-0-key": "cotton",
    "materials-0-percent": "100",
    "plants": ["teak"],
    "length_cm": "180",
    "width_cm": "50.5",
    "net_g": "120",
    "packed_g": "200",
    "pack_length_cm": "25",
    "pack_width_cm": "18",
    "pack_height_cm": "4",
    "hs6": "6214.90",
    "variants-0-price_idr": "250.000",
    "variants-0-stock": "4",
}


def product_of(app: Flask) -> Product:
    with app.app_context():
        return db.session.scalars(sa.select(Product).order_by(Product.id.desc())).first()  # type: ignore[return-value]


def test_from_the_first_photo_to_the_shop(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, _artisan = make.maker()
        curator = person("curator")
    studio, desk = sign_in(client, owner), sign_in(app.test_client(), curator)
    start = studio.get("/studio/products/new")
    edit = studio.submit(start, {"name_id": "Syal", "photos": (picture(), "kain.jpg")}, follow=True)
    assert edit.status_code == 200
    early = studio.submit(edit, form="listing", button="step=send")
    assert early.status_code == 422 and "hs6" in early.text
    kept = studio.submit(edit, WORDS, form="listing", button="step=keep", follow=True)
    assert 'value="250000"' in kept.text and "212.500" in kept.text, "net of commission"
    sent = studio.submit(kept, form="listing", button="step=send", follow=True)
    assert 'id="listing"' not in sent.text, "what is with the council cannot be written on"
    product = product_of(app)
    assert product.state == "draft" and product.slug is None

    with app.app_context():
        drain_all()
        assert db.session.scalar(sa.select(Mail.subject).where(Mail.topic == "catalogue.submitted"))
    queue = desk.get("/council/listings")
    assert "Syal katun daun kersen" in queue.text
    review = desk.get(_review(app))
    back = desk.submit(review, {"words": "Mohon foto detail."}, form="ask_changes")
    assert back.status_code == 303

    again = studio.get(f"/studio/products/{product.public_id}/edit")
    assert "Mohon foto detail." in again.text
    studio.submit(again, {"motif": "Kersen"}, form="listing", button="step=send")
    approved = desk.submit(desk.get(_review(app)), form="approve", follow=True)
    assert approved.status_code == 200

    product = product_of(app)
    assert product.state == "live" and product.slug == "syal-katun-daun-kersen"
    assert product.width_mm == 505 and product.motif == "Kersen" and product.hs6 == "621490"
    page = client.get(f"/id/products/{product.slug}")
    assert page.status_code == 200 and "Syal katun daun kersen" in page.text
    with app.app_context():
        variant = db.session.scalars(
            sa.select(Variant).where(Variant.product_id == product.id)
        ).one()
        assert variant.on_hand == 4
        moved = sa.select(sa.func.sum(StockMovement.quantity))
        assert db.session.scalar(moved.where(StockMovement.variant_id == variant.id)) == 4
        currencies = sa.select(Price.currency).where(Price.variant_id == variant.id)
        assert set(db.session.scalars(currencies)) == {"IDR", "USD", "EUR", "KRW"}
        drain_all()
        topics = set(db.session.scalars(sa.select(Mail.topic)))
        assert {"catalogue.changes_asked", "catalogue.approved"} <= topics


def _review(app: Flask) -> str:
    with app.app_context():
        public_id = db.session.scalar(
            sa.select(ListingChange.public_id).order_by(ListingChange.id.desc())
        )
    return f"/council/listings/{public_id}"


def test_the_live_version_stays_while_an_edit_waits(app: Flask, client: PageClient) -> None:
    with app.app_context():
        product = live_product(workshop(), names={"id": "Selendang lama"})
        owner = person(artisan_id=product.artisan_id)
        curator = person("curator")
        public_id, slug = product.public_id, product.slug
    studio, desk = sign_in(client, owner), sign_in(app.test_client(), curator)
    page = studio.get(f"/studio/products/{public_id}/edit")
    words: dict[str, Any] = {"name_id": "Selendang baru", "pack_height_cm": "5"}
    studio.submit(page, words, form="listing", button="step=send")
    shop = app.test_client()
    assert "Selendang lama" in shop.get(f"/id/products/{slug}").text
    review = desk.get(_review(app))
    assert "Selendang lama" in review.text and "Selendang baru" in review.text
    desk.submit(review, form="approve")
    moved = app.test_client().get(f"/id/products/{slug}", follow_redirects=False)
    assert moved.status_code == 301
    assert "Selendang baru" in app.test_client().get(moved.headers["Location"]).text


def test_a_stale_draft_is_told_and_nothing_typed_is_lost(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, artisan = make.maker()
        product, _change = make.sent(owner, artisan)
        at = f"/studio/products/{product.public_id}"
    studio = sign_in(client, owner)
    studio.submit(studio.get(f"{at}/edit"), form="take_back")
    first = studio.get(f"{at}/edit")
    second = studio.get(f"{at}/edit")
    studio.submit(first, {"motif": "Kersen"}, form="listing", button="step=keep")
    late = studio.submit(second, {"motif": "Jati"}, form="listing", button="step=keep")
    assert late.status_code == 422 and 'value="Jati"' in late.text
    with app.app_context():
        change = db.session.scalars(sa.select(ListingChange)).one()
        assert change.payload["motif"] == "Kersen"
    again = studio.submit(late, form="listing", button="step=keep")
    assert again.status_code == 303, "who was told may send it again"


def test_pages_take_as_many_statements_for_many_pieces_as_for_one(
    app: Flask, client: PageClient
) -> None:
    with app.app_context():
        owner, artisan = make.maker()
        owner_id = owner.id
        live_product(artisan)
        artisan_id = artisan.id
    with app.app_context():
        studio = sign_in(client, db.session.get_one(User, owner_id))
    studio.get("/studio/products")
    studio.get("/studio/products")
    few = statements(studio)
    with app.app_context():
        for _number in range(4):
            live_product(db.session.get_one(Artisan, artisan_id), variants=("M", "L"))
    studio.get("/studio/products")
    assert statements(studio) == few <= 16


def test_autosave_keeps_only_what_the_form_names(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, artisan = make.maker()
        product = live_product(artisan)
        at, product_id = f"/studio/products/{product.public_id}/draft", product.id
        version = product.version
    studio = sign_in(client, owner)
    page = studio.get(at.replace("/draft", "/edit"))
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    fields = {"version": "0", "form_token": token, "availability": "stock", "motif": "Jati"}
    foreign = {"state": "live", "artisan_id": "1", "pictures": "9", "price_idr": "1", "slug": "x"}
    kept = studio.post(at, data=fields | foreign | {"variants-0-id": "zzz"})
    assert kept.status_code == 200 and kept.json["version"] == 1
    assert studio.post(at, data=fields).status_code == 409
    with app.app_context():
        change = db.session.scalars(sa.select(ListingChange)).one()
        assert "state" not in change.payload and change.payload["motif"] == "Jati"
        assert len(change.payload["pictures"]) == 1
        assert db.session.get_one(Product, product_id).version == version


def test_price_and_stock_change_at_once(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, artisan = make.maker()
        product = live_product(artisan, stock=3)
        variant_id, public_id = product.variants[0].id, product.variants[0].public_id
        artisan_id = artisan.id
    studio = sign_in(client, owner)
    page = studio.get("/studio/products")
    studio.submit(page, {"price_idr": "700.000", "stock": "5"}, form=public_id)
    with app.app_context():
        variant = db.session.get_one(Variant, variant_id)
        assert (variant.price_idr, variant.on_hand) == (700_000, 5)
    late = studio.submit(page, {"price_idr": "1", "stock": "5"}, form=f"v-{public_id}")
    assert late.status_code == 303, "the same form again is one action"
    with app.app_context():
        assert db.session.get_one(Variant, variant_id).price_idr == 700_000
    for lang in ("fr", "ko", "en", "id"):
        with app.app_context():
            speaker = person(artisan_id=artisan_id, lang=lang)
        reader = sign_in(app.test_client(), speaker)
        shown = reader.get("/studio/products")
        same = reader.submit(shown, form=f"v-{public_id}")
        assert same.status_code == 303, f"{lang}: a price is understood as it is written"


def test_foreign_pieces_do_not_exist(app: Flask, client: PageClient) -> None:
    with app.app_context():
        other = live_product(workshop())
        owner, _artisan = make.maker()
        at, variant = other.public_id, other.variants[0].public_id
    studio = sign_in(client, owner)
    page = studio.get("/studio/products/new")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    assert studio.get(f"/studio/products/{at}/edit").status_code == 404
    for path in (
        f"products/{at}/edit",
        f"products/{at}/draft",
        f"products/{at}/hide",
        f"products/{at}/archive",
        f"variants/{variant}",
    ):
        data = {"action_id": "a" * 20, "form_token": token, "price_idr": "1", "stock": "1"}
        assert studio.post(f"/studio/{path}", data=data).status_code == 404, path


def test_photos_are_ordered_and_taken_out(app: Flask, client: PageClient) -> None:
    with app.app_context():
        owner, artisan = make.maker()
        product = live_product(artisan)
        at = f"/studio/products/{product.public_id}/edit"
    studio = sign_in(client, owner)
    added = studio.submit(
        studio.get(at),
        {"photos": [(picture(), "a.jpg"), (picture(700), "b.jpg")]},
        form="listing",
        button="step=photos",
        follow=True,
    )
    before = _media(app)
    assert len(before) == 3
    moved = studio.submit(added, form="listing", button="step=up:2", follow=True)
    assert _media(app) == [before[0], before[2], before[1]]
    studio.submit(moved, form="listing", button="step=remove:0")
    assert _media(app) == [before[2], before[1]]
    broken = {"photos": (io.BytesIO(b"not a picture"), "x.jpg")}
    bad = studio.submit(studio.get(at), broken, form="listing", button="step=photos")
    assert bad.status_code == 422 and _media(app) == [before[2], before[1]]


def _media(app: Flask) -> list[int]:
    with app.app_context():
        change = db.session.scalars(sa.select(ListingChange)).one()
        return [shot["media_id"] for shot in change.payload["pictures"]]


def test_the_council_finds_hides_and_shows_any_piece(app: Flask, client: PageClient) -> None:
    with app.app_context():
        product = live_product(workshop())
        curator, finance = person("curator"), person("finance")
        at, slug, number = product.public_id, product.slug, product.number
    desk = sign_in(client, curator)
    assert at in desk.get("/council/pieces").text
    for words in (str(number), "TEAK LEAF", "sanggar uji"):
        assert at in desk.get("/council/pieces", query_string={"q": words}).text
    assert at not in desk.get("/council/pieces?q=%25").text
    page = desk.get(f"/council/pieces/{at}")
    assert desk.submit(page, form="hide-form").status_code == 422, "a reason is needed"
    other = desk.submit(page, {"reason": "hide_other"}, form="hide-form")
    assert other.status_code == 422, "and words where the reason says nothing"
    hidden = desk.submit(page, {"reason": "complaints"}, form="hide-form", follow=True)
    assert hidden.status_code == 200
    gone = app.test_client().get(f"/en/products/{slug}")
    assert gone.status_code in {404, 410}, gone.status_code
    desk.submit(hidden, form="show")
    assert app.test_client().get(f"/en/products/{slug}").status_code == 200
    with app.app_context():
        drain_all()
        text = db.session.scalars(sa.select(Mail.text).where(Mail.topic == "catalogue.hidden"))
        assert len(text.one().split("\n\n")) >= 3, "the ready sentence is told"
    other = sign_in(app.test_client(), finance)
    assert other.get(f"/council/pieces/{at}").status_code == 200
    assert 'id="hide-form"' not in other.get(f"/council/pieces/{at}").text
