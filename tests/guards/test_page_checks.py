"""The checks made on every page find what they are there to find."""

from __future__ import annotations

import pytest

from tests.rig import pages

GOOD = """<!doctype html>
<html lang="ko"><head><title>장바구니</title></head><body><main><h1>장바구니</h1>
<form method="post" action="/ko/cart"><label for="n">수량</label><input id="n" name="n">
<button>담기</button></form>
<a href="/"><svg viewBox="0 0 1 1" aria-label="홈"><path d="M0 0h1"/></svg></a>
</main></body></html>"""

PLANTED = {
    "no lang": ('<html lang="ko">', "<html>"),
    "no title": ("<title>장바구니</title>", ""),
    "empty title": ("<title>장바구니</title>", "<title> </title>"),
    "two h1": ("</main>", "<h1>또</h1></main>"),
    "no h1": ("<h1>장바구니</h1>", ""),
    "doubled id": ("</main>", '<p id="n">x</p></main>'),
    "form without method": (' method="post"', ""),
    "form without action": (' action="/ko/cart"', ""),
    "input without label": (' for="n"', ""),
    "inline style": ("<main>", '<main style="color:red">'),
    "inline handler": ("<main>", '<main onclick="x()">'),
    "inline script": ("</main>", "<script>x()</script></main>"),
    "script address": ('href="/"', 'href="javascript:x()"'),
    "unclosed element": ("</main>", "<div></main>"),
    "doubled attribute": ("<main>", '<main class="a" class="b">'),
    "reference to nothing": ("<main>", '<main aria-labelledby="nothing">'),
    "link without a name": (' aria-label="홈"', ""),
    "picture without alt": ("</main>", '<img src="/x.webp"></main>'),
    "no doctype": ("<!doctype html>", ""),
    "block inside a paragraph": ("</main>", "<p><div>x</div></p></main>"),
}


def test_a_good_page_is_good() -> None:
    assert pages.problems(GOOD) == []


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    right, wrong = PLANTED[fault]
    assert right in GOOD
    assert pages.problems(GOOD.replace(right, wrong))
