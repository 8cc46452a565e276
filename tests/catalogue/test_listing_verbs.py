"""What makers and curators do to listings, on both engines."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import catalogue, jobs
from storefront.artisans import Artisan, papers_of, reject_paper, verify_paper
from storefront.catalogue import (
    CommentNeeded,
    ListingChange,
    ListingIncomplete,
    Product,
    ProductEvent,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.actions.pieces import NoPrice, OnlyOne, PapersLacking
from storefront.catalogue.listing_rules import HIDDEN_BY_MAKER
from storefront.catalogue.queries.listings import editable_payload
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed, StaleVersion
from storefront.kernel.slugs import former_owner
from storefront.notifications import Outbox
from tests.factories import artisans as papers
from tests.factories import listings as make
from tests.factories.accounts import person
from tests.factories.catalogue import live_product, workshop

FOOD = {
    "shelf_life_days": 90,
    "storage": "dry",
    "scope": "domestic",
    "ingredients": "Ketan, gula, kacang.",
    "allergens": ["peanut"],
    "pirt": "2063672010101-30",
}


def fresh(product: Product) -> Product:
    db.session.expire_all()
    return db.session.get_one(Product, product.id)


def states(product: Product) -> dict[str, str]:
    rows = db.session.scalars(
        sa.select(ProductTranslation).where(ProductTranslation.product_id == product.id)
    )
    return {row.lang: row.state for row in rows}


def edited(product: Product, user_id: int, **changes: Any) -> ListingChange:
    """An edit of a live piece that waits for the council."""
    wanted = catalogue.payload_of(product) | changes
    with transaction():
        change = catalogue.save_change(product.id, wanted, 0, user_id)
        return catalogue.submit_change(product.id, change.version, user_id)


def test_the_whole_way_leaves_its_trace(database: Any) -> None:
    owner, artisan = make.maker()
    curator = person("curator")
    product, change = make.sent(owner, artisan)
    with transaction():
        catalogue.ask_changes(change.id, change.version, curator.id, "Mohon foto detail.")
    with transaction(), pytest.raises(StaleVersion):
        catalogue.approve_change(change.id, 2, curator.id)
    with transaction():
        catalogue.submit_change(product.id, change.version, owner.id)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    product = fresh(product)
    assert product.state == "live" and product.published_at and product.dyes
    verbs = db.session.scalars(sa.select(ProductEvent.verb).order_by(ProductEvent.id)).all()
    assert verbs == ["start", "submit", "ask_changes", "submit", "approve", "approve"]
    topics = db.session.scalars(sa.select(Outbox.topic).order_by(Outbox.id)).all()
    assert topics.count("catalogue.submitted") == 2 and "catalogue.index" in topics
    assert {"catalogue.changes_asked", "catalogue.approved"} <= set(topics)


def test_a_decision_needs_a_word_and_a_change_that_waits(database: Any) -> None:
    owner, artisan = make.maker()
    curator = person("curator")
    product, change = make.sent(owner, artisan)
    with transaction(), pytest.raises(CommentNeeded):
        catalogue.ask_changes(change.id, change.version, curator.id, "  ")
    with transaction():
        catalogue.take_back(product.id, change.version, owner.id)
    with transaction(), pytest.raises(NotAllowed):
        catalogue.approve_change(change.id, change.version, curator.id)
    with transaction(), pytest.raises(NotAllowed):
        catalogue.reject_change(change.id, change.version, curator.id, "Kain cetak.")


def test_what_is_with_the_council_cannot_be_written_on(database: Any) -> None:
    owner, artisan = make.maker()
    product, change = make.sent(owner, artisan)
    with transaction(), pytest.raises(NotAllowed):
        catalogue.save_change(product.id, change.payload, change.version, owner.id)


def test_a_rejected_new_piece_can_be_begun_again_with_what_was_written(database: Any) -> None:
    owner, artisan = make.maker()
    curator = person("curator")
    product, change = make.sent(owner, artisan)
    with transaction():
        catalogue.reject_change(change.id, change.version, curator.id, "Kain cetak.")
    assert fresh(product).state == "rejected"
    base = editable_payload(product, None)
    assert base["texts"]["id"]["name"] == make.TEXT["name"]
    with transaction():
        catalogue.save_change(product.id, base, 0, owner.id)
    assert fresh(product).state == "draft"


def test_a_rejected_edit_leaves_the_live_piece_alone(database: Any) -> None:
    product = live_product(names={"id": "Selendang"})
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    change = edited(product, owner.id, motif="Jati")
    with transaction():
        catalogue.reject_change(change.id, change.version, curator.id, "Tidak sesuai.")
    product = fresh(product)
    assert product.state == "live" and product.motif == ""


def test_incomplete_listings_are_not_sent_and_not_approved(database: Any) -> None:
    owner, artisan = make.maker()
    wanted = make.payload(artisan, hs6="", techniques=[])
    with transaction():
        product = catalogue.start_piece(artisan.id, owner.id, wanted)
    with transaction(), pytest.raises(ListingIncomplete) as refused:
        catalogue.submit_change(product.id, 1, owner.id)
    assert set(refused.value.fields) == {"hs6", "techniques"}


def test_translations_become_stale_checked_or_draft(database: Any) -> None:
    product = live_product()
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    texts = {at: dict(text) for at, text in catalogue.payload_of(product)["texts"].items()}
    texts["id"]["body"] = "Kalimat baru."
    texts["ko"]["body"] = "새 문장."
    texts["fr"]["body"] = "Nouvelle phrase."
    change = edited(product, owner.id, texts=texts)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id, ["fr"])
    assert states(product) == {"id": "reviewed", "en": "stale", "ko": "draft", "fr": "reviewed"}


def test_a_new_name_keeps_the_old_address(database: Any) -> None:
    product = live_product(slug="old-name", names={"id": "Nama lama"})
    other = live_product(slug="nama-baru")
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    texts = {"id": {"name": "Nama baru", "summary": "Satu.", "body": "Dua."}}
    change = edited(product, owner.id, texts=texts)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    product = fresh(product)
    assert product.slug == f"nama-baru-{product.number}" and other.slug == "nama-baru"
    assert former_owner("product", "old-name") == product.id


def test_present_variants_keep_price_and_stock_and_new_ones_open_theirs(database: Any) -> None:
    product = live_product(stock=3, variants=("M", "L"), price_idr=500_000)
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    rows = catalogue.payload_of(product)["variants"]
    rows[0] |= {"price_idr": 1, "stock": 99}
    rows[1]["is_active"] = False
    rows.append(make.row("XL", price_idr=550_000, stock=2))
    change = edited(product, owner.id, variants=rows)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    found = db.session.scalars(
        sa.select(Variant).where(Variant.product_id == product.id).order_by(Variant.position)
    ).all()
    assert [(v.label, v.price_idr, v.on_hand, v.is_active) for v in found] == [
        ("M", 500_000, 3, True),
        ("L", 500_000, 3, False),
        ("XL", 550_000, 2, True),
    ]
    assert len({v.sku for v in found}) == 3


def test_made_to_order_is_no_longer_counted(database: Any) -> None:
    product = live_product(stock=3)
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    change = edited(product, owner.id, availability="made_to_order", lead_days_max=14)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    variant = db.session.scalars(sa.select(Variant)).one()
    assert not variant.counted and variant.on_hand == 0
    moved = sa.select(sa.func.sum(catalogue.StockMovement.quantity))
    assert db.session.scalar(moved) == 0


def test_price_and_count_are_checked_against_what_was_seen(database: Any) -> None:
    product = live_product(stock=1, availability="one_of_a_kind")
    owner, variant = person(artisan_id=product.artisan_id), product.variants[0]

    def offer(**changes: int) -> Variant:
        facts = {"price_idr": 700_000, "stock": 1, "seen_stock": 1, "version": variant.version}
        with transaction():
            return catalogue.set_offer(variant.id, owner.id, **(facts | changes))

    with pytest.raises(OnlyOne):
        offer(stock=2)
    with pytest.raises(NoPrice):
        offer(price_idr=0)
    with pytest.raises(StaleVersion):
        offer(stock=1, seen_stock=4)
    with pytest.raises(StaleVersion):
        offer(version=9)
    assert offer(stock=5, seen_stock=5).price_idr == 700_000, "an untouched count stays"
    assert fresh(product).variants[0].on_hand == 1


def test_a_maker_hides_shows_and_archives(database: Any) -> None:
    product = live_product()
    owner, curator = person(artisan_id=product.artisan_id), person("curator")
    change = edited(product, owner.id, motif="Jati")
    with transaction():
        catalogue.hide(product.id, owner.id, HIDDEN_BY_MAKER)
    with transaction():
        catalogue.show(product.id, owner.id, by_maker=True)
    with transaction():
        catalogue.hide(product.id, curator.id, "complaints", "Ada pengaduan.")
    with transaction(), pytest.raises(NotAllowed):
        catalogue.show(product.id, owner.id, by_maker=True)
    with transaction():
        catalogue.archive(product.id, owner.id)
    assert fresh(product).state == "archived"
    assert db.session.get_one(ListingChange, change.id).state == "withdrawn"
    with transaction(), pytest.raises(NotAllowed):
        catalogue.save_change(product.id, change.payload, 0, owner.id)


def test_food_is_shown_with_valid_papers_only(database: Any) -> None:
    made = papers.case("approved", kind="dapur")
    artisan = db.session.get_one(Artisan, made.artisan.id)
    owner, curator = person(artisan_id=artisan.id), made.curator
    facts = {"category": "gipang", "food": FOOD, "techniques": ["cooking"], "hs6": ""}
    product, change = make.sent(owner, artisan, **facts)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    product = fresh(product)
    assert product.state == "live" and product.food and product.food["papers"] == ["halal", "pirt"]
    assert not product.returnable and catalogue.food_out_of_step() == []

    paper = next(at for at in papers_of(artisan.id) if at.kind == "pirt")
    with transaction():
        reject_paper(artisan.id, paper.public_id, "Habis.", curator.id)
    jobs.recheck_food()
    product = fresh(product)
    assert (product.state, product.hidden_reason) == ("hidden", "papers_expired")
    with transaction(), pytest.raises(PapersLacking):
        catalogue.show(product.id, curator.id, by_maker=False)
    with transaction():
        verify_paper(artisan.id, paper.public_id, curator.id)
    jobs.recheck_food()
    assert fresh(product).state == "live"


def test_food_without_papers_is_approved_but_hidden(database: Any) -> None:
    owner, artisan = make.maker(workshop(kind="dapur"))
    curator = person("curator")
    product, change = make.sent(owner, artisan, category="gipang", food=FOOD, hs6="190410")
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    product = fresh(product)
    assert (product.state, product.hidden_reason) == ("hidden", "papers_expired")
    assert not catalogue.ships_abroad(product.food, product.hs6)


def test_of_two_curators_at_once_one_decides(app: Flask, database: Any) -> None:
    owner, artisan = make.maker()
    product, change = make.sent(owner, artisan)
    curators = [person("curator").id, person("curator").id]
    change_id, version = change.id, db.session.get_one(ListingChange, change.id).version
    db.session.rollback()
    start, answers = threading.Barrier(2), []

    def decide(user_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    catalogue.approve_change(change_id, version, user_id)
                answers.append("approved")
            except StaleVersion:
                answers.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(at,)) for at in curators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["approved", "told"]
    count = sa.select(sa.func.count(Variant.id)).where(Variant.product_id == product.id)
    assert db.session.scalar(count) == 1


def test_new_pieces_at_once_get_numbers_of_their_own(app: Flask, database: Any) -> None:
    owner, artisan = make.maker()
    wanted, user_id, artisan_id = make.payload(artisan), owner.id, artisan.id
    start, numbers = threading.Barrier(3), []

    def begin() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                numbers.append(catalogue.start_piece(artisan_id, user_id, wanted).number)
            db.session.remove()

    threads = [threading.Thread(target=begin) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 3


def test_a_row_keeps_its_photograph_while_it_is_there(database: Any) -> None:
    owner, artisan = make.maker()
    curator = person("curator")
    ready = make.payload(artisan)
    shot = ready["pictures"][0]["media_id"]
    rows = [make.row("A") | {"photo": shot}, make.row("B") | {"photo": 987_654}, make.row("C")]
    product, change = make.sent(owner, artisan, pictures=ready["pictures"], variants=rows)
    with transaction():
        catalogue.approve_change(change.id, change.version, curator.id)
    # A photograph of somebody else is nobody's.
    assert [row.media_id for row in fresh(product).variants] == [shot, None, None]
    assert [row["photo"] for row in editable_payload(fresh(product), None)["variants"]] == [
        shot,
        None,
        None,
    ]
