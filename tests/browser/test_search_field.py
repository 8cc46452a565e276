"""The search field in a real browser: a combobox by keyboard, a plain form without script."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Stall, Window
from tests.rig.browser import Tab


def test_suggestions_by_keyboard(stall: Stall, window: Window) -> None:
    with window(locale="ko-KR") as tab:
        tab.goto("/ko/makers")
        field = tab.locator("#find")
        expect(field).to_have_attribute("aria-expanded", "false")
        field.press_sequentially("가ㅂ")
        expect(field).to_have_attribute("aria-expanded", "true")
        options = tab.locator("#find-list [role=option]")
        expect(tab.locator("form[data-suggest] [role=status]")).to_contain_text(
            re.compile(rf"\b{options.count()}")
        )
        field.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        field.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") is None
        field.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        field.press("Escape")
        expect(field).to_have_attribute("aria-expanded", "false")
        assert field.input_value() == "가ㅂ"
        field.press("Escape")
        assert field.input_value() == ""


def test_a_chosen_suggestion_is_opened(stall: Stall, window: Window) -> None:
    with window(locale="en-GB") as tab:
        tab.goto("/en/makers")
        field = tab.locator("#find")
        field.press_sequentially("ba")
        expect(field).to_have_attribute("aria-expanded", "true")
        field.press("ArrowDown")
        target = tab.locator("#find-list [role=option]").first.get_attribute("href")
        field.press("Enter")
        tab.wait_for_url(f"**{target}")


def test_a_key_of_a_syllable_is_left_alone(stall: Stall, window: Window) -> None:
    """While a syllable is in composition, Enter and the arrows are the input method's own."""
    with window(locale="ko-KR") as tab:
        tab.goto("/ko/makers")
        field = tab.locator("#find")
        field.press_sequentially("가ㅂ")
        expect(field).to_have_attribute("aria-expanded", "true")
        _press_composing(tab, "ArrowDown")
        assert field.get_attribute("aria-activedescendant") is None
        field.press("ArrowDown")
        _press_composing(tab, "Enter")
        assert tab.url.endswith("/ko/makers")


def test_without_script_it_searches(stall: Stall, window: Window) -> None:
    with window(java_script_enabled=False) as tab:
        tab.goto("/fr/makers")
        tab.locator("#find").fill("sac")
        tab.locator("form[data-suggest] button").click()
        tab.wait_for_url("**/fr/search?q=sac")


def _press_composing(tab: Tab, key: str) -> None:
    tab.evaluate(
        """key => document.querySelector('#find').dispatchEvent(
            new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true }))""",
        key,
    )
