"""Paying in a real browser, at the stand-in's own pay page."""

from __future__ import annotations

from flask import Flask

from storefront.kernel.db import db
from storefront.orders import Order
from tests.factories import orders as make
from tests.rig.browser import Tab, axe
from tests.rig.servers import LiveServer
from tests.stand_ins.stripe import StripeStandIn


def test_a_card_is_declined_then_pays(
    app: Flask, browser_page: Tab, live_server: LiveServer, stripe_stand_in: StripeStandIn
) -> None:
    with app.app_context():
        order = make.awaiting_order(provider="stripe", currency="KRW")
        order_id, token = order.id, order.token
    # The pieces of the factory have no picture files, the stand-in has no icon.
    browser_page.expected_complaints.append("Failed to load resource")  # type: ignore[attr-defined]
    browser_page.goto(f"/ko/orders/{token}/pay")
    axe(browser_page)
    browser_page.locator("main form button").first.click()
    browser_page.wait_for_url(f"{stripe_stand_in.url}/pay/**")
    browser_page.locator("button[value=decline]").click()
    browser_page.locator("button[value=pay]").click()
    browser_page.wait_for_url(f"{live_server.url}/ko/orders/{token}")
    stripe_stand_in.webhooks.mode = "duplicate"
    answers = stripe_stand_in.deliver_events(f"{live_server.url}/webhooks/stripe")  # type: ignore[arg-type]
    assert {answer.status for answer in answers} == {200}
    with app.app_context():
        paid = db.session.get_one(Order, order_id)
        assert paid.state == "placed" and paid.paid_minor == paid.total_minor
    browser_page.goto(f"/ko/orders/{token}/pay")
    assert browser_page.url.endswith(f"/ko/orders/{token}")
