"""Passwords: argon2id, and the same work when there is no account to compare with."""

from __future__ import annotations

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to store, made to be slow (about 40 ms)."""
    return _hasher.hash(password)


def password_is_right(stored: str | None, typed: str) -> bool:
    """Compare; without a stored hash the same time passes and the answer is no."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), typed) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older figures and should be made anew at this sign-in."""
    return _hasher.check_needs_rehash(stored)


@functools.cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(24))
