"""Every kind of page, looked at by a machine: accessible, narrow enough, light, quiet.

The normal run walks through in one language, `--full` in all four. All of it looks at the demo,
whose texts are as long and whose pictures are as many as in life.
"""

from __future__ import annotations

import gzip
import urllib.request
from functools import cache
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from storefront.accounts import User
from storefront.kernel.db import db, transaction
from tests.browser.conftest import DemoShop, enter
from tests.browser.places import Room, piece_in_stock, rooms
from tests.rig.browser import Tab, axe

ROOMS = ("shop", "buying", "account", "studio", "applying", "council")
KILOBYTE = 1024
# Who sticks out to the right, unless a scrolling or cutting parent holds it.
_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push('the page itself');
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.right <= width + 1) continue;
    let p = e, held = false;
    while ((p = p.parentElement) && p !== document.body)
      if (getComputedStyle(p).overflowX !== 'visible') { held = true; break; }
    if (!held) found.push(`${e.tagName}.${e.className} to ${Math.round(box.right)} of ${width}`);
  }
  return found.slice(0, 4);
}"""


class Look(NamedTuple):
    """At which widths axe looks, and at which the width is measured as well."""

    axe: tuple[int, ...]
    widths: tuple[int, ...]


LOOK = Look(axe=(1440, 390), widths=(1440, 768, 390, 320))


@pytest.mark.parametrize("name", ROOMS)
def test_every_page(name: str, demo_shop: DemoShop) -> None:
    walk(demo_shop, name, "ko" if name in ("shop", "buying", "account") else "id")


@pytest.mark.full
@pytest.mark.parametrize("lang", ["id", "en", "ko", "fr"])
@pytest.mark.parametrize("name", ROOMS)
def test_every_page_in_every_language(name: str, lang: str, demo_shop: DemoShop) -> None:
    walk(demo_shop, name, lang)


def walk(shop: DemoShop, name: str, lang: str) -> None:
    """Visit all pages of a room; raises AssertionError with the faults of all of them."""
    room = rooms(shop.app, lang)[name]
    faults: list[str] = []
    with shop.window(locale=lang) as tab:
        _arrive(tab, shop, room, name, lang)
        for path in room.paths:
            faults += _visit(tab, path, LOOK)
    assert not faults, "\n".join(faults)


def _arrive(tab: Tab, shop: DemoShop, room: Room, name: str, lang: str) -> None:
    if room.person:
        with shop.app.app_context(), transaction():
            user = db.session.scalars(sa.select(User).where(User.email == room.person)).one()
            user.lang = lang
        enter(tab, shop.app, user)
    if name == "buying":
        tab.request.post(
            f"/{lang}/cart/lines", form={"variant": piece_in_stock(shop.app), "quantity": "2"}
        )


def _visit(tab: Tab, path: str, look: Look, status: int = 200) -> list[str]:
    """The faults of one page, found at all widths after loading it once."""
    faults: list[str] = []
    for width in look.widths:
        tab.set_viewport_size({"width": width, "height": 900})
        if width == look.widths[0]:
            answer = tab.goto(path)
            assert answer is not None
            if answer.status != status:
                return [f"{path}: status {answer.status}"]
            if tab.url.split("?")[0].rstrip("/")[-len(path.split("?")[0].rstrip("/")) :] != (
                path.split("?")[0].rstrip("/")
            ):
                faults.append(f"{path}: sent on to {tab.url}")
            faults += _weight(tab, path, len(answer.body()))
        if sticking := tab.evaluate(_STICKING_OUT):
            faults.append(f"{path} at {width} px: {'; '.join(sticking)}")
        if width in look.axe:
            try:
                axe(tab)
            except AssertionError as found:
                faults.append(f"at {width} px: {found}")
    return faults


def _weight(tab: Tab, path: str, html: int) -> list[str]:
    loaded = tab.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    css = sum(_zipped(url) for url in loaded if ".css" in url)
    js = sum(_zipped(url) for url in loaded if ".js" in url)
    limits = {"HTML": (html, 60), "CSS": (css, 20), "JS": (js, 15)}
    return [
        f"{path}: {kind} of {size} bytes, {limit} KB at most"
        for kind, (size, limit) in limits.items()
        if size > limit * KILOBYTE
    ]


@cache
def _zipped(url: str) -> int:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
        return len(body if packed else gzip.compress(body))


def test_error_pages(demo_shop: DemoShop) -> None:
    faults: list[str] = []
    with demo_shop.window() as tab:
        refused = "Failed to load resource: the server responded with a status of 40"
        tab.expected_complaints.append(refused)  # type: ignore[attr-defined]
        for path, status in (("/ko/products/nothing", 404), ("/xx/", 404), ("/nowhere", 404)):
            faults += _visit(tab, path, LOOK, status)
    assert not faults, "\n".join(faults)
