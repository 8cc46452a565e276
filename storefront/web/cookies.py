"""Cookies of the shop: few, named once, and locked to the host in production."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.wrappers import Response

from config import Settings

SESSION_COOKIE = "session"
SHARED_COOKIES = frozenset({"prefs"})  # what a public page may depend on


def read_cookie(name: str) -> str | None:
    """The cookie's value under its production or development name.

    Raises RuntimeError inside a public page for a cookie of one visitor.
    """
    allowed = SHARED_COOKIES | ({"notices"} if g.get("has_notices") else set())
    if g.get("page_is_public") and name not in allowed:
        raise RuntimeError(f"a public page may not depend on the cookie {name!r}")
    return request.cookies.get(_full(name))


def cookie_name(settings: Settings, name: str) -> str:
    """The cookie's full name. The prefix makes browsers refuse it from a sibling host or over
    plain HTTP."""
    return f"__Host-{name}" if settings.is_production else name


def set_cookie(
    response: Response, name: str, value: str, *, max_age: int | None = None, http_only: bool = True
) -> None:
    """Set a cookie for the whole host, SameSite=Lax. `max_age` in seconds; None ends with the
    browser. `http_only=False` only for what a script must read (the cart's count)."""
    response.set_cookie(
        _full(name),
        value,
        max_age=max_age,
        path="/",
        secure=_is_secure(),
        httponly=http_only,
        samesite="Lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(_full(name), path="/", secure=_is_secure(), samesite="Lax")


def _full(name: str) -> str:
    return cookie_name(current_app.config["SETTINGS"], name)


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"].is_production)
