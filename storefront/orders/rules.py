"""The machines of an order, and the arithmetic of its parts. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.kernel.errors import ShopError
from storefront.kernel.money import share, split
from storefront.kernel.states import Machine
from storefront.kernel.translated import N_

# An order is one purchase. awaiting_payment: stock is held until the deadline. part_paid: some
# instalments arrived. placed: paid, its sub-orders are at work. completed / cancelled: every
# sub-order is final, at least one / none of them delivered. expired: the deadline passed unpaid;
# late money may still place it if the stock can be held again.
ORDER = Machine(
    "order",
    start={"awaiting_payment"},
    moves=[
        ("awaiting_payment", "pay_part", "part_paid"),
        ("awaiting_payment", "pay", "placed"),
        ("awaiting_payment", "expire", "expired"),
        ("awaiting_payment", "cancel", "cancelled"),
        ("part_paid", "pay", "placed"),
        ("expired", "pay", "placed"),
        ("placed", "complete", "completed"),
        ("placed", "cancel", "cancelled"),
        ("completed", "reopen", "placed"),
    ],
)

# A sub-order is one workshop's part. waiting: not paid, not shown to the workshop.
SUB_ORDER = Machine(
    "sub_order",
    start={"waiting"},
    moves=[
        ("waiting", "pay", "to_confirm"),
        ("waiting", "cancel", "cancelled"),
        ("to_confirm", "accept", "accepted"),
        ("to_confirm", "decline", "declined"),
        ("to_confirm", "cancel", "cancelled"),
        ("accepted", "make", "making"),
        ("accepted", "ready", "ready"),
        ("accepted", "cancel", "cancelled"),
        ("making", "ready", "ready"),
        ("making", "cancel", "cancelled"),
        ("ready", "cancel", "cancelled"),
        ("accepted", "ship_part", "partly_shipped"),
        ("making", "ship_part", "partly_shipped"),
        ("ready", "ship_part", "partly_shipped"),
        ("partly_shipped", "ship_part", "partly_shipped"),
        ("accepted", "ship", "shipped"),
        ("making", "ship", "shipped"),
        ("ready", "ship", "shipped"),
        ("partly_shipped", "ship", "shipped"),
        ("shipped", "deliver", "delivered"),
        ("delivered", "complete", "completed"),
        ("shipped", "dispute", "in_dispute"),
        ("delivered", "dispute", "in_dispute"),
        ("in_dispute", "release", "delivered"),
        ("in_dispute", "cancel", "cancelled"),
    ],
)

PARCEL = Machine(
    "parcel",
    start={"planned"},
    moves=[
        ("planned", "pack", "packed"),
        ("planned", "hand_over", "handed_over"),
        ("packed", "hand_over", "handed_over"),
        ("handed_over", "travel", "in_transit"),
        ("handed_over", "deliver", "delivered"),
        ("handed_over", "return", "returned"),
        ("handed_over", "lose", "lost"),
        ("in_transit", "deliver", "delivered"),
        ("in_transit", "return", "returned"),
        ("in_transit", "lose", "lost"),
    ],
)

# requested → approved (by a person, or by the rule when the maker declines or the buyer cancels
# before acceptance) → sent to the provider or being transferred → done; failed may be sent again.
REFUND = Machine(
    "refund",
    start={"requested"},
    moves=[
        ("requested", "approve", "approved"),
        ("requested", "reject", "rejected"),
        ("approved", "send", "sent"),
        ("sent", "finish", "done"),
        ("sent", "fail", "failed"),
        ("failed", "send", "sent"),
    ],
)

FINAL_SUB_ORDER = frozenset({"completed", "declined", "cancelled"})
LIVE_REFUND = frozenset({"requested", "approved", "sent", "done", "failed"})
BEFORE_ACCEPTANCE = frozenset({"waiting", "to_confirm"})
IN_THE_WORKSHOP = ("to_confirm", "accepted", "making", "ready", "partly_shipped")
RULE_APPROVES = frozenset({"declined", "cancelled_early", "sold_meanwhile"})


class NothingToShip(ShopError):
    """A parcel was sent without pieces, or with more than are left to ship."""

    message = N_("Choose at least one piece that has not been shipped yet.")


class RefundTooHigh(ShopError):
    """More would be refunded than was paid for this part of the order."""

    message = N_("This is more than can still be refunded for this part of the order.")


@dataclass(frozen=True)
class Amounts:
    """What pieces or carriage cost: charged minor units, rupiah, and the commission within."""

    minor: int
    idr: int
    commission_minor: int = 0
    commission_idr: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.minor + other.minor,
            self.idr + other.idr,
            self.commission_minor + other.commission_minor,
            self.commission_idr + other.commission_idr,
        )


NOTHING = Amounts(0, 0)


def line_amounts(unit_minor: int, unit_idr: int, quantity: int, commission_bp: int) -> Amounts:
    """A line's price and commission; the commission is rounded half up once per line."""
    minor, idr = unit_minor * quantity, unit_idr * quantity
    return Amounts(minor, idr, share(minor, commission_bp), share(idr, commission_bp))


def pieces_amounts(whole: Amounts, quantity: int, already: int, returned: int) -> Amounts:
    """What `returned` of a line's pieces cost when `already` were refunded before.

    Cut so that refunding piece by piece ends at exactly the line's figures.
    """

    def slice_of(total: int) -> int:
        parts = split(total, [1] * quantity)
        return sum(parts[already : already + returned])

    return Amounts(
        slice_of(whole.minor),
        slice_of(whole.idr),
        slice_of(whole.commission_minor),
        slice_of(whole.commission_idr),
    )


def order_verb(sub_order_states: Sequence[str]) -> str | None:
    """What a paid order's sub-orders make of the order: complete, cancel or nothing yet."""
    if not all(state in FINAL_SUB_ORDER for state in sub_order_states):
        return None
    return "complete" if "completed" in sub_order_states else "cancel"


def ship_verb(left_to_ship: int) -> str:
    """A parcel leaves: the part is shipped when nothing is left in the workshop."""
    return "ship" if left_to_ship == 0 else "ship_part"
