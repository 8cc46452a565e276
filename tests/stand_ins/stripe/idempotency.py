"""What was answered under each Idempotency-Key, so that a repeated call has one effect."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError

_KEPT_FOR = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of the API; `kept` as in ApiError."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    kept: bool = True


@dataclass
class _Record:
    path: str
    params: dict[str, Any]
    request_id: str
    started: float
    answer: Answer | None = None


class IdempotencyKeys:
    """Remembers keys for a day; a key is `in use` between `begin` and `finish`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def begin(self, key: str, path: str, params: dict[str, Any], request_id: str) -> Answer | None:
        """Claims the key, or returns the stored answer of an equal call.

        Raises ApiError: 400 when the key belongs to another call, 409 when the first call
        with it is still being worked on.
        """
        if len(key) > 255:
            raise ApiError("Idempotency keys can have up to 255 characters")
        with self._lock:
            record = self._records.get(key)
            if record is None or record.started < time.time() - _KEPT_FOR:
                self._records[key] = _Record(path, params, request_id, time.time())
                return None
            return _replay(key, record, path, params)

    def finish(self, key: str, answer: Answer | None) -> None:
        """Stores the answer; `None` frees the key, so that the next call starts anew."""
        with self._lock:
            record = self._records.get(key)
            if record is None:
                return
            if answer is None:
                del self._records[key]
            else:
                record.answer = answer

    def forget(self) -> None:
        """Drops all keys, as Stripe does after a day."""
        with self._lock:
            self._records.clear()


def _replay(key: str, record: _Record, path: str, params: dict[str, Any]) -> Answer:
    if record.path != path:
        raise ApiError(
            "Keys for idempotent requests can only be used for the same endpoint they were "
            f"first used for ('{path}' vs '{record.path}').",
            kind="idempotency_error",
        )
    if record.params != params:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try another key than '{key}'.",
            kind="idempotency_error",
        )
    if record.answer is None:
        raise ApiError(
            f"Another request with the idempotency key '{key}' is still in progress.",
            status=409,
            kind="idempotency_error",
            code="idempotency_key_in_use",
        )
    replayed = {"Idempotent-Replayed": "true", "Original-Request": record.request_id}
    return Answer(record.answer.status, record.answer.body, replayed)
