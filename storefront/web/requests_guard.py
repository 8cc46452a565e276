"""Refusal of requests another site makes a visitor's browser send, and of outsized ones.

Unsafe methods pass when the browser says the request comes from our own page. Pages of rooms
carry a token of the session besides.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from werkzeug.routing import IntegerConverter

from storefront.web.access import is_private, principal, rule_of
from storefront.web.cookies import SESSION_COOKIE, read_cookie

TOKEN_FIELD = "form_token"  # noqa: S105 - a field's name
_SAFE = {"GET", "HEAD", "OPTIONS"}

MEGABYTE = 1024 * 1024
LONGEST_BODY = 64 * MEGABYTE  # ten photographs of six megabytes from a phone
LONGEST_FIELDS = 1 * MEGABYTE
MOST_PARTS = 1000


class RowNumber(IntegerConverter):
    """`<int:…>` in addresses: no longer than what an integer column holds."""

    regex = r"\d{1,18}"


def init_guard(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_FIELDS
    app.config["MAX_FORM_PARTS"] = MOST_PARTS
    app.config["TRUSTED_HOSTS"] = app.config["SETTINGS"].allowed_hosts or None
    app.before_request(_limit_plain_bodies)
    app.before_request(_refuse_foreign)
    app.before_request(_refuse_nul)


def _limit_plain_bodies() -> None:
    # The limit on form fields covers multipart bodies only; others are read at one go.
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LONGEST_FIELDS


def _refuse_nul() -> None:
    """No keyboard types the character NUL, no page may show it, and PostgreSQL refuses it."""
    values = [request.path, *(value for _, value in request.args.items(multi=True))]
    # The body of a webhook is left to its view, which checks the signature over the raw bytes.
    if request.method not in _SAFE and _rule() != "signature":
        values += (value for _, value in request.form.items(multi=True))
    if any("\0" in value for value in values):
        abort(400)


def form_token() -> str:
    """A token for the session's forms; empty on cached pages and for visitors.

    It differs each time, so that compression tells nothing about it.
    """
    if g.get("page_is_public"):
        return ""
    person = principal()
    if person is None:
        return ""
    nonce = secrets.token_urlsafe(9)
    return f"{nonce}.{_sign(nonce, person.session_id)}"


def _refuse_foreign() -> None:
    if request.method in _SAFE or request.endpoint is None:
        return
    rule = _rule()
    if rule is None or rule == "signature":
        return
    if not _comes_from_here():
        abort(403)
    person = principal() if is_private(rule) else None
    if person is not None and not _token_is_good(person.session_id):
        abort(403)


def _rule() -> str | None:
    return rule_of(request.endpoint or "", request.method)


def _comes_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is not None:
        parts = urlsplit(origin)
        return (parts.scheme, parts.netloc) == (request.scheme, request.host)
    # An old browser or a tool: harmless as long as it acts for nobody.
    return read_cookie(SESSION_COOKIE) is None


def _token_is_good(session_id: str) -> bool:
    nonce, _, signature = request.form.get(TOKEN_FIELD, "").partition(".")
    return hmac.compare_digest(signature.encode(), _sign(nonce, session_id).encode())


def _sign(nonce: str, session_id: str) -> str:
    key = f"form token:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, f"{nonce}:{session_id}".encode(), hashlib.sha256).hexdigest()
