"""What the outbox could not do by itself."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.notifications import Outbox


def failed() -> sa.Select[Any]:
    """Failed and unknown rows, newest first."""
    return (
        sa.select(Outbox).where(Outbox.state.in_(("failed", "unknown"))).order_by(Outbox.id.desc())
    )
