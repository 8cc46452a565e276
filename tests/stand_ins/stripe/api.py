"""How a `/v1` call is taken: key check, faults, idempotency, parameters, then the verb."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from . import expand, objects, params
from .checkout import Checkout
from .endpoints import Endpoint, endpoints
from .errors import ApiError
from .faults import Fault, Faults
from .idempotency import Answer, IdempotencyKeys
from .refunds import Refunds
from .store import Store

Json = dict[str, Any]


@dataclass
class Call:
    """One call of the API as it came in and was answered; status 0 means no answer."""

    method: str
    path: str
    params: Json
    headers: dict[str, str]
    at: float = field(default_factory=time.time)
    request_id: str = field(default_factory=lambda: objects.new_id("req_", 14))
    status: int = 0
    fault: str | None = None
    replayed: bool = False

    @property
    def key(self) -> str:
        """The Idempotency-Key, empty when there is none."""
        return self.headers.get("Idempotency-Key", "")


class Api:
    """Answers the calls of the SDK. `calls` is the log, oldest first."""

    def __init__(self, store: Store, checkout: Checkout, refunds: Refunds) -> None:
        self.store = store
        self.checkout = checkout
        self.refunds = refunds
        self.faults = Faults()
        self.keys = IdempotencyKeys()
        self.calls: list[Call] = []
        self.stopping = threading.Event()

    def add_to(self, app: Flask) -> None:
        """Adds the endpoints to `app`, and a refusal in Stripe's form for all other paths."""
        for endpoint in endpoints(self.store, self.checkout, self.refunds):
            name = f"{endpoint.method} {endpoint.path}"
            app.add_url_rule(endpoint.path, name, self._view(endpoint), methods=[endpoint.method])
        app.add_url_rule(
            "/v1/<path:rest>", "unknown", self._unknown, methods=["GET", "POST", "DELETE"]
        )

    def _view(self, endpoint: Endpoint) -> Callable[..., Response]:
        def view(key: str = "") -> Response:
            call = self._logged()
            try:
                answer = self._answer(endpoint, key, call)
            except ApiError as error:
                answer = _refusal(error)
            except ConnectionResetError:
                _reset_on_close(request.environ.get("werkzeug.socket"))
                raise
            return _response(answer, call)

        return view

    def _unknown(self, rest: str) -> Response:
        call = self._logged()
        error = ApiError(f"Unrecognized request URL ({request.method}: /v1/{rest}).", status=404)
        return _response(_refusal(error), call)

    def _logged(self) -> Call:
        pairs = request.form if request.method == "POST" else request.args
        try:
            asked = params.read_form(pairs.items(multi=True))
        except ApiError:
            asked = {"unreadable": pairs.to_dict(flat=False)}
        call = Call(request.method, request.path, asked, dict(request.headers))
        self.calls.append(call)
        return call

    def _answer(self, endpoint: Endpoint, key: str, call: Call) -> Answer:
        _check_api_key(request.headers.get("Authorization", ""))
        self.faults.check_rate(f"{endpoint.method} {endpoint.path}")
        fault = self.faults.take(f"{call.method} {call.path}")
        call.fault = fault.kind if fault else None
        if fault is not None and fault.lost_on_the_way:
            fault.strike(self.stopping)
        if not call.key or call.method != "POST":
            return self._struck(fault, lambda: self._do(endpoint, key, call))[0]
        replay = self.keys.begin(call.key, call.path, call.params, call.request_id)
        if replay is not None:
            call.replayed = True
            return self._struck(fault, lambda: replay)[0]
        return self._once(endpoint, key, call, fault)

    def _once(self, endpoint: Endpoint, key: str, call: Call, fault: Fault | None) -> Answer:
        """Does the call and stores its answer under the key before the answer can get lost."""
        late = fault if fault is not None and fault.applied else None
        kept: Answer | None = None
        try:
            early = None if late else fault
            answer, struck = self._struck(early, lambda: self._do(endpoint, key, call))
            refusal = fault.refusal() if fault is not None and fault.stored else None
            if refusal is not None:
                kept = _refusal(refusal)
            elif answer.kept and not struck:
                kept = answer
        finally:
            self.keys.finish(call.key, kept)
        return self._struck(late, lambda: answer)[0]

    def _struck(self, fault: Fault | None, do: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Returns the answer and whether the fault gave it."""
        if fault is None:
            return do(), False
        done = do() if fault.applied else None
        refusal = fault.strike(self.stopping)
        if refusal is not None:
            return _refusal(refusal, stored=fault.stored), True
        return done or do(), False

    def _do(self, endpoint: Endpoint, key: str, call: Call) -> Answer:
        try:
            asked = params.check(call.params, endpoint.shape)
            with self.store.lock:
                self.checkout.sweep()
                self.store.acting_for({"id": call.request_id, "idempotency_key": call.key or None})
                try:
                    made = endpoint.verb(asked, key)
                finally:
                    self.store.acting_for(None)
                return Answer(200, expand.expanded(self.store, made, asked.get("expand", [])))
        except ApiError as error:
            return _refusal(error)


def _refusal(error: ApiError, *, stored: bool = False) -> Answer:
    # Stripe advises against repeating what it would only replay.
    headers = {"Stripe-Should-Retry": "false"} if stored else {}
    return Answer(error.status, error.body(), headers, kept=error.kept)


def _response(answer: Answer, call: Call) -> Response:
    response = jsonify(answer.body)
    response.status_code = call.status = answer.status
    response.headers.update(answer.headers)
    response.headers["Request-Id"] = call.request_id
    if call.key:
        response.headers["Idempotency-Key"] = call.key
    return response


def _check_api_key(authorization: str) -> None:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        given = base64.b64decode(given + "==").decode(errors="replace").partition(":")[0]
    if not given:
        raise ApiError("You did not provide an API key.", status=401)
    if not given.startswith("sk_test_"):
        shown = f"{given[:8]}***{given[-4:]}"
        raise ApiError(f"Invalid API Key provided: {shown}", status=401)


def _reset_on_close(connection: socket.socket | None) -> None:
    """Makes the coming close a TCP reset instead of a polite end."""
    if connection is not None:
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
