"""Public pages, kept ready in memory: looked up before Flask begins its work.

What is kept depends on nothing but its key, because the shop is shown nothing but the key: host,
path, language, currency, destination and the parameters the page declared. Every other header,
cookie and parameter is taken away before the page is made. A view that asks for more raises.

Pages are kept per process, and hold as long as the mark of the tables they were made from
(`kernel.marks`): a commit anywhere, also in the worker, makes all of them old at once. What time
alone changes is seen at midnight in Cilegon, and within `SECONDS` elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import Flask
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.wsgi import get_path_info

from storefront.kernel.marks import Marks
from storefront.web.compression import compressed, encoding_for
from storefront.web.cookies import SESSION_COOKIE, cookie_name
from storefront.web.locale import PREFERENCES, Choice, Preferences, choice, language_of, spoken
from storefront.web.notices import NOTICES
from storefront.web.public_pages import IS_PUBLIC, declared_query
from storefront.web.ready import Headers, Ready

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS: Final = 30
LONGEST_QUERY: Final = 1000
MOST_PATHS: Final = 20_000
MEGABYTE: Final = 1024 * 1024
# In the environ of a request, where only the server can set it: make the page anew (for `bench`).
ANEW: Final = "storefront.anew"

_DAY, _WIB = 24 * 3600, 7 * 3600
_OVERHEAD = 2048  # about what a page takes beside its bytes
# What the shop is shown of a request for a public page, beside the key.
_SHOWN = ("SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR", "HTTP_HOST")
_SHOWN_FAMILIES = ("SERVER_", "wsgi.")
_OF_ONE_ANSWER = {"content-length", "x-request-id", "x-statements", "vary", "etag"}

Key = tuple[str, ...]


class Asked(NamedTuple):
    """A request for a public page, reduced to what the page may depend on."""

    key: Key
    choice: Choice
    query: str
    encoding: str
    is_own: bool  # the visitor brings a session or a notice: neither taken from memory nor kept


class Kept(NamedTuple):
    """A page on the shelf, and how long it holds."""

    ready: Ready
    mark: int
    ends_at: float


class Shelf:
    """Pages by key, the one not asked for longest going first when room gets short."""

    def __init__(self, room: int) -> None:
        """`room` in bytes; 0 keeps nothing."""
        self.room = room
        self.used = 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def find(self, key: Key, mark: int) -> Ready | None:
        """The page, if it is still what a new one would be."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None:
                return None
            if kept.mark != mark or kept.ends_at <= time.time():
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return kept.ready

    def put(self, key: Key, page: Ready, mark: int, moment: float) -> None:
        """Keep a page made from what stood under the mark at the moment (seconds since 1970)."""
        with self._lock:
            self._drop(key)
            self._pages[key] = Kept(page, mark, _end(moment))
            self.used += _size(page)
            while self.used > self.room:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        kept = self._pages.pop(key, None)
        if kept is not None:
            self.used -= _size(kept.ready)


class PageCache:
    """Stands before the shop as WSGI: answers what it has, makes and keeps the rest."""

    def __init__(self, app: Flask, marks: Marks, room: int) -> None:
        self._app = app
        self._make: WSGIApplication = app.wsgi_app
        self._marks = marks
        self._names: dict[str, frozenset[str] | None] = {}
        settings = app.config["SETTINGS"]
        self._own = {cookie_name(settings, name) for name in (SESSION_COOKIE, NOTICES)}
        self._preferences = cookie_name(settings, PREFERENCES)
        self._is_strict = not settings.is_production
        self.shelf = Shelf(room)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        names = self._declared(environ)
        if names is None:
            return self._make(environ, start_response)
        asked = self._ask(environ, names)
        # Before anything is read: a page may be newer than it says, never older.
        mark, moment = self._marks.shown, time.time()
        is_kept = not asked.is_own and ANEW not in environ
        page = self.shelf.find(asked.key, mark) if is_kept else None
        if page is None:
            page = self._fresh(environ, asked)
            if is_kept and page.etag and self.shelf.room:
                self.shelf.put(asked.key, _for_others(page), mark, moment)
        return page.answer(environ, start_response)

    def _declared(self, environ: WSGIEnvironment) -> frozenset[str] | None:
        """The parameters of the public page asked for; None when it is none."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        path = environ["PATH_INFO"]
        try:
            return self._names[path]
        except KeyError:
            names = self._look_up(environ)
        if len(self._names) > MOST_PATHS:
            self._names.clear()
        self._names[path] = names
        return names

    def _look_up(self, environ: WSGIEnvironment) -> frozenset[str] | None:
        adapter = self._app.url_map.bind("")
        try:
            endpoint, _ = adapter.match(get_path_info(environ), method="GET")
        except HTTPException:  # none of ours, or a redirect to one of ours
            return None
        return declared_query(self._app.view_functions.get(str(endpoint)))

    def _ask(self, environ: WSGIEnvironment, names: frozenset[str]) -> Asked:
        cookies = _cookies(environ.get("HTTP_COOKIE", ""))
        preferences = cookies.get(self._preferences, "")
        path = environ["PATH_INFO"]
        lang = language_of(path)
        # Only an address without a language may depend on which one the browser asks for.
        accepted = "" if lang else environ.get("HTTP_ACCEPT_LANGUAGE", "")
        chosen = _chosen(lang, preferences, accepted)
        query = _canonical(environ.get("QUERY_STRING", ""), names)
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        scheme, host = environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "")
        is_own = not self._own.isdisjoint(cookies) or len(query) > LONGEST_QUERY
        return Asked(
            (encoding, scheme, host, path, query, *chosen), chosen, query, encoding, is_own
        )

    def _fresh(self, environ: WSGIEnvironment, asked: Asked) -> Ready:
        """The page made by the shop; without an ETag when it is not for everybody."""
        inner = self._reduced(environ, asked)
        began: list[Any] = []

        def begin(status: str, headers: Headers, exc_info: Any = None) -> Any:
            began[:] = [status, headers]
            return None

        parts = self._make(inner, begin)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = began
        for_all = bool(inner.get(IS_PUBLIC))
        if for_all and any(name == "Set-Cookie" for name, _ in headers):
            if self._is_strict:
                raise RuntimeError("a public page sets a cookie")
            for_all = False
        return _finished(status, headers, body, asked, for_all)

    def _reduced(self, environ: WSGIEnvironment, asked: Asked) -> WSGIEnvironment:
        """The request as the shop is shown it: the key, and to own pages the visitor's cookies."""
        lang, currency, ship_to = asked.choice
        inner = {name: environ[name] for name in _SHOWN if name in environ}
        inner |= {k: v for k, v in environ.items() if k.startswith(_SHOWN_FAMILIES)}
        inner["HTTP_COOKIE"] = f"{self._preferences}={currency}.{ship_to}.{lang}"
        if asked.is_own:
            inner["HTTP_COOKIE"] = environ.get("HTTP_COOKIE", "")
            inner["HTTP_ACCEPT_LANGUAGE"] = lang
        inner["wsgi.input"] = io.BytesIO()
        # The page made for HEAD serves the next GET too.
        return inner | {"REQUEST_METHOD": "GET", "QUERY_STRING": asked.query}


def init_page_cache(app: Flask, marks: Marks) -> None:
    """Put the kept pages before the app."""
    room = app.config["SETTINGS"].PAGE_CACHE_MB * MEGABYTE
    cache = app.extensions["page_cache"] = PageCache(app, marks, room)
    app.wsgi_app = cache  # type: ignore[method-assign]


def _finished(status: str, headers: Headers, body: bytes, asked: Asked, for_all: bool) -> Ready:
    kind = next((value for name, value in headers if name == "Content-Type"), "")
    body, encoding = compressed(body, kind, asked.encoding)
    drop = _OF_ONE_ANSWER if for_all else {"content-length", "vary"}
    kept = [item for item in headers if item[0].lower() not in drop]
    varies = "Accept-Encoding, Cookie"
    kept.append(("Vary", varies if language_of(asked.key[3]) else f"{varies}, Accept-Language"))
    kept.append(("Content-Length", str(len(body))))
    if encoding:
        kept.append(("Content-Encoding", encoding))
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"' if for_all else ""
    if etag:
        kept.append(("ETag", etag))
        kept += [item for item in headers if item[0] in ("X-Request-Id", "X-Statements")]
    return Ready(status, kept, body, etag)


def _for_others(page: Ready) -> Ready:
    """Without what tells of the one request that made it."""
    told = ("X-Request-Id", "X-Statements")
    headers = [item for item in page.headers if item[0] not in told]
    if len(headers) + 1 < len(page.headers):  # the test environment counts statements
        headers.append(("X-Statements", "0"))
    return page._replace(headers=[*headers, ("X-Cache", "hit")])


def _end(moment: float) -> float:
    """When a page begun at the moment has to be made anew although nobody changed anything."""
    midnight = moment - (moment + _WIB) % _DAY + _DAY
    return min(moment + SECONDS, midnight)


def _size(page: Ready) -> int:
    return len(page.body) + _OVERHEAD


@lru_cache(maxsize=1024)
def _cookies(header: str) -> dict[str, str]:
    if not header:
        return {}
    found: dict[str, str] = {}
    for name, value in parse_cookie(header).items(multi=True):
        found.setdefault(name, value)  # the first one, as the shop reads them
    return found


@lru_cache(maxsize=1024)
def _chosen(lang: str, preferences: str, accepted: str) -> Choice:
    known = Preferences.parse(preferences)
    if not lang:
        lang = known.lang or spoken(parse_accept_header(accepted, LanguageAccept))
    return choice(lang, known)


@lru_cache(maxsize=4096)
def _canonical(query: str, names: frozenset[str]) -> str:
    """The declared parameters that say something, in one order, the rest gone."""
    if not query or not names:
        return ""
    text = query.encode("latin-1").decode("utf-8", "replace")  # as WSGI hands over what was sent
    pairs = [(name, value) for name, value in parse_qsl(text) if name in names]
    return urlencode(sorted(pairs, key=lambda pair: pair[0]))
