"""Money that goes back: refunds by the shop or the dashboard, and disputes.

A verb that the state does not allow raises ApiError (400) and changes nothing.
"""

from __future__ import annotations

from typing import Any

from . import currencies, objects
from .errors import ApiError, missing
from .store import Store

Json = dict[str, Any]


class Refunds:
    """The verbs on refunds and disputes. The caller holds the lock of the store.

    `mode` is what becomes of a new refund: `succeeded`, `pending` or `failed`.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.mode = "succeeded"

    def create(self, params: Json) -> Json:
        """Refunds a part or all that is left of a charge, as `mode` says."""
        charge = self._refundable(params)
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            raise ApiError(
                f"Charge {charge['id']} has already been refunded.",
                code="charge_already_refunded",
                kept=True,
            )
        amount = params.get("amount", left)
        currencies.check_amount(amount, charge["currency"], "amount", least=1)
        if amount > left:
            raise ApiError(
                f"Refund amount ({currencies.text(amount, charge['currency'])}) is greater than "
                f"unrefunded amount on charge ({currencies.text(left, charge['currency'])})",
                param="amount",
                kept=True,
            )
        made = objects.refund(charge, amount, params, "pending", self.store.now())
        self.store.add("refunds", made)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        if self.mode == "succeeded":
            self._book_refund(made)
        self.store.emit("refund.created", made)
        self.store.emit("charge.refunded", charge)
        if self.mode == "failed":
            self.fail(made["id"])
        return made

    def settle(self, key: str) -> Json:
        """A pending refund reaches the buyer."""
        made = self.store.find("refunds", key)
        if made["status"] != "pending":
            raise ApiError(f"This refund is {made['status']}, not pending.")
        self._book_refund(made)
        self.store.emit("refund.updated", made)
        self.store.emit("charge.refund.updated", made)
        return made

    def fail(self, key: str) -> Json:
        """The buyer's bank sends the refund back; the money is on the balance again."""
        made = self.store.find("refunds", key)
        if made["status"] not in ("pending", "succeeded"):
            raise ApiError(f"This refund is {made['status']} already.")
        made.update(status="failed", failure_reason="expired_or_canceled_card")
        charge = self.store.find("charges", made["charge"])
        charge["amount_refunded"] -= made["amount"]
        charge["refunded"] = False
        self.store.emit("refund.failed", made)
        self.store.emit("refund.updated", made)
        self.store.emit("charge.refund.updated", made)
        return made

    def open_dispute(self, charge_key: str) -> Json:
        """The buyer's bank disputes a charge."""
        charge = self.store.find("charges", charge_key)
        charge["disputed"] = True
        made = objects.dispute(charge, self.store.now())
        self.store.add("disputes", made)
        self.store.emit("charge.dispute.created", made)
        return made

    def close_dispute(self, key: str, status: str) -> Json:
        """The dispute ends `won` or `lost`."""
        made = self.store.find("disputes", key)
        made.update(status=status)
        self.store.emit("charge.dispute.closed", made)
        return made

    def _book_refund(self, made: Json) -> None:
        entry = objects.balance_transaction(made, "refund", self.store.now())
        self.store.add("balance", entry)
        made.update(status="succeeded", balance_transaction=entry["id"])

    def _refundable(self, params: Json) -> Json:
        if "charge" in params:
            return self.store.find("charges", params["charge"])
        if "payment_intent" not in params:
            raise missing("payment_intent")
        intent = self.store.find("intents", params["payment_intent"])
        if intent["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
                kept=True,
            )
        return self.store.find("charges", intent["latest_charge"])
