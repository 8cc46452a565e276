"""A changing form takes effect once, however often it arrives.

Each form carries a fresh action id. The id is stored in the transaction of the change itself, so
that either both are there or neither; a repeat, also one that arrives at the same moment, waits
for the first and is then sent where the first one went.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from flask import abort, g, redirect, request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from storefront.kernel.clock import now
from storefront.kernel.db import Base, db, transaction
from storefront.web.notices import notice

ACTION_FIELD = "action_id"
_LONGEST_ID = 64

R = TypeVar("R")


class ActionReplay(Base):
    """An action that took effect, and the page it led to."""

    __tablename__ = "action_replay"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(sa.Text, default="")
    said: Mapped[str] = mapped_column(sa.Text, default="")


def new_action_id() -> str:
    """For the hidden field of a form about to be shown; empty on cached pages (see `within`)."""
    return "" if g.get("page_is_public") else secrets.token_urlsafe(16)


def once(
    verb: Callable[[], R],
    then: Callable[[R], str],
    *,
    say: str | Callable[[R], str] | None = None,
    after: Callable[[R], str | None] | None = None,
    within: int | None = None,
    visitor: str = "",
) -> Response:
    """Run a verb in a transaction, at most once per form, and redirect (303).

    `then` names the page that follows; `say` is a notice for it. `after` runs behind the commit,
    where the network may be called, and may name another page. With `within`, a form without
    an action id (of a cached page) counts as repeated when the same visitor sends the same
    fields again within that many seconds. Errors of the verb pass through and leave no trace,
    so that the form can be sent again. Aborts with 400 when the action id is missing.
    """
    key = _key(within, visitor)
    with transaction():
        if not _is_first(key, within):
            earlier = db.session.get_one(ActionReplay, key)
            location, said = earlier.location, earlier.said
            result: R | None = None
            is_first = False
        else:
            result = verb()
            db.session.flush()
            location = then(result)
            said = say(result) if callable(say) else str(say or "")
            _remember(key, location, said)
            is_first = True
    if said:
        notice(said)
    if is_first and after is not None:
        location = after(result) or location  # type: ignore[arg-type]
    return redirect(location, 303)


def purge_replays(before: dt.datetime) -> int:
    """Forget actions older than the moment, inside the caller's transaction."""
    old = sa.delete(ActionReplay).where(ActionReplay.created_at < before)
    return db.session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _key(within: int | None, visitor: str) -> str:
    """What makes two requests the same action."""
    action_id = request.form.get(ACTION_FIELD, "")
    if action_id and len(action_id) <= _LONGEST_ID:
        parts = [action_id]
    elif within is not None and not action_id:
        parts = [visitor, *(f"{name}={value}" for name, value in sorted(_fields()))]
    else:
        abort(400)
    return hashlib.sha256("\0".join([request.path, *parts]).encode()).hexdigest()


def _fields() -> list[tuple[str, str]]:
    return list(request.form.items(multi=True))


def _is_first(key: str, within: int | None) -> bool:
    """Claim the key. The unique key makes a second claimant wait for the first one's end."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    moment = now()
    claim = insert(ActionReplay).values(key=key, created_at=moment, location="", said="")
    if within is None:
        claim = claim.on_conflict_do_nothing()
    else:
        claim = claim.on_conflict_do_update(
            index_elements=[ActionReplay.key],
            set_={"created_at": moment},
            where=ActionReplay.created_at < moment - dt.timedelta(seconds=within),
        )
    return db.session.scalar(claim.returning(ActionReplay.key)) is not None


def _remember(key: str, location: str, said: str) -> None:
    written = sa.update(ActionReplay).where(ActionReplay.key == key)
    db.session.execute(written.values(location=location, said=said))
