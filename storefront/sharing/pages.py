"""Addresses of public pages, wherever they are asked for: in a request, by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import current_app

from storefront.web.rendering import absolute

_announced: list[tuple[str, str]] = []


def announce_pages(pages: Iterable[tuple[str, str]]) -> None:
    """A higher slice names its public pages as (endpoint, slug) for the site map."""
    _announced.extend(page for page in pages if page not in _announced)


def announced() -> list[tuple[str, str]]:
    return list(_announced)


def address(endpoint: str, lang: str, **values: Any) -> str:
    """The full public address of a page in a language."""
    adapter = current_app.url_map.bind("localhost")
    return absolute(adapter.build(endpoint, {"lang": lang, **values}))


class Addresses:
    """Full addresses of many pages of one kind: the pattern is worked out once."""

    def __init__(self, endpoint: str, lang: str) -> None:
        self._before, _, self._after = address(endpoint, lang, slug="-SLUG-").partition("-SLUG-")

    def of(self, slug: str) -> str:
        return f"{self._before}{quote(slug, safe='-')}{self._after}"
