"""Language, currency and destination of a request.

The language of a shop page stands in its address. Currency and destination are the visitor's own
choice, kept in one small cookie; until chosen they follow the language. Nothing is guessed from
where the visitor connects from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import flask_babel
from flask import Flask, current_app, g, request, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, BuildError, RequestRedirect
from werkzeug.wrappers import Response

from storefront.kernel.money import CURRENCIES
from storefront.kernel.translated import LANGS
from storefront.web.access import is_private, principal, rule_of
from storefront.web.cookies import read_cookie, set_cookie

OWN_NAMES: Final = {"id": "Indonesia", "en": "English", "ko": "한국어", "fr": "Français"}
SHIP_TO: Final = (
    *("ID", "KR", "JP", "SG", "AU", "IN", "US"),
    *("FR", "DE", "NL", "BE", "ES", "IT"),
)
_FIRST_CHOICE: Final = {
    "id": ("IDR", "ID"),
    "en": ("USD", "US"),
    "ko": ("KRW", "KR"),
    "fr": ("EUR", "FR"),
}
_OLD_CODES: Final = {"in": "id"}  # what older Android phones call Indonesian
ROOMS: Final = ("/studio/", "/council/")
PREFERENCES: Final = "prefs"  # the cookie
_YEAR = 365 * 24 * 3600

babel = flask_babel.Babel()


class LanguageConverter(BaseConverter):
    """`<lang:lang>` in addresses: one of the four languages."""

    regex = "|".join(LANGS)


class Preferences(NamedTuple):
    """What the visitor has chosen so far; empty texts stand for no choice."""

    currency: str = ""
    ship_to: str = ""
    lang: str = ""

    @classmethod
    def read(cls) -> Preferences:
        return cls.parse(read_cookie(PREFERENCES) or "")

    @classmethod
    def parse(cls, cookie: str) -> Preferences:
        """From the cookie's text; unknown parts count as no choice."""
        return cls().changed(*[*cookie.split("."), "", "", ""][:3])

    def changed(self, currency: str = "", ship_to: str = "", lang: str = "") -> Preferences:
        """With the given choices where they are known ones, unchanged elsewhere."""
        return Preferences(
            currency if currency in CURRENCIES else self.currency,
            ship_to if ship_to in SHIP_TO else self.ship_to,
            lang if lang in LANGS else self.lang,
        )

    def write(self, response: Response) -> None:
        set_cookie(response, PREFERENCES, ".".join(self), max_age=_YEAR)


class Choice(NamedTuple):
    """What a page is shown in."""

    lang: str
    currency: str
    ship_to: str


def choice(lang: str, preferences: Preferences) -> Choice:
    """The visitor's currency and destination, or the language's usual ones."""
    currency, ship_to = _FIRST_CHOICE[lang]
    return Choice(lang, preferences.currency or currency, preferences.ship_to or ship_to)


def language_of(path: str) -> str:
    """The language an address stands in; empty for addresses of none."""
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in LANGS else ""


SlugMap = Callable[[dict[str, Any], str], dict[str, Any]]
_address_maps: dict[str, SlugMap] = {}
_keep_language: Callable[[str], None] | None = None


def translate_address(endpoint: str) -> Callable[[SlugMap], SlugMap]:
    """Register how an endpoint's address values (its slug) read in another language."""

    def register(slug_map: SlugMap) -> SlugMap:
        _address_maps[endpoint] = slug_map
        return slug_map

    return register


def set_language_keeper(keeper: Callable[[str], None]) -> Callable[[str], None]:
    """Accounts registers how a signed-in person's choice of language is stored."""
    global _keep_language
    _keep_language = keeper
    return keeper


def keep_language(lang: str) -> None:
    if _keep_language is not None and principal() is not None:
        _keep_language(lang)


def negotiated_language() -> str:
    """For `/`: the visitor's last own choice, else the browser's first language we speak."""
    return Preferences.read().lang or spoken(request.accept_languages)


def spoken(accepted: LanguageAccept) -> str:
    """The first of a browser's languages that the shop speaks, or English."""
    wanted = accepted.best_match([*LANGS, *_OLD_CODES], default="en") or "en"
    return _OLD_CODES.get(wanted, wanted)


def language_links() -> list[tuple[str, str, str]]:
    """(language, its own name, address of the present page in it) for the four languages."""
    if request.endpoint is None or "lang" not in (g.get("address_values") or {}):
        return [(lang, OWN_NAMES[lang], _front(lang)) for lang in LANGS]
    query = request.args.to_dict(flat=False)
    return [
        (lang, OWN_NAMES[lang], _address(request.endpoint, g.address_values, query, lang))
        for lang in LANGS
    ]


def page_in(lang: str, query: dict[str, Any]) -> str:
    """The present page's address in a language, with this query only; '' for a page without
    languages."""
    if request.endpoint is None or "lang" not in (g.get("address_values") or {}):
        return ""
    return _address(request.endpoint, g.address_values, query, lang)


def same_page_in(lang: str, path: str) -> str:
    """The address of one of our own pages in another language; rooms keep their address."""
    parts = urlsplit(path)
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        endpoint, values = adapter.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return path
    if "lang" not in values:
        return path
    translated = _address(str(endpoint), dict(values), {}, lang)
    return f"{translated}?{parts.query}" if parts.query else translated


def init_locale(app: Flask) -> None:
    app.url_map.converters["lang"] = LanguageConverter
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    babel.init_app(app, locale_selector=_present_language, default_locale="en")


def settle_language() -> None:
    """In rooms the language is the person's own. Runs after the access rule was enforced, and
    once more for the page that says it was not kept."""
    if not _is_room() or "lang" in (g.get("address_values") or {}):
        return
    person = principal()
    if person is not None and person.lang in LANGS and person.lang != g.lang:
        g.lang = person.lang
        flask_babel.refresh()


def _is_room() -> bool:
    """Whether the page, or the address where there is none, belongs behind sign-in."""
    if request.endpoint is None:
        return request.path.startswith(ROOMS)
    rule = rule_of(request.endpoint, request.method)
    return rule is not None and is_private(rule)


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.address_values = dict(values or {})
    lang = (values or {}).pop("lang", None) or language_of(request.path)
    g.lang, g.currency, g.ship_to = choice(lang or negotiated_language(), Preferences.read())


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    known = endpoint in current_app.view_functions
    if known and "lang" not in values and _has_language(endpoint):
        values["lang"] = g.get("lang", "en")


def _has_language(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "lang")


def _present_language() -> str:
    lang: str = g.get("lang", "en")
    return lang


def _address(endpoint: str, values: dict[str, Any], query: dict[str, Any], lang: str) -> str:
    values = dict(values)
    if endpoint in _address_maps:
        values = _address_maps[endpoint](values, lang)
    return url_for(endpoint, **{**query, **values, "lang": lang})


def _front(lang: str) -> str:
    try:
        return url_for("home.front", lang=lang)
    except BuildError:
        return f"/{lang}/"
