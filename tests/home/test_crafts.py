"""Techniques and plants: every word of the lists is told, in four languages, and honestly."""

from __future__ import annotations

import re
from typing import Any

import pytest

from storefront.catalogue import vocabulary
from storefront.home.crafts import FAMILIES, PARTS, USES, craft_text, families
from storefront.home.texts import PRINTED_LEAVES, Block
from storefront.kernel.translated import LANGS
from tests.conftest import statements
from tests.factories.catalogue import live_product, reference, workshop
from tests.rig.client import PageClient


def words(blocks: list[Block]) -> str:
    return " ".join(span.text for block in blocks for item in block.items for span in item)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["technique", "plant"])
def test_every_word_of_the_list_is_told(database: Any, name: str, lang: str) -> None:
    reference()
    assert words(craft_text(name, "index", lang))
    for term in vocabulary().list_of(name):
        told = words(craft_text(name, term.key, lang))
        assert len(told) > 90, f"{lang}: {term.key}"
        assert "{" not in told


@pytest.mark.parametrize("lang", LANGS)
def test_links_in_the_texts_lead_to_words_that_exist(database: Any, lang: str) -> None:
    reference()
    known = {(term.vocabulary, term.key) for term in vocabulary().terms.values()}
    for name in ("technique", "plant"):
        for term in vocabulary().list_of(name):
            for block in craft_text(name, term.key, lang):
                for span in (span for item in block.items for span in item):
                    assert span.kind in {"text", "craft"} or (span.kind, span.href) in known


def test_the_lists_know_every_family_part_and_use(database: Any) -> None:
    reference()
    terms = vocabulary().list_of("technique")
    assert sum(len(family.terms) for family in families(terms)) == len(terms)
    assert {str(t.attributes["family"]) for t in terms} <= set(FAMILIES)
    for plant in vocabulary().list_of("plant"):
        assert plant.attributes["part"] in PARTS and plant.attributes["use"] in USES
    assert set(PRINTED_LEAVES) <= {plant.key for plant in vocabulary().list_of("plant")}


@pytest.mark.parametrize("lang", LANGS)
def test_the_pages_open(client: PageClient, database: Any, lang: str) -> None:
    live_product(workshop("Godhong Uji", slug="godhong-uji"), slug="piece")
    for path in ("techniques", "plants", "techniques/forging", "plants/lanang"):
        page = client.get(f"/{lang}/{path}")
        assert page.status_code == 200, path
        assert "public" in page.headers["Cache-Control"]
    for path in ("techniques/steaming", "plants/teak"):
        page = client.get(f"/{lang}/{path}").text
        assert f"/{lang}/products/piece" in page
        assert f"/{lang}/makers/godhong-uji" in page


@pytest.mark.parametrize("path", ["/en/techniques/nothing", "/en/plants/steaming"])
def test_an_unknown_word_is_not_found(client: PageClient, database: Any, path: str) -> None:
    reference()
    assert client.get(path).status_code == 404


def test_only_wax_is_called_batik(client: PageClient, database: Any) -> None:
    reference()
    assert "the pattern is kept free by hot wax" in client.get("/en/techniques/batik_cap").text
    for key in ("steaming", "tenun_atbm", "ecoprint_on_leather"):
        assert "No: no wax is used." in client.get(f"/en/techniques/{key}").text
    assert "Batik?" not in client.get("/en/techniques/forging").text
    assert "What is batik, and what is not" in client.get("/en/techniques").text


def test_a_plant_without_a_confirmed_name_shows_none(client: PageClient, database: Any) -> None:
    reference()
    assert 'lang="la"' not in client.get("/en/plants/lanang").text
    assert "Tectona grandis" in client.get("/en/plants/teak").text
    assert "None is needed." in client.get("/en/plants/indigo").text


def test_a_piece_leads_to_its_techniques_and_plants(client: PageClient, database: Any) -> None:
    live_product(slug="piece")
    page = client.get("/en/products/piece").text
    assert re.search(r'href="/en/techniques/steaming"', page)
    assert re.search(r'href="/en/plants/teak"', page)


def test_the_pages_cost_little(client: PageClient, database: Any) -> None:
    for _ in range(4):
        live_product()
    for path, most in (("techniques", 1), ("plants", 1), ("techniques/steaming", 8)):
        client.get(f"/en/{path}")
        client.get(f"/ko/{path}")
        assert statements(client) <= most, path
