"""`/_control/…`: everything a test or a person can set from another process, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from .errors import ApiError

if TYPE_CHECKING:
    from .server import StripeStandIn

Json = dict[str, Any]


def add_to(app: Flask, stand_in: StripeStandIn) -> None:
    """Adds the control calls to `app`."""

    def rule(method: str, path: str, do: Callable[..., Any]) -> None:
        def view(**names: str) -> Response:
            try:
                return jsonify(do(**names))
            except (ApiError, ValueError, TypeError, KeyError) as error:
                response = jsonify({"error": str(error)})
                response.status_code = 400
                return response

        address = f"/_control/{path}".rstrip("/")
        app.add_url_rule(address, f"control {method} {path}", view, methods=[method])

    rule("GET", "", lambda: {"stand_in": "stripe", "url": stand_in.url})
    rule("GET", "state", lambda: stand_in.store.tables)
    rule("GET", "calls", lambda: [asdict(call) for call in stand_in.calls])
    rule("POST", "reset", _done(stand_in.reset))
    rule("GET", "faults", lambda: [fault.__dict__ for fault in stand_in.faults.pending()])
    rule("POST", "faults", lambda: asdict(stand_in.faults.add(**_body())))
    rule("DELETE", "faults", _done(stand_in.faults.clear))
    rule("POST", "settings", lambda: _set(stand_in, _body()))
    rule("POST", "sessions/<key>/<deed>", lambda key, deed: _session(stand_in, key, deed))
    rule("POST", "refunds/<key>/<deed>", lambda key, deed: _refund(stand_in, key, deed))
    rule("GET", "webhooks", lambda: [asdict(d) for d in stand_in.webhooks.deliveries])
    rule("POST", "webhooks/deliver", lambda: [asdict(d) for d in stand_in.deliver_events()])
    rule("POST", "webhooks/resend", _done(stand_in.webhooks.resend_dropped))


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("send a JSON object")
    return body


def _done(do: Callable[[], None]) -> Callable[[], Json]:
    def answer() -> Json:
        do()
        return {"done": True}

    return answer


def _session(stand_in: StripeStandIn, key: str, deed: str) -> Json:
    deeds: dict[str, Callable[[str], Json]] = {
        "pay": stand_in.pay,
        "decline": stand_in.decline,
        "delay": stand_in.delay,
        "settle": stand_in.settle,
        "fail": stand_in.fail_delayed,
        "expire": stand_in.expire,
        "refund": stand_in.refund,
        "dispute": stand_in.dispute,
    }
    return deeds[deed](key)


def _refund(stand_in: StripeStandIn, key: str, deed: str) -> Json:
    deeds = {"settle": stand_in.settle_refund, "fail": stand_in.fail_refund}
    return deeds[deed](key)


def _set(stand_in: StripeStandIn, wanted: Json) -> Json:
    """Sets any of webhook_mode, delay_seconds, refund_mode, rate_limit, clock_offset."""
    for name, value in wanted.items():
        if name == "webhook_mode":
            stand_in.webhooks.mode = value
        elif name == "delay_seconds":
            stand_in.webhooks.delay_seconds = float(value)
        elif name == "refund_mode":
            stand_in.refund_mode = value
        elif name == "rate_limit":
            stand_in.faults.rate_limit = value
        elif name == "clock_offset":
            stand_in.store.clock_offset = int(value)
        else:
            raise ValueError(f"unknown setting {name}")
    return wanted
