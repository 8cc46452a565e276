"""The second factor: giving it at sign-in, setting it up, recovery codes."""

from __future__ import annotations

import io

import segno
from flask import current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts.actions.factor import (
    confirm_factor,
    new_recovery_codes,
    pass_factor,
    provisioning_uri,
    remove_factor,
    start_factor,
)
from storefront.accounts.forms import ConfirmByPassword, FactorCode, RecoverySignIn
from storefront.accounts.models import User
from storefront.accounts.queries import has_council_role
from storefront.accounts.views import shop
from storefront.accounts.views.limits import count_factor, forget_factor
from storefront.accounts.views.passwords import present_password_is_right
from storefront.accounts.views.signing import begin_session
from storefront.kernel.db import db, lock, transaction
from storefront.kernel.errors import NotAllowed
from storefront.web import access, notice, once, render, safe_next, signed_in


@shop.route("/account/second-factor", methods=["GET", "POST"])
@access("signed_in")
def second_factor() -> ResponseReturnValue:
    """Give the code of the app (or a recovery code), or set an app up first."""
    user = _present()
    if user.totp_confirmed_at is None:
        return _set_up(user)
    if signed_in().second_factor and request.method == "GET":
        return redirect(safe_next(url_for("accounts.home")))
    with_recovery = "recovery" in request.args
    form = (RecoverySignIn if with_recovery else FactorCode)(next=safe_next(""))
    if form.accepted():
        count_factor(user.id)
        with transaction():
            user = lock(User, [user.id])[0]
            passed = pass_factor(user, form.code.data or "")
            answer = begin_session(user, second_factor=True) if passed else None
        if answer is not None:
            forget_factor(user.id)
            return answer
        form.code.errors = [_("This code is not right, or it was used already.")]
    page = render("accounts/shop/second_factor.html", form=form, with_recovery=with_recovery)
    return page, 422 if form.errors else 200


@shop.post("/account/second-factor/start")
@access("signed_in")
def start_second_factor() -> ResponseReturnValue:
    """Make a secret for the app; asks for the password again."""
    person = signed_in()
    form = ConfirmByPassword()
    if not form.accepted() or not present_password_is_right(form):
        return _start_page(form), 422
    return once(
        lambda: start_factor(person.user_id),
        then=lambda _: url_for("accounts.second_factor", next=safe_next("") or None),
    )


@shop.get("/account/second-factor/picture.svg")
@access("signed_in")
def factor_picture() -> ResponseReturnValue:
    """The QR picture of a secret that is not confirmed yet; afterwards nobody sees it again."""
    try:
        uri = provisioning_uri(_present(), current_app.config["SETTINGS"].SHOP_NAME)
    except NotAllowed:
        return "", 404
    drawn = io.BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", scale=6, border=4, light="#fff")
    answer = make_response(drawn.getvalue())
    answer.mimetype = "image/svg+xml"
    return answer


@shop.post("/account/second-factor/codes")
@access("signed_in")
def recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown this once; the old ones are gone.

    Not wrapped in `once`, which could only send on to a page that does not show them.
    """
    user = _present()
    form = ConfirmByPassword()
    if user.totp_confirmed_at is None:
        return redirect(url_for("accounts.second_factor"), 303)
    if not form.accepted() or not present_password_is_right(form):
        return render("accounts/shop/factor_home.html", form=form, user=user), 422
    with transaction():
        codes = new_recovery_codes(user.id)
    return render("accounts/shop/recovery_codes.html", codes=codes, onward="")


@shop.route("/account/second-factor/settings", methods=["GET", "POST"])
@access("signed_in")
def factor_home() -> ResponseReturnValue:
    """What one can do with a factor in use; POST takes it away where it is not required."""
    user = _present()
    if user.totp_confirmed_at is None:
        return redirect(url_for("accounts.second_factor"), 303)
    form = ConfirmByPassword()
    is_council = bool(signed_in().is_council)
    if form.accepted() and not is_council and present_password_is_right(form):
        notice(_("The second step is switched off. Please sign in again."))
        return once(
            lambda: remove_factor(user.id, user.id), then=lambda _: url_for("accounts.sign_in")
        )
    page = render("accounts/shop/factor_home.html", form=form, user=user, is_council=is_council)
    return page, 422 if form.errors else 200


def _set_up(user: User) -> ResponseReturnValue:
    """The picture and the first code; then the recovery codes, in a session that has passed."""
    if not user.totp_secret:
        return _start_page(ConfirmByPassword())
    form = FactorCode(next=safe_next(""))
    if form.accepted():
        count_factor(user.id)
        with transaction():
            codes = confirm_factor(user.id, form.code.data or "")
            answer = begin_session(user, second_factor=True) if codes else None
        if codes and answer is not None:
            forget_factor(user.id)
            page = render(
                "accounts/shop/recovery_codes.html", codes=codes, onward=answer.headers["Location"]
            )
            shown = make_response(page)
            for cookie in answer.headers.getlist("Set-Cookie"):
                shown.headers.add("Set-Cookie", cookie)
            return shown
        form.code.errors = [_("This code is not right. Please wait for the next one.")]
    secret = user.totp_secret
    page = render(
        "accounts/shop/factor_set_up.html",
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    )
    return page, 422 if form.errors else 200


def _start_page(form: ConfirmByPassword) -> str:
    is_council = has_council_role(signed_in().user_id)
    return render(
        "accounts/shop/factor_start.html",
        form=form,
        user=_present(),
        is_council=is_council,
        next=safe_next(""),
    )


def _present() -> User:
    return db.session.get_one(User, signed_in().user_id)
