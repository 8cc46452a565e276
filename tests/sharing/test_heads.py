"""What public pages say of themselves: schema.org, canonical addresses, languages, previews."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from flask import Flask

from storefront.catalogue import Product, ProductTranslation, vocabulary
from storefront.council import CollectionFacts, add_item, create_collection, publish
from storefront.kernel import settings
from storefront.kernel.db import transaction
from storefront.sharing.abouts import place_meta, word_meta
from storefront.sharing.rules import MOST, width
from storefront.sharing.structured import graph, place_data
from storefront.shipping import forget_tariffs
from tests.conftest import statements
from tests.factories.accounts import person
from tests.factories.catalogue import NAMES, live_product, reference, workshop
from tests.rig.client import PageClient
from tests.rig.pages import parse
from tests.sharing.vocabulary import faults

LANGS = ("id", "en", "ko", "fr")
BASE = "http://127.0.0.1:8000"
PATHS = (
    "/",
    "/products",
    "/categories/ecoprint",
    "/categories/ecoprint-scarves",
    "/products/teak-scarf",
    "/products/shirt",
    "/products/sold",
    "/products/bandeng",
    "/makers",
    "/makers/godhong-uji",
    "/collections/pilihan",
    "/pages/about",
    "/pages/terms",
)


@pytest.fixture
def shop(database: Any) -> Product:
    """Pieces of every kind, and a collection."""
    maker = workshop("Godhong Uji", slug="godhong-uji")
    live_product(maker, slug="shirt", variants=("S", "M"), height_mm=20)
    live_product(maker, slug="sold", stock=0, availability="one_of_a_kind")
    live_product(
        maker,
        slug="bandeng",
        availability="made_to_order",
        returnable=False,
        food={"scope": "city", "shelf_life_days": 3},
    )
    piece = live_product(maker, slug="teak-scarf", number=412)
    with transaction():
        texts = {lang: (f"Pilihan {lang}", "Cerita. Cerita lagi.") for lang in NAMES}
        chosen = create_collection(CollectionFacts(texts=texts), None)
        chosen.slug = "pilihan"
        add_item(chosen.id, piece.id, chosen.version, None)
        publish(chosen.id, chosen.version, None)
    return piece


def head(client: PageClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return page.text.partition("<body")[0]


def json_ld(text: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert len(found) == 1
    document: dict[str, Any] = json.loads(found[0])
    return document


def node(document: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(each for each in document["@graph"] if each["@type"] == kind)


def links(text: str) -> dict[str, str]:
    """hreflang → address of a page's head."""
    pattern = r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">'
    return {lang: unescape(address) for lang, address in re.findall(pattern, text)}


def canonical(text: str) -> str:
    (address,) = re.findall(r'<link rel="canonical" href="([^"]+)">', text)
    return unescape(address)


def meta(text: str, name: str) -> str:
    (value,) = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', text)
    return unescape(value)


# -- schema.org -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_keeps_to_the_vocabulary(client: PageClient, shop: Product, lang: str) -> None:
    for path in PATHS:
        document = json_ld(head(client, f"/{lang}{path}"))
        assert faults(document) == [], path
        kinds = {each["@type"] for each in document["@graph"]}
        assert kinds & {"BreadcrumbList", "WebSite"}, path


PLANTED = {
    "unknown type": lambda p: p.update({"@type": "Produkt"}),
    "unknown property": lambda p: p.update(prize="1"),
    "property of another type": lambda p: p.update(inLanguage="ko"),
    "object of a wrong type": lambda p: p.update(brand={"@type": "Offer", "price": "1"}),
    "text where an object is wanted": lambda p: p.update(countryOfOrigin="ID"),
    "no member of the list": lambda p: p.update(itemCondition="https://schema.org/Nice"),
    "address that is none": lambda p: p.update(url="teak-scarf"),
    "empty": lambda p: p.update(color=""),
    "superseded": lambda p: p.update(reviews={"@type": "Review", "name": "x"}),
    "points to nothing": lambda p: p["offers"][1].update(shippingDetails=[{"@id": "x#y"}]),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_checker_finds_a_planted_fault(client: PageClient, shop: Product, fault: str) -> None:
    document = deepcopy(json_ld(head(client, "/en/products/teak-scarf")))
    PLANTED[fault](node(document, "Product"))
    assert faults(document)


def test_a_piece_is_offered_in_every_currency_it_has_a_row_in(
    client: PageClient, database: Any, shop: Product
) -> None:
    product = node(json_ld(head(client, "/ko/products/teak-scarf")), "Product")
    prices = {offer["priceCurrency"]: offer["price"] for offer in product["offers"]}
    assert prices == {"IDR": "685000", "EUR": "40.00", "KRW": "59500", "USD": "43.50"}
    assert product["name"] == NAMES["ko"]
    assert product["productID"] == "No. 0412"
    assert product["manufacturer"]["name"] == "Godhong Uji"
    assert product["countryOfOrigin"] == {"@type": "Country", "name": "ID"}
    assert (product["width"]["value"], product["height"]["value"]) == (550, 2000)
    with transaction():
        for variant in database.session.get_one(Product, shop.id).variants:
            for row in list(variant.prices):
                if row.currency == "USD":
                    database.session.delete(row)
    product = node(json_ld(head(client, "/en/products/teak-scarf")), "Product")
    assert "USD" not in {offer["priceCurrency"] for offer in product["offers"]}


def test_availability_and_returns_are_those_of_the_piece(client: PageClient, shop: Product) -> None:
    def told(slug: str) -> dict[str, Any]:
        return node(json_ld(head(client, f"/en/products/{slug}")), "Product")

    assert told("sold")["offers"][0]["availability"].endswith("/SoldOut")
    food = told("bandeng")
    assert food["offers"][0]["availability"].endswith("/MadeToOrder")
    assert [policy["returnPolicyCategory"] for policy in food["hasMerchantReturnPolicy"]] == [
        "https://schema.org/MerchantReturnNotPermitted"
    ]
    days = {
        country: policy["merchantReturnDays"]
        for policy in told("teak-scarf")["hasMerchantReturnPolicy"]
        for country in policy["applicableCountry"]
    }
    assert days["KR"] == 7
    assert "FR" not in days  # not sold to without a responsible person in the Union
    assert len(told("shirt")["offers"]) == 8


def test_a_country_with_a_law_of_its_own_gets_its_days(
    client: PageClient, database: Any, shop: Product
) -> None:
    admin = person("admin")
    with transaction():
        settings.set_value("shipping.responsible_person", "Somebody, Paris", by_user_id=admin.id)
    forget_tariffs()
    product = node(json_ld(head(client, "/fr/products/teak-scarf")), "Product")
    days = {
        country: policy["merchantReturnDays"]
        for policy in product["hasMerchantReturnPolicy"]
        for country in policy["applicableCountry"]
    }
    assert (days["KR"], days["FR"]) == (7, 14)


def test_delivery_is_told_once_per_fee_and_pointed_to(client: PageClient, shop: Product) -> None:
    product = node(json_ld(head(client, "/en/products/teak-scarf")), "Product")
    first, *others = product["offers"]
    ways = {
        country: (way["shippingRate"]["value"], way["deliveryTime"]["transitTime"]["maxValue"])
        for way in first["shippingDetails"]
        for country in way["shippingDestination"]["addressCountry"]
    }
    assert ways["KR"][0] > ways["ID"][0] > 0
    # Without a responsible person in the Union the shop does not sell there, and does not say so.
    assert "FR" not in ways
    for offer in others:
        assert [set(way) for way in offer["shippingDetails"]] == [{"@id"}] * len(
            first["shippingDetails"]
        )


def test_nothing_breaks_out_of_the_data_block(client: PageClient, database: Any) -> None:
    odd = "</script><script>alert(1)</script><!-- & \u2028 ’"
    live_product(workshop("<b>&Maker</b>", slug="odd"), slug="odd", names=dict.fromkeys(LANGS, odd))
    for path in ("/ko/products/odd", "/ko/makers/odd", "/ko/products"):
        text = client.get(path).text
        tree, _ = parse(text)
        scripts = [
            each for each in tree.iter("script") if each.get("type") == "application/ld+json"
        ]
        assert len(scripts) == 1
        document = json.loads(scripts[0].text or "")
        assert faults(document) == []
    assert "alert(1)" not in {(each.text or "").strip() for each in tree.iter("script")}


def test_a_place_is_a_shop_one_can_visit(app: Any) -> None:
    with app.test_request_context("/"):
        place = place_data(
            "Sentra Dekranasda",
            path="/en/places/sentra",
            description="Where the pieces can be seen.",
            street="Jl. Contoh 1",
            postal_code="42421",
            phone="+62254000000",
            latitude=-6.01,
            longitude=106.05,
            hours=[(["Monday", "Tuesday"], "09:00", "16:00")],
        )
        document = json.loads(str(graph([place])))
    assert faults(document) == []
    assert document["@graph"][0]["openingHoursSpecification"][0]["opens"] == "09:00"
    assert "email" not in document["@graph"][0]


# -- addresses and languages ----------------------------------------------------------------------


def test_languages_point_to_each_other(client: PageClient, shop: Product) -> None:
    for path in PATHS:
        heads = {lang: head(client, f"/{lang}{path}") for lang in LANGS}
        told = links(heads["ko"])
        assert set(told) == {*LANGS, "x-default"}, path
        assert told["x-default"] == told["en"]
        for lang in LANGS:
            assert links(heads[lang]) == told, path
            assert canonical(heads[lang]) == told[lang] == f"{BASE}/{lang}{path}"
            assert meta(heads[lang], "og:url") == told[lang]


def test_a_language_without_words_is_not_announced(client: PageClient, database: Any) -> None:
    live_product(slug="half", names={"id": "Selendang", "en": "Half a scarf"})
    for lang in LANGS:
        text = head(client, f"/{lang}/products/half")
        assert set(links(text)) == {"id", "en", "x-default"}
        shown = "id" if lang == "id" else "en"
        assert canonical(text) == f"{BASE}/{shown}/products/half"
        assert meta(text, "og:locale") == {"id": "id_ID", "en": "en_GB"}[shown]
    assert "/share/en/" in meta(head(client, "/ko/products/half"), "og:image")


def test_a_name_alone_is_not_a_text(client: PageClient, database: Any, shop: Product) -> None:
    with transaction():
        row = database.session.query(ProductTranslation).filter_by(product_id=shop.id, lang="fr")
        row.one().summary = ""
    assert "fr" not in links(head(client, "/en/products/teak-scarf"))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("?page=2", "?page=2"),
        ("?page=1", ""),
        ("?page=x", ""),
        ("?plant=teak", ""),
        ("?sort=price_asc&page=2", ""),
        ("?utm_source=mail", ""),
    ],
)
def test_filters_have_no_address_of_their_own(
    client: PageClient, database: Any, query: str, kept: str
) -> None:
    maker = workshop()
    for _ in range(25):
        live_product(maker)
    text = head(client, f"/fr/categories/ecoprint{query}")
    assert canonical(text) == f"{BASE}/fr/categories/ecoprint{kept}"
    assert links(text)["ko"] == f"{BASE}/ko/categories/ecoprint{kept}"
    if kept:
        items = node(json_ld(text), "ItemList")["itemListElement"]
        assert items[0]["position"] == 25
        assert "page 2" in meta(text, "og:title")


def test_results_of_a_search_are_not_for_search_engines(client: PageClient, shop: Product) -> None:
    live_product(slug="hidden", state="hidden")
    for path, status in (("/ko/search?q=teak", 200), ("/ko/products/hidden", 404)):
        page = client.get(path)
        assert page.status_code == status
        text = page.text.partition("<body")[0]
        assert meta(text, "robots") == "noindex"
        assert "canonical" not in text and "hreflang" not in text and "ld+json" not in text


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_titles_and_descriptions_are_sentences_of_their_own(
    client: PageClient, shop: Product, lang: str
) -> None:
    seen: dict[str, str] = {}
    for path in PATHS:
        text = head(client, f"/{lang}{path}")
        (title,) = re.findall("<title>(.*?)</title>", text, re.S)
        told = meta(text, "description")
        assert 90 <= width(told) <= MOST, (path, width(told), told)
        assert told[-1] in ".!?…", told
        assert meta(text, "og:description") == told
        assert "Sentra Kriya Cilegon" in title
        assert meta(text, "og:title") and meta(text, "twitter:card") == "summary_large_image"
        assert (title, told) not in seen.items() or "/products/" in path
        seen[title] = told


def test_a_piece_says_what_it_is_by_whom_and_where(client: PageClient, shop: Product) -> None:
    told = meta(head(client, "/en/products/teak-scarf"), "description")
    for word in ("Teak leaf silk scarf", "silk", "Godhong Uji", "Cibeber", "Indonesia"):
        assert word in told
    title = meta(head(client, "/en/products/teak-scarf"), "og:title")
    assert title == "Teak leaf silk scarf, made by Godhong Uji"


def test_the_front_page_tells_who_and_how_to_search(client: PageClient, shop: Product) -> None:
    document = json_ld(head(client, "/fr/"))
    assert node(document, "OnlineStore")["parentOrganization"]["name"] == "Dekranasda Kota Cilegon"
    action = node(document, "WebSite")["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{BASE}/fr/search?q={{search_term_string}}"


def test_the_head_costs_no_statement_once_the_small_tables_are_known(
    client: PageClient, shop: Product
) -> None:
    head(client, "/en/products/teak-scarf")
    head(client, "/ko/products/teak-scarf")
    assert statements(client) <= 5


def test_words_and_places_have_heads_of_their_own(app: Flask, database: Any) -> None:
    reference()
    with app.test_request_context("/en/products"):
        app.preprocess_request()
        term = vocabulary().term("plant", "teak")
        assert term is not None
        about = word_meta(term, above=[("Plants", "/en/plants")])
        assert "Tectona grandis" in about.title
        assert faults(json.loads(str(about.data))) == []
        assert width(about.description) <= MOST
        place = place_meta("The gallery", "Jl. Contoh 1, Cilegon", phone="+62254000000")
        document = json.loads(str(place.data))
        assert faults(document) == []
        assert node(document, "Store")["telephone"] == "+62254000000"
