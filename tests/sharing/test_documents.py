"""Site maps, feeds, robots, web manifest: well formed, true, and of bounded size."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.catalogue import Price, Product, ProductTranslation, Variant
from storefront.kernel.db import transaction
from storefront.sharing import documents, make_documents, queries, xml
from tests.conftest import statements
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

LANGS = ("id", "en", "ko", "fr")
BASE = "http://127.0.0.1:8000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
ATOM = "{http://www.w3.org/2005/Atom}"
G = "{http://base.google.com/ns/1.0}"
# W3C date and time, as the sitemaps XSD's tLastmod takes it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")


def fetch(client: PageClient, path: str) -> ET.Element:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"]
    return ET.fromstring(answer.data)


def check_urlset(root: ET.Element) -> dict[str, ET.Element]:
    """The rules of sitemap.xsd and sitemap-image.xsd; the entries by their address."""
    assert root.tag == f"{MAP}urlset"
    assert 1 <= len(root) <= 50_000
    for url in root:
        assert url.tag == f"{MAP}url"
        tags = [child.tag for child in url]
        own = [tag for tag in tags if tag.startswith(MAP)]
        # xsd:sequence: loc, lastmod?, changefreq?, priority?, then any of other namespaces.
        order = [f"{MAP}{name}" for name in ("loc", "lastmod", "changefreq", "priority")]
        assert own == [tag for tag in order if tag in own], own
        assert tags[: len(own)] == own, tags
        assert 12 <= len(url.findtext(f"{MAP}loc") or "") <= 2048
        changed = url.findtext(f"{MAP}lastmod")
        assert changed is None or MOMENT.fullmatch(changed)
        assert len(url.findall(f"{IMAGE}image")) <= 1000
        for image in url.findall(f"{IMAGE}image"):
            assert [child.tag for child in image] == [f"{IMAGE}loc"]
            assert (image.findtext(f"{IMAGE}loc") or "").startswith(BASE)
        for link in url.findall(f"{XHTML}link"):
            assert link.get("rel") == "alternate" and link.get("href") and link.get("hreflang")
    found = {url.findtext(f"{MAP}loc") or "": url for url in root}
    assert len(found) == len(root), "an address stands twice"
    return found


def check_index(root: ET.Element) -> list[str]:
    """The rules of siteindex.xsd; the addresses of the maps."""
    assert root.tag == f"{MAP}sitemapindex"
    assert 1 <= len(root) <= 50_000
    for entry in root:
        tags = [child.tag for child in entry]
        assert tags in ([f"{MAP}loc"], [f"{MAP}loc", f"{MAP}lastmod"])
    return [entry.findtext(f"{MAP}loc") or "" for entry in root]


def alternates(url: ET.Element) -> dict[str, str]:
    return {
        str(link.get("hreflang")): str(link.get("href")) for link in url.findall(f"{XHTML}link")
    }


@pytest.fixture
def pieces(database: Any) -> list[Product]:
    maker = workshop("Godhong & Uji", slug="godhong-uji")
    return [
        live_product(maker, slug="one", names=dict.fromkeys(LANGS, "Scarf <1> & co")),
        live_product(maker, slug="half", names={"id": "Selendang", "en": "Scarf"}),
        live_product(maker, slug="sizes", variants=("S", "M")),
        live_product(maker, slug="hidden", state="hidden"),
        live_product(workshop(state="suspended"), slug="away"),
    ]


# -- site maps ------------------------------------------------------------------------------------


def test_every_map_of_the_index_is_valid_and_languages_answer_each_other(
    client: PageClient, pieces: list[Product]
) -> None:
    maps = check_index(fetch(client, "/sitemap.xml"))
    assert len(maps) == len(set(maps)) == 8
    entries: dict[str, ET.Element] = {}
    for where in maps:
        found = check_urlset(fetch(client, where.removeprefix(BASE)))
        lang = re.search(r"/sitemaps/(\w\w)-", where)
        assert lang and all(at.startswith(f"{BASE}/{lang[1]}/") for at in found)
        assert not set(found) & set(entries)
        entries |= found
    for address, url in entries.items():
        told = alternates(url)
        assert address in told.values()
        assert told["x-default"] in told.values()
        for other in told.values():
            assert alternates(entries[other]) == told, (address, other)
    assert f"{BASE}/ko/products/one" in entries
    assert f"{BASE}/ko/products/half" not in entries
    assert set(alternates(entries[f"{BASE}/id/products/half"])) == {"id", "en", "x-default"}
    assert not [at for at in entries if "hidden" in at or "away" in at]
    for path in ("/", "/products", "/makers", "/makers/godhong-uji", "/pages/about"):
        assert f"{BASE}/fr{path}" in entries
    assert entries[f"{BASE}/en/products/one"].find(f"{IMAGE}image") is not None


def test_what_a_map_names_opens_and_names_itself(client: PageClient, pieces: list[Product]) -> None:
    for part in (1, 2):
        for address, url in check_urlset(fetch(client, f"/sitemaps/ko-{part}.xml")).items():
            page = client.get(address.removeprefix(BASE))
            assert page.status_code == 200, address
            assert f'<link rel="canonical" href="{address}">' in page.text
            told = re.findall(
                r'hreflang="([^"]+)" href="([^"]+)">', page.text.partition("<body")[0]
            )
            assert dict(told) == alternates(url)


def test_maps_cost_few_statements_and_are_kept(client: PageClient, pieces: list[Product]) -> None:
    fetch(client, "/sitemaps/en-1.xml")
    for path, most in (("/sitemap.xml", 2), ("/sitemaps/ko-1.xml", 4), ("/sitemaps/ko-2.xml", 6)):
        answer = client.get(path)
        assert statements(client) <= most, path
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_a_part_nobody_is_in_is_no_map(client: PageClient, pieces: list[Product]) -> None:
    for path in ("ko-0", "ko-3", "ko-99999999", "de-1"):
        assert client.get(f"/sitemaps/{path}.xml").status_code == 404


def test_long_shops_are_cut_into_parts_by_ids(
    client: PageClient, pieces: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "IDS_PER_MAP", 2)
    monkeypatch.setattr(queries, "BATCH", 1)
    maps = check_index(fetch(client, "/sitemap.xml"))
    named = [at for at in maps if "/en-" in at]
    found: list[str] = []
    for where in named:
        urls = check_urlset(fetch(client, where.removeprefix(BASE)))
        found += [at for at in urls if "/products/" in at]
        assert len(urls) <= 2 or where.endswith("-1.xml")
    assert len(named) > 2
    assert sorted(found) == [f"{BASE}/en/products/{slug}" for slug in ("half", "one", "sizes")]


def test_the_worker_writes_the_documents_of_a_large_shop(
    app: Flask, client: PageClient, pieces: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        assert make_documents() == "0"
        monkeypatch.setattr(documents, "LARGE", 1)
        monkeypatch.setattr(documents, "LARGE_BYTES", 0)
        assert make_documents() == str(4 + 4 + 16 + 1)
    for path in ("/sitemap.xml", "/feeds/products-ko-KRW.xml"):
        assert client.get(path).status_code == 200
        assert statements(client) == 0
    assert client.get("/sitemaps/ko-2.xml").status_code == 200
    assert statements(client) == 1
    assert not list(documents.folder("documents").glob("*.draft"))


def test_memory_does_not_grow_with_the_shop(app: Flask, pieces: list[Product]) -> None:
    lines = xml.site_map("en", 2)
    assert next(lines).startswith("<?xml")
    assert next(lines).startswith("<url>")  # a line at a time, not a text of all of them


def test_letters_xml_does_not_know_are_left_out(client: PageClient, database: Any) -> None:
    live_product(slug="odd", names=dict.fromkeys(LANGS, "Scarf\x0b ]]> \ufffe한"))
    root = fetch(client, "/feeds/products-ko-KRW.xml")
    assert root.findtext(f"channel/item/{G}title") == "Scarf ]]> 한"


# -- feeds ----------------------------------------------------------------------------------------


def test_the_feed_names_what_merchants_catalogues_ask_for(
    client: PageClient, pieces: list[Product]
) -> None:
    root = fetch(client, "/feeds/products-ko-KRW.xml")
    assert root.tag == "rss" and root.get("version") == "2.0"
    channel = root.find("channel")
    assert channel is not None
    assert [child.tag for child in channel][:3] == ["title", "link", "description"]
    items = channel.findall("item")
    assert len(items) == 3  # one piece and two sizes; `half` has no Korean words
    wanted = "id title description link image_link availability price brand condition"
    for item in items:
        for field in f"{wanted} identifier_exists product_type shipping_weight".split():
            assert item.findtext(f"{G}{field}"), field
        assert item.findtext(f"{G}price") == "59500 KRW"
        assert item.findtext(f"{G}identifier_exists") == "no"
        assert (item.findtext(f"{G}link") or "").startswith(f"{BASE}/ko/products/")
    assert items[0].findtext(f"{G}title") == "Scarf <1> & co"
    assert items[0].findtext(f"{G}shipping_weight") == "160 g"
    assert items[0].find(f"{G}item_group_id") is None
    sizes = items[1:]
    assert {item.findtext(f"{G}size") for item in sizes} == {"S", "M"}
    assert len({item.findtext(f"{G}item_group_id") for item in sizes}) == 1
    assert len({item.findtext(f"{G}link") for item in sizes}) == 2


def test_only_stored_prices_and_what_can_be_bought(
    client: PageClient, database: Any, pieces: list[Product]
) -> None:
    with transaction():
        of_one = sa.select(Variant.id).where(Variant.product_id == pieces[0].id)
        database.session.execute(
            sa.delete(Price).where(Price.currency == "USD", Price.variant_id.in_(of_one))
        )
        small = database.session.get_one(Product, pieces[2].id).variants[0]
        small.held = small.on_hand
        label = small.sku
    items = fetch(client, "/feeds/products-en-USD.xml").findall("channel/item")
    told = {item.findtext(f"{G}id"): item.findtext(f"{G}availability") for item in items}
    assert len(told) == 3  # half, S, M
    assert told[label] == "out_of_stock"
    assert sorted(told.values()) == ["in_stock", "in_stock", "out_of_stock"]
    assert {item.findtext(f"{G}price") for item in items} == {"43.50 USD"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("currency", ["IDR", "USD", "EUR", "KRW"])
def test_there_is_a_feed_for_every_language_and_currency(
    client: PageClient, pieces: list[Product], lang: str, currency: str
) -> None:
    assert fetch(client, f"/feeds/products-{lang}-{currency}.xml").findall("channel/item")
    assert client.get(f"/feeds/products-{lang}-XXX.xml").status_code == 404


def test_an_empty_shop_has_an_empty_feed_and_maps(client: PageClient, database: Any) -> None:
    assert not fetch(client, "/feeds/products-fr-EUR.xml").findall("channel/item")
    assert len(check_index(fetch(client, "/sitemap.xml"))) == 4
    assert not fetch(client, "/feeds/new-fr.xml").findall(f"{ATOM}entry")


def test_new_work_is_a_valid_atom_feed(client: PageClient, pieces: list[Product]) -> None:
    root = fetch(client, "/feeds/new-fr.xml")
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"{ATOM}{name}")
        assert MOMENT.fullmatch(entry.findtext(f"{ATOM}updated") or "")
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Godhong & Uji"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert 'type="application/atom+xml"' in client.get("/fr/").text


def test_documents_are_made_anew_when_they_are_old(
    client: PageClient, database: Any, pieces: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/feeds/new-en.xml")
    with transaction():
        database.session.query(ProductTranslation).filter_by(
            product_id=pieces[0].id, lang="en"
        ).one().name = "Another name"
    assert client.get("/feeds/new-en.xml").data == first.data
    monkeypatch.setattr(documents, "FRESH_SECONDS", 0)
    later = client.get("/feeds/new-en.xml")
    assert b"Another name" in later.data
    assert later.headers["ETag"] != first.headers["ETag"]


# -- robots and manifest --------------------------------------------------------------------------


def allowed(robots: str, path: str) -> bool:
    """RFC 9309: the longest matching rule decides, Allow wins a tie."""
    best = (-1, True)
    for line in robots.splitlines():
        name, _, rule = line.partition(": ")
        if name not in {"Allow", "Disallow"}:
            continue
        pattern = re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$")
        if re.match(pattern, path):
            best = max(best, (len(rule), name == "Allow"))
    return best[1]


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/ko/", True),
        ("/ko/products", True),
        ("/ko/products?page=2", True),
        ("/ko/products/search-lamp", True),
        ("/fr/makers/cartouche", True),
        ("/ko/products/teak-scarf", True),
        ("/id/categories/ecoprint?page=3", True),
        ("/share/ko/0123456789abcdef/x.jpg", True),
        ("/media/abc/960.webp", True),
        ("/feeds/products-ko-KRW.xml", True),
        ("/static/abc/css/base.css", True),
        ("/ko/products?plant=teak&technique=steaming", False),
        ("/ko/products?sort=price_asc", False),
        ("/ko/search?q=x", False),
        ("/fr/cart", False),
        ("/fr/checkout", False),
        ("/en/account/", False),
        ("/en/orders/abc", False),
        ("/studio/orders", False),
        ("/council/", False),
        ("/webhooks/stripe", False),
    ],
)
def test_rooms_and_permutations_are_not_for_robots(
    client: PageClient, path: str, may: bool
) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert allowed(answer.text, path) is may
    assert f"Sitemap: {BASE}/sitemap.xml" in answer.text


def test_every_private_page_is_closed_to_robots(app: Flask, client: PageClient) -> None:
    from storefront.web import is_private, rule_of

    robots = client.get("/robots.txt").text
    with app.app_context():
        for route in app.url_map.iter_rules():
            rule = rule_of(route.endpoint, "GET")
            if "GET" in (route.methods or ()) and rule and is_private(rule):
                path = re.sub(r"<lang:lang>", "en", route.rule)
                path = re.sub(r"<[^>]+>", "x", path)
                assert not allowed(robots, path), path


@pytest.mark.parametrize("lang", LANGS)
def test_the_manifest_names_icons_that_exist(client: PageClient, lang: str) -> None:
    assert f'href="/manifest-{lang}.webmanifest"' in client.get(f"/{lang}/").text
    answer = client.get(f"/manifest-{lang}.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = answer.get_json(force=True)
    assert told["name"] == "Sentra Kriya Cilegon"
    assert told["start_url"] == f"/{lang}/"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        picture = client.get(icon["src"])
        assert picture.status_code == 200
        size = int.from_bytes(picture.data[16:20], "big")
        assert icon["sizes"] == f"{size}x{size}"
