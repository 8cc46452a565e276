"""The objects of the stand-in behind one lock, its clock, and the events they give rise to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from . import objects
from .errors import no_such

Json = dict[str, Any]
Listener = Callable[[Json], None]
NOUNS = {
    "sessions": ("checkout.session", "session"),
    "intents": ("payment_intent", "intent"),
    "charges": ("charge", "charge"),
    "refunds": ("refund", "refund"),
    "balance": ("balance transaction", "id"),
    "disputes": ("dispute", "dispute"),
    "events": ("event", "id"),
}


class Store:
    """All objects by id, oldest first. Take `lock` to read more than one thing at once."""

    def __init__(self, listener: Listener) -> None:
        self.lock = threading.RLock()
        self.clock_offset = 0
        self._listener = listener
        self._local = threading.local()
        self.tables: dict[str, dict[str, Json]] = {}
        self.reset()

    def reset(self) -> None:
        """Forgets every object; the settings stay."""
        with self.lock:
            self.tables = {name: {} for name in NOUNS}
            self.lines: dict[str, list[Json]] = {}

    def now(self) -> int:
        """Returns the time of the stand-in in seconds; `clock_offset` moves it."""
        return int(time.time()) + self.clock_offset

    def add(self, table: str, made: Json) -> Json:
        """Keeps a new object."""
        self.tables[table][made["id"]] = made
        return made

    def find(self, table: str, key: str) -> Json:
        """Returns the living object; raises ApiError (404) when there is none."""
        found = self.tables[table].get(key)
        if found is None:
            noun, param = NOUNS[table]
            raise no_such(noun, key, param)
        return found

    def acting_for(self, request: Json | None) -> None:
        """Names the API request of this thread that coming events were caused by."""
        self._local.request = request

    def emit(self, kind: str, about: Json, *, livemode: bool = False) -> Json:
        """Records an event with a copy of `about` and hands it to the webhooks."""
        request = getattr(self._local, "request", None)
        event = objects.event(kind, deepcopy(about), self.now(), request, livemode)
        self.tables["events"][event["id"]] = event
        self._listener(event)
        return event
