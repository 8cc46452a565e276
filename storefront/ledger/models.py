"""The books: accounts, transactions and entries in two amounts. Append only."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.append_only import append_only
from storefront.kernel.clock import now
from storefront.kernel.db import Base


class LedgerAccount(Base):
    """A place where value stands. `code`: 'clearing:stripe', 'artisan:12', 'commission' ..."""

    __tablename__ = "ledger_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    artisan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("artisan.id"), index=True)


@append_only
class LedgerTransaction(Base):
    """One thing that happened, told in entries that sum to nothing in every amount."""

    __tablename__ = "ledger_transaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    kind: Mapped[str] = mapped_column(sa.String(30))
    dedupe_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refund.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    memo: Mapped[str] = mapped_column(sa.String(200), default="")

    entries: Mapped[list[LedgerEntry]] = relationship(order_by="LedgerEntry.id")


@append_only
class LedgerEntry(Base):
    """One leg: debit positive, credit negative, in the charged currency and in rupiah."""

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_transaction.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_account.id"), index=True)
    sub_order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sub_order.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_idr: Mapped[int]

    account: Mapped[LedgerAccount] = relationship()
