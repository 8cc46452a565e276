"""What happens to Checkout Sessions: opened and expired by the shop, paid by the buyer.

A verb that the state does not allow raises ApiError (400) and changes nothing.
"""

from __future__ import annotations

from typing import Any

from . import checkout_rules, currencies, objects
from .errors import ApiError
from .store import Store

Json = dict[str, Any]


class Checkout:
    """The verbs on sessions. The caller holds the lock of the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.page = ""
        self.minimums = dict(currencies.MINIMUMS)
        self._intent_data: dict[str, Json] = {}
        self._open: set[str] = set()

    def reset(self) -> None:
        """Forgets all sessions."""
        self._intent_data.clear()
        self._open.clear()

    def create(self, params: Json) -> Json:
        """Opens a session for checked parameters."""
        checkout_rules.check_session(params, self.store.now())
        lines = checkout_rules.priced_lines(params)
        made = objects.session(params, lines, self.store.now(), self.page)
        currencies.check_amount(made["amount_total"], made["currency"], "line_items")
        currencies.check_minimum(made["amount_total"], made["currency"], self.minimums)
        self.store.add("sessions", made)
        self.store.lines[made["id"]] = [objects.line_item(line) for line in lines]
        self._intent_data[made["id"]] = params.get("payment_intent_data", {})
        self._open.add(made["id"])
        return made

    def expire(self, key: str) -> Json:
        """Ends an open session, so that it can no longer be paid."""
        session = self.store.find("sessions", key)
        _demand(session, "open", "expired")
        session.update(status="expired", url=None)
        self._open.discard(key)
        intent = self.store.tables["intents"].get(session["payment_intent"] or "")
        if intent is not None:
            intent.update(status="canceled", canceled_at=self.store.now())
            self.store.emit("payment_intent.canceled", intent)
        self.store.emit("checkout.session.expired", session)
        return session

    def sweep(self) -> None:
        """Expires the sessions whose time has come."""
        for key in list(self._open):
            if self.store.tables["sessions"][key]["expires_at"] <= self.store.now():
                self.expire(key)

    def pay(self, key: str) -> Json:
        """The buyer pays at once: session complete and paid, one charge."""
        session, intent = self._submit(key)
        self._complete(session, "paid")
        self._receive(intent)
        self.store.emit("checkout.session.completed", session)
        return session

    def decline(self, key: str, code: str = "card_declined") -> Json:
        """The bank refuses the card; the session stays open for another try."""
        session, intent = self._submit(key)
        self._refuse(intent, code)
        return session

    def delay(self, key: str) -> Json:
        """The buyer chooses a method that pays days later: complete, but unpaid."""
        session, intent = self._submit(key)
        self._complete(session, "unpaid")
        charge = objects.charge(intent, "pending", self.store.now())
        self.store.add("charges", charge)
        intent.update(status="processing", latest_charge=charge["id"])
        self.store.emit("payment_intent.processing", intent)
        self.store.emit("checkout.session.completed", session)
        return session

    def settle(self, key: str) -> Json:
        """Delayed money arrives."""
        session, intent = self._awaited(key)
        session.update(payment_status="paid")
        self._receive(intent)
        self.store.emit("checkout.session.async_payment_succeeded", session)
        return session

    def fail_delayed(self, key: str) -> Json:
        """Delayed money does not come."""
        session, intent = self._awaited(key)
        self.store.tables["charges"][intent["latest_charge"]].update(status="failed")
        self._refuse(intent, "payment_method_provider_timeout")
        self.store.emit("checkout.session.async_payment_failed", session)
        return session

    def _submit(self, key: str) -> tuple[Json, Json]:
        self.sweep()
        session = self.store.find("sessions", key)
        _demand(session, "open", "paid")
        if session["payment_intent"] is None:
            intent = objects.intent(session, self._intent_data[key], self.store.now())
            self.store.add("intents", intent)
            session["payment_intent"] = intent["id"]
            self.store.emit("payment_intent.created", intent)
        if session["customer_details"] is None:
            session["customer_details"] = objects.customer("buyer@example.com", "Stand-in Buyer")
        return session, self.store.find("intents", session["payment_intent"])

    def _awaited(self, key: str) -> tuple[Json, Json]:
        session = self.store.find("sessions", key)
        intent = self.store.tables["intents"].get(session["payment_intent"] or "")
        if intent is None or intent["status"] != "processing":
            raise ApiError("This Checkout Session is not waiting for delayed money.")
        return session, intent

    def _complete(self, session: Json, payment_status: str) -> None:
        session.update(status="complete", payment_status=payment_status, url=None)
        self._open.discard(session["id"])

    def _receive(self, intent: Json) -> None:
        charge = objects.charge(intent, "succeeded", self.store.now())
        if intent["latest_charge"] is not None and intent["status"] == "processing":
            charge["id"] = intent["latest_charge"]
        entry = objects.balance_transaction(charge, "charge", self.store.now())
        charge["balance_transaction"] = entry["id"]
        self.store.add("balance", entry)
        self.store.add("charges", charge)
        intent.update(
            status="succeeded",
            amount_received=intent["amount"],
            latest_charge=charge["id"],
            payment_method=charge["payment_method"],
            last_payment_error=None,
        )
        self.store.emit("charge.succeeded", charge)
        self.store.emit("payment_intent.succeeded", intent)

    def _refuse(self, intent: Json, code: str) -> None:
        error = {"code": code, "message": "The payment was declined.", "type": "card_error"}
        intent.update(status="requires_payment_method", last_payment_error=error)
        self.store.emit("payment_intent.payment_failed", intent)


def _demand(session: Json, status: str, verb: str) -> None:
    if session["status"] != status:
        raise ApiError(
            f'Only Checkout Sessions with a status in ["{status}"] can be {verb}. This '
            f"Checkout Session has a status of {session['status']}.",
            kept=True,
        )
