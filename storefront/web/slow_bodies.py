"""Bodies that come slowly: a few may, so that they never take all of a process's threads.

A proxy that collects a body before it passes it on (the one in deploy/ does) leaves nothing to do
here. Without one, a phone on a bad line is waited for, but only so many at a time.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException, RequestTimeout, ServiceUnavailable

QUICK_SECONDS = 2.0
SLOW_AT_ONCE = 2  # of the four threads of a process
PATIENCE_SECONDS = 20.0
LEAST_RATE = 16 * 1024  # bytes a second, over the whole body

_slow = threading.BoundedSemaphore(SLOW_AT_ONCE)


def init_slow_bodies(app: Flask) -> None:
    """Put every body that comes by a socket of ours under watch."""
    inner = app.wsgi_app

    def watched(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        length = environ.get("CONTENT_LENGTH") or ""
        has_body = length not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ
        if connection is None or not has_body:
            return inner(environ, start_response)
        body = WatchedBody(environ["wsgi.input"], connection, int(length or 0))
        environ["wsgi.input"] = body
        try:
            return inner(environ, start_response)
        finally:
            body.end()

    app.wsgi_app = watched  # type: ignore[method-assign]


class WatchedBody:
    """A request's body as a file. Reading raises 503 when it is slow and too many are already, 408
    when it falls below the least rate: the connection's reading side is closed by a clock, since
    the read itself waits for as long as bytes dribble in."""

    def __init__(self, stream: Any, connection: socket.socket, length: int) -> None:
        self._stream, self._connection, self._length = stream, connection, length
        self._seen = 0
        self._is_slow = False
        self._fault: HTTPException | None = None
        self._clock: threading.Timer | None = None
        self._lock = threading.Lock()
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        return self._watched(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._watched(self._stream.readline, size)

    def end(self) -> None:
        """The body was read, or is of no interest any more."""
        with self._lock:
            self._ended = True
            if self._clock is not None:
                self._clock.cancel()
            if self._is_slow:
                self._is_slow = False
                _slow.release()

    def _watched(self, read: Any, size: int) -> bytes:
        if self._clock is None and not self._ended:
            self._wait(QUICK_SECONDS, self._slow_now)
        data: bytes = read(size)
        if self._fault is not None:
            raise self._fault
        self._seen += len(data)
        if not data or (self._length and self._seen >= self._length):
            self.end()
        return data

    def _wait(self, seconds: float, then: Any) -> None:
        self._clock = threading.Timer(seconds, then)
        self._clock.daemon = True
        self._clock.start()

    def _slow_now(self) -> None:
        with self._lock:
            if self._ended:
                return
            if not _slow.acquire(blocking=False):
                self._cut(ServiceUnavailable(retry_after=30))
                return
            self._is_slow = True
            self._wait(PATIENCE_SECONDS + self._length / LEAST_RATE, self._too_slow)

    def _too_slow(self) -> None:
        with self._lock:
            if not self._ended:
                self._cut(RequestTimeout())

    def _cut(self, fault: HTTPException) -> None:
        self._fault = fault
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)
