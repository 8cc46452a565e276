"""The front page and the content pages."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.council import CollectionFacts, add_item, create_collection, publish
from storefront.home.facts import facts
from storefront.home.texts import PAGES, page_text
from storefront.kernel import settings
from storefront.kernel.db import transaction
from tests.conftest import statements
from tests.factories.accounts import person
from tests.factories.catalogue import live_product
from tests.rig.client import PageClient

LANGS = ("id", "en", "ko", "fr")


def test_an_empty_shop_has_a_front_page(client: PageClient) -> None:
    assert client.get("/", headers={"Accept-Language": "ko"}).headers["Location"] == "/ko/"
    page = client.get("/ko/")
    assert page.status_code == 200
    assert "public" in page.headers["Cache-Control"]
    assert statements(client) <= 13  # the small tables are read at first


def test_the_front_page_costs_at_most_eight_statements(client: PageClient, database: Any) -> None:
    live_product()
    client.get("/en/")
    client.get("/fr/")
    assert statements(client) <= 8


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", PAGES)
def test_every_content_page_stands_without_facts(client: PageClient, lang: str, slug: str) -> None:
    page = client.get(f"/{lang}/pages/{slug}")
    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "{" not in main
    assert "None" not in main
    assert statements(client) <= 6


def test_short_addresses_lead_to_the_page(client: PageClient) -> None:
    answer = client.get("/fr/terms")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/fr/pages/terms")


def test_a_fact_appears_when_the_council_sets_it(client: PageClient, database: Any) -> None:
    assert (
        "Phone"
        not in client.get("/en/pages/about").text.partition("<main")[2].partition("</main>")[0]
    )
    admin = person("admin")
    with transaction():
        settings.set_value("home.operator_phone", "+62 254 <b>123</b>", by_user_id=admin.id)
    page = client.get("/en/pages/about").text
    assert "Phone: +62 254 &lt;b&gt;123&lt;/b&gt;" in page


def test_blocks_without_facts_go_and_so_do_headings_left_alone(database: Any) -> None:
    known = facts("en")
    with_host = page_text("legal-notice", "en", known | {"host_name": "Host", "host_address": "X"})
    without = page_text("legal-notice", "en", known)
    assert len(with_host.blocks[2].items) == len(without.blocks[2].items) + 1
    titles = [block.items[0][0].text for block in without.blocks if block.kind == "heading"]
    assert "Representatives in the European Union" not in titles
    assert "Operator of the shop" in titles


def test_a_fallback_fact_takes_its_place(database: Any) -> None:
    admin = person("admin")
    with transaction():
        settings.set_value("home.operator_email", "halo@example.org", by_user_id=admin.id)
    assert facts("id")["complaint_email"] == "halo@example.org"
    assert facts("ko")["operator"].startswith("칠레곤시")


def test_shelves_hang_in_the_councils_order_and_cost_nothing_more(
    client: PageClient, database: Any
) -> None:
    pieces = [live_product() for _ in range(6)]

    def hang(title: str, position: int, chosen: list[Any]) -> None:
        texts = dict.fromkeys(LANGS, (title, f"Story of {title}"))
        with transaction():
            shelf = create_collection(
                CollectionFacts(texts=texts, on_front=True, position=position), None
            )
            for piece in chosen:
                add_item(shelf.id, piece.id, shelf.version, None)
            publish(shelf.id, shelf.version, None)

    hang("Second", 2, pieces[:2])
    client.get("/en/")
    client.get("/fr/")
    few = statements(client)
    hang("First", 1, pieces)
    page = client.get("/ko/").text
    assert statements(client) == few <= 8
    assert page.index("Story of First") < page.index("Story of Second")
    first = page[page.index("Story of First") : page.index("Story of Second")]
    assert first.count('class="work__plate"') == 4  # a row; the rest hangs on its own page
