"""One-shot notices ("The piece is in your cart."), carried by a short signed cookie."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, current_app, g
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from storefront.web.cookies import drop_cookie, read_cookie, set_cookie

NOTICES = "notices"  # the cookie
_SECONDS = 300
_MOST = 5
KINDS = ("success", "info", "warning", "error")


class Notice(NamedTuple):
    text: str
    kind: str


def notice(text: str, kind: str = "success") -> None:
    """Say this once, on the page the visitor sees next (also when this request renders it)."""
    if kind not in KINDS:
        raise ValueError(f"no such kind of notice: {kind!r}")
    _new().append(Notice(str(text), kind))


def take_notices() -> list[Notice]:
    """Notices for the page being rendered; they are not shown again."""
    if g.get("page_is_public") and not g.get("has_notices"):
        return []
    waiting = _carried() + _new()
    g.new_notices, g.notices_taken = [], True
    return waiting


def are_waiting() -> bool:
    """Whether the visitor brings notices, so that the page is not everybody's."""
    return read_cookie(NOTICES) is not None


def init_notices(app: Flask) -> None:
    app.after_request(_carry_on)


def _carry_on(response: Response) -> Response:
    taken = g.get("notices_taken", False)
    waiting = _new() if taken else _carried() + _new()
    if _new():
        payload = [list(item) for item in waiting[-_MOST:]]
        set_cookie(response, NOTICES, str(_signer().dumps(payload)), max_age=_SECONDS)
    elif taken and are_waiting():
        drop_cookie(response, NOTICES)
    return response


def _new() -> list[Notice]:
    if "new_notices" not in g:
        g.new_notices = []
    found: list[Notice] = g.new_notices
    return found


def _carried() -> list[Notice]:
    cookie = read_cookie(NOTICES)
    if cookie is None or g.get("notices_taken"):
        return []
    try:
        rows = _signer().loads(cookie, max_age=_SECONDS)
    except BadData:
        return []
    return [Notice(text, kind) for text, kind in rows]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="notices")
