"""One line per request and event, as JSON in production. No address, mail or token is in it."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

from config import Settings

_QUIET = {"web.health"}


def init_logs(app: Flask) -> None:
    """Level and form of all logging of the process, and the line of each request."""
    settings: Settings = app.config["SETTINGS"]
    _configure(settings)
    log = structlog.get_logger("request")

    @app.before_request
    def start() -> None:
        g.request_id, g.started = secrets.token_hex(6), time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        if "started" in g and request.endpoint not in _QUIET:
            # The endpoint and never the path: paths of guests' orders are secrets.
            log.info(
                "request",
                method=request.method,
                endpoint=request.endpoint,
                status=response.status_code,
                ms=round((time.perf_counter() - g.started) * 1000),
            )
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        return response


def _configure(settings: Settings) -> None:
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_request,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    look: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings.is_production
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *look],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.set_name("storefront")
    root = logging.getLogger()
    for earlier in [item for item in root.handlers if item.get_name() == "storefront"]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(settings.LOG_LEVEL.upper())
    for name in ("huey", "alembic.runtime.migration"):
        # They tell each step they take; what went wrong they still tell.
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_the_request(logger: Any, method: str, event: Any) -> Any:
    if has_request_context() and "request_id" in g:
        event["request_id"] = g.request_id
    return event
