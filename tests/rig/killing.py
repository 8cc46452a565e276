"""A process that is killed (SIGKILL) at a chosen moment, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy as sa

from storefront.kernel.db import db

_AT_MOST = 60  # seconds; a child that hangs is ended by its alarm, which fails the test


class Waiting(Protocol):
    """A call that the other side keeps waiting: see `StripeStandIn.hold_next`."""

    def wait_arrived(self, timeout: float = ...) -> None: ...
    def release(self) -> None: ...


def killed(
    action: Callable[[], Any],
    *,
    before_commit: int = 0,
    after_commit: int = 0,
    while_held: AbstractContextManager[Waiting] | None = None,
) -> None:
    """Run the action in a process of its own and kill that at one moment.

    Just before its nth commit reaches the database, just after it, or while a call of it waits at
    another server. Raises AssertionError when the process came to its end alive.
    """
    db.session.remove()
    db.engine.dispose()  # no connection is shared with the child
    child = os.fork()
    if child == 0:
        _die(action, before_commit, after_commit)
    if while_held is not None:
        with while_held as hold:
            hold.wait_arrived(timeout=_AT_MOST)
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
    else:
        _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the process came to its end"
    assert os.WTERMSIG(status) == signal.SIGKILL, f"it ended by signal {os.WTERMSIG(status)}"


def _die(action: Callable[[], Any], before_commit: int, after_commit: int) -> None:
    signal.alarm(_AT_MOST)
    commits = {"before": 0, "after": 0}

    def count(moment: str, wanted: int) -> None:
        commits[moment] += 1
        if commits[moment] == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "commit", lambda _: count("before", before_commit))
    sa.event.listen(db.session, "after_commit", lambda _: count("after", after_commit))
    try:
        action()
    finally:
        traceback.print_exc()
        os._exit(1)
