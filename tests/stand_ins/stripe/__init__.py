"""A stand-in for Stripe, put behind the real SDK in tests and local trials."""

from .api import Call
from .errors import ApiError
from .faults import Fault, Hold
from .server import DEFAULT_SECRET, StripeStandIn
from .webhooks import Delivery

__all__ = ["DEFAULT_SECRET", "ApiError", "Call", "Delivery", "Fault", "Hold", "StripeStandIn"]
