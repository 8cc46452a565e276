"""Bank transfer: instructions, proof, and finance that confirms what arrived."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout
from storefront.accounts import AuditEntry
from storefront.audit import run_audit
from storefront.checkout import desk_actions
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed, StaleVersion
from storefront.kernel.money import Money
from storefront.ledger import UNMATCHED, balance_idr
from storefront.orders import SYSTEM, Actor, Order, Refund, approve_refund, refund_done, refund_sent
from storefront.payments import FinanceTask, Payment, TransferProof, providers_for, zone_of
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def officer(app: Flask) -> Any:
    """A browser of somebody from finance."""
    return sign_in(app.test_client(), person("finance"))


def waiting() -> Order:
    """An Indonesian order that waits for a transfer."""
    order = make.awaiting_order(lang="id", provider="transfer")
    with transaction():
        db.session.execute(sa.update(Order).values(country="ID"))
        checked = make.payment_of(order)
    checkout.start_payment(checked.id)
    return order


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def payment(order: Order) -> Payment:
    db.session.rollback()
    return make.payment_of(order)


def kinds(state: str = "open") -> list[str]:
    db.session.rollback()
    found = sa.select(FinanceTask.kind).where(FinanceTask.state == state)
    return sorted(db.session.scalars(found))


def test_transfer_is_offered_for_rupiah_within_indonesia_only(app: Flask) -> None:
    def names(currency: str, country: str) -> list[str]:
        return [way.name for way in providers_for(currency, country, Money(900_000, currency))]

    assert names("IDR", "ID") == ["stripe", "transfer"]
    assert names("IDR", "KR") == ["stripe"] and names("KRW", "ID") == ["stripe"]


def test_instructions_name_account_amount_reference_and_deadline(client: PageClient) -> None:
    order = waiting()
    page = client.get(f"/id/orders/{order.token}/transfer")
    text = page.get_data(as_text=True)
    for part in ("Bank Contoh", "0000000000", payment(order).reference, "WIB", "Rp"):
        assert part in text
    assert client.get("/id/orders/nothing/transfer").status_code == 404
    card = make.awaiting_order(provider="stripe", currency="KRW")
    answer = client.get(f"/ko/orders/{card.token}/transfer")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/pay")


@pytest.mark.parametrize(
    ("country", "province", "zone"),
    [
        ("ID", "Banten", None),
        ("ID", "Bali", "Asia/Makassar"),
        ("ID", "Papua Barat", "Asia/Jayapura"),
        ("KR", "", "Asia/Seoul"),
        ("US", "CA", None),
    ],
)
def test_a_deadline_is_told_in_the_readers_zone(
    country: str, province: str, zone: str | None
) -> None:
    found = zone_of(country, province)
    assert (found.key if found else None) == zone


def test_a_proof_is_kept_and_put_before_finance(client: PageClient, officer: Any) -> None:
    order = waiting()
    page = client.get(f"/id/orders/{order.token}/transfer")
    sent = client.submit(page, {"file": (io.BytesIO(PDF), "bukti.pdf"), "note": "dari BCA"})
    assert sent.status_code == 303 and kinds() == ["transfer_proof"]
    desk = officer.get("/council/finance")
    assert payment(order).reference in desk.get_data(as_text=True)
    detail = officer.get(f"/council/finance/payments/{payment(order).public_id}")
    assert "dari BCA" in detail.get_data(as_text=True)
    shown = officer.get(f"/council/finance/payments/{payment(order).public_id}/proofs/1")
    assert shown.data == PDF and "attachment" in shown.headers["Content-Disposition"]
    assert (
        officer.get(f"/council/finance/payments/{payment(order).public_id}/proofs/2").status_code
        == 404
    )
    read = sa.select(AuditEntry.action).where(AuditEntry.action == "transfer_proof.read")
    assert db.session.scalars(read).all() == ["transfer_proof.read"]


def test_a_wrong_proof_is_refused_with_the_reason(client: PageClient) -> None:
    order = waiting()
    page = client.get(f"/id/orders/{order.token}/transfer")
    wrong = client.submit(page, {"file": (io.BytesIO(b"MZ evil"), "bukti.exe"), "note": "kept"})
    assert wrong.status_code == 422 and "kept" in wrong.get_data(as_text=True)
    assert client.submit(page, {"file": None}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(TransferProof.id))) == 0


def test_finance_confirms_what_arrived(client: PageClient, officer: Any) -> None:
    order = waiting()
    page = client.get(f"/id/orders/{order.token}/transfer")
    client.submit(page, {"file": (io.BytesIO(PDF), "bukti.pdf")})
    address = f"/council/finance/payments/{payment(order).public_id}"
    form = officer.get(address)
    assert officer.submit(form, {"amount": "banyak"}).status_code == 422
    typed = f"Rp {order.total_minor:,}".replace(",", ".")
    assert officer.submit(form, {"amount": typed}).status_code == 303
    assert fresh(order).state == "placed" and kinds() == []
    again = officer.submit(form, {"amount": typed})  # the same form once more
    assert again.status_code == 303 and fresh(order).paid_minor == order.total_minor
    shown = client.get(f"/id/orders/{order.token}/transfer")
    assert shown.status_code == 200
    assert client.get(f"/id/orders/{order.token}/pay").status_code == 303


@pytest.mark.parametrize(
    ("share", "state", "task"),
    [(99, "awaiting_payment", "payment_short"), (101, "placed", "payment_excess")],
)
def test_too_little_and_too_much(officer: Any, share: int, state: str, task: str) -> None:
    order = waiting()
    amount = order.total_minor * share // 100
    form = officer.get(f"/council/finance/payments/{payment(order).public_id}")
    officer.submit(form, {"amount": str(amount)})
    assert fresh(order).state == state and kinds() == [task]


def test_a_confirmation_needs_the_present_version_and_happens_once() -> None:
    order = waiting()
    ours = payment(order)
    me = person("finance").id
    with pytest.raises(StaleVersion), transaction():
        desk_actions.confirm_transfer(ours.id, 1, me, "99")
    with transaction():
        desk_actions.confirm_transfer(ours.id, order.total_minor, me, str(payment_version(order)))
    with pytest.raises(NotAllowed), transaction():
        desk_actions.confirm_transfer(ours.id, 1, me, str(payment_version(order)))


def payment_version(order: Order) -> int:
    return make.payment_of(order).version


def test_a_transfer_after_the_deadline_places_the_order_while_the_piece_is_there(
    officer: Any,
) -> None:
    order = waiting()
    with transaction():
        db.session.execute(sa.update(Order).values(pay_by_at=now() - dt.timedelta(days=2)))
    assert checkout.expire_unpaid_orders() == "1/1"
    assert (fresh(order).state, payment(order).state) == ("expired", "expired")
    form = officer.get(f"/council/finance/payments/{payment(order).public_id}")
    officer.submit(form, {"amount": str(order.total_minor)})
    assert fresh(order).state == "placed"


def test_money_for_a_cancelled_order_goes_back_in_two_steps(officer: Any) -> None:
    order = waiting()
    checkout.call_off_order(order.id, SYSTEM, "buyer")
    form = officer.get(f"/council/finance/payments/{payment(order).public_id}")
    officer.submit(form, {"amount": str(order.total_minor)})
    assert fresh(order).state == "cancelled" and kinds() == ["payment_late"]
    assert balance_idr(UNMATCHED) == -order.total_minor
    (task,) = db.session.scalars(sa.select(FinanceTask))
    page = officer.get(f"/council/finance/tasks/{task.public_id}")
    assert officer.submit(page, form="give-back").status_code == 303
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (refund.state, refund.way, refund.sub_order_id) == ("requested", "transfer", None)
    assert kinds() == [] and kinds("done") == ["payment_late"]
    actor = Actor("council", None)
    for step in (approve_refund, refund_sent, refund_done):
        with transaction():
            step(refund.id, actor)
    assert balance_idr(UNMATCHED) == 0 and balance_idr("clearing:transfer") == 0
    assert fresh(order).refunded_minor == 0


def test_a_task_is_taken_noted_and_closed(officer: Any) -> None:
    order = waiting()
    form = officer.get(f"/council/finance/payments/{payment(order).public_id}")
    officer.submit(form, {"amount": "5000"})
    (task,) = db.session.scalars(sa.select(FinanceTask))
    address = f"/council/finance/tasks/{task.public_id}"
    assert officer.submit(officer.get(address), form="take").status_code == 303
    page = officer.get(address)
    assert officer.submit(page, {"text": ""}, form="note").status_code == 422
    assert officer.submit(page, {"text": "asked the buyer"}, form="note").status_code == 303
    stale = officer.submit(page, {"text": "twice"}, form="note")
    assert stale.status_code == 303  # the same form: replayed, not written again
    page = officer.get(address)
    assert "asked the buyer" in page.get_data(as_text=True)
    assert "twice" not in page.get_data(as_text=True)
    closing = officer.post(
        f"{address}/close",
        data={**hidden(page), "text": "paid the rest"},
        headers={"Referer": f"http://localhost{address}"},
    )
    assert closing.status_code == 303 and kinds() == []
    assert "paid the rest" in officer.get(address).get_data(as_text=True)
    assert "/finance/tasks/" in officer.get("/council/finance?state=done").get_data(as_text=True)


def hidden(page: Any) -> dict[str, str]:
    from tests.rig import pages
    from tests.rig.client import find_form

    pages.parse(page.get_data(as_text=True))
    form = find_form(page, "note")
    return {
        str(field.get("name")): str(field.get("value"))
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }


def test_the_account_is_the_councils_to_set(app: Flask, officer: Any, client: PageClient) -> None:
    page = officer.get("/council/finance/account")
    sent = officer.submit(page, {"bank": "Bank Uji", "number": "123 456", "holder": "Dekranasda"})
    assert sent.status_code == 303
    order = waiting()
    text = client.get(f"/id/orders/{order.token}/transfer").get_data(as_text=True)
    assert "Bank Uji" in text and "123 456" in text
    (noted,) = run_audit(app, "I33")
    assert not [row for row in noted.rows if "setting" in row]


def test_the_desk_is_finances_alone(app: Flask, client: PageClient) -> None:
    order = waiting()
    name = payment(order).public_id
    paths = ["/council/finance", "/council/finance/payments", f"/council/finance/payments/{name}"]
    for path in (*paths, "/council/finance/account"):
        assert client.get(path).status_code == 303
        assert sign_in(app.test_client(), person("curator")).get(path).status_code == 403
        assert sign_in(app.test_client(), person("finance")).get(path).status_code == 200


def test_payments_are_found_by_what_people_know(officer: Any) -> None:
    order = waiting()
    ours = payment(order)
    for known in (order.number, ours.reference.lower(), ours.public_id):
        page = officer.get("/council/finance/payments", query_string={"q": known})
        assert ours.reference in page.get_data(as_text=True)
    none = officer.get("/council/finance/payments", query_string={"q": "x", "state": "pending"})
    assert ours.reference not in none.get_data(as_text=True)
