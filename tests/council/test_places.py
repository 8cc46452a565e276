"""Places where pieces can be seen: written by curators, shown in four languages."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from storefront.accounts import AuditEntry
from storefront.council import Place, PlaceFacts, create_place, edit_place
from storefront.council.place_actions import WORDS, PlaceAddressTaken
from storefront.council.rules import opening
from storefront.kernel.db import transaction
from storefront.kernel.errors import StaleVersion
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient

EMPTY = dict.fromkeys(WORDS, "")
TEXTS = {
    "id": EMPTY | {"name": "Sentra Uji", "intro": "Rumah para sanggar.", "directions": "Naik bus."},
    "en": EMPTY | {"name": "Test Sentra", "intro": "A house of workshops."},
    "ko": EMPTY | {"name": "시험 센트라", "intro": "공방이 모인 곳이에요."},
    "fr": EMPTY,
}


def facts(**changes: Any) -> PlaceFacts:
    return PlaceFacts(
        **(
            {
                "texts": TEXTS,
                "is_published": True,
                "street": "Jl. Contoh 1",
                "district": "Citangkil",
                "hours": {"0": "09:00-17:00", "6": ""},
            }
            | changes
        )
    )


@pytest.fixture
def place(database: Any) -> Place:
    with transaction():
        return create_place(facts(), None)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("09:00-17:00", "09:00-17:00"),
        ("9.00 – 17", "09:00-17:00"),
        ("8h30-12h", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, stored: str) -> None:
    if typed == "8h30-12h":
        with pytest.raises(ValueError, match="8h30"):
            opening(typed)
    else:
        assert opening(typed) == stored


@pytest.mark.parametrize("typed", ["17:00-09:00", "9", "25:00-26:00", "morning", "09:70-10:00"])
def test_other_hours_are_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        opening(typed)


@pytest.mark.parametrize(
    ("lang", "name", "day", "hours"),
    [
        ("id", "Sentra Uji", "Senin", "09.00–17.00"),
        ("en", "Test Sentra", "Monday", "09:00–17:00"),
        ("ko", "시험 센트라", "월요일", "오전 9:00–오후 5:00"),
        ("fr", "Test Sentra", "lundi", "09\u00a0h\u00a000–17\u00a0h\u00a000"),
    ],
)
def test_a_place_in_the_readers_language(
    client: PageClient, place: Place, lang: str, name: str, day: str, hours: str
) -> None:
    for path in ("places", f"places/{place.slug}"):
        page = client.get(f"/{lang}/{path}")
        assert page.status_code == 200
        assert "public" in page.headers["Cache-Control"]
        for words in (name, day, hours, "Jl. Contoh 1"):
            assert words in page.text, words
        assert page.text.count("<dt>") == 7


def test_what_a_language_lacks_carries_its_own_lang(client: PageClient, place: Place) -> None:
    page = client.get(f"/fr/places/{place.slug}").text
    assert '<span lang="en">Test Sentra</span>' in page
    assert '<p lang="id">Naik bus.</p>' in page


def test_drafts_are_not_shown(client: PageClient, database: Any) -> None:
    with transaction():
        hidden = create_place(facts(is_published=False), None)
    assert client.get(f"/en/places/{hidden.slug}").status_code == 404
    assert "No place is open to visitors" in client.get("/en/places").text


def test_addresses_are_single_and_go_on_working(client: PageClient, place: Place) -> None:
    assert place.slug == "test-sentra"
    with pytest.raises(PlaceAddressTaken), transaction():
        create_place(facts(), None)
    with transaction():
        edit_place(place.id, facts(slug="sentra"), place.version, None)
    answer = client.get("/ko/places/test-sentra")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ko/places/sentra")
    with pytest.raises(PlaceAddressTaken), transaction():
        create_place(facts(), None)


def test_two_curators_do_not_overwrite_each_other(place: Place) -> None:
    with transaction():
        edit_place(place.id, facts(street="Jl. Contoh 2"), 1, None)
    with pytest.raises(StaleVersion), transaction():
        edit_place(place.id, facts(street="Jl. Contoh 3"), 1, None)
    assert place.street == "Jl. Contoh 2"


def test_the_desk_by_plain_forms(client: PageClient, database: Any) -> None:
    sign_in(client, person("curator", lang="en"))
    page = client.get("/council/places/new")
    typed = {
        "name_en": "New gallery",
        "intro_en": "A room.",
        "street": "Jl. Contoh 9",
        "day_1": "nine to five",
        "map_url": "http://example.com",
    }
    refused = client.submit(page, typed, form="places/new")
    assert refused.status_code == 422
    assert "Please write two times" in refused.text
    assert "begins with https://" in refused.text
    assert 'value="nine to five"' in refused.text
    good = {"day_1": "9-17", "map_url": "https://example.com/m", "is_published": "y"}
    saved = client.submit(refused, good, form="places/new", follow=True)
    assert "The place is saved." in saved.text
    row = database.session.scalars(sa.select(Place)).one()
    assert (row.slug, row.hours, row.is_published) == ("new-gallery", {"1": "09:00-17:00"}, True)
    form = client.get(f"/council/places/{row.public_id}")
    assert 'value="09:00–17:00"' in form.text
    client.submit(form, {"day_1": ""}, form=row.public_id, follow=True)
    stale = client.submit(form, {"day_1": "10-11"}, form=row.public_id)
    assert stale.status_code in {303, 422}
    database.session.expire_all()
    assert row.hours == {}
    verbs = list(database.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [verb for verb in verbs if verb.startswith("place.")] == ["place.create", "place.edit"]


def test_only_curators_write(client: PageClient, place: Place) -> None:
    sign_in(client, person("finance", lang="en"))
    page = client.get("/council/places")
    assert page.status_code == 200
    assert "Test Sentra" in page.text and "/council/places/new" not in page.text
    assert client.get(f"/council/places/{place.public_id}").status_code == 403
    assert client.get("/council/places/new").status_code == 403
