"""Balances are sums of entries, never stored numbers."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from storefront.kernel.db import db
from storefront.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from storefront.ledger.rules import artisan, delivery


def balance_idr(code: str) -> int:
    """An account's balance in rupiah: debits less credits."""
    return int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(LedgerEntry.amount_idr), 0))
            .join(LedgerAccount)
            .where(LedgerAccount.code == code)
        )
        or 0
    )


def artisan_balance(artisan_id: int) -> int:
    """What the shop owes a workshop, in rupiah: earnings plus carriage, less what was paid back."""
    return -(balance_idr(artisan(artisan_id)) + balance_idr(delivery(artisan_id)))


def order_entries(order_id: int) -> list[LedgerEntry]:
    """Every leg booked for an order, oldest first, with its account loaded."""
    return list(
        db.session.scalars(
            sa.select(LedgerEntry)
            .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
            .where(LedgerTransaction.order_id == order_id)
            .order_by(LedgerEntry.id)
            .options(joinedload(LedgerEntry.account))
        )
    )


def earned_by_parts(sub_order_ids: Collection[int]) -> dict[int, int]:
    """Rupiah the workshops have earned with these sub-orders by now, carriage apart."""
    rows = db.session.execute(
        sa.select(LedgerEntry.sub_order_id, -sa.func.sum(LedgerEntry.amount_idr))
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerEntry.sub_order_id.in_(sub_order_ids), LedgerAccount.code.like("artisan:%"))
        .group_by(LedgerEntry.sub_order_id)
    )
    return {part_id: int(total) for part_id, total in rows if part_id is not None}
