"""What the header's search field proposes while somebody types."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.catalogue import forget_words
from storefront.catalogue.letters import typed
from storefront.kernel.db import transaction
from tests.conftest import statements
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

NAMES = {
    "id": "Tas anyam pandan",
    "en": "Pandan tote bag",
    "ko": "판단 손가방",
    "fr": "Cabas tressé en pandanus",
}


@pytest.fixture
def pieces(database: Any) -> None:
    live_product(workshop("Anyam Telaga"), names=NAMES, category="bags", number=412, slug="tote")
    live_product()
    forget_words()


def proposed(client: PageClient, lang: str, query: str) -> dict[str, list[str]]:
    """Texts by group."""
    page = client.get(f"/{lang}/search/suggest", query_string={"q": query})
    assert page.status_code == 200 and page.is_json
    return {
        group["name"]: [item["text"] for item in group["items"]] for group in page.json["groups"]
    }


@pytest.mark.parametrize("begun", ["가ㅂ", "갑", "가바", "가방", "ㄱㅏㅂ"])
def test_a_syllable_in_composition_begins_its_word(begun: str) -> None:
    assert typed("가방").startswith(typed(begun))
    assert not typed("가방").startswith(typed("가자"))


@pytest.mark.parametrize("begun", ["가ㅂ", "갑", "가바", "가방"])
def test_hangul_is_completed(client: PageClient, pieces: None, begun: str) -> None:
    groups = proposed(client, "ko", begun)
    assert any("가방" in texts for texts in groups.values())
    assert any("판단 손가방" in texts for texts in groups.values())


@pytest.mark.parametrize(
    ("lang", "begun", "wanted"),
    [
        ("fr", "éch", "Écharpe en soie, feuilles de teck"),
        ("fr", "ech", "Écharpe en soie, feuilles de teck"),
        ("fr", "tas", "Sacs"),
        ("id", "jat", "Daun jati"),
        ("en", "tect", "Teak leaf"),
        ("en", "tela", "Anyam Telaga"),
        ("en", "anyam t", "Anyam Telaga"),
        ("id", "selen", "selendang"),
        ("id", "sutra selen", "sutra selendang"),
        ("en", "0412", "Pandan tote bag"),
        ("en", "No. 412", "Pandan tote bag"),
        ("en", "selendagn", "Teak leaf silk scarf"),
    ],
)
def test_beginnings_lead_to_what_is_there(
    client: PageClient, pieces: None, lang: str, begun: str, wanted: str
) -> None:
    assert any(wanted in texts for texts in proposed(client, lang, begun).values())


@pytest.mark.parametrize("begun", ["", "t", " ", "%", "ㄱ", "zeppelin", "'); drop table term; --"])
def test_nothing_is_proposed_for_nothing(client: PageClient, pieces: None, begun: str) -> None:
    assert proposed(client, "en", begun) == {}


def test_hidden_pieces_are_not_proposed(client: PageClient, database: Any, pieces: None) -> None:
    hidden = live_product(names={"en": "Zeppelin"}, number=413)
    with transaction():
        hidden.state = "hidden"
    forget_words()
    assert "Zeppelin" not in str(proposed(client, "en", "zepp"))
    assert proposed(client, "en", "0413") == {}


def test_it_is_cacheable_and_takes_two_statements(client: PageClient, pieces: None) -> None:
    for begun in ("ta", "selendang su", "gipang"):
        client.get(f"/en/search/suggest?q={begun}")
        page = client.get(f"/ko/search/suggest?q={begun}")
        assert page.headers["Cache-Control"].startswith("public")
        assert page.headers["ETag"]
        assert statements(client) <= 2


def test_the_field_works_without_script(client: PageClient, pieces: None) -> None:
    page = client.get("/fr/makers")
    found = client.submit(page, {"q": "sac"}, form="/fr/search")
    assert found.status_code == 200 and "Cabas tressé en pandanus" in found.text
