"""The mails of accounts. Builders read the code from its row: no queue carries it."""

from __future__ import annotations

from typing import Any

from storefront.accounts.actions.codes import plain_code
from storefront.accounts.actions.joining import EMAIL_OLD
from storefront.accounts.models import OneTimeCode, User
from storefront.accounts.queries import find_user
from storefront.kernel.db import db
from storefront.notifications import MailDraft, mail_topic


@mail_topic("accounts.sign_up")
def sign_up(payload: dict[str, Any]) -> MailDraft | None:
    """A link to finish an account; to who has one already, a way in instead."""
    row, token = _code(payload)
    if row is None or token is None:
        return None
    known = find_user(row.subject)
    if known is not None:
        if known.state != "active":
            return None
        return MailDraft(row.subject, known.lang, "accounts/mail/known", {"person": known})
    return MailDraft(row.subject, payload["lang"], "accounts/mail/sign_up", {"token": token})


@mail_topic("accounts.reset")
def reset(payload: dict[str, Any]) -> MailDraft | None:
    """A link for a new password; nobody is written to who has no account."""
    row, token = _code(payload)
    user = _user(row)
    if token is None or user is None or not user.email:
        return None
    return MailDraft(user.email, user.lang, "accounts/mail/reset", {"token": token, "person": user})


@mail_topic("accounts.email_change")
def email_change(payload: dict[str, Any]) -> MailDraft | None:
    """A link to prove the new address; to an address that has an account, word of that."""
    row, token = _code(payload)
    user = _user(row)
    if row is None or token is None or user is None:
        return None
    known = find_user(row.subject)
    if known is not None and known.id != user.id:
        return MailDraft(row.subject, known.lang, "accounts/mail/known", {"person": known})
    context = {"token": token, "person": user}
    return MailDraft(row.subject, user.lang, "accounts/mail/email_change", context)


@mail_topic("accounts.email_changed")
def email_changed(payload: dict[str, Any]) -> MailDraft | None:
    """To the old address: somebody has put another one in its place."""
    row = db.session.get(OneTimeCode, payload["code_id"])
    user = _user(row)
    if row is None or row.purpose != EMAIL_OLD or user is None:
        return None
    return MailDraft(row.subject, user.lang, "accounts/mail/email_changed", {"person": user})


def _code(payload: dict[str, Any]) -> tuple[OneTimeCode | None, str | None]:
    row = db.session.get(OneTimeCode, payload["code_id"])
    return row, plain_code(row.id) if row is not None else None


def _user(row: OneTimeCode | None) -> User | None:
    if row is None or row.user_id is None:
        return None
    user = db.session.get(User, row.user_id)
    return user if user is not None and user.state == "active" else None
