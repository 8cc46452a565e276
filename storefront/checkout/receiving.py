"""What a provider's facts do to a payment and its order: the one place that decides.

It looks at how things stand and not at which message came, so that messages may come twice, late
or in any order and always end in the same state.
"""

from __future__ import annotations

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.money import Money
from storefront.kernel.rates import to_idr
from storefront.orders import (
    Actor,
    Order,
    Refund,
    locked_order,
    record,
    refund_done,
    refund_failed,
    settle,
)
from storefront.payments import (
    OPEN,
    RECEIVED,
    Payment,
    ProviderFacts,
    RefundFacts,
    book_fee,
    charge_back,
    expire_payment,
    fail_payment,
    mismatch,
    open_task,
    provider,
    win_dispute,
)

PROVIDER = Actor("provider")


def apply_facts(payment_id: int, facts: ProviderFacts, actor: Actor = PROVIDER) -> str:
    """Bring payment, order and refunds to what the provider says; the payment's state afterwards.

    Runs in the caller's transaction. Facts that contradict ours fulfil nothing and become a task.
    """
    order_id = db.session.scalars(sa.select(Payment.order_id).where(Payment.id == payment_id)).one()
    order = locked_order(order_id)
    (payment,) = lock(Payment, [payment_id])
    payment.checked_at = now()
    wrong = _contradiction(order, payment, facts)
    if wrong:
        _put_aside(payment, facts, wrong)
        return payment.state
    payment.provider_session = payment.provider_session or facts.session_id
    if facts.state == "paid":
        _receive(order, payment, facts, actor)
    elif payment.state in OPEN:
        _end(payment, facts)
    return payment.state


def _contradiction(order: Order, payment: Payment, facts: ProviderFacts) -> str:
    way = provider(payment.provider)
    wrong = mismatch(
        ours=(payment.public_id, order.number),
        theirs=(facts.payment_public_id, facts.order_number),
        live=facts.livemode,
        expected_live=way.livemode,
    )
    if wrong or facts.state != "paid" or payment.state in RECEIVED:
        return wrong
    asked = Money(payment.amount_minor, payment.currency)
    if facts.captured is None:
        return "amount"
    # Too little or another currency is booked apart by `settle`; too much, where the provider
    # charges exactly what it is asked for, means that somebody else asked.
    same_currency = facts.captured.currency == asked.currency
    return "amount" if way.asks_exact and same_currency and facts.captured > asked else ""


def _put_aside(payment: Payment, facts: ProviderFacts, wrong: str) -> None:
    if facts.state != "paid":
        return
    if payment.state in OPEN:
        fail_payment(payment, f"mismatch: {wrong}")
    open_task(
        "payment_mismatch",
        f"mismatch:{payment.id}:{facts.session_id}",
        order_id=payment.order_id,
        payment_id=payment.id,
        amount=facts.captured,
        detail={
            "what": wrong,
            "session": facts.session_id or "",
            "payment": facts.payment_ref or "",
            "told": facts.captured_text,
            "order": facts.order_number,
        },
    )


def _receive(order: Order, payment: Payment, facts: ProviderFacts, actor: Actor) -> None:
    if payment.state not in RECEIVED and facts.captured is not None:
        settle(payment.id, facts.captured, actor, provider_payment=facts.payment_ref)
        if facts.fee is not None:
            book_fee(payment, facts.fee, _rupiah(order, facts.fee))
    for told in facts.refunds:
        _mirror_refund(order, payment, told)
    _mirror_dispute(order, payment, facts)


def _rupiah(order: Order, amount: Money) -> int:
    if amount.currency == "IDR":
        return amount.minor
    return to_idr(amount, order.rate_micro) if amount.currency == order.currency else 0


def _mirror_refund(order: Order, payment: Payment, told: RefundFacts) -> None:
    if not told.our_id:
        open_task(
            "refund_outside",
            f"refund_outside:{told.refund_ref}",
            order_id=order.id,
            payment_id=payment.id,
            amount=told.amount,
            detail={"refund": told.refund_ref, "state": told.state},
        )
        return
    found = db.session.execute(
        sa.select(Refund.id, Refund.state).where(
            Refund.public_id == told.our_id, Refund.order_id == order.id
        )
    ).first()
    if found is None:
        return
    if found.state == "sent" and told.state == "done":
        refund_done(found.id, PROVIDER, provider_refund=told.refund_ref)
    elif found.state == "sent" and told.state == "failed":
        refund_failed(found.id, PROVIDER, told.failure or "refused")
    elif found.state == "done" and told.state == "failed":
        open_task(
            "refund_came_back",
            f"refund_came_back:{told.refund_ref}",
            order_id=order.id,
            payment_id=payment.id,
            refund_id=found.id,
            amount=told.amount,
            detail={"failure": told.failure},
        )


def _mirror_dispute(order: Order, payment: Payment, facts: ProviderFacts) -> None:
    before = payment.state
    if facts.dispute in ("open", "lost") and payment.state == "confirmed":
        charge_back(payment, facts.dispute)
    elif facts.dispute == "won" and payment.state == "charged_back":
        win_dispute(payment, "won")
    if payment.state != before:
        verb = "charge_back" if payment.state == "charged_back" else "win"
        record(order.id, "payment", payment.id, PROVIDER, verb, before, payment.state)
    if facts.dispute in ("open", "lost"):
        open_task(
            "chargeback",
            f"chargeback:{payment.id}",
            order_id=order.id,
            payment_id=payment.id,
            amount=Money(payment.captured_minor, payment.captured_currency or payment.currency),
        )


def _end(payment: Payment, facts: ProviderFacts) -> None:
    if facts.state == "expired":
        expire_payment(payment)
    elif facts.state == "failed":
        fail_payment(payment)
    elif facts.state == "unknown" and payment.expires_at and now() >= payment.expires_at:
        expire_payment(payment, "the provider never heard of it", "system")
