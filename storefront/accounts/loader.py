"""Who is behind a request: Flask-Login asks for the token's person, pages for the principal."""

from __future__ import annotations

from flask import Flask, Request, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from storefront.accounts.actions.people import set_language
from storefront.accounts.queries import Visitor, touch_session, visitor
from storefront.kernel.db import transaction
from storefront.web import (
    SESSION_COOKIE,
    Principal,
    here,
    is_private,
    login_manager,
    principal,
    read_cookie,
    rule_of,
    set_language_keeper,
    set_principal_loader,
    signed_in,
)

# What somebody may do between password and second factor.
_OPEN_BEFORE_FACTOR = {
    "accounts.second_factor",
    "accounts.start_second_factor",
    "accounts.factor_picture",
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
}


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps as current_user."""

    def __init__(self, found: Visitor) -> None:
        self.visitor = found

    def get_id(self) -> str:
        return self.visitor.public_id


def init_accounts(app: Flask) -> None:
    """Teach the web floor who is signed in."""
    login_manager.request_loader(_load_request)
    set_principal_loader(_load_principal)
    set_language_keeper(_keep_language)
    app.before_request(_ask_for_factor)
    app.after_request(_note_use)


def _load_request(incoming: Request) -> SignedIn | None:
    token = read_cookie(SESSION_COOKIE)
    found = visitor(token) if token else None
    return SignedIn(found) if found else None


def _load_principal() -> Principal | None:
    found: Visitor | None = getattr(current_user, "visitor", None)
    if found is None:
        return None
    artisan_id, rights = found.workshops[0] if found.workshops else (None, "")
    return Principal(
        user_id=found.user_id,
        public_id=found.public_id,
        name=found.name,
        lang=found.lang,
        roles=found.roles,
        artisan_id=artisan_id,
        # An owner may do everything a member may.
        artisan_rights=frozenset({rights, "member"} - {""}) if artisan_id else frozenset(),
        second_factor=found.passed_factor,
        session_id=str(found.session_id),
    )


def _keep_language(lang: str) -> None:
    person = signed_in()
    with transaction():
        set_language(person.user_id, lang)


def _ask_for_factor() -> ResponseReturnValue | None:
    """Rooms stay closed until the second factor of those who have or need one was given."""
    if request.endpoint is None or request.endpoint in _OPEN_BEFORE_FACTOR:
        return None
    rule = rule_of(request.endpoint, request.method)
    if rule is None or not is_private(rule) or principal() is None:
        return None
    found: Visitor = current_user.visitor
    if found.passed_factor or not (found.has_factor or found.is_council):
        return None
    onward = here() if request.method == "GET" else url_for("accounts.home")
    return redirect(url_for("accounts.second_factor", next=onward), 303)


def _note_use(response: Response) -> Response:
    found: Visitor | None = getattr(g.get("_login_user"), "visitor", None)
    if found is not None and found.needs_touch:
        touch_session(found.session_id)
    return response
