"""A buyer buys from two workshops by clicks: in Korean, in French, and without script."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from storefront.kernel.db import db
from storefront.notifications import drain_all
from storefront.orders import Order
from tests.browser import buyer as steps
from tests.browser.buyer import ELODIE, GARAM, Buyer
from tests.browser.conftest import Stall, Window, enter
from tests.rig.servers import LiveServer
from tests.stand_ins.stripe import StripeStandIn

TRACKING = "EE123456789ID"


@pytest.mark.parametrize(
    ("who", "scripted"),
    [(GARAM, True), (ELODIE, True), (GARAM, False)],
    ids=["korean", "french", "korean-without-script"],
)
def test_the_whole_way(
    who: Buyer,
    scripted: bool,
    app: Flask,
    stall: Stall,
    window: Window,
    live_server: LiveServer,
    stripe_stand_in: StripeStandIn,
) -> None:
    with window(locale=who.locale, java_script_enabled=scripted) as tab:
        steps.without_icon_of_the_stand_in(tab)
        steps.browse_to_bag(tab, who, stall.bag)
        for lang in (who.other_lang, who.lang):
            steps.switch_language(tab, lang)
            assert tab.url.endswith(f"/{lang}/products/{stall.bag}")
        steps.add_both_to_cart(tab, who, stall.bag, stall.scarf)
        tab.locator('a[href$="/checkout"]').click()
        steps.fill_in(tab, who)
        steps.choose_another_delivery(tab, scripted=scripted)
        expect(tab.locator("#email")).to_have_value(who.typed["email"])
        due = steps.amount_due(tab)
        steps.place_and_pay(tab, who, stripe_stand_in.url)
        confirm(app, live_server, stripe_stand_in, due, who.lang)
        ship(app, window, stall, scripted=scripted)
        tab.reload()
        expect(tab.locator("main")).to_contain_text(TRACKING)


def confirm(app: Flask, server: LiveServer, stripe: StripeStandIn, due: int, lang: str) -> None:
    """The provider tells twice; one order is paid, for what the buyer was shown."""
    stripe.webhooks.mode = "duplicate"
    answers = stripe.deliver_events(f"{server.url}/webhooks/stripe")
    assert {answer.status for answer in answers} == {200}
    with app.app_context():
        drain_all()
        order = db.session.scalars(sa.select(Order)).one()
        assert (order.state, order.lang, order.paid_minor) == ("placed", lang, due)
        assert len(order.sub_orders) == 2


def ship(app: Flask, window: Window, stall: Stall, *, scripted: bool) -> None:
    """The maker of the bag accepts, makes and ships it at a phone."""
    phone = {"width": 390, "height": 844}
    with window(viewport=phone, locale="id-ID", java_script_enabled=scripted) as bench:
        enter(bench, app, stall.bag_maker)
        bench.goto("/studio/")
        expect(bench.locator("article.q")).to_have_count(1)
        for step in ("accept", "make", "ready"):
            form = bench.locator(f'form[action$="/{step}"]').first
            form.locator("button").click()
            expect(bench.locator(f'form[action$="/{step}"]')).to_have_count(0)
            if not bench.locator("main .q__act, main .actions").count():
                bench.goto("/studio/orders?show=making")
        bench.locator('main a[href$="/ship"]').first.click()
        bench.locator("#courier").select_option("ems")
        bench.locator("#tracking_number").fill(TRACKING)
        bench.locator("form button.btn--big").click()
        expect(bench.locator("main")).to_contain_text(TRACKING)
