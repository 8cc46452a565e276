"""Signing in and out."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.accounts import rules
from storefront.accounts.actions.joining import use_card
from storefront.accounts.actions.people import check_password, keep_hash_fresh
from storefront.accounts.actions.sessions import end_session, end_sessions, open_session
from storefront.accounts.forms import CardSignIn, SignIn, identifier
from storefront.accounts.hooks import sign_in_hooks
from storefront.accounts.models import User
from storefront.accounts.queries import find_user, has_council_role
from storefront.accounts.views import shop
from storefront.accounts.views.limits import count_guess, forget_guesses
from storefront.kernel.db import transaction
from storefront.web import (
    SESSION_COOKIE,
    access,
    drop_cookie,
    network,
    notice,
    principal,
    read_cookie,
    render,
    safe_next,
    set_cookie,
    signed_in,
)


@shop.route("/account/sign-in", methods=["GET", "POST"])
@access("public")
def sign_in() -> ResponseReturnValue:
    """Mail address or phone number with password. Says the same whoever exists.

    Not wrapped in `once`: each sending opens a session of its own, and a browser that lost the
    first answer must get its cookie from the second.
    """
    if request.method == "GET" and principal() is not None:
        return redirect(safe_next(url_for("accounts.home")))
    form = SignIn(next=safe_next(""))
    if not form.accepted():
        return render("accounts/shop/sign_in.html", form=form), 422 if form.errors else 200
    typed, password = form.identifier.data or "", form.password.data or ""
    email, phones = identifier(typed)
    key = email or (phones[-1] if phones else typed)
    count_guess("sign_in", key)
    with transaction():
        user = find_user(email, *phones)
        if check_password(user, password) and user is not None:
            keep_hash_fresh(user, password)
            answer = begin_session(user)
        else:
            answer = None
    if answer is not None:
        forget_guesses("sign_in", key)
        return answer
    form.password.errors = [_("This does not match an account. Please check both fields.")]
    return render("accounts/shop/sign_in.html", form=form), 422


@shop.route("/account/card", methods=["GET", "POST"])
@access("public")
def card() -> ResponseReturnValue:
    """Sign in with the code of a printed card, once; a new password may be set with it."""
    form = CardSignIn()
    if not form.accepted():
        return render("accounts/shop/card.html", form=form), 422 if form.errors else 200
    typed = form.identifier.data or ""
    email, phones = identifier(typed)
    key = email or (phones[-1] if phones else typed)
    count_guess("card", key)
    with transaction():
        found = find_user(email, *phones)
        user = use_card(found, form.code.data or "", form.password.data or "")
        answer = begin_session(user) if user is not None else None
    if answer is not None:
        forget_guesses("card", key)
        return answer
    form.code.errors = [_("This does not match a card. Please check both fields.")]
    return render("accounts/shop/card.html", form=form), 422


@shop.post("/account/sign-out")
@access("public")
def sign_out() -> ResponseReturnValue:
    """End this session on the server; also when it was over already."""
    with transaction():
        end_session(read_cookie(SESSION_COOKIE))
    notice(_("You are signed out."))
    return _signed_out()


@shop.post("/account/sign-out-everywhere")
@access("signed_in")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the person, this one too."""
    person = signed_in()
    with transaction():
        end_sessions(person.user_id)
    notice(_("You are signed out on all devices."))
    return _signed_out()


def begin_session(
    user: User, *, second_factor: bool = False, onward: str | None = None
) -> Response:
    """Inside a transaction: end the browser's old session, open a new one, send on with cookie."""
    end_session(read_cookie(SESSION_COOKIE))
    token = open_session(
        user,
        device=rules.device_name(request.user_agent.string),
        network=network(),
        second_factor=second_factor,
    )
    is_council = has_council_role(user.id)
    if not second_factor:
        for hook in sign_in_hooks:
            hook(user.id, read_cookie)
    onward = onward or safe_next(url_for("accounts.home", lang=user.lang))
    if not second_factor and (user.totp_confirmed_at or is_council):
        onward = url_for("accounts.second_factor", next=onward)
    answer = redirect(onward, 303)
    lifetime = rules.COUNCIL_LONGEST if is_council else rules.LONGEST
    set_cookie(answer, SESSION_COOKIE, token, max_age=int(lifetime.total_seconds()))
    return answer


def _signed_out() -> Response:
    answer = redirect(url_for("accounts.sign_in"), 303)
    drop_cookie(answer, SESSION_COOKIE)
    # Pages of the account must not come back with the browser's back button.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
