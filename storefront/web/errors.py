"""Error pages in the reader's language, with a way on."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from jinja2 import TemplateError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

from storefront.kernel.db import db
from storefront.kernel.errors import NotFound, ShopError
from storefront.kernel.translated import N_
from storefront.web.locale import settle_language
from storefront.web.rendering import render, say

RETRY_SECONDS = 30


class Page(NamedTuple):
    title: str
    text: str


PAGES = {
    400: Page(
        N_("This request is not complete"),
        N_("Something in the address or the form was missing. Please go back and try again."),
    ),
    401: Page(N_("Please sign in"), N_("This page is open to you after you sign in.")),
    403: Page(
        N_("This page is not open to you"),
        N_("Your account has no access here, or the form is too old. Please reload and try again."),
    ),
    404: Page(
        N_("We cannot find this page"),
        N_("The address may be misspelt, or the piece is no longer in the shop."),
    ),
    405: Page(
        N_("This cannot be opened this way"), N_("Please use the buttons and links of the shop.")
    ),
    408: Page(
        N_("This took too long"),
        N_("The connection was too slow for what was sent. Please try again with fewer photos."),
    ),
    409: Page(N_("This cannot be done at the moment"), ""),
    413: Page(
        N_("This is too large"),
        N_("Please send fewer or smaller files, at most 60 MB together."),
    ),
    429: Page(
        N_("Too many attempts"),
        N_("Please wait a few minutes and try again."),
    ),
    500: Page(
        N_("Something went wrong on our side"),
        N_("Nothing was charged or changed by this. Please try again in a moment."),
    ),
    503: Page(
        N_("The shop is busy"),
        N_("Please try again in half a minute. Nothing was lost."),
    ),
}


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ShopError, _shop_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _fault)


def error_page(status: int, text: str | None = None) -> ResponseReturnValue:
    """The page of a status; `text` takes the place of the usual sentence."""
    _end_public_page()
    if g.get("principal") is not None:
        settle_language()
    page = PAGES.get(status) or PAGES[400 if status < 500 else 500]
    sentence = text if text is not None else (gettext(page.text) if page.text else "")
    facts = {"status": status, "title": gettext(page.title), "text": sentence}
    try:
        return render("errors/error.html", **facts), status
    except (TemplateError, SQLAlchemyError, BuildError, RuntimeError, AttributeError):
        # The layout needs what is broken (the database, a good host name): the bare page does not.
        current_app.logger.warning("the error page itself failed", exc_info=True)
        return render("errors/bare.html", **facts), status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    answer = make_response(error_page(error.code))
    for name, value in error.get_headers():
        if name != "Content-Type":
            answer.headers[name] = value
    return answer


def _shop_error(error: ShopError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        return error_page(404)
    return error_page(409, say(error))


def _busy(error: OperationalError) -> ResponseReturnValue:
    """The database does not answer or a lock was not to be had in time."""
    current_app.logger.error("database: %s", error, exc_info=error)
    db.session.rollback()
    answer = make_response(error_page(503))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _fault(error: Exception) -> ResponseReturnValue:
    if current_app.testing or current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    current_app.logger.error("%s %s", request.method, request.path, exc_info=error)
    db.session.rollback()
    return error_page(500)


def _end_public_page() -> None:
    g.page_is_public = False
