"""A copy of one's data, and their erasure."""

from __future__ import annotations

import json

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from storefront.accounts.actions.privacy import erase_user, export_data
from storefront.accounts.forms import ConfirmByPassword
from storefront.accounts.models import Consent, User
from storefront.accounts.views import shop
from storefront.accounts.views.passwords import present_password_is_right
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import ShopError
from storefront.web import SESSION_COOKIE, access, drop_cookie, notice, render, say, signed_in


@shop.get("/account/privacy")
@access("signed_in")
def privacy() -> ResponseReturnValue:
    """What we keep, the download, and the way to erasure."""
    return _page(ConfirmByPassword())


@shop.get("/account/data.json")
@access("signed_in")
def data() -> ResponseReturnValue:
    """Everything the shop keeps of the person, as a file."""
    found = export_data(signed_in().user_id)
    answer = make_response(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return answer


@shop.post("/account/erase")
@access("signed_in")
def erase() -> ResponseReturnValue:
    """Blank the account for good. The password again is the last question."""
    person = signed_in()
    form = ConfirmByPassword()
    if not form.accepted() or not present_password_is_right(form):
        return _page(form)
    try:
        with transaction():
            erase_user(person.user_id, by=person.user_id)
    except ShopError as error:
        form.present.errors = [say(error)]
        return _page(form)
    notice(_("Your account is erased."))
    answer = redirect(url_for("accounts.sign_in"), 303)
    drop_cookie(answer, SESSION_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _page(form: ConfirmByPassword) -> ResponseReturnValue:
    user = db.session.get_one(User, signed_in().user_id)
    given = select(Consent).where(Consent.user_id == user.id).order_by(Consent.id)
    consents = db.session.scalars(given).all()
    page = render("accounts/shop/privacy.html", form=form, user=user, consents=consents)
    return page, 422 if form.errors else 200
