"""Buying with the keyboard alone: everything is reached with Tab, seen, and pressed with Enter."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from storefront.kernel.db import db
from storefront.orders import Order
from tests.browser import buyer as steps
from tests.browser.buyer import GARAM
from tests.browser.conftest import Stall, Window
from tests.rig.browser import Tab
from tests.stand_ins.stripe import StripeStandIn

# The element in focus, or the label it sits in, carries a ring and lies within the window.
_FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {
    where: `${e.tagName} ${e.id || e.name || e.getAttribute('href') || ''}`,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def go_to(tab: Tab, selector: str, limit: int = 90) -> None:
    """Press Tab until the element has the focus; every stop on the way shows where one is."""
    for _ in range(limit):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(_FOCUS)
        if stop["where"].startswith(("BODY", "HTML")):
            continue
        assert stop["ring"] and stop["seen"], f"{tab.url}: the focus cannot be seen: {stop}"
        if tab.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{tab.url}: {selector} is not reached in {limit} steps")


def press(tab: Tab, selector: str) -> None:
    """Tab to a link or a button and press Enter."""
    go_to(tab, selector)
    tab.keyboard.press("Enter")


def orders(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Order.id))) or 0


def test_from_the_piece_to_the_thanks(
    app: Flask, stall: Stall, window: Window, stripe_stand_in: StripeStandIn
) -> None:
    with window(locale=GARAM.locale) as tab:
        steps.without_icon_of_the_stand_in(tab)
        tab.goto(f"/ko/products/{stall.bag}")
        press(tab, ".buy button")
        tab.wait_for_url("**/ko/cart")
        press(tab, 'a[href$="/checkout"]')
        tab.wait_for_url("**/ko/checkout")
        for name, value in GARAM.typed.items():
            _type(tab, name, value)
        _choose_delivery(tab)
        go_to(tab, "#terms")
        tab.keyboard.press("Space")
        assert orders(app) == 0
        press(tab, "button[value=place]")
        tab.wait_for_url(f"{stripe_stand_in.url}/pay/**")
        tab.locator("button[value=pay]").press("Enter")  # not our page: its ring is its own
        tab.wait_for_url("**/ko/orders/**")
        assert orders(app) == 1


def _type(tab: Tab, name: str, value: str) -> None:
    """Fill the field that comes next in the order of the page."""
    if tab.evaluate("name => document.activeElement.id !== name", name):
        go_to(tab, f"#{name}")
    if tab.locator(f"#{name}").evaluate("e => e.tagName") == "SELECT":
        for _ in range(20):
            tab.keyboard.press("ArrowDown")
            if tab.locator(f"#{name}").input_value() == value:
                break
    else:
        tab.keyboard.insert_text(value)
    expect(tab.locator(f"#{name}")).to_have_value(value)


def _choose_delivery(tab: Tab) -> None:
    """With the arrow: the total follows, and the keyboard stays where it was."""
    before = tab.locator(".co__due").inner_text()
    go_to(tab, 'input[name^="delivery-"]')
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(".co__due")).not_to_have_text(before)
    expect(tab.locator('input[name^="delivery-"]:checked')).to_be_focused()


def test_enter_in_a_field_never_pays(app: Flask, stall: Stall, window: Window) -> None:
    with window(locale=GARAM.locale) as tab:
        tab.goto(f"/ko/products/{stall.bag}")
        tab.locator(".buy button").click()
        tab.locator('a[href$="/checkout"]').click()
        steps.fill_in(tab, GARAM)
        tab.locator("#terms").check()
        for name in [*GARAM.typed, "terms"]:
            if tab.locator(f"#{name}").evaluate("e => e.tagName") == "SELECT":
                continue
            with tab.expect_navigation():
                tab.locator(f"#{name}").press("Enter")
            expect(tab).to_have_url(re.compile("/ko/checkout$"))
            expect(tab.locator("#recipient")).to_have_value(GARAM.typed["recipient"])
        assert orders(app) == 0
