"""The machine of a payment: every start and every move, allowed or refused."""

from __future__ import annotations

import pytest

from storefront.kernel.errors import NotAllowed
from storefront.payments import PAYMENT, mismatch
from storefront.payments.rules import ENDED_UNPAID, OPEN, RECEIVED

VERBS = ("send", "confirm", "fail", "expire", "cancel", "charge_back", "win")
TABLE = {
    ("created", "send"): "pending",
    **{(state, "confirm"): "confirmed" for state in (*OPEN, *ENDED_UNPAID)},
    **{(state, "fail"): "failed" for state in OPEN},
    **{(state, "expire"): "expired" for state in OPEN},
    **{(state, "cancel"): "cancelled" for state in OPEN},
    ("confirmed", "charge_back"): "charged_back",
    ("charged_back", "win"): "confirmed",
}


def test_a_payment_starts_created() -> None:
    assert PAYMENT.start == {"created"}
    assert PAYMENT.states == OPEN | ENDED_UNPAID | RECEIVED


@pytest.mark.parametrize("state", sorted(PAYMENT.states))
@pytest.mark.parametrize("verb", VERBS)
def test_every_move_is_allowed_or_refused(state: str, verb: str) -> None:
    if (state, verb) in TABLE:
        assert PAYMENT.to(state, verb) == TABLE[state, verb]
    else:
        with pytest.raises(NotAllowed):
            PAYMENT.to(state, verb)


@pytest.mark.parametrize(
    ("theirs", "live", "expected"),
    [
        (("p1", "CLG-1"), False, ""),
        (("", ""), False, ""),
        (("p2", "CLG-1"), False, "payment"),
        (("p1", "CLG-2"), False, "order"),
        (("p1", "CLG-1"), True, "livemode"),
    ],
)
def test_facts_that_contradict_ours_are_named(
    theirs: tuple[str, str], live: bool, expected: str
) -> None:
    told = mismatch(ours=("p1", "CLG-1"), theirs=theirs, live=live, expected_live=False)
    assert told == expected
