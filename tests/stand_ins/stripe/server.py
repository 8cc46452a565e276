"""The stand-in as one object: a loopback server, its state, and its switches."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import stripe
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import control
from .api import Api, Call
from .checkout import Checkout
from .faults import Hold
from .pages import Pages
from .refunds import Refunds
from .store import Store
from .webhooks import Delivery, Receiver, Webhooks

Json = dict[str, Any]
HOST = "127.0.0.1"
DEFAULT_SECRET = "whsec_stand_in"


class _Handler(WSGIRequestHandler):
    """One call per connection, so that stopping leaves nobody behind; and no log lines."""

    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: calls are in `StripeStandIn.calls`."""


class StripeStandIn:
    """Stripe on loopback, for tests and local trials.

    `webhook` is the shop's address for events, or a callable `(body, headers) -> status`, or
    None. To an address a thread delivers by itself; otherwise call `deliver_events`. Raises
    RuntimeError when SHOP_ENV is production. Usable as a context manager.

    Verbs answer with a copy of the object and raise ApiError where Stripe would refuse.
    """

    def __init__(
        self,
        webhook: str | Receiver | None = None,
        *,
        secret: str = DEFAULT_SECRET,
        port: int = 0,
    ) -> None:
        if os.environ.get("SHOP_ENV", "").strip().lower() == "production":
            raise RuntimeError("the Stripe stand-in does not start with SHOP_ENV=production")
        self.secret = secret
        self.webhooks = Webhooks(webhook, secret)
        self.store = Store(self.webhooks.put)
        self._checkout = Checkout(self.store)
        self._refunds = Refunds(self.store)
        self._api = Api(self.store, self._checkout, self._refunds)
        self.faults = self._api.faults
        self.keys = self._api.keys
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    # Life

    def start(self) -> StripeStandIn:
        """Listens on loopback in a thread; returns itself."""
        self._server = make_server(
            HOST, self._port, self._app(), threaded=True, request_handler=_Handler
        )
        self._port = self._server.server_port
        self._checkout.page = f"{self.url}/pay"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="stripe-stand-in", daemon=True
        )
        self._thread.start()
        self.webhooks.start()
        return self

    def stop(self) -> None:
        """Stops listening and delivering; held and hanging calls are torn."""
        self._api.stopping.set()
        self.webhooks.stop()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(timeout=5)
            self._server.server_close()

    def __enter__(self) -> StripeStandIn:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _app(self) -> Flask:
        app = Flask("stripe_stand_in", static_folder=None)
        # A torn connection is an exception on its way to the server: let it through.
        app.config.update(PROPAGATE_EXCEPTIONS=True, TRUSTED_HOSTS=[HOST, "localhost"])
        self._api.add_to(app)
        Pages(self.store, self._checkout).add_to(app)
        control.add_to(app, self)
        return app

    @property
    def url(self) -> str:
        """The base address for the SDK."""
        return f"http://{HOST}:{self._port}"

    def client(self, *, timeout: float = 10, max_network_retries: int = 0) -> stripe.StripeClient:
        """Returns the real SDK's client, talking to this stand-in."""
        return stripe.StripeClient(
            "sk_test_stand_in",
            base_addresses={"api": self.url},
            max_network_retries=max_network_retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def reset(self) -> None:
        """Forgets objects, events, calls, keys and faults, and sets all switches back."""
        with self.store.lock:
            self.store.reset()
            self.store.clock_offset = 0
            self._checkout.reset()
            self.refund_mode = "succeeded"
        self.webhooks.mode = "normal"
        self.webhooks.clear()
        self.faults.clear()
        self.keys.forget()
        self.calls.clear()

    # What happened

    @property
    def calls(self) -> list[Call]:
        """The calls of the API, oldest first, with parameters, headers and status."""
        return self._api.calls

    @property
    def sessions(self) -> dict[str, Json]:
        """A copy of all Checkout Sessions by id, oldest first."""
        return self._copy("sessions")

    @property
    def intents(self) -> dict[str, Json]:
        """A copy of all PaymentIntents by id."""
        return self._copy("intents")

    @property
    def charges(self) -> dict[str, Json]:
        """A copy of all Charges by id."""
        return self._copy("charges")

    @property
    def refunds(self) -> dict[str, Json]:
        """A copy of all Refunds by id."""
        return self._copy("refunds")

    @property
    def events(self) -> dict[str, Json]:
        """A copy of all events by id, oldest first."""
        return self._copy("events")

    def _copy(self, table: str) -> dict[str, Json]:
        with self.store.lock:
            return deepcopy(self.store.tables[table])

    # What the buyer, the bank and the dashboard do

    def pay(self, session_id: str) -> Json:
        """The buyer pays at once."""
        return self._did(self._checkout.pay, session_id)

    def decline(self, session_id: str) -> Json:
        """The buyer's card is declined; the session stays open."""
        return self._did(self._checkout.decline, session_id)

    def delay(self, session_id: str) -> Json:
        """The buyer chooses a method whose money comes later."""
        return self._did(self._checkout.delay, session_id)

    def settle(self, session_id: str) -> Json:
        """Delayed money arrives."""
        return self._did(self._checkout.settle, session_id)

    def fail_delayed(self, session_id: str) -> Json:
        """Delayed money does not come."""
        return self._did(self._checkout.fail_delayed, session_id)

    def expire(self, session_id: str) -> Json:
        """The session's time runs out."""
        return self._did(self._checkout.expire, session_id)

    def advance(self, seconds: int) -> None:
        """Moves the clock of the stand-in; sessions whose time has come expire, also with 0."""
        with self.store.lock:
            self.store.clock_offset += seconds
            self._checkout.sweep()

    def refund(self, session_id: str, amount: int | None = None) -> Json:
        """Someone refunds in the dashboard, the shop unasked; `amount` in Stripe's unit."""
        asked: Json = {"payment_intent": self.sessions[session_id]["payment_intent"]}
        if amount is not None:
            asked["amount"] = amount
        return self._did(self._refunds.create, asked)

    @property
    def refund_mode(self) -> str:
        """What becomes of a new refund: succeeded, pending or failed."""
        return self._refunds.mode

    @refund_mode.setter
    def refund_mode(self, mode: str) -> None:
        if mode not in ("succeeded", "pending", "failed"):
            raise ValueError(f"unknown refund mode {mode}")
        self._refunds.mode = mode

    def settle_refund(self, refund_id: str) -> Json:
        """A pending refund reaches the buyer."""
        return self._did(self._refunds.settle, refund_id)

    def fail_refund(self, refund_id: str) -> Json:
        """A refund comes back from the buyer's bank."""
        return self._did(self._refunds.fail, refund_id)

    def dispute(self, session_id: str) -> Json:
        """The buyer's bank disputes the payment of a session."""
        intent = self.intents[self.sessions[session_id]["payment_intent"]]
        return self._did(self._refunds.open_dispute, intent["latest_charge"])

    def close_dispute(self, dispute_id: str, status: str) -> Json:
        """A dispute ends `won` or `lost`."""
        return self._did(self._refunds.close_dispute, dispute_id, status)

    def _did(self, verb: Any, *args: Any) -> Json:
        with self.store.lock:
            return deepcopy(verb(*args))

    # Webhooks and faults

    def emit(self, kind: str, about: Json, *, livemode: bool = False) -> Json:
        """Tells an event that nothing here caused, and returns it."""
        with self.store.lock:
            return self.store.emit(kind, about, livemode=livemode)

    def alter(self, table: str, key: str, **fields: Any) -> None:
        """Makes an object disagree with what the shop asked for: amount, currency, metadata."""
        with self.store.lock:
            self.store.find(table, key).update(fields)

    def deliver_events(
        self, to: Receiver | None = None, *, types: Sequence[str] = ("*",)
    ) -> list[Delivery]:
        """Sends the waiting events now; see `Webhooks.deliver`."""
        return self.webhooks.deliver(to, types=types)

    def hold_next(self, match: str = "*", *, applied: bool = True) -> Hold:
        """Keeps the next fitting call waiting: with `applied` its answer, else the call itself."""
        hold = Hold(match=match, applied=applied)
        self.faults.put(hold)
        return hold
