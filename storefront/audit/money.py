"""Money: the books balance, nothing is refunded twice, everybody gets their share."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import Flask

from storefront.audit.invariant import Invariant, Row
from storefront.kernel.append_only import trigger_names
from storefront.kernel.db import Base, db
from storefront.orders import Invoice, content_hash

LIVE = "('requested', 'approved', 'sent', 'done', 'failed')"


def missing_guards(_: Flask) -> Sequence[Row]:
    """Tables of the books whose triggers are gone."""
    if db.session.get_bind().dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    present = set(db.session.scalars(sa.text(query)))
    guarded = [table.name for table in Base.metadata.sorted_tables if "append_only" in table.info]
    wanted = [(table, name) for table in guarded for name in trigger_names(table)]
    return [{"table": table, "trigger": name} for table, name in wanted if name not in present]


def changed_invoices(_: Flask) -> Sequence[Row]:
    """Receipts whose content is not what was issued."""
    rows = db.session.execute(
        sa.select(Invoice.id, Invoice.content, Invoice.content_hash)
    ).yield_per(1000)
    return [{"invoice": row.id} for row in rows if content_hash(row.content) != row.content_hash]


def _sale(account: str, amount: str, idr: str) -> str:
    """Sub-orders for which the sale's booking to an account is not minus the frozen figures."""
    return f"""
        SELECT s.id AS sub_order, b.minor, b.idr
        FROM sub_order s JOIN "order" o ON o.id = s.order_id AND o.placed_at IS NOT NULL
        LEFT JOIN (SELECT e.sub_order_id, SUM(e.amount_minor) AS minor, SUM(e.amount_idr) AS idr
                   FROM ledger_entry e
                   JOIN ledger_transaction t ON t.id = e.transaction_id AND t.kind = 'sale'
                   JOIN ledger_account a ON a.id = e.account_id AND a.code LIKE '{account}'
                   GROUP BY e.sub_order_id) b ON b.sub_order_id = s.id
        WHERE COALESCE(b.minor, 0) <> -({amount}) OR COALESCE(b.idr, 0) <> -({idr})"""  # noqa: S608


def _commission(column: str, unit: str) -> str:
    """Lines whose commission is not the rate's share, rounded half up."""
    return f"""
        SELECT id AS line, {column}, commission_bp FROM order_line
        WHERE {column} <> (2 * quantity * {unit} * commission_bp + 10000) / 20000"""  # noqa: S608


CHECKS = [
    Invariant(
        "I14",
        "Every booking sums to nothing in each currency and in rupiah",
        (
            """SELECT transaction_id AS booking, currency, SUM(amount_minor) AS minor
               FROM ledger_entry GROUP BY transaction_id, currency
               HAVING SUM(amount_minor) <> 0""",
            """SELECT transaction_id AS booking, SUM(amount_idr) AS idr
               FROM ledger_entry GROUP BY transaction_id HAVING SUM(amount_idr) <> 0""",
        ),
    ),
    Invariant(
        "I15",
        "The books are append only: their guards stand, no booking lost its entries",
        (
            """SELECT t.id AS booking, t.kind FROM ledger_transaction t
               WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.transaction_id = t.id)""",
        ),
        (missing_guards,),
    ),
    Invariant(
        "I16",
        "No more is refunded of a payment than it brought",
        (
            f"""SELECT p.id AS payment, p.captured_minor, SUM(r.amount_minor) AS refunds
                FROM payment p JOIN refund r ON r.payment_id = p.id AND r.state IN {LIVE}
                GROUP BY p.id, p.captured_minor
                HAVING SUM(r.amount_minor) > p.captured_minor""",  # noqa: S608
        ),
    ),
    Invariant(
        "I17",
        "No more is refunded of a part than it cost; the figures shown are the sums",
        (
            f"""SELECT s.id AS sub_order, s.total_minor, SUM(r.amount_minor) AS refunds
                FROM sub_order s JOIN refund r ON r.sub_order_id = s.id AND r.state IN {LIVE}
                GROUP BY s.id, s.total_minor
                HAVING SUM(r.amount_minor) > s.total_minor""",  # noqa: S608
            """SELECT s.id AS sub_order, s.refunded_minor, COALESCE(SUM(r.amount_minor), 0) AS done
               FROM sub_order s LEFT JOIN refund r ON r.sub_order_id = s.id AND r.state = 'done'
               GROUP BY s.id, s.refunded_minor
               HAVING s.refunded_minor <> COALESCE(SUM(r.amount_minor), 0)""",
            """SELECT r.id AS refund, r.currency, o.currency AS "order" FROM refund r
               JOIN "order" o ON o.id = r.order_id
               WHERE r.sub_order_id IS NOT NULL AND r.currency <> o.currency""",
        ),
    ),
    Invariant(
        "I18",
        "Nothing is refunded twice: no piece, no delivery, no provider's refund",
        (
            f"""SELECT l.id AS line, l.refunded_quantity, COALESCE(r.pieces, 0) AS pieces
                FROM order_line l
                LEFT JOIN (SELECT rl.order_line_id, SUM(rl.quantity) AS pieces
                           FROM refund_line rl
                           JOIN refund r ON r.id = rl.refund_id AND r.state IN {LIVE}
                           WHERE rl.kind = 'item' GROUP BY rl.order_line_id) r
                     ON r.order_line_id = l.id
                WHERE l.refunded_quantity <> COALESCE(r.pieces, 0)
                   OR l.refunded_quantity > l.quantity""",  # noqa: S608
            f"""SELECT r.sub_order_id AS sub_order, COUNT(*) AS deliveries
                FROM refund r JOIN refund_line rl ON rl.refund_id = r.id AND rl.kind = 'delivery'
                WHERE r.state IN {LIVE} GROUP BY r.sub_order_id HAVING COUNT(*) > 1""",  # noqa: S608
            """SELECT provider_refund, COUNT(*) AS refunds FROM refund
               WHERE provider_refund IS NOT NULL
               GROUP BY provider_refund HAVING COUNT(*) > 1""",
        ),
    ),
    Invariant(
        "I19",
        "Every finished refund is booked once, with its amount; no other refund is",
        (
            """SELECT r.id AS refund, r.state, r.amount_minor, b.bookings, b.minor
               FROM refund r
               LEFT JOIN (SELECT t.refund_id, COUNT(DISTINCT t.id) AS bookings,
                                 SUM(CASE WHEN a.code LIKE 'clearing:%' THEN e.amount_minor
                                     ELSE 0 END) AS minor
                          FROM ledger_transaction t
                          JOIN ledger_entry e ON e.transaction_id = t.id
                          JOIN ledger_account a ON a.id = e.account_id
                          WHERE t.kind = 'refund' GROUP BY t.refund_id) b ON b.refund_id = r.id
               WHERE (r.state = 'done' AND (COALESCE(b.bookings, 0) <> 1
                                            OR b.minor <> -r.amount_minor))
                  OR (r.state <> 'done' AND b.bookings IS NOT NULL)""",
        ),
    ),
    Invariant(
        "I20",
        "A paid order is booked to the last rupiah: earnings, delivery, commission by its rate",
        (
            """SELECT o.id AS "order", o.state, COUNT(t.id) AS sales FROM "order" o
               LEFT JOIN ledger_transaction t ON t.order_id = o.id AND t.kind = 'sale'
               GROUP BY o.id, o.state, o.placed_at
               HAVING COUNT(t.id) <> CASE WHEN o.placed_at IS NULL THEN 0 ELSE 1 END""",
            _sale(
                "artisan:%",
                "s.goods_minor - s.commission_minor",
                "s.goods_idr - s.commission_idr",
            ),
            _sale("delivery:%", "s.delivery_minor", "s.delivery_idr"),
            _sale("commission", "s.commission_minor", "s.commission_idr"),
            """SELECT o.id AS "order", o.total_minor, SUM(e.amount_minor) AS debit
               FROM "order" o
               JOIN ledger_transaction t ON t.order_id = o.id AND t.kind = 'sale'
               JOIN ledger_entry e ON e.transaction_id = t.id
               JOIN ledger_account a ON a.id = e.account_id
                    AND (a.code LIKE 'clearing:%' OR a.code = 'advances')
               GROUP BY o.id, o.total_minor HAVING SUM(e.amount_minor) <> o.total_minor""",
            _commission("commission_minor", "unit_minor"),
            _commission("commission_idr", "unit_idr"),
        ),
    ),
    Invariant(
        "I30",
        "Receipts are numbered without a gap, never changed, one for each paid part",
        (
            """SELECT i.artisan_id AS workshop, i.series, COUNT(*) AS receipts,
                      MAX(i.number) AS last, s.last_number
               FROM invoice i
               LEFT JOIN invoice_series s
                    ON s.artisan_id = i.artisan_id AND s.series = i.series
               GROUP BY i.artisan_id, i.series, s.last_number
               HAVING COUNT(*) <> MAX(i.number) OR MIN(i.number) <> 1
                   OR s.last_number IS NULL OR s.last_number <> MAX(i.number)""",
            """SELECT s.id AS sub_order, s.state, COUNT(i.id) AS receipts FROM sub_order s
               LEFT JOIN invoice i ON i.sub_order_id = s.id
               WHERE s.accept_by_at IS NOT NULL
               GROUP BY s.id, s.state HAVING COUNT(i.id) <> 1""",
        ),
        (changed_invoices,),
    ),
]
