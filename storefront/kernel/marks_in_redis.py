"""Marks for a shop whose web runs on several machines."""

from __future__ import annotations

import secrets
import time
from typing import Any

import structlog
from redis import Redis, RedisError

from storefront.kernel.marks import Marks

log = structlog.get_logger()

SECONDS = 0.4  # how old a mark may be when it is read: well below the second that is promised


class RedisMarks(Marks):
    """In Redis, for a shop whose web runs on several machines; asked every 0.4 seconds at most.

    While Redis does not answer, every reading is a new mark: nothing kept is used.
    """

    _KEY = "shop:marks"

    def __init__(self, url: str, unseen: frozenset[str] = frozenset()) -> None:
        super().__init__(unseen)
        self._redis: Any = Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._seen: dict[int, int] | None = None
        self._asked_at = float("-inf")

    def read(self, slot: int) -> int:
        if time.monotonic() - self._asked_at > SECONDS:
            self._ask()
        return secrets.randbits(64) if self._seen is None else self._seen.get(slot, 0)

    def _ask(self) -> None:
        try:
            found = self._redis.hgetall(self._KEY)
            self._seen = {int(slot): int(mark) for slot, mark in found.items()}
        except RedisError:
            self._seen = None
        self._asked_at = time.monotonic()

    def _write(self, slots: set[int]) -> None:
        mark = secrets.randbits(64)
        try:
            self._redis.hset(self._KEY, mapping=dict.fromkeys(slots, mark))
        except RedisError:
            # The commit stands. What is kept on other machines ends by its own short life.
            log.exception("marks_not_renewed")
        self._asked_at = float("-inf")
