"""The person's own pages: overview, profile, password, mail address, sessions."""

from __future__ import annotations

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts.actions.codes import peek_code
from storefront.accounts.actions.joining import EMAIL, LinkIsOver, ask_for_email, change_email
from storefront.accounts.actions.people import AddressTaken, change_profile, set_password
from storefront.accounts.actions.sessions import end_own_session
from storefront.accounts.forms import ChangeEmail, ChangePassword, ConfirmByPassword, Profile
from storefront.accounts.models import User
from storefront.accounts.queries import own_sessions
from storefront.accounts.views import shop
from storefront.accounts.views.limits import count_mail
from storefront.accounts.views.passwords import present_password_is_right
from storefront.accounts.views.signing import begin_session
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotFound, StaleVersion
from storefront.web import access, notice, once, render, say, signed_in


@shop.get("/account/")
@access("signed_in")
def home() -> ResponseReturnValue:
    """The way to everything of one's own."""
    return render("accounts/shop/home.html", user=_present())


@shop.route("/account/profile", methods=["GET", "POST"])
@access("signed_in")
def profile() -> ResponseReturnValue:
    """Name and language."""
    user = _present()
    form = Profile(obj=user)
    if form.accepted():
        try:
            return once(
                lambda: change_profile(
                    user.id, form.version.data or "", form.name.data or "", form.lang.data
                ),
                then=lambda changed: url_for("accounts.home", lang=changed.lang),
                say=_("Your profile is saved."),
            )
        except StaleVersion as error:
            form.name.errors = [say(error)]
            form.version.data = str(_present().version)
    return render("accounts/shop/profile.html", form=form, user=user), 422 if form.errors else 200


@shop.route("/account/password", methods=["GET", "POST"])
@access("signed_in")
def password() -> ResponseReturnValue:
    """A new password; the other devices are signed out and this one gets a new session."""
    user = _present()
    form = ChangePassword()
    form.own_names = tuple(filter(None, (user.name, user.email, user.phone)))
    if form.accepted() and present_password_is_right(form):
        with transaction():
            set_password(user.id, form.password.data or "")
            passed = signed_in().second_factor
            answer = begin_session(user, second_factor=passed, onward=url_for("accounts.home"))
        notice(_("Your new password is set. All other devices are signed out."))
        return answer
    return render("accounts/shop/password.html", form=form, user=user), 422 if form.errors else 200


@shop.route("/account/email", methods=["GET", "POST"])
@access("signed_in")
def email() -> ResponseReturnValue:
    """Ask for another mail address; it counts once the link sent there was opened."""
    user = _present()
    form = ChangeEmail()
    if form.accepted() and present_password_is_right(form):
        wanted = form.email.data or ""
        count_mail("email", wanted)
        return once(
            lambda: ask_for_email(user, wanted, user.lang),
            then=lambda _: url_for("accounts.mail_sent"),
        )
    return render("accounts/shop/email.html", form=form, user=user), 422 if form.errors else 200


@shop.route("/account/email/<token>", methods=["GET", "POST"])
@access("signed_in")
def confirm_email(token: str) -> ResponseReturnValue:
    """Behind the link: one button, so that no mail program changes anything by looking."""
    person = signed_in()
    row = peek_code(EMAIL, token)
    if row is None or row.user_id != person.user_id:
        return render("accounts/shop/link_over.html", again="accounts.email"), 410
    form = ConfirmByPassword()
    if form.accepted():
        try:
            return once(
                lambda: change_email(token, person.user_id, int(person.session_id)),
                then=lambda _: url_for("accounts.home"),
                say=_("Your new email address is set."),
            )
        except (AddressTaken, LinkIsOver) as error:
            notice(say(error), "error")
            return redirect(url_for("accounts.email"), 303)
    return render("accounts/shop/confirm_email.html", form=form, email=row.subject, token=token)


@shop.get("/account/sessions")
@access("signed_in")
def sessions() -> ResponseReturnValue:
    """Where the person is signed in."""
    person = signed_in()
    return render(
        "accounts/shop/sessions.html",
        sessions=own_sessions(person.user_id),
        present=int(person.session_id),
    )


@shop.post("/account/sessions/<int:session_id>/end")
@access("signed_in")
def end_one(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    person = signed_in()

    def end() -> None:
        if not end_own_session(person.user_id, session_id):
            raise NotFound()

    return once(
        end,
        then=lambda _: url_for("accounts.sessions", lang=g.lang),
        say=_("The device is signed out."),
    )


def _present() -> User:
    return db.session.get_one(User, signed_in().user_id)
