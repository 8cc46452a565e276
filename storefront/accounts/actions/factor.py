"""The second factor: a time-based code (TOTP) or one of ten printed recovery codes."""

from __future__ import annotations

import secrets
import time

import pyotp
import sqlalchemy as sa

from storefront.accounts.actions.audit import record_audit
from storefront.accounts.actions.sessions import end_sessions
from storefront.accounts.models import RecoveryCode, User
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash, keyed_hashes
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotAllowed, NotFound

STEP_SECONDS = 30
RECOVERY_CODES = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def start_factor(user_id: int) -> None:
    """Give the person a secret to put into an app. Raises NotAllowed when one is in use already."""
    user = _locked(user_id)
    if user.totp_confirmed_at is not None:
        raise NotAllowed()
    user.totp_secret = pyotp.random_base32()
    user.totp_last_step = None


def confirm_factor(user_id: int, code: str) -> list[str] | None:
    """Switch the factor on with the app's first code; answers with the recovery codes, which are
    readable this once. None when the code is wrong or nothing was started."""
    user = _locked(user_id)
    if user.totp_confirmed_at is not None or not use_totp(user, code):
        return None
    user.totp_confirmed_at = now()
    user.version += 1
    return new_recovery_codes(user_id)


def pass_factor(user: User, code: str) -> bool:
    """Whether this code proves the person: the app's or an unused recovery code."""
    if user.totp_confirmed_at is None:
        return False
    return use_totp(user, code) or _use_recovery_code(user.id, code)


def use_totp(user: User, code: str) -> bool:
    """Check the app's code, one step of clock error allowed; each step counts once.

    Of two requests with the same code one finds the step already used.
    """
    digits = "".join(letter for letter in code if letter.isalnum())
    if not user.totp_secret or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return False
    totp = pyotp.TOTP(user.totp_secret)
    present = int(time.time()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            return _use_step(user.id, step)
    return False


def new_recovery_codes(user_id: int) -> list[str]:
    """Ten fresh codes in plain text; the old ones are gone."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        db.session.add(RecoveryCode(user_id=user_id, code_hash=_recovery_hash(user_id, code)))
    db.session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def remove_factor(user_id: int, by: int | None, why: str = "") -> None:
    """Take the factor away, by the person or by an admin for one who lost it; sessions end."""
    user = _locked(user_id)
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    user.version += 1
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    end_sessions(user_id)
    record_audit(by, "accounts.remove_factor", "user", user_id, why=why)


def provisioning_uri(user: User, issuer: str) -> str:
    """The otpauth:// address that apps read from the picture. Raises NotAllowed without secret."""
    if not user.totp_secret or user.totp_confirmed_at is not None:
        raise NotAllowed()
    name = user.email or user.phone or user.public_id
    uri: str = pyotp.TOTP(user.totp_secret).provisioning_uri(name=name, issuer_name=issuer)
    return uri


def present_code(user: User) -> str:
    """The app's present code, for the demo's command. Raises NotAllowed without a factor."""
    if not user.totp_secret:
        raise NotAllowed()
    return pyotp.TOTP(user.totp_secret).generate_otp(int(time.time()) // STEP_SECONDS)


def _use_step(user_id: int, step: int) -> bool:
    used = (
        sa.update(User)
        .where(User.id == user_id, sa.func.coalesce(User.totp_last_step, 0) < step)
        .values(totp_last_step=step)
    )
    done: bool = db.session.execute(used).rowcount == 1  # type: ignore[attr-defined]
    return done


def _use_recovery_code(user_id: int, code: str) -> bool:
    hashes = keyed_hashes(f"recovery {user_id} {code}")
    used = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash.in_(hashes),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
    )
    done: bool = db.session.execute(used).rowcount == 1  # type: ignore[attr-defined]
    return done


def _recovery_hash(user_id: int, code: str) -> str:
    return keyed_hash(f"recovery {user_id} {code}")


def _locked(user_id: int) -> User:
    found = lock(User, [user_id])
    if not found or found[0].state != "active":
        raise NotFound()
    return found[0]
