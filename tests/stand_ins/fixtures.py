"""Fixtures that put the stand-ins behind the real clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.stand_ins.stripe import StripeStandIn


@pytest.fixture
def stripe_stand_in() -> Iterator[StripeStandIn]:
    """A running Stripe stand-in without a webhook address: tests deliver events themselves."""
    # Loaded when asked for: the SDK takes half a second, and most tests do without it.
    from tests.stand_ins.stripe import StripeStandIn

    with StripeStandIn() as stand_in:
        yield stand_in


def flask_receiver(
    client: Any, path: str = "/webhooks/stripe"
) -> Callable[[bytes, dict[str, str]], int]:
    """Returns a receiver for `deliver_events` that posts to a Flask test client."""

    def receive(body: bytes, headers: dict[str, str]) -> int:
        status: int = client.post(path, data=body, headers=headers).status_code
        return status

    return receive
