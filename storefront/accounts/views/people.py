"""The council's pages about people: accounts, rights, sign-in cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import rules
from storefront.accounts.actions.codes import plain_code
from storefront.accounts.actions.factor import remove_factor
from storefront.accounts.actions.joining import CARD, issue_card
from storefront.accounts.actions.people import (
    AddressTaken,
    change_contact,
    disable_user,
    enable_user,
    open_account,
    set_council_roles,
)
from storefront.accounts.forms import Contact, OpenAccount, Roles, WithReason
from storefront.accounts.models import OneTimeCode, User
from storefront.accounts.queries import audit_of, find_person, select_people
from storefront.accounts.views import council
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.kernel.paging import page_of
from storefront.web import access, notice, once, page_number, render, say, signed_in

_SHOWN_FOR = dt.timedelta(minutes=30)
_LISTS = ("", "council", "artisan", *rules.COUNCIL_ROLES)


@council.get("/people")
@access("council:curator")
def people() -> ResponseReturnValue:
    """Everybody with an account, to search in."""
    text, role = request.args.get("q", "")[:100], request.args.get("role", "")
    role = role if role in _LISTS else ""
    page = page_of(select_people(text, role), page_number())
    return render("accounts/council/people.html", page=page, text=text, role=role, lists=_LISTS)


@council.route("/people/new", methods=["GET", "POST"])
@access("council:curator")
def new_person() -> ResponseReturnValue:
    """Open an account for a maker who cannot: a phone number is enough."""
    form = OpenAccount()
    if form.accepted():
        officer = signed_in().user_id
        try:
            return once(
                lambda: open_account(
                    form.email.data or None,
                    form.phone.data or None,
                    form.name.data or "",
                    form.lang.data,
                    by=officer,
                ),
                then=lambda user: url_for("accounts_council.person", public_id=user.public_id),
                say=_("The account is open. Print a sign-in card to hand over."),
            )
        except AddressTaken as error:
            field = form.phone if form.phone.data else form.email
            field.errors = [say(error)]
    return render("accounts/council/new_person.html", form=form), 422 if form.errors else 200


@council.route("/people/<public_id>/contact", methods=["GET", "POST"])
@access("council:curator")
def contact(public_id: str) -> ResponseReturnValue:
    """Correct name, phone number and mail address; of council people an admin only."""
    user, officer = find_person(public_id), signed_in()
    if {row.role for row in user.roles} & set(rules.COUNCIL_ROLES) and not _is_admin():
        abort(403)
    form = Contact(obj=user)
    if form.accepted():
        try:
            return once(
                lambda: change_contact(
                    user.id,
                    str(form.version.data),
                    form.email.data or None,
                    form.phone.data or None,
                    form.name.data or "",
                    by=officer.user_id,
                ),
                then=lambda _: url_for("accounts_council.person", public_id=public_id),
                say=_("The account is changed."),
            )
        except (AddressTaken, StaleVersion) as error:
            form.name.errors = [say(error)]
            form.version.data = str(find_person(public_id).version)
    page = render("accounts/council/contact.html", form=form, user=user)
    return page, 422 if form.errors else 200


@council.get("/people/<public_id>")
@access("council:curator")
def person(public_id: str) -> ResponseReturnValue:
    """One person: rights, sign-in cards, and what staff did."""
    return _page(find_person(public_id))


@council.post("/people/<public_id>/roles")
@access("council:admin")
def roles(public_id: str) -> ResponseReturnValue:
    """Give and take the council's rights."""
    user = find_person(public_id)
    form = Roles()
    if form.accepted():
        by = signed_in().user_id
        wanted = set(form.roles.data or [])
        return _act(
            user,
            lambda: set_council_roles(user.id, wanted, str(form.version.data), by),
            _("The rights are saved."),
        )
    return _page(user)


@council.post("/people/<public_id>/card")
@access("council:curator")
def make_card(public_id: str) -> ResponseReturnValue:
    """A new single-use card; an older one is void."""
    user, officer = find_person(public_id), signed_in()
    return once(
        lambda: issue_card(user.id, officer.user_id, by_admin=_is_admin()),
        then=lambda row: url_for("accounts_council.card", public_id=public_id, code_id=row.id),
    )


@council.get("/people/<public_id>/card/<int:code_id>")
@access("council:curator")
def card(public_id: str, code_id: int) -> ResponseReturnValue:
    """The card to print; only for who issued it, and only for half an hour."""
    user = find_person(public_id)
    row = db.session.get(OneTimeCode, code_id)
    if row is None or row.purpose != CARD or row.user_id != user.id:
        raise NotFound()
    if row.created_by != signed_in().user_id or row.created_at < now() - _SHOWN_FOR:
        raise NotFound()
    digits = plain_code(row.id)
    if digits is None:
        raise NotFound()
    code = f"{digits[:5]} {digits[5:]}"
    return render("accounts/council/card.html", user=user, code=code, row=row)


@council.post("/people/<public_id>/disable")
@access("council:admin")
def disable(public_id: str) -> ResponseReturnValue:
    """Close an account; sessions are over at once."""
    user, form, by = find_person(public_id), WithReason(), signed_in().user_id
    if not form.accepted():
        return _page(user, form)
    return _act(
        user, lambda: disable_user(user.id, by, form.why.data or ""), _("The account is closed.")
    )


@council.post("/people/<public_id>/enable")
@access("council:admin")
def enable(public_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    user, form, by = find_person(public_id), WithReason(), signed_in().user_id
    if not form.accepted():
        return _page(user, form)
    return _act(
        user, lambda: enable_user(user.id, by, form.why.data or ""), _("The account is open again.")
    )


@council.post("/people/<public_id>/factor")
@access("council:admin")
def take_factor(public_id: str) -> ResponseReturnValue:
    """Take the second factor away from somebody who lost phone and codes."""
    user, form, by = find_person(public_id), WithReason(), signed_in().user_id
    if not form.accepted():
        return _page(user, form)
    return _act(
        user,
        lambda: remove_factor(user.id, by, form.why.data or ""),
        _("The second step is taken away. The person sets it up again at the next sign-in."),
    )


def _is_admin() -> bool:
    return "admin" in signed_in().roles


def _act(user: User, verb: Callable[[], Any], told: str) -> ResponseReturnValue:
    try:
        return once(
            verb,
            then=lambda _: url_for("accounts_council.person", public_id=user.public_id),
            say=told,
        )
    except NotFound:
        raise
    except ShopError as error:
        notice(say(error), "error")
        return _page(find_person(user.public_id))


def _page(user: User, form: WithReason | None = None) -> ResponseReturnValue:
    page = render(
        "accounts/council/person.html",
        user=user,
        held={row.role for row in user.roles},
        all_roles=rules.COUNCIL_ROLES,
        form=form or WithReason(),
        entries=audit_of(user.id),
        is_admin=_is_admin(),
    )
    return page, 422 if form is not None and form.errors else 200
