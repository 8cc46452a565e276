"""How many SQL statements a piece of work takes: a figure that tests hold pages to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.wrappers import Response

_running: ContextVar[tuple[list[str], ...]] = ContextVar("statements", default=())
_NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements run inside the block, in order."""
    seen: list[str] = []
    token = _running.set((*_running.get(), seen))
    try:
        yield seen
    finally:
        _running.reset(token)


def init_statements(app: Flask) -> None:
    """Tell the number of each request's statements in a header; in the test environment only."""
    if app.config["SETTINGS"].SHOP_ENV != "test":
        return

    @app.before_request
    def start() -> None:
        g.statements = []
        g.statements_token = _running.set((*_running.get(), g.statements))

    @app.teardown_request
    def stop(error: BaseException | None) -> None:
        if "statements_token" in g:
            _running.reset(g.pop("statements_token"))

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Statements"] = str(len(g.get("statements", ())))
        return response


@event.listens_for(Engine, "before_cursor_execute")
def _note(conn: Any, cursor: Any, statement: str, parameters: Any, ctx: Any, many: bool) -> None:
    if not statement.startswith(_NOT_COUNTED):
        for seen in _running.get():
            seen.append(statement)
