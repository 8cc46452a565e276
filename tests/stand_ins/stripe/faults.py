"""Faults laid on coming calls: refusals, hanging, a torn connection, an answer kept waiting."""

from __future__ import annotations

import threading
import time
from collections import deque
from copy import copy
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .errors import ApiError

_REFUSALS: dict[str, ApiError] = {
    "401": ApiError("Invalid API Key provided.", status=401),
    "402": ApiError(
        "Your card was declined.",
        status=402,
        kind="card_error",
        code="card_declined",
        decline_code="generic_decline",
    ),
    "403": ApiError("The key does not have the required permissions.", status=403),
    "409": ApiError(
        "Another request with this idempotency key is still in progress.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    ),
    "429": ApiError("Request rate limit exceeded.", status=429, code="rate_limit"),
    "500": ApiError("An unknown error occurred.", status=500, kind="api_error"),
    "503": ApiError("The service is unavailable.", status=503, kind="api_error"),
}
KINDS = (*_REFUSALS, "timeout", "reset")


@dataclass
class Fault:
    """One kind of trouble for the next `times` calls that fit `match`.

    `match` is a shell pattern over `METHOD /path`. `applied` lets the call take effect first
    and then loses its answer; otherwise the call never happens. `stored` keeps a refusal
    under the idempotency key, so that repeating the call repeats it.
    """

    kind: str
    times: int = 1
    match: str = "*"
    seconds: float = 0.0
    applied: bool = False
    stored: bool = False

    @property
    def lost_on_the_way(self) -> bool:
        """Says that the call never reaches Stripe, so that nothing knows of its key."""
        return self.kind in ("timeout", "reset") and not self.applied

    def refusal(self) -> ApiError | None:
        """Returns the refusal this fault answers with, `None` for one that breaks the line."""
        return _REFUSALS.get(self.kind)

    def strike(self, stopping: threading.Event) -> ApiError | None:
        """Does the harm: returns a refusal, or hangs, or raises ConnectionResetError."""
        if self.kind == "timeout":
            stopping.wait(self.seconds)
            if not self.applied:
                raise ConnectionResetError
        if self.kind == "reset":
            raise ConnectionResetError
        return self.refusal()


@dataclass
class Hold(Fault):
    """Keeps one call waiting until `release`; also a context manager that releases."""

    kind: str = "hold"
    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def strike(self, stopping: threading.Event) -> ApiError | None:
        self.arrived.set()
        deadline = time.monotonic() + 60
        while not self.released.wait(0.02):
            if stopping.is_set() or time.monotonic() > deadline:
                raise ConnectionResetError
        return None

    def wait_arrived(self, timeout: float = 5.0) -> None:
        """Returns once the call is waiting here; raises TimeoutError if none came."""
        if not self.arrived.wait(timeout):
            raise TimeoutError("no call arrived at the hold")

    def release(self) -> None:
        """Lets the waiting call go on."""
        self.released.set()

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Faults:
    """The faults still to come, and the rate limit (calls per second and endpoint)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._recent: dict[str, deque[float]] = {}
        self.rate_limit: int | None = None

    def add(
        self,
        kind: str | int,
        *,
        times: int = 1,
        match: str = "*",
        seconds: float = 0.0,
        applied: bool = False,
        stored: bool = False,
    ) -> Fault:
        """Lays a fault on the next calls; raises ValueError for a kind that is not in KINDS."""
        if str(kind) not in KINDS:
            raise ValueError(f"unknown fault {kind}, there are {', '.join(KINDS)}")
        fault = Fault(str(kind), times, match, seconds, applied, stored)
        self.put(fault)
        return fault

    def put(self, fault: Fault) -> None:
        """Appends a ready-made fault."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, call: str) -> Fault | None:
        """Returns the first fault that fits `METHOD /path` and counts it down."""
        with self._lock:
            for fault in self._waiting:
                if fnmatchcase(call, fault.match):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def check_rate(self, endpoint: str) -> None:
        """Raises ApiError (429) when `rate_limit` calls of the last second are reached."""
        if self.rate_limit is None:
            return
        with self._lock:
            seen = self._recent.setdefault(endpoint, deque())
            while seen and seen[0] < time.monotonic() - 1:
                seen.popleft()
            if len(seen) >= self.rate_limit:
                raise copy(_REFUSALS["429"])
            seen.append(time.monotonic())

    def pending(self) -> list[Fault]:
        """Returns the faults that have not struck yet."""
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        """Takes away all faults and the rate limit."""
        with self._lock:
            self._waiting.clear()
            self._recent.clear()
            self.rate_limit = None
