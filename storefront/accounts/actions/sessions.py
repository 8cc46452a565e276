"""Sessions: rows that can be ended. The browser holds a token, the row only its hash."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from storefront.accounts import rules
from storefront.accounts.models import User, UserSession
from storefront.accounts.queries import has_council_role
from storefront.kernel.clock import now
from storefront.kernel.db import db


def open_session(
    user: User, *, device: str = "", network: str = "", second_factor: bool = False
) -> str:
    """A new session of the person; returns the token for the cookie (256 bit)."""
    token = secrets.token_urlsafe(32)
    moment = now()
    is_council = has_council_role(user.id)
    db.session.add(
        UserSession(
            token_hash=rules.token_hash(token),
            user_id=user.id,
            created_at=moment,
            last_seen_at=moment,
            expires_at=rules.session_end(moment, is_council=is_council),
            second_factor_at=moment if second_factor else None,
            device=device[:120],
            network=network[:64],
        )
    )
    db.session.flush()
    return token


def end_session(token: str | None) -> None:
    """End the session of this token, if there is one."""
    if token:
        _end(UserSession.token_hash == rules.token_hash(token))


def end_own_session(user_id: int, session_id: int) -> bool:
    """End one session of the person's list; False when it is not theirs or already over."""
    return _end(UserSession.id == session_id, UserSession.user_id == user_id) > 0


def end_sessions(user_id: int, except_id: int | None = None) -> int:
    """End all sessions of a person, but one if named (its row id). Returns how many ended."""
    conditions = [UserSession.user_id == user_id]
    if except_id is not None:
        conditions.append(UserSession.id != except_id)
    return _end(*conditions)


def purge_sessions() -> int:
    """Delete sessions that are long over (30 days after their end)."""
    before = now() - rules.LONGEST
    old = sa.delete(UserSession).where(
        sa.or_(UserSession.ended_at < before, UserSession.expires_at < before)
    )
    return db.session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _end(*conditions: sa.ColumnElement[bool]) -> int:
    ended = (
        sa.update(UserSession)
        .where(UserSession.ended_at.is_(None), *conditions)
        .values(ended_at=now())
    )
    return db.session.execute(ended).rowcount  # type: ignore[attr-defined, no-any-return]
