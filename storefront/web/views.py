"""Pages of no slice: the way in, the language switch, the health check."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from storefront.kernel.translated import LANGS
from storefront.web.access import access
from storefront.web.addresses import safe_next
from storefront.web.locale import Preferences, keep_language, negotiated_language, same_page_in

web = Blueprint("web", __name__)


@web.get("/")
@access("public")
def root() -> ResponseReturnValue:
    """Send the visitor on to the shop in the browser's language or the one chosen before."""
    lang = negotiated_language()
    try:
        answer = redirect(url_for("home.front", lang=lang))
    except BuildError:
        answer = redirect(f"/{lang}/")
    answer.vary.update(["Accept-Language", "Cookie"])
    return answer


@web.post("/switch")
@access("public")
def switch() -> ResponseReturnValue:
    """Change language, currency or destination and stay on the same page."""
    path = safe_next(f"/{g.lang}/")
    lang = request.form.get("lang", "")
    if lang in LANGS:
        path = same_page_in(lang, path)
        keep_language(lang)
    answer = redirect(path, 303)
    chosen = (request.form.get("currency", ""), request.form.get("ship_to", ""), lang)
    Preferences.read().changed(*chosen).write(answer)
    return answer


@web.get("/healthz")
@access("public")
def health() -> ResponseReturnValue:
    """The process is up; says nothing about database or worker."""
    return {"status": "ok"}
