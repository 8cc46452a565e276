"""What the page of a piece says of delivery and returns, by country."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from storefront.checkout.piece import piece_delivery
from storefront.kernel import settings
from storefront.kernel.clock import today
from storefront.kernel.db import transaction
from storefront.shipping import forget_tariffs, load_reference
from tests.conftest import statements
from tests.factories.catalogue import live_product
from tests.rig.client import PageClient

FOOD = {"scope": "dry", "shelf_life_days": 30, "allergens": [], "storage": "dry"}


@pytest.fixture
def tariffs(database: Any) -> None:
    with transaction():
        load_reference()
    forget_tariffs()


def seen_from(client: PageClient, country: str, slug: str, lang: str = "en") -> str:
    client.post("/switch", data={"lang": lang, "ship_to": country, "next": f"/{lang}/"})
    page = client.get(f"/{lang}/products/{slug}")
    assert page.status_code == 200
    return page.text.replace("\u00a0", " ")


def test_abroad_the_cheapest_way_with_fee_days_and_dates(tariffs: None, clock: Any) -> None:
    piece = live_product(lead_days_min=1, lead_days_max=3)
    found = piece_delivery(piece, "KR")
    assert found.why_not == ""
    assert found.fee_idr == found.most_idr == 150_000
    assert found.arrives == (
        today() + dt.timedelta(days=1 + found.days[0]),
        today() + dt.timedelta(days=3 + found.days[1]),
    )


def test_at_home_the_fee_depends_on_the_province(tariffs: None) -> None:
    found = piece_delivery(live_product(), "ID")
    assert 0 < found.fee_idr < found.most_idr
    assert found.days[0] < found.days[1]


def test_what_cannot_travel_says_why(tariffs: None) -> None:
    assert piece_delivery(live_product(food=FOOD), "KR").why_not == "stays_home"
    assert piece_delivery(live_product(hs6=""), "KR").why_not == "stays_home"
    assert piece_delivery(live_product(), "FR").why_not == "closed"  # no responsible person yet
    assert piece_delivery(live_product(packed_g=90_000), "KR").why_not == "no_way"
    with transaction():
        settings.set_value("shipping.responsible_person", "Maison Exemple", by_user_id=None)
    assert piece_delivery(live_product(), "FR").why_not == ""


@pytest.mark.parametrize(
    ("country", "facts", "sentence"),
    [
        ("KR", {}, "7 days to change your mind"),
        ("FR", {}, "14 days to change your mind"),
        ("FR", {"availability": "made_to_order", "stock": 0}, "in a version open to everyone"),
        ("FR", {"personalised": True}, "Made for you alone"),
        ("FR", {"food": FOOD}, "Food cannot be returned"),
        ("ID", {}, "7 days to return"),
        ("US", {}, "7 days to return"),
    ],
)
def test_the_return_rule_of_piece_and_country(
    client: PageClient, tariffs: None, country: str, facts: dict[str, Any], sentence: str
) -> None:
    live_product(slug="piece", **facts)
    assert sentence in seen_from(client, country, "piece")


def test_the_page_shows_the_estimate_and_what_is_not_included(
    client: PageClient, tariffs: None
) -> None:
    live_product(slug="piece")
    abroad = seen_from(client, "KR", "piece")
    assert "IDR 150,000" in abroad and "about US$" in abroad
    assert "duties and taxes payable by the recipient" in abroad
    assert "shipping, import duties and taxes are not included" in abroad
    home = seen_from(client, "ID", "piece")
    assert "by province" in home
    assert "import duties" not in home
    closed = seen_from(client, "FR", "piece")
    assert "We cannot sell to private buyers in this country at present." in closed


def test_the_estimate_costs_no_statement(client: PageClient, tariffs: None) -> None:
    live_product(slug="piece")
    seen_from(client, "KR", "piece")
    seen_from(client, "KR", "piece", "ko")
    assert statements(client) <= 5


def test_the_council_words_the_rules(client: PageClient, tariffs: None) -> None:
    with transaction():
        words = {"shop": {"en": {"title": "Send it back in {days} days", "body": "Any reason."}}}
        settings.set_value("shipping.returns", words, by_user_id=None)
    live_product(slug="piece")
    assert "Send it back in 7 days" in seen_from(client, "US", "piece")
