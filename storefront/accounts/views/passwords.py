"""The password asked again, before something that must not happen behind a person's back."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from storefront.accounts.actions.people import check_password
from storefront.accounts.models import User
from storefront.accounts.views.limits import count_guess, forget_guesses
from storefront.kernel.db import db
from storefront.web import signed_in


def present_password_is_right(form: Any) -> bool:
    """Check the form's field `present`; a wrong one is said beside it. Guesses are counted.

    Who came with a card has no password yet and is not asked for one.
    """
    person = signed_in()
    user = db.session.get_one(User, person.user_id)
    if user.password_hash is None:
        return True
    count_guess("password", person.public_id)
    if check_password(user, form.present.data or ""):
        forget_guesses("password", person.public_id)
        return True
    form.present.errors = [_("This is not your present password.")]
    return False
