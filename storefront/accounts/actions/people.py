"""Opening accounts, passwords, roles, and taking access away."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storefront.accounts import rules
from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.sessions import end_sessions
from storefront.accounts.models import User, UserRole
from storefront.accounts.passwords import hash_password, needs_rehash, password_is_right
from storefront.accounts.queries import find_user
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.kernel.translated import N_


class AddressTaken(ShopError):
    """Another account has this mail address or phone number."""

    message = N_("Another account already uses this email address or phone number.")


class LastAdmin(ShopError):
    """Without an admin nobody could give rights any more."""

    message = N_("This is the last admin. Please make somebody else an admin first.")


def create_user(
    email: str | None = None,
    phone: str | None = None,
    name: str = "",
    lang: str = "id",
    password: str | None = None,
    *,
    is_confirmed: bool = False,
    is_demo: bool = False,
) -> User:
    """A new person. `email` as typed, `phone` in E.164; at least one of them.

    Raises AddressTaken, and ValueError when neither is given.
    """
    if not email and not phone:
        raise ValueError("a person needs a mail address or a phone number")
    mail = rules.normal_email(email) if email else None
    if find_user(mail, phone) is not None:
        raise AddressTaken()
    user = User(
        email=mail,
        phone=phone or None,
        name=name,
        lang=lang,
        password_hash=hash_password(password) if password else None,
        email_confirmed_at=now() if mail and is_confirmed else None,
        is_demo=is_demo,
    )
    db.session.add(user)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:  # somebody else was quicker by a moment
        raise AddressTaken() from error
    return user


def open_account(email: str | None, phone: str | None, name: str, lang: str, *, by: int) -> User:
    """An officer opens an account for somebody; recorded. Raises AddressTaken."""
    user = create_user(email, phone, name, lang)
    record_audit(by, "accounts.open", "user", user.id)
    return user


def change_contact(
    user_id: int, version: str, email: str | None, phone: str | None, name: str, *, by: int
) -> User:
    """Staff corrects how a person signs in and is called; sessions end, and it is recorded.

    Raises AddressTaken, StaleVersion, NotFound.
    """
    user = _locked(user_id)
    if str(user.version) != version:
        raise StaleVersion()
    mail = rules.normal_email(email) if email else None
    for found in (find_user(mail), find_user(None, phone)):
        if found is not None and found.id != user_id:
            raise AddressTaken()
    changed = [key for key, new in (("email", mail), ("phone", phone)) if getattr(user, key) != new]
    if "email" in changed:
        user.email_confirmed_at = None
    user.email, user.phone, user.name = mail, phone, name
    user.version += 1
    if changed:
        end_sessions(user_id)
    record_audit(by, "accounts.change_contact", "user", user_id, after={"changed": changed})
    return user


def check_password(user: User | None, typed: str) -> bool:
    """Whether this password lets the person in; equal work when there is no such person."""
    is_active = user is not None and user.state == "active"
    stored = user.password_hash if user is not None and is_active else None
    return password_is_right(stored, typed)


def keep_hash_fresh(user: User, typed: str) -> None:
    """After a right password: hash it anew when the figures of the hash have changed."""
    if user.password_hash and needs_rehash(user.password_hash):
        user.password_hash = hash_password(typed)


def set_password(user_id: int, password: str, *, keep_session: int | None = None) -> None:
    """Replace the password; every other session of the person ends. Raises NotFound."""
    user = _locked(user_id)
    user.password_hash = hash_password(password)
    user.version += 1
    end_sessions(user_id, except_id=keep_session)


def grant_role(
    user_id: int,
    role: str,
    by: int | None,
    artisan_id: int | None = None,
    rights: str = "owner",
) -> UserRole:
    """Give a right; their sessions end, so that the new right starts with a fresh sign-in.

    `by` is the granting person, None for the command line. Granting twice changes `rights` only.
    Raises NotFound for an account that is not active.
    """
    if _locked(user_id).state != "active":
        raise NotFound()
    present = db.session.scalars(_role(user_id, role, artisan_id)).first()
    if present is not None and present.rights == rights:
        return present
    before = {"role": role, "rights": present.rights} if present else {}
    if present is None:
        present = UserRole(user_id=user_id, role=role, artisan_id=artisan_id, granted_by=by)
        db.session.add(present)
    present.rights = rights
    db.session.flush()
    after = {"role": role, "artisan_id": artisan_id, "rights": rights}
    record_audit(by, "accounts.grant_role", "user", user_id, before, after)
    end_sessions(user_id)
    return present


def revoke_role(user_id: int, role: str, by: int | None, artisan_id: int | None = None) -> bool:
    """Take a right away; it is gone with the next request. False when it was not held.

    Raises LastAdmin.
    """
    present = db.session.scalars(_role(user_id, role, artisan_id)).first()
    if present is None:
        return False
    if role == "admin":
        guard_last_admin(user_id)
    before = {"role": role, "artisan_id": artisan_id, "rights": present.rights}
    db.session.delete(present)
    db.session.flush()
    record_audit(by, "accounts.revoke_role", "user", user_id, before)
    return True


def set_council_roles(user_id: int, wanted: set[str], version: str, by: int) -> User:
    """Make the council's rights of a person exactly these. Raises StaleVersion, LastAdmin."""
    user = _locked(user_id)
    if str(user.version) != version:
        raise StaleVersion()
    rows = sa.select(UserRole.role).where(UserRole.user_id == user_id)
    held = set(db.session.scalars(rows)) & set(rules.COUNCIL_ROLES)
    for role in sorted(wanted - held):
        grant_role(user_id, role, by)
    for role in sorted(held - wanted):
        revoke_role(user_id, role, by)
    if wanted != held:
        user.version += 1
    return user


def guard_last_admin(user_id: int) -> None:
    """Raises LastAdmin when no other active admin would remain."""
    admins = sa.select(UserRole.user_id).where(UserRole.role == "admin").order_by(UserRole.user_id)
    people = lock(User, db.session.scalars(admins))
    others = [person for person in people if person.id != user_id and person.state == "active"]
    if not others and any(person.id == user_id for person in people):
        raise LastAdmin()


def disable_user(user_id: int, by: int | None, why: str = "") -> None:
    """No way in from the next request on. Raises LastAdmin, NotFound."""
    guard_last_admin(user_id)
    user = _locked(user_id)
    if user.state != "active":
        raise NotFound()
    user.state = "disabled"
    user.version += 1
    end_sessions(user_id)
    record_audit(
        by, "accounts.disable", "user", user_id, {"state": "active"}, {"state": "disabled"}, why
    )


def enable_user(user_id: int, by: int | None, why: str = "") -> None:
    """Open a disabled account again. Raises NotFound."""
    user = _locked(user_id)
    if user.state != "disabled":
        raise NotFound()
    user.state = "active"
    user.version += 1
    record_audit(
        by, "accounts.enable", "user", user_id, {"state": "disabled"}, {"state": "active"}, why
    )


def change_profile(user_id: int, version: str, name: str, lang: str) -> User:
    """Name and language of a person. Raises StaleVersion, NotFound."""
    user = _locked(user_id)
    if str(user.version) != version:
        raise StaleVersion()
    user.name, user.lang = name, lang
    user.version += 1
    return user


def set_language(user_id: int, lang: str) -> None:
    """Keep the language a signed-in person has switched to."""
    chosen = sa.update(User).where(User.id == user_id, User.lang != lang).values(lang=lang)
    db.session.execute(chosen)


def _locked(user_id: int) -> User:
    found = lock(User, [user_id])
    if not found or found[0].state == "erased":
        raise NotFound()
    return found[0]


def _role(user_id: int, role: str, artisan_id: int | None) -> sa.Select[UserRole]:
    query = sa.select(UserRole).where(UserRole.user_id == user_id, UserRole.role == role)
    if artisan_id is None:
        return query.where(UserRole.artisan_id.is_(None))
    return query.where(UserRole.artisan_id == artisan_id)
