"""Addresses inside the shop: the only ones a visitor is ever sent on to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, request

_LONGEST = 2000
_MOST_BUILT = 20_000


def init_addresses(app: Flask) -> None:
    """Let `url_for` remember what it built: a page names a hundred addresses, most of them on
    every page. Only plain paths are kept, which depend on nothing but what is in their key."""
    build = app.url_for
    built: dict[tuple[object, ...], str] = {}

    def url_for(
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        options = (_anchor, _method, _scheme, _external)
        if (
            options != (None, None, None, None)
            or endpoint.startswith(".")
            or not has_request_context()
            or request.script_root
            or not all(type(value) in (str, int) for value in values.values())
        ):
            return build(
                endpoint,
                _anchor=_anchor,
                _method=_method,
                _scheme=_scheme,
                _external=_external,
                **values,
            )
        key = (endpoint, g.get("lang"), *values.items())
        address = built.get(key)
        if address is None:
            if len(built) >= _MOST_BUILT:
                built.clear()
            address = built[key] = build(endpoint, **values)
        return address

    app.url_for = url_for  # type: ignore[method-assign]
    app.jinja_env.globals["url_for"] = url_for


def safe_path(address: str | None) -> str | None:
    """The address if it is a plain path on this site, else None.

    Refused are other hosts in every disguise: //x, /\\x, http:x, control characters, and the
    same percent-encoded right after the first slash.
    """
    if not address or len(address) > _LONGEST or not address.startswith("/"):
        return None
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in address) or "\\" in address:
        return None
    start = address[:8].lower()
    if start.startswith(("//", "/%2f", "/%5c", "/%09", "/%0", "/.")):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def safe_next(default: str) -> str:
    """Where the visitor wanted to go (`next` of the form or the query), if it is ours."""
    return safe_path(request.form.get("next") or request.args.get("next")) or default


def here() -> str:
    """Path and query of the present page; where only a form can arrive, the page before it."""
    rule = request.url_rule
    if request.method not in {"GET", "HEAD"} and rule and "GET" not in (rule.methods or ()):
        return safe_path(path_of(request.referrer)) or "/"
    # A control character in an address is somebody's probe; it has no place in a page.
    return "".join(at for at in request.full_path.rstrip("?") if at.isprintable())


def path_of(address: str | None) -> str | None:
    """Path and query of a full address on this host (a Referer); None for any other."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
