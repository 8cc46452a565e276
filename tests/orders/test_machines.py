"""Every start and every move of the machines, allowed and refused."""

from __future__ import annotations

import pytest

from storefront.kernel.errors import NotAllowed
from storefront.kernel.states import Machine
from storefront.orders.rules import ORDER, PARCEL, REFUND, SUB_ORDER, order_verb, ship_verb

MACHINES = [ORDER, SUB_ORDER, PARCEL, REFUND]
VERBS = {machine.name: sorted({move.verb for move in machine.moves()}) for machine in MACHINES}
EVERY_STEP = [
    (machine, state, verb)
    for machine in MACHINES
    for state in sorted(machine.states)
    for verb in VERBS[machine.name]
]

# Written out a second time on purpose: a move added or lost by accident shows here.
ALLOWED = {
    "order": {
        "awaiting_payment pay_part part_paid",
        "awaiting_payment pay placed",
        "awaiting_payment expire expired",
        "awaiting_payment cancel cancelled",
        "part_paid pay placed",
        "expired pay placed",
        "placed complete completed",
        "placed cancel cancelled",
        "completed reopen placed",
    },
    "sub_order": {
        "waiting pay to_confirm",
        "waiting cancel cancelled",
        "to_confirm accept accepted",
        "to_confirm decline declined",
        "to_confirm cancel cancelled",
        "accepted make making",
        "accepted ready ready",
        "making ready ready",
        *(f"{state} cancel cancelled" for state in ("accepted", "making", "ready")),
        *(
            f"{state} {verb}"
            for state in ("accepted", "making", "ready", "partly_shipped")
            for verb in ("ship_part partly_shipped", "ship shipped")
        ),
        "shipped deliver delivered",
        "delivered complete completed",
        "shipped dispute in_dispute",
        "delivered dispute in_dispute",
        "in_dispute release delivered",
        "in_dispute cancel cancelled",
    },
    "parcel": {
        "planned pack packed",
        "planned hand_over handed_over",
        "packed hand_over handed_over",
        "handed_over travel in_transit",
        *(
            f"{state} {verb}"
            for state in ("handed_over", "in_transit")
            for verb in ("deliver delivered", "return returned", "lose lost")
        ),
    },
    "refund": {
        "requested approve approved",
        "requested reject rejected",
        "approved send sent",
        "sent finish done",
        "sent fail failed",
        "failed send sent",
    },
}
STARTS = {
    "order": {"awaiting_payment"},
    "sub_order": {"waiting"},
    "parcel": {"planned"},
    "refund": {"requested"},
}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_each_start(machine: Machine) -> None:
    assert machine.start == STARTS[machine.name]


@pytest.mark.parametrize(
    ("machine", "state", "verb"), EVERY_STEP, ids=lambda at: getattr(at, "name", at)
)
def test_each_step_is_allowed_or_refused(machine: Machine, state: str, verb: str) -> None:
    after = [move for move in ALLOWED[machine.name] if move.startswith(f"{state} {verb} ")]
    if after:
        assert machine.to(state, verb) == after[0].split()[-1]
    else:
        with pytest.raises(NotAllowed):
            machine.to(state, verb)


@pytest.mark.parametrize(
    ("parts", "verb"),
    [
        (["completed", "completed"], "complete"),
        (["completed", "declined"], "complete"),
        (["cancelled", "declined"], "cancel"),
        (["declined"], "cancel"),
        (["completed", "shipped"], None),
        (["to_confirm", "declined"], None),
        (["in_dispute", "completed"], None),
    ],
)
def test_what_the_parts_make_of_the_order(parts: list[str], verb: str | None) -> None:
    assert order_verb(parts) == verb


def test_a_part_is_shipped_when_nothing_is_left() -> None:
    assert (ship_verb(2), ship_verb(0)) == ("ship_part", "ship")
