"""Fees by weight, volume, step and tolerance; who carries what where."""

from __future__ import annotations

import pytest
from flask import Flask

from storefront.kernel import settings
from storefront.kernel.db import transaction
from storefront.shipping import (
    ParcelSpec,
    delivery_offers,
    destination,
    forget_tariffs,
    load_reference,
    parcel,
)
from storefront.shipping.rules import Tariff, chargeable_g, fee_idr


def tariff(**changes: object) -> Tariff:
    facts: dict[str, object] = {
        "key": "regular",
        "kind": "domestic",
        "names": {},
        "sentences": {},
        "first_g": 1000,
        "step_g": 1000,
        "min_g": 1000,
        "tolerance_g": 300,
        "divisor": 6000,
        "max_g": 0,
        "max_side_cm": 0,
        "max_sum_cm": 0,
        "food": frozenset(),
        "regencies": frozenset(),
        "closed_to": frozenset(),
        "bands": {},
    }
    return Tariff(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("grams", "fee"),
    [(1, 10), (1000, 10), (1300, 10), (1301, 19), (2000, 19), (2300, 19), (2301, 28), (5000, 46)],
)
def test_domestic_steps_drop_a_small_excess(grams: int, fee: int) -> None:
    assert fee_idr(grams, tariff(), 10, 9) == fee


@pytest.mark.parametrize(("grams", "fee"), [(500, 290), (501, 385), (1000, 385), (1001, 480)])
def test_international_half_kilos(grams: int, fee: int) -> None:
    half = tariff(first_g=500, step_g=500, min_g=500, tolerance_g=0)
    assert fee_idr(grams, half, 290, 95) == fee


def test_the_larger_of_weight_and_volume_counts() -> None:
    bulky = parcel([(1, 950, (46, 46, 18), "")], country="ID")
    assert chargeable_g(bulky, tariff()) == 6348
    assert chargeable_g(bulky, tariff(divisor=0)) == 1000


@pytest.fixture
def tariffs(app: Flask) -> Flask:
    with app.app_context(), transaction():
        load_reference()
        load_reference()
        forget_tariffs()
    return app


def spec(country: str, province: str = "", city: str = "", *scopes: str) -> ParcelSpec:
    return ParcelSpec(450, 4680, 26, 50, country, province, city, frozenset(scopes))


def test_korea_has_three_ways_and_prices_of_the_table(tariffs: Flask) -> None:
    with tariffs.app_context():
        found = {offer.service_key: offer for offer in delivery_offers(spec("KR"))}
        assert set(found) == {"registered", "ems", "express"}
        assert found["ems"].fee_idr == 385_000  # 780 g by volume: two half kilos
        assert found["registered"].fee_idr == 150_000
        assert delivery_offers(spec("BR"))


def test_food_stays_and_chilled_food_stays_near(tariffs: Flask) -> None:
    with tariffs.app_context():
        keys = lambda *place: {o.service_key for o in delivery_offers(spec(*place))}  # noqa: E731
        assert keys("ID", "ID-JK", "Jakarta Selatan", "domestic") == {"regular", "pickup"}
        assert keys("ID", "ID-BT", "Kota Serang", "local") == {"same_day", "pickup"}
        assert keys("ID", "ID-JK", "Jakarta Selatan", "local") == {"pickup"}
        assert keys("KR", "", "", "domestic") == set()


def test_france_is_open_only_with_a_responsible_person(tariffs: Flask) -> None:
    with tariffs.app_context():
        assert not destination("FR").is_open and not destination("DE").is_open
        assert destination("KR").needs_customs_code and destination("KR").is_open
        with transaction():
            settings.set_value("shipping.responsible_person", "Contoh SARL, Lyon", by_user_id=None)
        assert destination("FR").is_open and destination("FR").withdrawal_days == 14
        assert destination("BR").is_open
        assert destination("FR").notice("ko") and destination("FR").terms_text("fr")[1]
