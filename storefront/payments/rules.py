"""The machine of a payment, and what finance may have to look at. Plain Python."""

from __future__ import annotations

from storefront.kernel.states import Machine
from storefront.kernel.translated import N_

# created: the attempt is written, the provider may not know it yet. pending: the provider has it.
# failed / expired / cancelled: no money came. Money that comes all the same is still booked, so
# those three can be confirmed too; whether it places the order is the order's question.
# charged_back: the buyer's bank took the money back or is about to.
PAYMENT = Machine(
    "payment",
    start={"created"},
    moves=[
        ("created", "send", "pending"),
        ("created", "confirm", "confirmed"),
        ("created", "fail", "failed"),
        ("created", "expire", "expired"),
        ("created", "cancel", "cancelled"),
        ("pending", "confirm", "confirmed"),
        ("pending", "fail", "failed"),
        ("pending", "expire", "expired"),
        ("pending", "cancel", "cancelled"),
        ("failed", "confirm", "confirmed"),
        ("expired", "confirm", "confirmed"),
        ("cancelled", "confirm", "confirmed"),
        ("confirmed", "charge_back", "charged_back"),
        ("charged_back", "win", "confirmed"),
    ],
)

OPEN = frozenset({"created", "pending"})
ENDED_UNPAID = frozenset({"failed", "expired", "cancelled"})
RECEIVED = frozenset({"confirmed", "charged_back"})

PROVIDERS = {
    "stripe": N_("Card or wallet"),
    "transfer": N_("Bank transfer"),
    "rehearsal": N_("Rehearsal (no money moves)"),
}

# What a finance task is about, in the words of the desk.
TASKS = {
    "payment_late": N_("Money came for a cancelled order"),
    "payment_short": N_("Less money came than was asked for"),
    "payment_excess": N_("More money came than was asked for"),
    "payment_double": N_("An order was paid a second time"),
    "payment_foreign": N_("Money came in another currency"),
    "payment_mismatch": N_("The provider's payment does not match ours"),
    "payment_unknown": N_("Money came that fits no order"),
    "transfer_proof": N_("A buyer sent a proof of payment"),
    "sold_meanwhile": N_("Paid after the piece was sold to somebody else"),
    "refund_transfer": N_("A refund is to be transferred"),
    "refund_failed": N_("A refund could not be sent"),
    "refund_came_back": N_("A refund came back from the buyer's bank"),
    "refund_blocked": N_("A refund is due that no payment covers"),
    "instalment_overdue": N_("The rest of a part-paid order is overdue"),
    "refund_outside": N_("A refund was made outside the shop"),
    "chargeback": N_("The buyer's bank disputes a payment"),
}


def mismatch(
    *, ours: tuple[str, str], theirs: tuple[str, str], live: bool, expected_live: bool
) -> str:
    """Which fact of a paid payment contradicts ours: 'order', 'payment', 'livemode' or ''.

    `ours` and `theirs` are (payment's public id, order number); an empty text of theirs says
    nothing and contradicts nothing.
    """
    if live != expected_live:
        return "livemode"
    for name, mine, told in zip(("payment", "order"), ours, theirs, strict=True):
        if told and told != mine:
            return name
    return ""
