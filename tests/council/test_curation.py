"""Curation: order by hand, dates, words with fallback, one version at a time, all written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.accounts import AuditEntry
from storefront.council import (
    Collection,
    CollectionFacts,
    add_item,
    collection_page,
    create_collection,
    edit_collection,
    front_wall,
    move_item,
    publish,
    remove_item,
)
from storefront.council.actions import NothingToShow, SlugTaken, set_item_dates
from storefront.council.rules import is_on_show, moved
from storefront.kernel.clock import now
from storefront.kernel.db import transaction
from storefront.kernel.errors import StaleVersion
from tests.factories.accounts import person, sign_in
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

TEXTS = {
    "id": ("Pajangan November", "Cerita"),
    "en": ("November wall", "A story"),
    "ko": ("", ""),
    "fr": ("Mur de novembre", "Un récit"),
}


def facts(**changes: Any) -> CollectionFacts:
    return CollectionFacts(**({"texts": TEXTS, "is_wall": True} | changes))


@pytest.fixture
def wall(database: Any) -> Collection:
    """A published wall with three pieces."""
    pieces = [live_product(workshop(f"Bengkel {at}")) for at in range(3)]
    with transaction():
        collection = create_collection(facts(), None)
        for piece in pieces:
            add_item(collection.id, piece.id, collection.version, None)
        publish(collection.id, collection.version, None)
    return collection


def shown() -> list[int]:
    wall = front_wall("en", "USD").wall
    return [card.product_id for card in wall.cards] if wall else []


def hung(collection: Collection) -> list[int]:
    return [item.product_id for item in collection.items]


def test_the_wall_hangs_in_the_order_of_the_hand(wall: Collection) -> None:
    first, second, third = hung(wall)
    assert shown() == [first, second, third]
    with transaction():
        move_item(wall.id, third, -1, wall.version, None)
    assert shown() == [first, third, second]
    with transaction():
        move_item(wall.id, first, -1, wall.version, None)
        remove_item(wall.id, third, wall.version, None)
    assert shown() == [first, second]
    assert [item.position for item in wall.items] == [0, 1]


@pytest.mark.parametrize(
    ("item", "steps", "after"),
    [
        (1, -1, [1, 2, 3]),
        (1, 1, [2, 1, 3]),
        (2, -1, [2, 1, 3]),
        (3, 1, [1, 2, 3]),
        (1, 9, [2, 3, 1]),
        (3, -9, [3, 1, 2]),
    ],
)
def test_moves(item: int, steps: int, after: list[int]) -> None:
    assert moved([1, 2, 3], item, steps) == after


def test_dates_open_and_close_the_wall(wall: Collection) -> None:
    def between(first: int | None, last: int | None) -> None:
        dates = [None if at is None else now() + dt.timedelta(days=at) for at in (first, last)]
        with transaction():
            edit_collection(wall.id, facts(from_at=dates[0], until_at=dates[1]), wall.version, None)

    between(1, None)
    assert shown() == []
    between(-2, -1)
    assert shown() == []
    between(-1, 1)
    assert len(shown()) == 3


def test_a_piece_has_its_own_dates(wall: Collection) -> None:
    first, second, third = hung(wall)
    with transaction():
        set_item_dates(wall.id, first, now() + dt.timedelta(days=1), None, wall.version, None)
        set_item_dates(wall.id, second, None, now() - dt.timedelta(days=1), wall.version, None)
    assert shown() == [third]


def test_of_two_walls_the_one_that_began_last_hangs(wall: Collection) -> None:
    piece = live_product()
    with transaction():
        edit_collection(wall.id, facts(from_at=now() - dt.timedelta(days=9)), wall.version, None)
        newer = create_collection(facts(slug="newer", from_at=now() - dt.timedelta(days=1)), None)
        add_item(newer.id, piece.id, newer.version, None)
        publish(newer.id, newer.version, None)
    assert shown() == [piece.id]


def test_ends_are_open_where_no_date_is_set() -> None:
    moment = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    assert is_on_show(None, None, moment)
    assert is_on_show(moment, None, moment)
    assert not is_on_show(None, moment, moment)


def test_words_fall_back_and_drafts_are_not_shown(wall: Collection) -> None:
    page = collection_page("november-wall", "ko", "KRW")
    assert page is not None
    assert page.title == ("November wall", "en")
    with transaction():
        publish(wall.id, wall.version, None, is_published=False)
    assert collection_page("november-wall", "ko", "KRW") is None


def test_an_empty_collection_is_not_published(database: Any) -> None:
    with transaction():
        collection = create_collection(facts(), None)
    with pytest.raises(NothingToShow), transaction():
        publish(collection.id, collection.version, None)


def test_two_curators_do_not_overwrite_each_other(wall: Collection) -> None:
    first, second, _ = hung(wall)
    seen = wall.version
    with transaction():
        move_item(wall.id, second, -1, seen, None)
    with pytest.raises(StaleVersion), transaction():
        remove_item(wall.id, first, seen, None)


def test_addresses_are_single_and_go_on_working(wall: Collection, client: PageClient) -> None:
    with pytest.raises(SlugTaken), transaction():
        create_collection(facts(slug="November Wall"), None)
    with transaction():
        edit_collection(wall.id, facts(slug="leaves-of-november"), wall.version, None)
    answer = client.get("/ko/collections/november-wall")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/ko/collections/leaves-of-november"
    assert client.get("/ko/collections/leaves-of-november").status_code == 200
    assert client.get("/ko/collections/nothing").status_code == 404


def test_the_board_works_without_script(
    database: Any, wall: Collection, client: PageClient
) -> None:
    curator = sign_in(client, person("curator", lang="en"))
    board = f"/council/curation/{wall.public_id}"
    page = curator.get(board)
    first, second, third = hung(wall)
    extra = live_product(names={"en": "Zeppelin scarf"})
    moves = [at for at in page.text.split("<form") if "/move" in at.split(">")[0]]
    assert len(moves) == 6
    answer = _press(curator, page, "/move", piece=second, to="back")
    assert answer.status_code == 303
    assert shown() == [first, third, second]
    found = curator.get(f"{board}?q=zeppelin")
    answer = _press(curator, found, "/add", piece=extra.id)
    assert answer.status_code == 303
    assert shown() == [first, third, second, extra.id]
    stale = _press(curator, page, "/remove", piece=first)
    assert stale.status_code == 409
    assert "Somebody else has changed this" in stale.text
    actions = database.session.scalars(sa.select(AuditEntry.action)).all()
    assert "collection.move" in actions and "collection.add" in actions


def _press(client: Any, page: Any, action: str, *, piece: int, **more: str) -> Any:
    """Send the form of the page whose action and hidden fields fit."""
    from storefront.catalogue import Product
    from storefront.kernel.db import db
    from tests.rig import pages

    public_id = db.session.get_one(Product, piece).public_id
    db.session.rollback()
    root, _ = pages.parse(page.get_data(as_text=True))
    for form in root.iter("form"):
        values = {e.get("name"): e.get("value", "") for e in form.iter("input") if e.get("name")}
        fits = all(values.get(name) == value for name, value in more.items())
        if (
            (form.get("action") or "").endswith(action)
            and values.get("piece") == public_id
            and fits
        ):
            return client.post(form.get("action"), data=values)
    raise AssertionError(f"no form {action} for {public_id}")


def test_a_collection_is_made_and_its_words_changed_by_form(
    database: Any, client: PageClient
) -> None:
    curator = sign_in(client, person("curator"))
    form = curator.get("/council/curation/new")
    refused = curator.submit(form, {"story_en": "Only a story"})
    assert refused.status_code == 422
    assert "Only a story" in refused.text
    made = curator.submit(
        form,
        {
            "title_en": "Leaves of the strait",
            "title_ko": "해협의 잎",
            "first_day": "2026-12-01",
            "last_day": "2026-12-31",
        },
    )
    assert made.status_code == 303
    collection = database.session.scalars(sa.select(Collection)).one()
    assert collection.slug == "leaves-of-the-strait"
    assert collection.from_at == dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)
    assert collection.until_at == dt.datetime(2026, 12, 31, 17, tzinfo=dt.UTC)
    database.session.rollback()
    again = curator.get(f"/council/curation/{collection.public_id}/words")
    assert 'value="2026-12-31"' in again.text
    saved = curator.submit(again, {"title_fr": "Feuilles du détroit"})
    assert saved.status_code == 303


def test_only_curators_hang_pieces(wall: Collection, client: PageClient) -> None:
    finance = sign_in(client, person("finance"))
    assert finance.get(f"/council/curation/{wall.public_id}").status_code == 200
    assert finance.get("/council/curation/new").status_code == 403
    assert client.application.test_client().get("/council/curation").status_code in {302, 303, 401}
