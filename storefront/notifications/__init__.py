"""The outbox, mails and the worker's diary."""

from storefront.notifications.models import (
    JobRun,
    Mail,
    Outbox,
)

__all__ = [
    "Outbox",
    "Mail",
    "JobRun",
]
