"""Lists narrowed by facets: against plain counting over a random shop, and as visitors see them."""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.catalogue import Product, Variant, set_price
from storefront.catalogue.bitmaps import newest_first
from storefront.catalogue.blocks import Block
from storefront.catalogue.queries import listing_index as reading
from storefront.catalogue.queries.facets import AVAILABILITIES, FACETS, SORTS, read_listing
from storefront.catalogue.queries.listing_index import listing_index
from storefront.catalogue.queries.words import vocabulary
from storefront.catalogue.rules import PRICE_EDGES, price_band, ships_abroad
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.notifications import drain_all
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

TECHNIQUES, PLANTS = ("steaming", "pounding", "tenun_atbm"), ("teak", "castor", "guava")
MATERIALS, COLOURS = ("silk", "cotton"), ("red", "indigo", "brown")
SHELVES = ("ecoprint-scarves", "ecoprint-fabric", "totes")
PRICES = (50_000, 150_000, 300_000, 800_000, 2_000_000)


@pytest.fixture
def shop(app: Flask, database: Any) -> list[dict[str, Any]]:
    """Forty pieces of three workshops, drawn by chance, and what is true of each."""
    chance = random.Random(7)
    makers = [workshop(slug=f"maker-{at}") for at in range(3)]
    shelves = {shelf.key for shelf in vocabulary().shelves.values()}
    pieces = []
    for at in range(40):
        said = {
            f"technique:{chance.choice(TECHNIQUES)}": 0,
            f"material:{chance.choice(MATERIALS)}": 100,
            **{f"plant:{key}": 0 for key in chance.sample(PLANTS, chance.randint(0, 2))},
        }
        facts = {
            "colour_family": chance.choice(COLOURS),
            "availability": chance.choice(["stock", "made_to_order", "one_of_a_kind"]),
            "category": chance.choice([key for key in SHELVES if key in shelves]),
            "price_idr": chance.choice(PRICES),
            "hs6": chance.choice(["621410", ""]),
            "published_at": now() - dt.timedelta(days=chance.randint(0, 20)),
        }
        maker = chance.choice(makers)
        piece = live_product(maker, terms=said, slug=f"piece-{at}", **facts)
        pieces.append({"id": piece.id, "said": said, "maker": maker.slug, **facts})
    return pieces


def is_so(piece: dict[str, Any], facet: str, key: str) -> bool:
    """What a facet's value means, said once more and plainly."""
    if facet == "maker":
        return bool(piece["maker"] == key)
    if facet == "colour":
        return bool(piece["colour_family"] == key)
    if facet == "availability":
        return f"a{piece['availability']}" in AVAILABILITIES[key]
    if facet == "price":
        return price_band(piece["price_idr"], "IDR") == int(key)
    if facet == "ships":
        return ships_abroad(None, piece["hs6"])
    if facet == "category":
        shelves = vocabulary()
        at = next(s for s in shelves.shelves.values() if s.key == piece["category"])
        return key in {shelf.slug for shelf in shelves.way_to(at.id)}
    return f"{facet}:{key}" in piece["said"]


def fits(piece: dict[str, Any], chosen: dict[str, list[str]], but: str = "") -> bool:
    return all(
        any(is_so(piece, facet, key) for key in keys)
        for facet, keys in chosen.items()
        if facet != but
    )


def choices(chance: random.Random) -> dict[str, list[str]]:
    values = {
        "plant": PLANTS,
        "category": [shelf.slug for shelf in vocabulary().top()],
        "technique": TECHNIQUES,
        "material": MATERIALS,
        "colour": COLOURS,
        "availability": list(AVAILABILITIES),
        "price": [str(band) for band in range(len(PRICE_EDGES["IDR"]) + 1)],
        "maker": ["maker-0", "maker-1", "maker-2"],
        "ships": ["here"],
    }
    picked = chance.sample(sorted(values), chance.randint(0, 3))
    return {
        name: chance.sample(list(values[name]), chance.randint(1, min(2, len(values[name]))))
        for name in picked
    }


ORDERS = {
    "newest": lambda piece: (-int(piece["published_at"].timestamp()), -piece["id"]),
    "price_asc": lambda piece: (piece["price_idr"], -piece["id"]),
    "price_desc": lambda piece: (-piece["price_idr"], -piece["id"]),
}


@pytest.mark.parametrize("walks", [False, True], ids=["sorted", "walked"])
def test_lists_are_what_plain_counting_gives(
    shop: list[dict[str, Any]], walks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if walks:  # as in a shop too large to sort what was found
        monkeypatch.setattr(reading, "_SORTED_AT_ONCE", 0)
    chance = random.Random(3)
    for _ in range(60):
        chosen, sort = choices(chance), chance.choice(SORTS)
        number, size = chance.randint(1, 3), chance.choice([5, 24])
        found = read_listing(
            chosen, currency="IDR", ship_to="KR", sort=sort, number=number, size=size
        )
        fitting = sorted((p for p in shop if fits(p, chosen)), key=ORDERS[sort])
        first = (found.page.number - 1) * size
        assert list(found.page.items) == [p["id"] for p in fitting[first : first + size]], chosen
        assert found.page.total == len(fitting)
        for facet, values in found.facets.items():
            rest = [p for p in shop if fits(p, chosen, but=facet)]
            for value in values:
                plain = sum(is_so(p, facet, value.key) for p in rest)
                assert value.count == plain, (chosen, facet, value)
        assert found.without == {
            facet: sum(fits(p, chosen, but=facet) for p in shop) for facet in chosen
        }


def test_a_block_is_read_as_it_was_written() -> None:
    block = Block()
    block.add(0, {"a": True, "b": False})
    block.add(4095, {"a": True})
    block.price[4095], block.maker[4095], block.makers[9] = 2**32 - 1, 9, ("상점", "shop")
    again = Block.unpack(block.pack())
    assert again == block
    assert list(newest_first(again.sets["a"])) == [4095, 0] and "b" not in again.sets


def test_lists_follow_what_happens(app: Flask, database: Any) -> None:
    piece = live_product(price_idr=90_000)

    def cheap() -> int:
        return read_listing({"price": ["0"]}, currency="IDR", ship_to="ID").page.total

    assert cheap() == 1
    with transaction():
        variant = db.session.scalars(sa.select(Variant)).one()
        set_price(variant.id, 900_000, variant.version)
    drain_all()
    assert cheap() == 0
    with transaction():
        db.session.get_one(Product, piece.id).state = "hidden"
    with transaction():
        from storefront.catalogue import index_product

        index_product(piece.id)
    assert listing_index().every == 0


def test_only_changed_blocks_are_read_again(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_product()
    first = listing_index()
    assert listing_index() is first
    live_product()
    second = listing_index()
    assert second is not first and second.every.bit_count() == 2


def own_part(page: Any) -> str:
    """The page without header and footer."""
    return str(page.text.split("<main", 1)[1].split("<footer", 1)[0])


def checked(page: Any) -> int:
    """Boxes that are ticked."""
    return own_part(page).count(" checked")


# -- pages ----------------------------------------------------------------------------------------


def test_a_choice_is_a_chip_that_takes_itself_back(
    client: PageClient, shop: list[dict[str, Any]]
) -> None:
    page = client.get(
        "/en/products?technique=steaming&technique=pounding&colour=red&sort=price_asc"
    )
    links = re.findall(r'<li><a href="([^"]+)"><span class="vh">Remove', page.text)
    assert {link.replace("&amp;", "&") for link in links} == {  # always in one order
        "/en/products?technique=pounding&colour=red&sort=price_asc",
        "/en/products?technique=steaming&colour=red&sort=price_asc",
        "/en/products?technique=pounding&technique=steaming&sort=price_asc",
    }
    assert checked(page) == 3
    assert 'class="chosen__all" href="/en/products"' in page.text


def test_what_nobody_knows_is_left_out(client: PageClient, shop: list[dict[str, Any]]) -> None:
    junk = "&".join(f"{name}=nonsense&{name}=" for name in FACETS)
    page = client.get(f"/ko/products?{junk}&sort=sideways&page=99999999&utm_source=x")
    assert page.status_code == 200 and "utm_source" not in own_part(page)
    assert "chosen__all" not in page.text


def test_an_empty_list_says_which_filter_to_drop(client: PageClient, database: Any) -> None:
    live_product(terms={"technique:steaming": 0, "plant:teak": 0}, slug="only")
    page = client.get("/en/products?technique=steaming&plant=castor")
    assert "No piece fits all of these filters." in page.text
    assert re.search(
        r'href="/en/products\?technique=steaming">Leave out “Dye plant”</a>', page.text
    )


def test_search_results_are_narrowed_in_their_order(
    client: PageClient, shop: list[dict[str, Any]]
) -> None:
    page = client.get("/en/search?q=teak&colour=red")
    assert page.status_code == 200
    assert 'name="q" value="teak"' in page.text
    red = sum(p["colour_family"] == "red" for p in shop)
    assert f"{red} piece" in page.text


def test_further_pages_keep_the_choice(client: PageClient, shop: list[dict[str, Any]]) -> None:
    first = client.get("/fr/products?availability=stock&availability=made_to_order&utm=1")
    more = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert more is not None and "utm" not in more[1]
    second = client.get(more[1].replace("&amp;", "&"))
    assert second.status_code == 200 and checked(second) == 2
