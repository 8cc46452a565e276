"""The demo's people: the council with its second factors, makers, buyers with addresses."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import sqlalchemy as sa

from storefront.accounts import (
    Address,
    User,
    UserRole,
    create_user,
    find_user,
    grant_role,
    present_code,
)
from storefront.artisans import Artisan
from storefront.demo import content
from storefront.demo.content import Facts
from storefront.kernel.clock import now
from storefront.kernel.db import db

PASSWORD = "daun-jati-cilegon"  # noqa: S105  # printed, and refused by production


def is_loaded() -> bool:
    """Whether demo accounts exist; False on a database without tables."""
    return _exists(User.is_demo)


def has_own_accounts() -> bool:
    """Whether somebody who is not of the demo has an account; False without tables."""
    return _exists(User.is_demo.is_(False))


def _exists(condition: sa.ColumnElement[bool] | Any) -> bool:
    try:
        found = db.session.scalar(sa.select(User.id).where(condition).limit(1))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        db.session.rollback()
        return False
    db.session.rollback()
    return found is not None


def add_staff() -> None:
    """The council's accounts, each with a second factor already set up."""
    for facts in content.people()["staff"]:
        user = _add(facts["email"], facts.get("phone"), facts["name"], facts["lang"])
        user.totp_secret = base64.b32encode(secrets.token_bytes(20)).decode()
        user.totp_confirmed_at = now()
        for role in facts["roles"]:
            grant_role(user.id, role, None)


def add_maker(facts: Facts) -> User:
    """The account of a workshop's contact person."""
    return _add(facts["email"], facts["phone"], facts["contact"], "id")


def add_buyers() -> None:
    """Buyers with their address books; guests have none."""
    for facts in content.people()["buyers"]:
        if facts["guest"]:
            continue
        user = _add(facts["email"], facts["phone"], facts["name"], facts["lang"])
        for address in facts["addresses"]:
            db.session.add(Address(user_id=user.id, **address))


def person(email: str) -> User:
    """A person of the demo. Raises ValueError when there is none."""
    user = find_user(email)
    if user is None:
        raise ValueError(f"Nobody has the address {email}.")
    return user


def second_factor(email: str) -> str:
    """The present code of a council account. Raises ValueError for others."""
    user = person(email)
    if not user.is_demo or not user.totp_secret:
        raise ValueError(f"{email} is no demo account with a second factor.")
    return present_code(user)


def accounts() -> list[tuple[str, str, str]]:
    """Mail address, what they are, name; council first, then makers, then buyers."""
    people = list(db.session.scalars(sa.select(User).where(User.is_demo).order_by(User.id)))
    roles: dict[int, list[str]] = {}
    for role in db.session.scalars(sa.select(UserRole).order_by(UserRole.id)):
        roles.setdefault(role.user_id, []).append(role.role)
    applicants = set(db.session.scalars(sa.select(Artisan.applicant_id)))
    db.session.rollback()
    rows = []
    for user in people:
        plain = "applicant" if user.id in applicants else "buyer"
        rows.append((user.email or "", ", ".join(roles.get(user.id, [plain])), user))
    order = {"artisan": 1, "applicant": 2, "buyer": 3}
    rows.sort(key=lambda row: (order.get(row[1], 0), row[2].id))
    return [(email, what, user.name) for email, what, user in rows]


def _add(email: str, phone: str | None, name: str, lang: str) -> User:
    # Hashing is slow on purpose: the first account hashes, the others copy.
    shared = db.session.scalar(
        sa.select(User.password_hash).where(User.is_demo, User.password_hash.is_not(None)).limit(1)
    )
    user = create_user(
        email,
        phone or None,
        name,
        lang,
        None if shared else PASSWORD,
        is_confirmed=True,
        is_demo=True,
    )
    user.password_hash = shared or user.password_hash
    db.session.flush()
    return user
