"""A browser that asks for one page over and over: a few connections kept open, and a clock.

Small on purpose: what it costs itself is taken from the same two processors as the server's work.
"""

from __future__ import annotations

import selectors
import socket
import time
from typing import NamedTuple

CONNECTIONS = 4
_PIECE = 1 << 18


class Slice(NamedTuple):
    """What some seconds of asking showed: milliseconds per answer, in order of arrival."""

    answers: int
    seconds: float
    waits: list[float]
    size: int


class Connection:
    """One open connection with at most one question under way."""

    def __init__(self, port: int, question: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.question = question
        self.wanted = self.got = 0
        self.head = b""
        self.since = 0.0
        self.is_busy = False

    def ask(self, since: float) -> None:
        """Send the question; the wait counts from `since`."""
        self.since, self.head, self.wanted, self.got, self.is_busy = since, b"", 0, 0, True
        self.socket.sendall(self.question)

    def is_answered(self) -> bool:
        """Read what has come; whether it is the whole answer. Raises RuntimeError for no 200."""
        piece = self.socket.recv(_PIECE)
        if not piece:
            raise RuntimeError("the server closed the connection")
        if not self.wanted:
            self.head += piece
            head, found, _ = self.head.partition(b"\r\n\r\n")
            if not found:
                return False
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.wanted, self.got = len(head) + 4 + int(length), len(self.head)
        else:
            self.got += len(piece)
        self.is_busy = self.got < self.wanted
        return not self.is_busy


def question(path: str, *, is_anew: bool, cookie: str = "") -> bytes:
    """The request a browser would send."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip, br"]
    lines += ["X-Anew: 1"] if is_anew else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def at_full(port: int, asked: bytes, seconds: float) -> Slice:
    """Ask as fast as answers come, on all connections."""
    return _run(port, asked, seconds, pause=0.0)


def at_rate(port: int, asked: bytes, seconds: float, rate: float) -> Slice:
    """Ask at a steady rate per second. A question that has to wait for a connection waits."""
    return _run(port, asked, seconds, pause=1 / rate)


def _run(port: int, asked: bytes, seconds: float, pause: float) -> Slice:
    connections = [Connection(port, asked) for _ in range(CONNECTIONS)]
    waits: list[float] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        start = time.perf_counter()
        due, end = start, start + seconds
        while True:
            present = time.perf_counter()
            for connection in connections:
                if not connection.is_busy and due <= present < end:
                    connection.ask(due if pause else present)
                    due = due + pause if pause else present
            busy = any(connection.is_busy for connection in connections)
            if present >= end and not busy:
                break
            rest = max(0.0, due - present) if pause and present < end else 1.0
            for key, _ in selector.select(min(rest, 1.0)):
                connection = key.data
                if connection.is_answered():
                    waits.append((time.perf_counter() - connection.since) * 1000)
                    size = connection.got
    for connection in connections:
        connection.socket.close()
    return Slice(len(waits), time.perf_counter() - start, waits, size)
