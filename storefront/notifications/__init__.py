"""The outbox, mails and the worker's diary."""

from storefront.notifications.models import (
    Outbox,
    Mail,
    JobRun,
)

__all__ = [
    "Outbox",
    "Mail",
    "JobRun",
]
