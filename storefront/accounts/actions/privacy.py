"""What a person may have of the own data: a copy, and its erasure; and what time deletes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.codes import purge_codes
from storefront.accounts.actions.people import guard_last_admin
from storefront.accounts.actions.sessions import purge_sessions
from storefront.accounts.hooks import erasers, exports
from storefront.accounts.models import (
    Address,
    Consent,
    OneTimeCode,
    RecoveryCode,
    User,
    UserRole,
    UserSession,
)
from storefront.accounts.queries import address_book
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound
from storefront.notifications import Mail

_ADDRESS_LEFT_OUT = {"id", "user_id"}


def export_data(user_id: int) -> dict[str, Any]:
    """Everything the shop keeps of a person, JSON-ready, the other slices' parts by their names."""
    user = db.session.get_one(User, user_id)
    return {
        "made_at": now().isoformat(),
        "account": _account(user),
        "addresses": [_columns(address, _ADDRESS_LEFT_OUT) for address in address_book(user_id)],
        "sessions": [
            _columns(row, {"id", "user_id", "token_hash"}) for row in _rows(UserSession, user_id)
        ],
        "consents": [_columns(row, {"id", "user_id"}) for row in _rows(Consent, user_id)],
    } | {name: export(user_id) for name, export in sorted(exports.items())}


def erase_user(user_id: int, by: int | None) -> None:
    """Blank a person everywhere; what remains of orders and books names them by number only.

    A ShopError of a slice that must first finish something stops it all. Raises LastAdmin,
    NotFound.
    """
    guard_last_admin(user_id)
    found = lock(User, [user_id])
    if not found or found[0].state == "erased":
        raise NotFound()
    user = found[0]
    for erase in erasers.values():
        erase(user_id)
    known_as = [value for value in (user.email, user.phone) if value]
    if user.email:
        db.session.execute(sa.delete(Mail).where(Mail.recipient == user.email))
    db.session.execute(
        sa.delete(OneTimeCode).where(
            sa.or_(OneTimeCode.user_id == user_id, OneTimeCode.subject.in_(known_as))
        )
    )
    for model in (Address, RecoveryCode, UserSession, UserRole):
        db.session.execute(sa.delete(model).where(model.user_id == user_id))
    open_consents = sa.update(Consent).where(
        Consent.user_id == user_id, Consent.withdrawn_at.is_(None)
    )
    db.session.execute(open_consents.values(withdrawn_at=now()))
    user.state, user.erased_at = "erased", now()
    user.email = user.phone = user.password_hash = user.email_confirmed_at = None
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    user.name = ""
    user.version += 1
    record_audit(by, "accounts.erase", "user", user_id, after={"state": "erased"})
    db.session.flush()


def purge_accounts() -> dict[str, int]:
    """Delete what is no longer needed, for the job of retention: counts by kind."""
    return {"codes": purge_codes(), "sessions": purge_sessions()}


def _account(user: User) -> dict[str, Any]:
    left_out = {"id", "password_hash", "totp_secret", "totp_last_step", "is_demo", "version"}
    roles = [
        {"role": row.role, "since": row.granted_at.isoformat()} for row in _rows(UserRole, user.id)
    ]
    return _columns(user, left_out) | {"roles": roles}


def _rows(model: Any, user_id: int) -> list[Any]:
    return list(db.session.scalars(sa.select(model).where(model.user_id == user_id)))


def _columns(row: Any, left_out: set[str]) -> dict[str, Any]:
    names = [column.key for column in sa.inspect(type(row)).columns if column.key not in left_out]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
