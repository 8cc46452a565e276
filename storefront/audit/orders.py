"""Orders: their figures are sums, their states follow the tables, their history is whole."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from storefront.audit.invariant import Invariant, Row
from storefront.kernel.db import db
from storefront.kernel.states import Machine
from storefront.orders import ORDER, PARCEL, REFUND, SUB_ORDER, Order, Parcel, Refund, SubOrder
from storefront.payments import PAYMENT

Step = tuple[str, str, str, str]
# An order whose state says that its price has arrived.
PAID = "(o.state IN ('placed', 'completed') OR (o.state = 'cancelled' AND o.placed_at IS NOT NULL))"
# A payment that belongs to the order's price.
GOOD = "p.state IN ('confirmed', 'charged_back') AND p.flag IN ('', 'excess')"


HISTORIES: list[tuple[str, type[Any], Machine, str]] = [
    ("order", Order, ORDER, "open"),
    ("sub_order", SubOrder, SUB_ORDER, "open"),
    ("refund", Refund, REFUND, "request"),
    ("parcel", Parcel, PARCEL, ""),
]


def _steps(name: str, machine: Machine, opening: str) -> set[Step]:
    """Every step a row may take; `opening` is the verb of its first event."""
    steps = {(name, verb, before, after) for before, verb, after in machine.moves()}
    return steps | {(name, opening, "", state) for state in machine.start if opening}


def broken_histories(app: Flask) -> list[Row]:
    """Events that were not allowed or do not join on, and rows whose state is not their last.

    One pass in Python: on SQLite window functions take three times as long.
    """
    allowed = {each for name, _, table, verb in HISTORIES for each in _steps(name, table, verb)}
    query = sa.text(
        """SELECT id, machine, subject_id, verb, from_state, to_state FROM order_event
           WHERE machine <> 'payment' AND (from_state <> '' OR to_state <> '') ORDER BY id"""
    )
    last: dict[tuple[str, int], str] = {}
    found: list[Row] = []
    for event, machine, subject, verb, before, after in db.session.execute(
        query, execution_options={"yield_per": 10_000}
    ):
        joins_on = before == last.get((machine, subject), "" if machine != "parcel" else "planned")
        if not joins_on or (before != after and (machine, verb, before, after) not in allowed):
            found.append({"event": event, machine: subject, "from": before, "to": after})
        last[machine, subject] = after
    for name, model, _, opening in HISTORIES:
        for subject, state in db.session.execute(sa.select(model.id, model.state)):
            ended = last.get((name, subject), "" if opening else "planned")
            if ended != state:
                found.append({name: subject, "state": state, "history": ended})
    return found


_PAYMENT_STEPS = ", ".join(str(step) for step in sorted(_steps("payment", PAYMENT, "open")))

CHECKS = [
    Invariant(
        "I7",
        "An order is the sum of its parts, in one currency",
        (
            """SELECT o.id AS "order", o.total_minor, SUM(s.total_minor) AS parts
               FROM "order" o JOIN sub_order s ON s.order_id = o.id
               GROUP BY o.id, o.total_minor, o.goods_minor, o.delivery_minor, o.total_idr
               HAVING o.total_minor <> SUM(s.total_minor)
                   OR o.goods_minor <> SUM(s.goods_minor)
                   OR o.delivery_minor <> SUM(s.delivery_minor)
                   OR o.total_idr <> SUM(s.goods_idr + s.delivery_idr)""",
            """SELECT o.id AS "order" FROM "order" o
               WHERE NOT EXISTS (SELECT 1 FROM sub_order s WHERE s.order_id = o.id)""",
            """SELECT o.id AS "order", o.currency, s.currency AS part FROM sub_order s
               JOIN "order" o ON o.id = s.order_id WHERE o.currency <> s.currency""",
            """SELECT o.id AS "order", o.currency, p.currency AS payment FROM payment p
               JOIN "order" o ON o.id = p.order_id WHERE o.currency <> p.currency""",
            """SELECT o.id AS "order", o.total_minor, SUM(i.amount_minor) AS instalments
               FROM "order" o JOIN instalment i ON i.order_id = o.id
               GROUP BY o.id, o.total_minor HAVING o.total_minor <> SUM(i.amount_minor)""",
        ),
    ),
    Invariant(
        "I8",
        "A part is the sum of its lines and its delivery, commission included",
        (
            """SELECT id AS sub_order, goods_minor, delivery_minor, total_minor FROM sub_order
               WHERE total_minor <> goods_minor + delivery_minor""",
            """SELECT s.id AS sub_order, s.goods_minor, SUM(l.quantity * l.unit_minor) AS lines
               FROM sub_order s JOIN order_line l ON l.sub_order_id = s.id
               GROUP BY s.id, s.goods_minor, s.goods_idr, s.commission_minor, s.commission_idr
               HAVING s.goods_minor <> SUM(l.quantity * l.unit_minor)
                   OR s.goods_idr <> SUM(l.quantity * l.unit_idr)
                   OR s.commission_minor <> SUM(l.commission_minor)
                   OR s.commission_idr <> SUM(l.commission_idr)""",
            """SELECT s.id AS sub_order FROM sub_order s
               WHERE NOT EXISTS (SELECT 1 FROM order_line l WHERE l.sub_order_id = s.id)""",
        ),
    ),
    Invariant(
        "I9",
        "Money that fits no order is on finance's list, and no pay page serves two payments",
        (
            """SELECT p.id AS payment, p.flag FROM payment p
               WHERE p.state IN ('confirmed', 'charged_back') AND p.flag <> ''
                 AND NOT EXISTS (SELECT 1 FROM finance_task t
                                 WHERE t.order_id = p.order_id AND t.payment_id = p.id)""",
            """SELECT provider_session AS session, COUNT(*) AS payments FROM payment
               WHERE provider_session IS NOT NULL
               GROUP BY provider_session HAVING COUNT(*) > 1""",
        ),
    ),
    Invariant(
        "I10",
        "A paid order has received its price exactly, and exact money has paid its order",
        (
            f"""SELECT o.id AS "order", o.state, o.total_minor,
                       COALESCE(SUM(p.amount_minor), 0) AS received
                FROM "order" o LEFT JOIN payment p ON p.order_id = o.id AND {GOOD}
                WHERE {PAID}
                GROUP BY o.id, o.state, o.total_minor
                HAVING COALESCE(SUM(p.amount_minor), 0) <> o.total_minor""",  # noqa: S608
            f"""SELECT p.id AS payment, p.order_id AS "order", o.state, p.captured_minor
                FROM payment p JOIN "order" o ON o.id = p.order_id
                WHERE {GOOD} AND NOT {PAID} AND o.state <> 'part_paid'""",  # noqa: S608
            """SELECT id AS payment, amount_minor, captured_minor, captured_currency FROM payment
               WHERE state IN ('confirmed', 'charged_back') AND flag = ''
                 AND (captured_minor <> amount_minor OR captured_currency <> currency)""",
            """SELECT o.id AS "order", o.paid_minor, COALESCE(SUM(p.captured_minor), 0) AS captured
               FROM "order" o LEFT JOIN payment p ON p.order_id = o.id
                    AND p.state IN ('confirmed', 'charged_back') AND p.flag IN ('', 'excess')
               GROUP BY o.id, o.paid_minor
               HAVING o.paid_minor <> COALESCE(SUM(p.captured_minor), 0)""",
        ),
    ),
    Invariant(
        "I11",
        "The order's state follows from its parts; nothing is sent unpaid or after its end",
        (
            f"""SELECT o.id AS "order", o.state, s.id AS sub_order, s.state AS part
                FROM sub_order s JOIN "order" o ON o.id = s.order_id
                WHERE (s.state NOT IN ('waiting', 'cancelled') AND NOT {PAID})
                   OR (s.state = 'waiting' AND o.state IN ('placed', 'completed', 'cancelled'))
                   OR (s.state = 'cancelled' AND o.state IN ('awaiting_payment', 'expired'))""",  # noqa: S608
            """SELECT o.id AS "order", o.state, SUM(f.is_open) AS open_parts, SUM(f.is_done) AS done
               FROM "order" o JOIN (
                   SELECT order_id,
                     CASE WHEN state IN ('completed', 'declined', 'cancelled') THEN 0 ELSE 1 END
                       AS is_open,
                     CASE WHEN state = 'completed' THEN 1 ELSE 0 END AS is_done
                   FROM sub_order) f ON f.order_id = o.id
               WHERE o.state IN ('placed', 'completed', 'cancelled')
               GROUP BY o.id, o.state
               HAVING (o.state = 'placed' AND SUM(f.is_open) = 0)
                   OR (o.state <> 'placed' AND SUM(f.is_open) > 0)
                   OR (o.state = 'completed' AND SUM(f.is_done) = 0)
                   OR (o.state = 'cancelled' AND SUM(f.is_done) > 0)""",
            """SELECT s.id AS sub_order, s.shipped_at, o.placed_at FROM sub_order s
               JOIN "order" o ON o.id = s.order_id
               WHERE s.shipped_at IS NOT NULL
                 AND (o.placed_at IS NULL OR s.shipped_at < o.placed_at)""",
            """SELECT id AS event, subject_id AS sub_order, verb FROM order_event
               WHERE machine = 'sub_order'
                 AND from_state IN ('declined', 'cancelled', 'completed')""",
        ),
    ),
    Invariant(
        "I12",
        "Histories are whole: each step allowed, joined to the one before, ending in the state",
        (
            f"""WITH allowed (machine, verb, from_state, to_state) AS (VALUES {_PAYMENT_STEPS})
                SELECT e.id AS event, e.payment_id AS payment, e.verb, e.from_state, e.to_state
                FROM payment_event e
                LEFT JOIN allowed a ON a.verb = e.verb AND a.from_state = e.from_state
                     AND a.to_state = e.to_state
                WHERE a.machine IS NULL""",  # noqa: S608
            """SELECT p.id AS payment, p.state, e.to_state FROM payment p
               JOIN payment_event e ON e.payment_id = p.id
               WHERE e.id = (SELECT MAX(id) FROM payment_event WHERE payment_id = p.id)
                 AND e.to_state <> p.state""",
            """SELECT a.id AS workshop, a.state FROM artisan a
               JOIN artisan_event e ON e.artisan_id = a.id
               WHERE e.id = (SELECT MAX(id) FROM artisan_event
                             WHERE artisan_id = a.id AND to_state <> '')
                 AND e.to_state <> a.state""",
        ),
        (broken_histories,),
    ),
    Invariant(
        "I13",
        "No order waits for its payment for more than 26 hours after the deadline",
        (
            """SELECT o.id AS "order", o.pay_by_at FROM "order" o
               WHERE o.state = 'awaiting_payment' AND o.pay_by_at < :hours_26""",
        ),
    ),
]
