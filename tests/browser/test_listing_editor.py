"""The editor of a piece in a browser on a phone: what its scripts add."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from storefront.accounts import open_session
from storefront.catalogue import ListingChange, start_piece
from storefront.kernel.db import db, transaction
from storefront.notifications import drain_slow
from tests.factories import listings as make
from tests.factories.artisans import picture
from tests.rig.browser import Tab, axe
from tests.rig.servers import LiveServer


def test_photos_go_up_price_shows_its_net_and_the_draft_keeps_itself(
    app: Flask, browser_page: Tab, live_server: LiveServer, tmp_path: Path
) -> None:
    photo = tmp_path / "kain.jpg"
    photo.write_bytes(picture().read())
    with app.app_context():
        owner, artisan = make.maker()
        wanted = make.payload(artisan)
        with transaction():
            product = start_piece(artisan.id, owner.id, wanted)
            token = open_session(owner)
        at = f"/studio/products/{product.public_id}/edit"
        db.session.remove()
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.add_cookies([{"name": "session", "value": token, "url": live_server.url}])
    page.goto(at)
    page.set_input_files("#photos", str(photo))
    expect(page.locator(".shots > li")).to_have_count(2)
    axe(page)
    expect(page.locator('.shots > [data-state="processing"]')).to_have_count(2)
    with app.app_context():
        assert drain_slow(2) == 2
    expect(page.locator('.shots > [data-state="ready"]')).to_have_count(2, timeout=20_000)
    expect(page.locator("[data-photos] progress")).to_have_count(0)
    expect(page.locator("[data-photos] [role=status]")).not_to_be_empty()

    page.fill("#variants-1-price_idr", "200.000")
    expect(page.locator("#net-2")).to_have_text(re.compile(r"Rp\s?170\.000"))
    page.fill("#motif", "Daun jati")
    kept = page.locator("[data-autosave-said]")
    expect(kept).not_to_be_empty(timeout=8000)
    with app.app_context():
        change = db.session.scalars(sa.select(ListingChange)).one()
        assert change.payload["motif"] == "Daun jati" and change.version > 1
        db.session.remove()
    page.click(".savebar button")
    expect(page.locator("#motif")).to_have_value("Daun jati")
