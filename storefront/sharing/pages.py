"""Addresses of public pages, wherever they are asked for: in a request, by the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from flask import current_app

from storefront.web.rendering import absolute

# (endpoint, values of its address, languages its text really has)
PublicPage = tuple[str, dict[str, str], Sequence[str]]
_announced: list[Callable[[], Iterable[PublicPage]]] = []


def announce_pages(
    pages: Callable[[], Iterable[PublicPage]],
) -> Callable[[], Iterable[PublicPage]]:
    """A higher slice registers who names its public pages whenever a site map is written."""
    _announced.append(pages)
    return pages


def announced() -> list[PublicPage]:
    """What has been announced, at this moment."""
    return [page for pages in _announced for page in pages()]


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
