"""The record of what staff did."""

from __future__ import annotations

from typing import Any

from storefront.accounts.models import AuditEntry
from storefront.kernel.db import db


def record_audit(
    user_id: int | None,
    action: str,
    object_type: str = "",
    object_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    why: str = "",
) -> AuditEntry:
    """Write down who did what to which row (`object_id` is its primary key).

    `before` and `after` hold ids, states and figures, never names or addresses: entries outlive
    the erasure of a person.
    """
    entry = AuditEntry(
        user_id=user_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        before=before or {},
        after=after or {},
        why=why,
    )
    db.session.add(entry)
    return entry
