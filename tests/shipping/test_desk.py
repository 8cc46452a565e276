"""The council changes tariffs; buyers see them, placed orders do not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.kernel.db import db, transaction
from storefront.shipping import (
    ParcelSpec,
    RateBand,
    Service,
    Zone,
    delivery_offers,
    destination,
    forget_tariffs,
    load_reference,
)
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient

PARCEL = ParcelSpec(450, 4680, 26, 50, "KR")


@pytest.fixture
def desk(app: Flask, client: PageClient) -> PageClient:
    with app.app_context():
        with transaction():
            load_reference()
        forget_tariffs()
        sign_in(client, person("curator", lang="en"))
    return client


def ems() -> int:
    return next(o.fee_idr for o in delivery_offers(PARCEL) if o.service_key == "ems")


def test_a_new_fee_counts_at_once_and_a_stale_form_is_told(app: Flask, desk: PageClient) -> None:
    with app.app_context():
        korea = next(z.id for z in db.session.scalars(sa.select(Zone)) if "KR" in z.members)
        service = db.session.scalars(sa.select(Service.id).where(Service.key == "ems")).one()
        found = sa.select(RateBand.id).where(
            RateBand.service_id == service, RateBand.zone_id == korea
        )
        band = db.session.scalars(found).one()
        assert ems() == 385_000
    page = desk.get(f"/council/shipping/bands/{band}")
    desk.submit(page, {"first_idr": "300.000", "further_idr": "100.000"}, form="bands", follow=True)
    with app.app_context():
        assert ems() == 400_000
    stale = desk.submit(page, {"first_idr": "1"}, form="bands")
    assert stale.status_code in (303, 422)
    with app.app_context():
        forget_tariffs()
        assert ems() == 400_000


def test_a_service_stops_for_a_country_and_goes_again(app: Flask, desk: PageClient) -> None:
    page = desk.get("/council/shipping/services/ems")
    page = desk.submit(page, {"country": "KR", "reason": "flights cut"}, form="stop", follow=True)
    assert "flights cut" in page.text
    with app.app_context():
        assert "ems" not in {offer.service_key for offer in delivery_offers(PARCEL)}
    desk.submit(page, {}, form="go/KR", follow=True)
    with app.app_context():
        assert ems() == 385_000


def test_a_destination_is_closed_and_its_words_change(app: Flask, desk: PageClient) -> None:
    page = desk.get("/council/shipping/destinations/kr")
    desk.submit(page, {"ko": "새 안내입니다.", "is_open": None}, form="destinations", follow=True)
    with app.app_context():
        assert destination("KR").notice("ko") == ["새 안내입니다."]
        assert not destination("KR").is_open
    assert desk.get("/council/shipping").status_code == 200


def test_only_those_entitled_may_change_it(app: Flask, desk: PageClient) -> None:
    page = desk.get("/council/shipping/services/ems")
    with app.app_context():
        sign_in(desk, person("translator", lang="en"))
    refused = desk.submit(page, {"country": "KR", "reason": "x"}, form="stop")
    assert refused.status_code in (400, 403)
