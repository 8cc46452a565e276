"""The directory: by name, district and technique, with the map as a second way to the districts."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from storefront.catalogue import forget_words
from storefront.catalogue.districts import DISTRICTS, MAP
from tests.conftest import statements
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

BATIK = {"technique:batik_tulis": 0}


@pytest.fixture
def makers(database: Any) -> None:
    live_product(workshop("Godhong Uji", district="Cibeber"))
    live_product(workshop("Malam Uji", district="Jombang"), terms=BATIK, category="batik-cloth")
    live_product(workshop("Tersembunyi", district="Jombang", state="suspended"))
    workshop("Tanpa Karya", district="Jombang")
    forget_words()


def listed(page: str) -> list[str]:
    return re.findall(r'<a href="/en/makers/[^"]+"><b>([^<]+)</b>', page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Godhong Uji", "Malam Uji"]),
        ("?district=Jombang", ["Malam Uji"]),
        ("?district=Grogol", []),
        ("?district=Nowhere", ["Godhong Uji", "Malam Uji"]),
        ("?technique=batik_tulis", ["Malam Uji"]),
        ("?technique=batik_tulis&district=Cibeber", []),
        ("?q=godh", ["Godhong Uji"]),
        ("?q=%25", []),
    ],
)
def test_makers_are_found(client: PageClient, makers: None, query: str, names: list[str]) -> None:
    page = client.get(f"/en/makers{query}")
    assert page.status_code == 200
    assert sorted(listed(page.text)) == names
    if not names:
        assert "No workshop with pieces on show fits." in page.text


def test_the_map_says_what_the_list_says(client: PageClient, makers: None) -> None:
    page = client.get("/en/makers?technique=batik_tulis").text
    svg = re.search(r'<svg class="map".*?</svg>', page, re.S)
    assert svg is not None
    places = ElementTree.fromstring(svg.group(0)).findall("a")
    assert [place.get("aria-label") for place in places] == [
        f"{name}: {1 if name in {'Cibeber', 'Jombang'} else 0} workshop"
        + ("" if name in {"Cibeber", "Jombang"} else "s")
        for name in DISTRICTS
    ]
    # A district keeps the technique that was chosen, and the form offers the same districts.
    assert all("technique=batik_tulis" in str(place.get("href")) for place in places)
    assert all(f'<option value="{name}"' in page for name in DISTRICTS)


def test_the_chosen_district_is_marked(client: PageClient, makers: None) -> None:
    page = client.get("/en/makers?district=Cibeber").text
    assert re.search(r'<a class="map__place[^"]*is-here"[^>]*aria-current="true"', page)


def test_the_map_has_the_eight_districts_and_no_gaps_between_neighbours() -> None:
    assert len(DISTRICTS) == 8 == len(MAP.districts)
    corners = [set(re.findall(r"\d+ \d+", shape.path)) for shape in MAP.districts.values()]
    for own in corners:
        assert any(len(own & other) >= 2 for other in corners if other is not own)


def test_the_directory_costs_little(client: PageClient, makers: None) -> None:
    client.get("/en/makers")
    client.get("/ko/makers?district=Cibeber&technique=steaming")
    assert statements(client) <= 4


def test_a_workshop_shows_its_story_techniques_and_dyes(client: PageClient, database: Any) -> None:
    live_product(
        workshop("Godhong", slug="godhong", techniques=["steaming"], plants=["teak", "indigo"])
    )
    page = client.get("/fr/makers/godhong").text
    assert "Story in fr." in page
    assert "/fr/techniques/steaming" in page
    assert "/fr/plants/teak" in page and "/fr/plants/indigo" in page
    assert "/fr/makers?district=Cibeber" in page
