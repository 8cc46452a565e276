"""Nouns of accounts: who is behind a token, own sessions, people."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.accounts import rules
from storefront.accounts.models import Address, AuditEntry, User, UserRole, UserSession
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound


class Visitor(NamedTuple):
    """The person of a living session with their rights."""

    user_id: int
    public_id: str
    name: str
    lang: str
    session_id: int
    needs_touch: bool
    has_factor: bool
    passed_factor: bool
    roles: frozenset[str]
    workshops: tuple[tuple[int, str], ...]  # (artisan id, rights), the oldest first

    @property
    def is_council(self) -> bool:
        return not self.roles.isdisjoint(rules.COUNCIL_ROLES)


def visitor(token: str) -> Visitor | None:
    """Who holds this token, in one statement; None when the session or the account is over."""
    query = (
        sa.select(
            UserSession.id,
            UserSession.created_at,
            UserSession.last_seen_at,
            UserSession.second_factor_at,
            User.id,
            User.public_id,
            User.name,
            User.lang,
            User.totp_confirmed_at,
            UserRole.role,
            UserRole.artisan_id,
            UserRole.rights,
        )
        .join(User, User.id == UserSession.user_id)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .where(
            UserSession.token_hash == rules.token_hash(token),
            UserSession.ended_at.is_(None),
            User.state == "active",
        )
        .order_by(UserRole.id)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    session_id, created_at, seen_at, passed_at, user_id, public_id, name, lang, has_factor = rows[
        0
    ][:9]
    rights = [row[9:] for row in rows if row[9] is not None]
    found = Visitor(
        user_id=user_id,
        public_id=public_id,
        name=name,
        lang=lang,
        session_id=session_id,
        needs_touch=now() - seen_at >= rules.SEEN_EVERY,
        has_factor=has_factor is not None,
        passed_factor=passed_at is not None,
        roles=frozenset(role for role, _, _ in rights),
        workshops=tuple((artisan, right) for _, artisan, right in rights if artisan is not None),
    )
    alive = rules.is_alive(created_at, seen_at, now(), is_council=found.is_council)
    return found if alive else None


def touch_session(session_id: int) -> None:
    """Note that the session is in use, on a connection of its own: nothing else is committed."""
    seen = sa.update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now())
    with db.engine.begin() as connection:
        connection.execute(seen)


def find_user(email: str | None, *phones: str | None) -> User | None:
    """The account with this mail address or one of these numbers, in whatever state."""
    numbers = [phone for phone in phones if phone]
    wanted = []
    if email:
        wanted.append(User.email == email)
    if numbers:
        wanted.append(User.phone.in_(numbers))
    if not wanted:
        return None
    return db.session.scalars(sa.select(User).where(sa.or_(*wanted)).limit(1)).first()


def has_council_role(user_id: int) -> bool:
    """Whether the person holds any right of the council."""
    held = sa.select(UserRole.id).where(
        UserRole.user_id == user_id, UserRole.role.in_(rules.COUNCIL_ROLES)
    )
    return db.session.scalar(held.limit(1)) is not None


def own_sessions(user_id: int) -> list[UserSession]:
    """The person's living sessions, the newest first."""
    is_council = has_council_role(user_id)
    query = (
        sa.select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    moment = now()
    return [
        row
        for row in db.session.scalars(query)
        if rules.is_alive(row.created_at, row.last_seen_at, moment, is_council=is_council)
    ]


def address_book(user_id: int) -> list[Address]:
    """The person's addresses, the default one first."""
    query = sa.select(Address).where(Address.user_id == user_id)
    ordered = query.order_by(Address.is_default.desc(), Address.id)
    return list(db.session.scalars(ordered))


def find_address(user_id: int, public_id: str) -> Address:
    """An address of one's own. Raises NotFound for anybody else's."""
    query = sa.select(Address).where(Address.user_id == user_id, Address.public_id == public_id)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound()
    return found


def find_person(public_id: str) -> User:
    """A person for the council's pages, with their rights. Raises NotFound, also once erased."""
    query = sa.select(User).where(User.public_id == public_id, User.state != "erased")
    found = db.session.scalars(query.options(selectinload(User.roles))).first()
    if found is None:
        raise NotFound()
    return found


def select_people(text: str = "", role: str = "") -> sa.Select[User]:
    """People for a list, the newest first: by part of name, address or number, and by right."""
    query = sa.select(User).where(User.state != "erased").options(selectinload(User.roles))
    if words := text.strip():
        part = f"%{_escaped(words.lower())}%"
        digits = f"%{_escaped(''.join(words.split()).removeprefix('0'))}%"
        query = query.where(
            sa.or_(
                sa.func.lower(User.name).like(part, escape="\\"),
                User.email.like(part, escape="\\"),
                User.phone.like(digits, escape="\\"),
            )
        )
    if role == "council":
        query = query.where(User.roles.any(UserRole.role.in_(rules.COUNCIL_ROLES)))
    elif role:
        query = query.where(User.roles.any(UserRole.role == role))
    return query.order_by(User.id.desc())


def audit_of(user_id: int, limit: int = 30) -> list[AuditEntry]:
    """What staff did to this account, the newest first."""
    query = sa.select(AuditEntry).where(
        AuditEntry.object_type == "user", AuditEntry.object_id == user_id
    )
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
