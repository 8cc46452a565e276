"""A new account, and a new password for one who forgot it. Answers never tell who exists."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts.actions.codes import peek_code
from storefront.accounts.actions.joining import (
    RESET,
    SIGN_UP,
    LinkIsOver,
    ask_for_reset,
    ask_to_join,
    join,
    reset_password,
)
from storefront.accounts.actions.people import AddressTaken
from storefront.accounts.forms import (
    FinishSignUp,
    ForgottenPassword,
    NewPassword,
    SignUp,
    identifier,
)
from storefront.accounts.views import shop
from storefront.accounts.views.limits import count_mail
from storefront.accounts.views.signing import begin_session
from storefront.kernel.db import transaction
from storefront.web import access, notice, once, render, say


@shop.route("/account/sign-up", methods=["GET", "POST"])
@access("public")
def sign_up() -> ResponseReturnValue:
    """Ask for the address only; the link in the mail leads on."""
    form = SignUp()
    if not form.accepted():
        return render("accounts/shop/sign_up.html", form=form), 422 if form.errors else 200
    email = form.email.data or ""
    count_mail("sign_up", email)
    return once(lambda: ask_to_join(email, g.lang), then=lambda _: url_for("accounts.mail_sent"))


@shop.route("/account/sign-up/<token>", methods=["GET", "POST"])
@access("public")
def finish_sign_up(token: str) -> ResponseReturnValue:
    """Name and password, behind the link. The link works once, which makes the form do so."""
    row = peek_code(SIGN_UP, token)
    if row is None:
        return _over("accounts.sign_up")
    form = FinishSignUp()
    form.own_names = (row.subject,)
    if form.accepted():
        try:
            with transaction():
                user = join(token, form.name.data or "", form.password.data or "", g.lang)
                answer = begin_session(user)
        except LinkIsOver:
            return _over("accounts.sign_up")
        except AddressTaken as error:
            form.name.errors = [say(error)]
        else:
            notice(_("Your account is ready."))
            return answer
    page = render("accounts/shop/finish_sign_up.html", form=form, email=row.subject, token=token)
    return page, 422 if form.errors else 200


@shop.route("/account/forgotten", methods=["GET", "POST"])
@access("public")
def forgotten() -> ResponseReturnValue:
    """Ask for a link to a new password."""
    form = ForgottenPassword()
    if not form.accepted():
        return render("accounts/shop/forgotten.html", form=form), 422 if form.errors else 200
    typed = form.identifier.data or ""
    email, phones = identifier(typed)
    count_mail("reset", email or (phones[-1] if phones else typed))
    return once(
        lambda: ask_for_reset(email, phones, g.lang), then=lambda _: url_for("accounts.mail_sent")
    )


@shop.route("/account/reset/<token>", methods=["GET", "POST"])
@access("public")
def reset(token: str) -> ResponseReturnValue:
    """A new password behind the link: every session ends and a new one begins."""
    if peek_code(RESET, token) is None:
        return _over("accounts.forgotten")
    form = NewPassword()
    if form.accepted():
        try:
            with transaction():
                answer = begin_session(reset_password(token, form.password.data or ""))
        except LinkIsOver:
            return _over("accounts.forgotten")
        notice(_("Your new password is set. All other devices are signed out."))
        return answer
    return render("accounts/shop/reset.html", form=form, token=token), 422 if form.errors else 200


@shop.get("/account/mail-sent")
@access("public")
def mail_sent() -> ResponseReturnValue:
    """The one answer to every request for a mail."""
    return render("accounts/shop/mail_sent.html")


def _over(again: str) -> ResponseReturnValue:
    return render("accounts/shop/link_over.html", again=again), 410
