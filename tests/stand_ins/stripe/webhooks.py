"""Signed deliveries of events, with retries, and switches for what can go wrong on the way."""

from __future__ import annotations

import hmac
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

import httpx

Json = dict[str, Any]
Receiver = Callable[[bytes, dict[str, str]], int]
MODES = frozenset({"normal", "duplicate", "reorder", "delay", "drop", "hold"})
_GATHER_SECONDS = 0.2


@dataclass(eq=False)
class Pending:
    """An event on its way, waiting since a monotonic time; attempts are counted from 0."""

    event: Json
    since: float
    wait: float = 0.0
    attempts: int = 0


@dataclass(frozen=True)
class Delivery:
    """One attempt: the HTTP status answered, 0 when nobody answered."""

    event_id: str
    type: str
    status: int

    @property
    def accepted(self) -> bool:
        """Says whether the shop took the event."""
        return 200 <= self.status < 300


class Webhooks:
    """Sends events to `target`: an address, or a callable `(body, headers) -> status`.

    To an address a thread sends by itself; for a callable, or without a target, events wait
    for `deliver`. Settings, changeable at any time:

    `mode`: `normal`, or one or more of `duplicate` (everything twice), `reorder` (newest
    first), `delay` (by `delay_seconds`), `drop` (listed in `dropped`, never sent) and `hold`
    (the thread rests), joined by `+`. `secrets`: one signature for each. `enabled_events`:
    patterns of the types sent. `retry_seconds`: the waits between attempts.
    """

    def __init__(self, target: str | Receiver | None, secret: str) -> None:
        self.target = target
        self.secrets = [secret]
        self.enabled_events: Sequence[str] = ("*",)
        self.delay_seconds = 1.0
        self.retry_seconds: Sequence[float] = (1, 2, 5, 10, 30, 60, 300)
        self.pending: list[Pending] = []
        self.dropped: list[Json] = []
        self.deliveries: list[Delivery] = []
        self._modes = {"normal"}
        self._change = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def mode(self) -> str:
        """The switches that are on, joined by `+`."""
        return "+".join(sorted(self._modes))

    @mode.setter
    def mode(self, value: str) -> None:
        modes = set(value.split("+"))
        if not modes <= MODES:
            raise ValueError(f"unknown webhook mode {value}, there are {', '.join(sorted(MODES))}")
        with self._change:
            self._modes = modes
            self._change.notify_all()

    def put(self, event: Json) -> None:
        """Takes a new event for delivery."""
        if not any(fnmatchcase(event["type"], pattern) for pattern in self.enabled_events):
            event["pending_webhooks"] = 0
            return
        with self._change:
            self.pending.append(Pending(event, time.monotonic()))
            self._change.notify_all()

    def signature(
        self, body: bytes, *, at: float | None = None, scheme: str = "v1", secrets: Any = None
    ) -> str:
        """Returns a `Stripe-Signature` value; `at` in seconds, for old or future signatures."""
        stamp = int(time.time() if at is None else at)
        parts = [f"t={stamp}"]
        for secret in self.secrets if secrets is None else secrets:
            signed = f"{stamp}.".encode() + body
            parts.append(f"{scheme}={hmac.new(secret.encode(), signed, sha256).hexdigest()}")
        return ",".join(parts)

    def message(self, event: Json) -> tuple[bytes, dict[str, str]]:
        """Returns body and headers of a delivery, signed now."""
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": self.signature(body),
            "User-Agent": "Stripe/1.0 (stand-in)",
        }
        return body, headers

    def deliver(
        self, to: Receiver | None = None, *, types: Sequence[str] = ("*",)
    ) -> list[Delivery]:
        """Sends what is pending now, in the caller's thread, and says how it went.

        Nothing is waited for: `delay` and `hold` do not matter here. Refused events stay
        pending. `to` receives instead of the target; `types` are patterns of events to send.
        """

        def wanted(pending: Pending) -> bool:
            return any(fnmatchcase(pending.event["type"], pattern) for pattern in types)

        with self._change:
            batch = self._take(wanted)
        return [self._attempt(pending, to) for pending in batch]

    def resend_dropped(self) -> None:
        """Takes up the dropped events again, as the dashboard's resend does."""
        with self._change:
            self.pending += [Pending(event, time.monotonic()) for event in self.dropped]
            self.dropped.clear()
            self._change.notify_all()

    def clear(self) -> None:
        """Forgets all events and deliveries."""
        with self._change:
            self.pending.clear()
            self.dropped.clear()
            self.deliveries.clear()

    def start(self) -> None:
        """Starts the sending thread when the target is an address."""
        if isinstance(self.target, str):
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread; an attempt under way is finished first."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=15)

    def _run(self) -> None:
        while True:
            with self._change:
                if self._stopping:
                    return
                batch = self._due()
                if not batch:
                    self._change.wait(0.05)
                    continue
            for pending in batch:
                if not self._stopping:
                    self._attempt(pending, None)

    def _due(self) -> list[Pending]:
        """Takes out what the thread has to send now; called with the lock."""
        if "hold" in self._modes:
            return []
        late = self.delay_seconds if "delay" in self._modes else 0.0
        late += _GATHER_SECONDS if "reorder" in self._modes else 0.0
        now = time.monotonic()
        return self._take(lambda pending: pending.since + pending.wait + late <= now)

    def _take(self, wanted: Callable[[Pending], bool]) -> list[Pending]:
        """Takes the wanted events out and does to them what the mode says."""
        batch = [pending for pending in self.pending if wanted(pending)]
        self.pending = [pending for pending in self.pending if pending not in batch]
        if "drop" in self._modes:
            self.dropped += [pending.event for pending in batch]
            return []
        if "reorder" in self._modes:
            batch.reverse()
        if "duplicate" in self._modes:
            batch = [pending for pending in batch for _ in (1, 2)]
        return batch

    def _attempt(self, pending: Pending, to: Receiver | None) -> Delivery:
        event = pending.event
        done = Delivery(event["id"], event["type"], self._send(event, to))
        with self._change:
            self.deliveries.append(done)
            if done.accepted:
                event["pending_webhooks"] = 0
            elif pending.attempts < len(self.retry_seconds):
                wait = self.retry_seconds[pending.attempts]
                again = Pending(event, time.monotonic(), wait, pending.attempts + 1)
                self.pending.append(again)
            else:
                self.dropped.append(event)
        return done

    def _send(self, event: Json, to: Receiver | None) -> int:
        body, headers = self.message(event)
        target = to or self.target
        if target is None:
            raise ValueError("there is no webhook target: pass `to`")
        if not isinstance(target, str):
            return target(body, headers)
        try:
            # Straight to the loopback: proxies of the environment are for the world outside.
            with httpx.Client(trust_env=False, timeout=10) as client:
                return client.post(target, content=body, headers=headers).status_code
        except httpx.TransportError:
            return 0
