"""Pages for buyers: fixed statements, former addresses, fallback, what cannot be bought says so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from storefront.catalogue import Product
from storefront.kernel.db import transaction
from storefront.kernel.slugs import remember_slug
from tests.conftest import statements
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

LANGS = ("id", "en", "ko", "fr")


@pytest.fixture
def piece(database: Any) -> Product:
    maker = workshop("Godhong Uji", slug="godhong-uji")
    for number in range(5):
        live_product(maker, slug=f"other-{number}")
    return live_product(maker, slug="teak-scarf", number=412)


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_opens_in_every_language(client: PageClient, piece: Product, lang: str) -> None:
    for path in (
        "/",
        "/categories/ecoprint",
        "/categories/ecoprint-scarves?sort=price_asc&technique=steaming&availability=stock",
        "/products",
        "/products/teak-scarf",
        "/makers",
        "/makers/godhong-uji",
        "/techniques/steaming",
        "/plants/teak",
        "/places",
        "/search",
        "/search?q=가방",
        "/search?q=teak",
    ):
        page = client.get(f"/{lang}{path}")
        assert page.status_code == 200, path
        assert f'<html lang="{lang}"' in page.text


def test_pages_cost_a_fixed_number_of_statements(client: PageClient, piece: Product) -> None:
    # Shelves, craft words and tariffs are kept for a while.
    client.get("/en/products/teak-scarf")
    for path, most in (
        ("/", 8),
        ("/categories/ecoprint", 6),
        ("/products", 6),
        ("/products/teak-scarf", 5),
        ("/makers/godhong-uji", 8),
        ("/search?q=teak", 9),
    ):
        client.get(f"/ko{path}")
        assert statements(client) <= most, path


def test_a_public_page_is_kept_by_caches(client: PageClient, piece: Product) -> None:
    page = client.get("/en/products/teak-scarf")
    assert "public" in page.headers["Cache-Control"]
    again = client.get("/en/products/teak-scarf", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_the_language_switch_stays_on_the_piece(client: PageClient, piece: Product) -> None:
    page = client.get("/ko/products/teak-scarf")
    for lang in LANGS:
        assert f'hreflang="{lang}"' in page.text
        assert f"/{lang}/products/teak-scarf" in page.text
    answer = client.post("/switch", data={"lang": "fr", "next": "/ko/products/teak-scarf"})
    assert answer.headers["Location"] == "/fr/products/teak-scarf"


def test_a_former_address_leads_to_the_present_one(
    client: PageClient, database: Any, piece: Product
) -> None:
    with transaction():
        remember_slug("product", "old-scarf", piece.id)
        remember_slug("maker", "old-maker", piece.artisan_id)
    answer = client.get("/ko/products/old-scarf")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ko/products/teak-scarf")
    answer = client.get("/ko/makers/old-maker")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/ko/makers/godhong-uji")


@pytest.mark.parametrize(
    "path", ["/products/nothing", "/makers/nothing", "/categories/nothing", "/pages/nothing"]
)
def test_unknown_addresses_are_helpful_in_the_right_language(
    client: PageClient, piece: Product, path: str
) -> None:
    page = client.get(f"/fr{path}")
    assert page.status_code == 404
    assert '<html lang="fr"' in page.text


def test_the_number_on_the_label_goes_to_the_piece(client: PageClient, piece: Product) -> None:
    answer = client.get("/en/search?q=No. 0412")
    assert answer.headers["Location"].endswith("/en/products/teak-scarf")


def test_a_missing_language_is_shown_with_its_own_lang(client: PageClient, database: Any) -> None:
    live_product(slug="half", names={"id": "Selendang", "en": "Half a scarf"})
    page = client.get("/ko/products/half")
    assert '<span lang="en">Half a scarf</span>' in page.text


def test_a_price_row_is_shown_and_an_estimate_is_marked(
    client: PageClient, database: Any, piece: Product
) -> None:
    assert "₩59,500" in client.get("/ko/products/teak-scarf").text
    assert "is an estimate" not in client.get("/en/products/teak-scarf").text
    with transaction():
        for variant in database.session.get_one(Product, piece.id).variants:
            for row in list(variant.prices):
                if row.currency == "USD":
                    database.session.delete(row)
    page = client.get("/en/products/teak-scarf").text
    assert "IDR 685,000" in page.replace("\u00a0", " ")
    assert "is an estimate" in page


def test_a_sold_piece_keeps_its_page(client: PageClient, database: Any) -> None:
    live_product(slug="gone", stock=0, availability="one_of_a_kind")
    page = client.get("/en/products/gone")
    assert page.status_code == 200
    assert "it cannot be made again" in page.text
    assert "Add to cart" not in page.text


def test_a_hidden_piece_says_so(client: PageClient, database: Any) -> None:
    live_product(slug="hidden", state="hidden")
    live_product(workshop(state="suspended"), slug="suspended")
    live_product(slug="draft", state="draft")
    for slug in ("hidden", "suspended"):
        page = client.get(f"/en/products/{slug}")
        assert page.status_code == 404
        assert "not on show at present" in page.text
    assert "not on show" not in client.get("/en/products/draft").text


def test_made_to_order_promises_a_date(client: PageClient, database: Any, clock: Any) -> None:
    live_product(
        slug="made", availability="made_to_order", lead_days_min=10, lead_days_max=14, stock=0
    )
    page = client.get("/en/products/made")
    assert "7 December 2026" in page.text
    assert "Add to cart" in page.text


def test_sizes_are_radios_and_sold_ones_cannot_be_chosen(client: PageClient, database: Any) -> None:
    shirt = live_product(slug="shirt", variants=("S", "M", "L"), stock=2)
    with transaction():
        small = database.session.get_one(Product, shirt.id).variants[0]
        small.held = 2
    page = client.get("/en/products/shirt").text
    assert len(re.findall(r'type="radio" name="variant"', page)) == 3
    assert re.search(rf'value="{small.public_id}" disabled', page)
    assert page.count("checked required") == 1


def test_pieces_are_chosen_by_their_photographs(client: PageClient, database: Any) -> None:
    scarf = live_product(slug="scarf", variants=("A", "B"), stock=1)
    with transaction():
        row = database.session.get_one(Product, scarf.id)
        first, second = row.variants
        first.media_id = second.media_id = row.pictures[0].media_id
        second.held = 1
    page = client.get("/en/products/scarf").text
    assert "Choose your piece" in page
    assert page.count('<label class="piece') == 2
    assert re.search(rf'is-gone"><input [^>]*value="{second.public_id}" disabled', page)
    assert "B, Sold" in page
    with transaction():
        first.media_id = None  # one without a photograph: words for all
    assert "Choose a size or option" in client.get("/en/products/scarf").text


def test_a_long_shelf_has_pages_with_real_links(client: PageClient, database: Any) -> None:
    maker = workshop()
    for _ in range(26):
        live_product(maker)
    first = client.get("/en/categories/ecoprint-scarves?sort=price_asc")
    assert first.text.count('class="work') == 24 + first.text.count('class="work__plate"')
    assert "page=2" in first.text and "sort=price_asc" in first.text
    second = client.get("/en/categories/ecoprint-scarves?sort=price_asc&page=2")
    assert second.text.count('class="work__plate"') == 2


def test_a_piece_goes_into_the_cart_by_a_plain_form(client: PageClient, database: Any) -> None:
    live_product(slug="plain", stock=5)
    page = client.get("/en/products/plain")
    answer = client.submit(page, {"quantity": "2"}, form="/cart/lines")
    assert answer.status_code == 303
    cart = client.get("/en/cart")
    assert "Teak leaf silk scarf" in cart.text
