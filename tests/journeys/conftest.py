"""The journeys pay through the Stripe stand-in, behind the real SDK."""

from tests.payments.conftest import (
    _books_are_in_order,
    _impatient,
    app,
    environment,
    post_event,
    stripe_settings,
    stripe_stand_in,
)

__all__ = [
    "_books_are_in_order",
    "_impatient",
    "app",
    "environment",
    "post_event",
    "stripe_settings",
    "stripe_stand_in",
]
