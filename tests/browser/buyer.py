"""What a buyer does in the shop, click by click, in the languages of the journeys."""

from __future__ import annotations

import re
from typing import NamedTuple

from playwright.sync_api import expect

from tests.rig.browser import Tab


class Buyer(NamedTuple):
    """Somebody with a language, a currency sign, words to search for and an address."""

    lang: str
    locale: str
    other_lang: str
    sign: str
    query: str
    typed: dict[str, str]


GARAM = Buyer(
    lang="ko",
    locale="ko-KR",
    other_lang="fr",
    sign="₩",
    query="가방",
    typed={
        "email": "garam@example.org",
        "recipient": "한가람",
        "recipient_latin": "Han Garam",
        "phone": "010-1234-5678",
        "province": "서울특별시",
        "city": "종로구",
        "street": "사직로 161",
        "postal_code": "03045",
        "customs_code": "P000000000001",
    },
)
ELODIE = Buyer(
    lang="fr",
    locale="fr-FR",
    other_lang="ko",
    sign="€",
    query="cabas",
    typed={
        "email": "elodie@example.org",
        "recipient": "Élodie Verdune",
        "phone": "06 12 34 56 78",
        "street": "12 rue de la Verrerie",
        "postal_code": "75004",
        "city": "Paris",
    },
)


def browse_to_bag(tab: Tab, buyer: Buyer, slug: str) -> None:
    """Front door, category, search, product; ends on the page of the bag."""
    tab.goto("/")
    expect(tab).to_have_url(re.compile(f"/{buyer.lang}/$"))
    tab.locator('.cats a[href*="/categories/bags"]').click()
    expect(tab.locator("h1")).to_be_visible()
    assert f"/{buyer.lang}/categories/" in tab.url
    tab.locator("#find").fill(buyer.query)
    tab.locator(".find__go").click()
    tab.locator(f'.work a[href="/{buyer.lang}/products/{slug}"]').first.click()
    expect(tab.locator(".pdp__price")).to_contain_text(buyer.sign)


def switch_language(tab: Tab, lang: str) -> None:
    """By the form in the header."""
    tab.locator("header details.pop summary").click()
    tab.locator(f'header input[name=lang][value="{lang}"]').check()
    tab.locator("header .pop__panel button").click()
    expect(tab.locator("html")).to_have_attribute("lang", lang)


def add_both_to_cart(tab: Tab, buyer: Buyer, bag: str, scarf: str) -> None:
    """From the bag's page; ends in the cart, which shows one group per workshop."""
    tab.locator(".buy button").click()
    expect(tab).to_have_url(re.compile(f"/{buyer.lang}/cart$"))
    tab.locator('main a[href$="/products"]').first.click()
    tab.locator(f'.work a[href="/{buyer.lang}/products/{scarf}"]').first.click()
    assert bag not in tab.url
    tab.locator(".buy button").click()
    expect(tab.locator("section.co__sec h2")).to_have_text(["Tas Uji", "Godhong Uji"])
    expect(tab.locator("section.co__sec .sum")).to_have_count(2)


def fill_in(tab: Tab, buyer: Buyer) -> None:
    """The address and the contact of the checkout."""
    for name, value in buyer.typed.items():
        field = tab.locator(f"#{name}")
        if field.evaluate("e => e.tagName", timeout=2000) == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def amount_due(tab: Tab) -> int:
    """The minor units the checkout's last sentence names."""
    return int(re.sub(r"\D", "", tab.locator(".co__due").inner_text()))


def choose_another_delivery(tab: Tab, *, scripted: bool) -> None:
    """Take the second service of the first parcel; with script the page renews itself."""
    before = amount_due(tab)
    other = tab.locator("fieldset.parcel").first.locator("input[type=radio]:not(:checked)").first
    service = tab.locator(f'input[name="{other.get_attribute("name")}"]').and_(
        tab.locator(f'[value="{other.get_attribute("value")}"]')
    )
    service.click()
    if not scripted:
        tab.locator(".co__sec p button[name=do][value=update]").click()
    expect(tab.locator(".co__due")).not_to_have_text(re.compile(_spread(before)))
    assert amount_due(tab) != before


def place_and_pay(tab: Tab, buyer: Buyer, stripe: str) -> None:
    """Accept the terms, place the order, pay at the stand-in; ends on the order's page."""
    tab.locator("#terms").check()
    tab.locator("button[name=do][value=place]").click()
    tab.wait_for_url(f"{stripe}/pay/**")
    tab.locator("button[value=pay]").click()
    tab.wait_for_url(f"**/{buyer.lang}/orders/**")


def without_icon_of_the_stand_in(tab: Tab) -> None:
    """The stand-in has no favicon; that is not what is tested."""
    tab.route("**/favicon.ico", lambda route: route.fulfill(status=204))


def _spread(amount: int) -> str:
    return r"\D?".join(str(amount)) + r"(?!\d)"
