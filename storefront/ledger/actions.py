"""Booking: the only way entries come to be."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from storefront.kernel.db import db
from storefront.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from storefront.ledger.rules import Leg, artisan_of, check_balance


def post(
    kind: str,
    dedupe_key: str,
    legs: Sequence[Leg],
    *,
    order_id: int | None = None,
    payment_id: int | None = None,
    refund_id: int | None = None,
    user_id: int | None = None,
    memo: str = "",
) -> LedgerTransaction:
    """Book one event. The same `dedupe_key` books once and returns the first booking.

    Raises Unbalanced when the legs do not sum to zero in every currency and in rupiah.
    """
    check_balance(legs)
    earlier = db.session.scalar(
        sa.select(LedgerTransaction).where(LedgerTransaction.dedupe_key == dedupe_key)
    )
    if earlier is not None:
        return earlier
    kept = [leg for leg in legs if not leg.is_empty]
    accounts = _accounts({leg.account for leg in kept})
    booking = LedgerTransaction(
        kind=kind,
        dedupe_key=dedupe_key,
        order_id=order_id,
        payment_id=payment_id,
        refund_id=refund_id,
        user_id=user_id,
        memo=memo,
    )
    booking.entries = [
        LedgerEntry(
            account_id=accounts[leg.account],
            sub_order_id=leg.sub_order_id,
            amount_minor=leg.amount.minor,
            currency=leg.amount.currency,
            amount_idr=leg.amount_idr,
        )
        for leg in kept
    ]
    db.session.add(booking)
    db.session.flush()
    return booking


def _accounts(codes: set[str]) -> dict[str, int]:
    found = dict(
        db.session.execute(
            sa.select(LedgerAccount.code, LedgerAccount.id).where(LedgerAccount.code.in_(codes))
        ).all()
    )
    for code in sorted(codes - found.keys()):
        found[code] = _open_account(code)
    return found


def _open_account(code: str) -> int:
    # Two first sales of a workshop may open its account at the same moment: whoever comes second
    # takes the row that the first one wrote.
    dialect = db.session.get_bind().dialect.name
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    db.session.execute(
        insert(LedgerAccount)
        .values(code=code, artisan_id=artisan_of(code))
        .on_conflict_do_nothing(index_elements=["code"])
    )
    return db.session.scalars(sa.select(LedgerAccount.id).where(LedgerAccount.code == code)).one()
