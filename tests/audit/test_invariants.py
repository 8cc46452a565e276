"""The demo breaks no invariant, and each invariant finds the breach that is planted for it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, abort

from storefront import demo, media
from storefront.audit import INVARIANTS, run_audit
from storefront.kernel.clock import now
from storefront.kernel.db import UtcDateTime, db, transaction
from storefront.web import access
from tests.factories.orders import paid_order

# Each breach by itself, undone afterwards. `:old` is two days ago, `:soon` tomorrow.
PLANTS: dict[str, list[str]] = {
    "I1": [
        "UPDATE variant SET on_hand = 2 WHERE id = (SELECT MIN(id) FROM variant WHERE NOT counted)",
        """UPDATE variant SET on_hand = 2 WHERE id = (SELECT MIN(v.id) FROM variant v
           JOIN product p ON p.id = v.product_id WHERE p.availability = 'one_of_a_kind')""",
    ],
    "I2": [
        """UPDATE variant SET held = held + 1
           WHERE id = (SELECT MIN(id) FROM variant WHERE on_hand > held)""",
        "UPDATE hold SET quantity = quantity + 1 WHERE state = 'held'",
    ],
    "I3": [
        "UPDATE variant SET on_hand = on_hand + 1 WHERE id = (SELECT MIN(id) FROM variant)",
        "DELETE FROM stock_movement WHERE cause = 'sale'",
    ],
    "I4": [
        """UPDATE order_line SET availability = 'one_of_a_kind', quantity = 2,
           restocked_quantity = 0,
           product_id = (SELECT MIN(id) FROM product WHERE availability = 'one_of_a_kind')
           WHERE sub_order_id = (SELECT MIN(id) FROM sub_order WHERE state = 'shipped')""",
    ],
    "I5": [
        """UPDATE hold SET state = 'held' WHERE order_id =
           (SELECT MIN(id) FROM "order" WHERE state = 'placed')""",
        "UPDATE hold SET expires_at = :old WHERE state = 'held'",
    ],
    "I6": [
        """UPDATE order_line SET restocked_quantity = quantity
           WHERE id = (SELECT MIN(id) FROM order_line WHERE restocked_quantity = 0)""",
    ],
    "I7": [
        """UPDATE "order" SET total_minor = total_minor + 1
           WHERE id = (SELECT MIN(id) FROM "order")""",
        "UPDATE sub_order SET currency = 'USD' WHERE currency = 'KRW'",
        "UPDATE instalment SET amount_minor = amount_minor - 1 WHERE position = 2",
    ],
    "I8": [
        """UPDATE order_line SET unit_minor = unit_minor + 1
           WHERE id = (SELECT MIN(id) FROM order_line)""",
        "UPDATE sub_order SET total_minor = total_minor + 1 WHERE state = 'making'",
    ],
    "I9": ["UPDATE finance_task SET payment_id = NULL WHERE kind = 'payment_short'"],
    "I10": [
        """UPDATE payment SET state = 'failed'
           WHERE id = (SELECT MIN(id) FROM payment WHERE state = 'confirmed')""",
        """UPDATE "order" SET state = 'awaiting_payment', placed_at = NULL
           WHERE id = (SELECT MIN(id) FROM "order" WHERE state = 'placed')""",
        """UPDATE payment SET captured_minor = captured_minor - 1
           WHERE id = (SELECT MIN(id) FROM payment WHERE state = 'confirmed')""",
    ],
    "I11": [
        "UPDATE sub_order SET state = 'waiting' WHERE state = 'making'",
        "UPDATE sub_order SET state = 'completed' WHERE state = 'making'",
        """UPDATE "order" SET state = 'placed' WHERE state = 'completed'""",
        """UPDATE sub_order SET shipped_at = :old WHERE id = (SELECT MIN(id) FROM sub_order
           WHERE state = 'waiting')""",
    ],
    "I12": [
        "DELETE FROM order_event WHERE verb = 'accept'",
        "UPDATE order_event SET to_state = 'ready' WHERE verb = 'make'",
        "UPDATE parcel SET state = 'lost'",
        "DELETE FROM order_event WHERE machine = 'refund'",
        "UPDATE payment_event SET verb = 'win' WHERE verb = 'confirm'",
        "UPDATE artisan SET state = 'archived' WHERE state = 'rejected'",
    ],
    "I13": ["""UPDATE "order" SET pay_by_at = :old WHERE state = 'awaiting_payment'"""],
    "I14": [
        """INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency,
           amount_idr) SELECT 999999, MAX(transaction_id), MAX(account_id), 0, 'IDR', 1
           FROM ledger_entry""",
        """INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency,
           amount_idr) SELECT 999999, MAX(transaction_id), MAX(account_id), 1, 'USD', 0
           FROM ledger_entry""",
    ],
    "I15": [
        """INSERT INTO ledger_transaction (id, at, kind, dedupe_key, memo)
           VALUES (999999, :old, 'sale', 'planted', '')""",
    ],
    "I16": ["UPDATE refund SET amount_minor = amount_minor + 100000000"],
    "I17": [
        "UPDATE sub_order SET refunded_minor = 1 WHERE state = 'making'",
        "UPDATE refund SET amount_minor = amount_minor + 100000000 WHERE state = 'approved'",
    ],
    "I18": [
        "UPDATE order_line SET refunded_quantity = 0",
        "UPDATE refund_line SET kind = 'delivery', quantity = 0 WHERE kind = 'item'",
    ],
    "I19": [
        "UPDATE refund SET state = 'done' WHERE state = 'requested'",
        "UPDATE refund SET state = 'failed' WHERE state = 'done'",
        "UPDATE refund SET amount_minor = amount_minor - 1 WHERE state = 'done'",
    ],
    "I20": [
        """UPDATE order_line SET commission_bp = commission_bp + 100
           WHERE id = (SELECT MIN(id) FROM order_line)""",
        "UPDATE sub_order SET commission_idr = commission_idr + 1 WHERE state = 'making'",
        "UPDATE sub_order SET delivery_idr = delivery_idr + 1 WHERE state = 'making'",
        """UPDATE "order" SET placed_at = :old WHERE state = 'awaiting_payment'""",
    ],
    "I26": [
        """INSERT INTO provider_event (provider, event_id, kind, object_id, body, received_at,
           result) VALUES ('stripe', 'evt_planted', 'x', 'x', '', :old, '')""",
    ],
    "I27": [
        """INSERT INTO payment_event (payment_id, at, actor, verb, from_state, to_state, why)
           SELECT payment_id, at, actor, verb, from_state, to_state, why FROM payment_event
           WHERE verb = 'confirm'""",
        """INSERT INTO ledger_transaction (at, kind, dedupe_key, order_id, payment_id, memo)
           SELECT at, kind, 'planted', order_id, payment_id, '' FROM ledger_transaction
           WHERE id = (SELECT MIN(id) FROM ledger_transaction WHERE kind = 'sale')""",
    ],
    "I28": [
        """UPDATE outbox SET state = 'pending', not_before = :old
           WHERE id = (SELECT MIN(id) FROM outbox)""",
        """UPDATE "order" SET placed_at = NULL WHERE state = 'placed'""",
        "UPDATE parcel SET handed_over_at = NULL",
    ],
    "I29": [
        "UPDATE outbox SET dedupe_key = dedupe_key || '-' WHERE topic = 'orders.confirmed'",
        "UPDATE outbox SET state = 'cancelled' WHERE topic = 'orders.new_for_artisan'",
        "UPDATE outbox SET dedupe_key = 'planted' WHERE topic = 'orders.refunded' AND id ="
        " (SELECT MIN(id) FROM outbox WHERE topic = 'orders.refunded')",
    ],
    "I30": [
        "UPDATE invoice SET number = number + 5 WHERE id = (SELECT MAX(id) FROM invoice)",
        "DELETE FROM invoice WHERE id = (SELECT MAX(id) FROM invoice)",
        "UPDATE invoice_series SET last_number = last_number + 1",
        "UPDATE invoice SET content_hash = 'x' WHERE id = (SELECT MAX(id) FROM invoice)",
    ],
    "I31": [
        "UPDATE order_line SET product_id = (SELECT MAX(id) FROM product)",
        "UPDATE media_file SET artisan_id = (SELECT MAX(id) FROM artisan) WHERE kind = 'picture'",
        "UPDATE media_file SET is_private = FALSE WHERE kind = 'document'",
        "UPDATE parcel SET sub_order_id = (SELECT MAX(id) FROM sub_order)",
    ],
    "I32": [
        """INSERT INTO user_session (token_hash, user_id, created_at, last_seen_at, expires_at,
           device, network) VALUES ('planted', 5, :old, :old, :soon, '', '')""",
        """INSERT INTO one_time_code (purpose, code_hash, user_id, subject, digits, created_at,
           expires_at, attempts) VALUES ('reset', 'planted', 5, '', 0, :old, :soon, 0)""",
    ],
    "I33": [
        "DELETE FROM audit_entry WHERE action = 'accounts.grant_role'",
        "DELETE FROM audit_entry WHERE action = 'setting.change'",
        """UPDATE refund SET approved_by = (SELECT MIN(id) FROM "user")
           WHERE state = 'requested'""",
        "UPDATE finance_task SET resolution = '' WHERE state = 'done'",
        "DELETE FROM artisan_event WHERE verb = 'verify_paper'",
        "DELETE FROM audit_entry WHERE action = 'artisans.bank_account'",
        "UPDATE currency_rule SET version = version + 1, rate_micro = rate_micro + 1",
    ],
    "I34": [
        "UPDATE media_file SET mime = 'image/svg+xml' WHERE kind = 'picture'",
        "UPDATE media_file SET storage_key = 'pictures/00/nowhere' WHERE kind = 'picture'",
        "UPDATE media_file SET is_encrypted = FALSE WHERE kind = 'document'",
    ],
    "I36": [
        """UPDATE "user" SET state = 'erased', erased_at = :old
           WHERE email = 'garam@example.com'""",
        """UPDATE "user" SET state = 'erased', erased_at = :old, email = NULL, phone = NULL,
           name = '', password_hash = NULL WHERE email = 'garam@example.com'""",
    ],
}
# What a plant needs beforehand.
BEFORE = {"I32": """UPDATE "user" SET state = 'disabled' WHERE id = 5"""}


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """A shop with the demo in it."""
    with app.app_context():
        demo.load(say=lambda _: None)
    return app


def broken(app: Flask, *only: str) -> dict[str, list[dict[str, Any]]]:
    return {found.id: found.rows for found in run_audit(app, *only) if found.rows}


def test_the_demo_is_clean_and_every_planted_breach_is_found(loaded: Flask) -> None:
    with loaded.app_context():
        assert broken(loaded) == {}
        missed = [
            f"{name}: {statement}"
            for name, statements in PLANTS.items()
            for statement in statements
            if not found_with(loaded, name, statement)
        ]
        assert missed == []
        assert broken(loaded) == {}, "a plant was left behind"
        assert_guards_are_missed(loaded)


def found_with(app: Flask, name: str, statement: str) -> bool:
    """Plant one breach, look for it in the same transaction, and take it back."""
    db.session.rollback()
    if name in BEFORE:
        db.session.execute(sa.text(BEFORE[name]))
    moments = {"old": now() - dt.timedelta(days=2), "soon": now() + dt.timedelta(days=1)}
    used = [
        sa.bindparam(key, at, type_=UtcDateTime())
        for key, at in moments.items()
        if f":{key}" in statement
    ]
    db.session.execute(sa.text(statement).bindparams(*used))
    return name in broken(app, name)


def assert_guards_are_missed(app: Flask) -> None:
    """Taking the triggers of the books away is noticed too."""
    where = " ON ledger_entry" if db.engine.dialect.name == "postgresql" else ""
    with transaction():
        db.session.execute(sa.text(f"DROP TRIGGER ledger_entry_no_update{where}"))
    assert broken(app, "I15")["I15"] == [
        {"table": "ledger_entry", "trigger": "ledger_entry_no_update"}
    ]


def test_every_invariant_has_a_planted_breach() -> None:
    probed = {"I35"}
    assert {invariant.id for invariant in INVARIANTS} == PLANTS.keys() | probed


def test_a_paper_that_anyone_gets_is_found(app: Flask, database: Any) -> None:
    is_open = False

    @app.get("/open/papers/<public_id>")
    @access("public")
    def give_away(public_id: str) -> str:
        return public_id if is_open else abort(404)

    with transaction():
        media.add_file(demo.sample_paper("secret"), artisan_id=None)
    name = db.session.scalars(sa.select(media.MediaFile.public_id)).one()
    assert broken(app, "I35") == {}
    is_open = True
    assert broken(app, "I35")["I35"] == [{"address": f"/open/papers/{name}", "status": 200}]


def test_the_books_refuse_changes(app: Flask, database: Any) -> None:
    paid_order()
    for statement in ("UPDATE ledger_entry SET amount_idr = 1", "DELETE FROM ledger_transaction"):
        with pytest.raises(sa.exc.DBAPIError, match="append only"):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_the_command_prints_rows_and_fails(app: Flask, database: Any) -> None:
    runner = app.test_cli_runner()
    good = runner.invoke(args=["audit"])
    assert good.exit_code == 0 and "31 of 31 hold" in good.stdout
    paid_order()
    with transaction():
        db.session.execute(sa.text("UPDATE order_line SET unit_minor = unit_minor + 1"))
    bad = runner.invoke(args=["audit"])
    assert bad.exit_code == 1
    assert "I8   BROKEN" in bad.stdout and "sub_order" in bad.stdout
    told = json.loads(runner.invoke(args=["audit", "--json"]).stdout)
    assert told["I8"]["holds"] is False and told["I8"]["rows"] and told["I1"]["holds"] is True
