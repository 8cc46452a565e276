"""Messages: each is handled once, each mail is written once and only for what happened."""

from __future__ import annotations

from storefront.audit.invariant import Invariant

# How a mail stands that reached somebody, will, or is on the staff's list.
TOLD = "('pending', 'sending', 'done', 'unknown', 'failed')"


def _untold(table: str, what: str, key: str, happened: str) -> str:
    """Rows for which a mail should have been queued and was not."""
    return f"""
        SELECT t.id AS {what}, m.state AS mail FROM {table} t
        LEFT JOIN order_contact c ON c.order_id = t.{"id" if what == "paid_order" else "order_id"}
        LEFT JOIN outbox m ON m.dedupe_key = '{key}:' || CAST(t.id AS TEXT)
        WHERE {happened} AND c.erased_at IS NULL
          AND (m.state IS NULL OR m.state NOT IN {TOLD})"""  # noqa: S608


CHECKS = [
    Invariant(
        "I26",
        "A provider's message is stored once and handled within five minutes",
        (
            """SELECT provider, event_id, COUNT(*) AS times FROM provider_event
               GROUP BY provider, event_id HAVING COUNT(*) > 1""",
            """SELECT id AS message, provider, kind, received_at FROM provider_event
               WHERE handled_at IS NULL AND received_at < :minutes_5""",
        ),
    ),
    Invariant(
        "I27",
        "Nothing takes effect twice: one sale per order, one arrival per payment",
        (
            """SELECT payment_id AS payment, COUNT(*) AS arrivals FROM payment_event
               WHERE verb = 'confirm' GROUP BY payment_id HAVING COUNT(*) > 1""",
            """SELECT subject_id AS refund, COUNT(*) AS ends FROM order_event
               WHERE machine = 'refund' AND verb = 'finish'
               GROUP BY subject_id HAVING COUNT(*) > 1""",
            """SELECT kind, order_id AS "order", payment_id AS payment, COUNT(*) AS bookings
               FROM ledger_transaction
               WHERE kind IN ('sale', 'instalment', 'unmatched_money', 'provider_fee')
               GROUP BY kind, order_id, payment_id HAVING COUNT(*) > 1""",
        ),
    ),
    Invariant(
        "I28",
        "A mail leaves once, soon, and only for what has happened",
        (
            """SELECT id AS outbox, topic, not_before FROM outbox
               WHERE state = 'pending'
                 AND (not_before < :hours_24 OR (NOT is_slow AND not_before < :minutes_10))""",
            """SELECT id AS outbox, topic, claimed_at FROM outbox
               WHERE state = 'sending' AND claimed_at < :hours_24""",
            """SELECT outbox_id AS outbox, COUNT(*) AS mails FROM mail
               WHERE outbox_id IS NOT NULL GROUP BY outbox_id HAVING COUNT(*) > 1""",
            """SELECT m.id AS outbox, m.dedupe_key FROM outbox m
               JOIN "order" o ON m.dedupe_key = 'orders.confirmed:' || CAST(o.id AS TEXT)
               WHERE o.placed_at IS NULL""",
            """SELECT m.id AS outbox, m.dedupe_key FROM outbox m
               JOIN refund r ON m.dedupe_key = 'orders.refunded:' || CAST(r.id AS TEXT)
               WHERE r.state <> 'done'""",
            """SELECT m.id AS outbox, m.dedupe_key FROM outbox m
               JOIN parcel p ON m.dedupe_key = 'orders.shipped:' || CAST(p.id AS TEXT)
               WHERE p.handed_over_at IS NULL""",
        ),
    ),
    Invariant(
        "I29",
        "Buyers and makers are told: one confirmation, one notice per workshop, one per refund",
        (
            _untold('"order"', "paid_order", "orders.confirmed", "t.placed_at IS NOT NULL"),
            _untold("sub_order", "part", "orders.new", "t.accept_by_at IS NOT NULL"),
            _untold("refund", "refund", "orders.refunded", "t.state = 'done'"),
        ),
    ),
]
