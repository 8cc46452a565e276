"""One-time codes and links: of one purpose, for a while, used once, few wrong attempts.

A code is derived from its row with the shop's key, so that nobody needs to keep it: the mail that
carries it is made from the row's id, and a stolen table opens nothing.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.accounts.models import OneTimeCode
from storefront.accounts.rules import MOST_ATTEMPTS
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash, keyed_hashes
from storefront.kernel.db import db

_LINK_LETTERS = 40  # hexadecimal: 160 bits


def issue_code(
    purpose: str,
    subject: str = "",
    user_id: int | None = None,
    minutes: int = 30,
    digits: int | None = None,
    created_by: int | None = None,
) -> str:
    """As `open_code`, but the plain code itself."""
    row = open_code(purpose, subject, user_id, minutes, digits, created_by)
    return _derive(row)[0]


def open_code(
    purpose: str,
    subject: str = "",
    user_id: int | None = None,
    minutes: int = 30,
    digits: int | None = None,
    created_by: int | None = None,
) -> OneTimeCode:
    """A new code; earlier ones of the same purpose, subject and person are over.

    `digits` makes a code to type, which needs a `subject` to be redeemed with; without it a token
    for a link. What it says: `plain_code(row.id)`, also later in a mail builder.
    """
    moment = now()
    earlier = sa.update(OneTimeCode).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.subject == subject,
        OneTimeCode.user_id.is_(None) if user_id is None else OneTimeCode.user_id == user_id,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > moment,
    )
    db.session.execute(earlier.values(expires_at=moment))
    row = OneTimeCode(
        purpose=purpose,
        subject=subject,
        user_id=user_id,
        digits=digits or 0,
        code_hash="",
        created_by=created_by,
        created_at=moment,
        expires_at=moment + dt.timedelta(minutes=minutes),
        attempts=0,
    )
    db.session.add(row)
    db.session.flush()
    row.code_hash = keyed_hash(_said(row.purpose, row.subject, row.digits, _derive(row)[0]))
    db.session.flush()
    return row


def plain_code(code_id: int) -> str | None:
    """What a code says, for whoever sends it; None once it is used, over or gone."""
    row = db.session.get(OneTimeCode, code_id, populate_existing=True)
    if row is None or not _is_live(row):
        return None
    # While keys are being changed, the code is the one whose hash was stored.
    return next((code for code in _derive(row) if row.code_hash in _hashes(row, code)), None)


def peek_code(purpose: str, token: str) -> OneTimeCode | None:
    """The living link of this token, not used up by looking."""
    found = db.session.scalars(_link(purpose, token)).first()
    return found if found is not None and _is_live(found) else None


def redeem_code(purpose: str, subject: str, code: str) -> OneTimeCode | None:
    """Use a code up; None when it is wrong, over, used, or guessed at too often.

    A wrong code is counted in the caller's transaction, which must therefore commit. For a link
    the `subject` may be empty.
    """
    row = db.session.scalars(_link(purpose, code)).first()
    if row is not None and subject not in ("", row.subject):
        return None
    if row is None:
        typed = keyed_hashes(_said(purpose, subject, 1, code))
        live = [OneTimeCode.purpose == purpose, OneTimeCode.subject == subject]
        live += [OneTimeCode.digits > 0, OneTimeCode.used_at.is_(None)]
        query = sa.select(OneTimeCode).where(*live, OneTimeCode.code_hash.in_(typed))
        row = db.session.scalars(query.order_by(OneTimeCode.id.desc())).first()
        if row is None:
            wrong = sa.update(OneTimeCode).where(*live, OneTimeCode.expires_at > now())
            db.session.execute(wrong.values(attempts=OneTimeCode.attempts + 1))
            return None
    return row if _is_live(row) and _use(row) else None


def end_codes(user_id: int, *purposes: str) -> None:
    """Open codes of a person are over; all of them, or those of the purposes."""
    query = sa.update(OneTimeCode).where(
        OneTimeCode.user_id == user_id, OneTimeCode.used_at.is_(None)
    )
    if purposes:
        query = query.where(OneTimeCode.purpose.in_(purposes))
    db.session.execute(query.where(OneTimeCode.expires_at > now()).values(expires_at=now()))


def purge_codes() -> int:
    """Delete codes that have been over for a week."""
    old = sa.delete(OneTimeCode).where(OneTimeCode.expires_at < now() - dt.timedelta(days=7))
    return db.session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _use(row: OneTimeCode) -> bool:
    """Of two who come at the same moment one finds the row unused."""
    used = sa.update(OneTimeCode).where(
        OneTimeCode.id == row.id,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.attempts < MOST_ATTEMPTS,
    )
    done: bool = db.session.execute(used.values(used_at=now())).rowcount == 1  # type: ignore[attr-defined]
    return done


def _is_live(row: OneTimeCode) -> bool:
    return row.used_at is None and row.expires_at > now() and row.attempts < MOST_ATTEMPTS


def _link(purpose: str, token: str) -> sa.Select[OneTimeCode]:
    return sa.select(OneTimeCode).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.digits == 0,
        OneTimeCode.code_hash.in_(keyed_hashes(_said(purpose, "", 0, token))),
    )


def _hashes(row: OneTimeCode, code: str) -> list[str]:
    return keyed_hashes(_said(row.purpose, row.subject, row.digits, code))


def _said(purpose: str, subject: str, digits: int, code: str) -> str:
    """What is hashed: a typed code counts only together with whom it was sent to."""
    return f"{purpose} {subject} {code}" if digits else f"{purpose} link {code}"


def _derive(row: OneTimeCode) -> list[str]:
    """The row's code under every present key, the first key's first."""
    seeds = keyed_hashes(f"one time code {row.id} {row.purpose} {row.created_at.isoformat()}")
    if not row.digits:
        return [seed[:_LINK_LETTERS] for seed in seeds]
    return [str(int(seed, 16) % 10**row.digits).zfill(row.digits) for seed in seeds]
