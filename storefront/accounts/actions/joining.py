"""Proving an address by mail: a new account, a new password, another address; and the card.

Asking does the same work whether an account exists or not: a code is opened and a mail is queued
in any case, and only the mail's builder finds out whom to write to and what.
"""

from __future__ import annotations

from storefront.accounts import rules
from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.codes import end_codes, open_code, redeem_code
from storefront.accounts.actions.people import AddressTaken, create_user, set_password
from storefront.accounts.actions.sessions import end_sessions
from storefront.accounts.models import Consent, OneTimeCode, User
from storefront.accounts.queries import find_user, has_council_role
from storefront.kernel import settings
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError
from storefront.kernel.translated import N_
from storefront.notifications import queue_mail

SIGN_UP, RESET, EMAIL, EMAIL_OLD, CARD = "sign_up", "reset", "email", "email_old", "card"
_SIGN_UP_MINUTES = 24 * 60
_RESET_MINUTES = 60
_OLD_ADDRESS_MINUTES = 7 * 24 * 60
CARD_DIGITS = 10
_NOBODY = "nobody"


class LinkIsOver(ShopError):
    """The link was used, is too old, or a newer one was sent."""

    message = N_("This link has been used or is too old. Please ask for a new one.")


def ask_to_join(email: str, lang: str) -> None:
    """Send a link to finish an account, or, to who has one, word of that."""
    mail = rules.normal_email(email)
    row = open_code(SIGN_UP, mail, minutes=_SIGN_UP_MINUTES)
    _queue("accounts.sign_up", row, lang)


def join(token: str, name: str, password: str, lang: str) -> User:
    """Finish an account behind the link. Raises LinkIsOver, AddressTaken."""
    row = redeem_code(SIGN_UP, "", token)
    if row is None:
        raise LinkIsOver()
    user = create_user(row.subject, None, name, lang, password, is_confirmed=True)
    version = settings.get("accounts.terms_version")
    for kind in ("terms", "privacy"):
        db.session.add(Consent(user_id=user.id, kind=kind, text_version=version, lang=lang))
    return user


def ask_for_reset(email: str | None, phones: tuple[str, ...], lang: str) -> None:
    """Send a link for a new password to the account's mail address, if it has one."""
    user = find_user(email, *phones)
    known = user if user is not None and user.state == "active" and user.email else None
    row = open_code(RESET, email or "", user_id=known.id if known else None, minutes=_RESET_MINUTES)
    _queue("accounts.reset", row, lang)


def reset_password(token: str, password: str) -> User:
    """A new password behind the link; all sessions end, the second factor stays.

    Raises LinkIsOver.
    """
    row = redeem_code(RESET, "", token)
    user = _active(row.user_id) if row is not None else None
    if row is None or user is None:
        raise LinkIsOver()
    set_password(user.id, password)
    end_codes(user.id, RESET, CARD)
    user.email_confirmed_at = user.email_confirmed_at or now()
    return user


def ask_for_email(user: User, email: str, lang: str) -> None:
    """Send a link to the address the person wants to be known by from now on.

    Silent when another account has it: the mail that is sent then says so.
    """
    row = open_code(EMAIL, rules.normal_email(email), user_id=user.id, minutes=_SIGN_UP_MINUTES)
    _queue("accounts.email_change", row, lang)


def change_email(token: str, user_id: int, session_id: int) -> User:
    """Take the proven address over; other sessions end, and the old address is told.

    Raises LinkIsOver, AddressTaken.
    """
    row = redeem_code(EMAIL, "", token)
    user = _active(user_id)
    if row is None or user is None or row.user_id != user_id:
        raise LinkIsOver()
    other = find_user(row.subject)
    if other is not None and other.id != user_id:
        raise AddressTaken()
    if user.email:
        told = open_code(EMAIL_OLD, user.email, user_id=user_id, minutes=_OLD_ADDRESS_MINUTES)
        _queue("accounts.email_changed", told, user.lang)
    user.email, user.email_confirmed_at = row.subject, now()
    user.version += 1
    end_codes(user_id, RESET)
    end_sessions(user_id, except_id=session_id)
    return user


def issue_card(user_id: int, by: int, *, by_admin: bool) -> OneTimeCode:
    """A single-use code to be printed and handed over; recorded. `plain_code(row.id)` reads it.

    Raises NotFound for accounts that are not active, and for council people unless an admin asks.
    """
    user = _active(user_id)
    if user is None or (has_council_role(user_id) and not by_admin):
        raise NotFound()
    minutes = int(settings.get("accounts.card_days")) * 24 * 60
    row = open_code(CARD, user.public_id, user_id, minutes, CARD_DIGITS, created_by=by)
    record_audit(by, "accounts.issue_card", "user", user_id, after={"code": row.id})
    return row


def use_card(user: User | None, code: str, password: str = "") -> User | None:
    """The person of a card, or None; the same work when there is no such person.

    With `password` the account gets it and all sessions end. A wrong code is counted: commit.
    """
    is_active = user is not None and user.state == "active"
    subject = user.public_id if user is not None and is_active else _NOBODY
    row = redeem_code(CARD, subject, code)
    if row is None or user is None or not is_active:
        return None
    record_audit(user.id, "accounts.use_card", "user", user.id, after={"code": row.id})
    if password:
        set_password(user.id, password)
    return user


def _queue(topic: str, row: OneTimeCode, lang: str) -> None:
    queue_mail(topic, f"{topic}:{row.id}", {"code_id": row.id, "lang": lang})


def _active(user_id: int | None) -> User | None:
    found = lock(User, [user_id]) if user_id is not None else []
    return found[0] if found and found[0].state == "active" else None
