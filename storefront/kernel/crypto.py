"""Encryption of fields of high risk, and a keyed hash beside those that must be matched.

The keys come from the process setting ENCRYPTION_KEY: the first writes, all of them read.
After a new key was put in front, `rotate` writes every row anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from storefront.kernel import runtime


class Undecipherable(Exception):
    """No present key opens this value: a key was dropped before the rows were rotated."""


def encrypt(data: bytes) -> bytes:
    """Bytes sealed with the first key; safe to store in a file or a text column."""
    return _box(tuple(runtime.settings().encryption_keys)).encrypt(data)


def decrypt(sealed: bytes) -> bytes:
    """The bytes again. Raises Undecipherable when no key fits or the value was changed."""
    try:
        return _box(tuple(runtime.settings().encryption_keys)).decrypt(sealed)
    except InvalidToken as error:
        raise Undecipherable("no present key opens this value") from error


def keyed_hash(value: str) -> str:
    """A hash only this shop can make (64 hex letters); letters and digits count, case not."""
    return keyed_hashes(value)[0]


def keyed_hashes(value: str) -> list[str]:
    """The hashes under every present key: what a look-up compares with during a rotation."""
    plain = "".join(letter for letter in value.casefold() if letter.isalnum()).encode()
    return [
        hmac.new(_derive(key, b"match"), plain, hashlib.sha256).hexdigest()
        for key in runtime.settings().encryption_keys
    ]


class EncryptedText(TypeDecorator[str]):
    """A text column sealed at rest. `hashed_as` names the column that holds its keyed hash."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, hashed_as: str | None = None) -> None:
        super().__init__()
        self.hashed_as = hashed_as

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(value.encode()).decode()


def rotate(session: Session, metadata: sa.MetaData) -> int:
    """Seal every encrypted column anew with the first key, keyed hashes too.

    Runs in the caller's transaction; returns the number of rows written. Old keys may be
    dropped from the setting afterwards.
    """
    written = 0
    for table in metadata.sorted_tables:
        sealed = [column for column in table.columns if isinstance(column.type, EncryptedText)]
        if sealed:
            written += _rotate_table(session, table, sealed)
    return written


def _rotate_table(session: Session, table: sa.Table, sealed: list[sa.Column[Any]]) -> int:
    keys = list(table.primary_key.columns)
    rows = session.execute(sa.select(*keys, *sealed).with_for_update()).all()
    for row in rows:
        values: dict[str, str | None] = {}
        for column, plain in zip(sealed, row[len(keys) :], strict=True):
            values[column.name] = plain
            if isinstance(column.type, EncryptedText) and column.type.hashed_as:
                values[column.type.hashed_as] = None if plain is None else keyed_hash(plain)
        match = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
        session.execute(sa.update(table).where(match).values(values))
    return len(rows)


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise RuntimeError("ENCRYPTION_KEY is missing")
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, b"seal"))) for key in keys])


@lru_cache(maxsize=32)
def _derive(key: str, purpose: bytes) -> bytes:
    """A separate 32-byte key per purpose, so that a hash tells nothing about the seal."""
    return hmac.new(key.encode(), b"storefront:" + purpose, hashlib.sha256).digest()
