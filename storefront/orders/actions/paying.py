"""Money has arrived: what it pays, what it frees, and what a person must look at."""

from __future__ import annotations

import sqlalchemy as sa

from storefront.catalogue import allocate_holds, release_holds, restock
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.money import Money
from storefront.kernel.rates import to_idr
from storefront.ledger import (
    ADVANCES,
    COMMISSION,
    EXCHANGE,
    UNMATCHED,
    Leg,
    artisan,
    clearing,
    delivery,
    post,
)
from storefront.notifications import queue_mail
from storefront.orders import settings
from storefront.orders.actions.invoicing import issue_invoice
from storefront.orders.actions.journal import (
    SYSTEM,
    Actor,
    locked_order,
    move_order,
    move_part,
    recompute,
    record,
)
from storefront.orders.actions.refunding import refund_rest
from storefront.orders.models import Order, SubOrder
from storefront.payments import Payment, confirm_payment, open_task


def settle(
    payment_id: int, captured: Money, actor: Actor, *, provider_payment: str | None = None
) -> Order:
    """Book money a provider or finance has confirmed; the one way an order becomes paid.

    Harmless when repeated. Money that is late, short, too much, doubled or in another currency is
    kept in the books and given to finance as a task; it never places an order by a guess.
    """
    order = locked_order(_order_of(payment_id))
    (payment,) = lock(Payment, [payment_id])
    if payment.state == "confirmed":
        return order
    flag = _flag(order, payment, captured)
    before = payment.state
    confirm_payment(payment, captured, provider_payment=provider_payment, flag=flag)
    record(order.id, "payment", payment.id, actor, "confirm", before, "confirmed", why=flag)
    if flag in ("", "excess"):
        _pay_instalment(order, payment, actor)
    if flag:
        _keep_apart(order, payment, captured, flag)
    recompute(order)
    return order


def _order_of(payment_id: int) -> int:
    return db.session.scalars(sa.select(Payment.order_id).where(Payment.id == payment_id)).one()


def _flag(order: Order, payment: Payment, captured: Money) -> str:
    """What is wrong with this money: '' when it is exactly what the order waits for."""
    if captured.currency != payment.currency:
        return "foreign"
    if order.state in ("placed", "completed"):
        return "double"
    if order.state == "cancelled":
        return "late"
    if captured.minor < payment.amount_minor:
        return "short"
    if captured.minor > payment.amount_minor:
        return "excess"
    return ""


def _keep_apart(order: Order, payment: Payment, captured: Money, flag: str) -> None:
    """Book what the order does not own to `unmatched`, and put it on finance's list."""
    surplus = captured
    if flag == "excess":
        surplus = captured - Money(payment.amount_minor, payment.currency)
    value = _rupiah(order, surplus)
    post(
        "unmatched_money",
        f"unmatched:{payment.id}",
        [
            Leg(clearing(payment.provider), surplus, value),
            Leg(UNMATCHED, -surplus, -value),
        ],
        order_id=order.id,
        payment_id=payment.id,
        memo=flag,
    )
    open_task(
        f"payment_{flag}",
        f"payment:{payment.id}:{flag}",
        order_id=order.id,
        payment_id=payment.id,
        amount=surplus,
    )


def _pay_instalment(order: Order, payment: Payment, actor: Actor) -> None:
    for instalment in order.instalments:
        if instalment.id == payment.instalment_id or payment.instalment_id is None:
            instalment.paid_minor = instalment.amount_minor
    if all(part.paid_minor >= part.amount_minor for part in order.instalments):
        _place(order, payment, actor)
        return
    if order.state == "awaiting_payment":
        move_order(order, "pay_part", actor)
    amount = Money(payment.amount_minor, payment.currency)
    value = _rupiah(order, amount)
    post(
        "instalment",
        f"instalment:{payment.id}",
        [Leg(clearing(payment.provider), amount, value), Leg(ADVANCES, -amount, -value)],
        order_id=order.id,
        payment_id=payment.id,
    )


def _place(order: Order, payment: Payment, actor: Actor) -> None:
    """Holds become allocations, workshops are told, the sale is booked.

    An order that had expired takes its pieces again; a part whose pieces went to somebody else
    meanwhile is cancelled and refunded by the rule.
    """
    lock(SubOrder, [part.id for part in order.sub_orders])
    move_order(order, "pay", actor)
    order.placed_at = now()
    gone = allocate_holds(order.id)
    _book_sale(order, payment)
    for part in order.sub_orders:
        if any(line.id in gone for line in part.lines):
            _give_back(part, gone)
        else:
            _hand_to_workshop(part)
    queue_mail("orders.confirmed", f"orders.confirmed:{order.id}", {"order_id": order.id})


def _hand_to_workshop(part: SubOrder) -> None:
    move_part(part, "pay", SYSTEM)
    part.accept_by_at = part.due_at = now() + settings.days("orders.accept_days")
    issue_invoice(part)
    queue_mail("orders.new_for_artisan", f"orders.new:{part.id}", {"sub_order_id": part.id})


def _give_back(part: SubOrder, gone: set[int]) -> None:
    for line in part.lines:
        if line.counted and line.id not in gone:
            line.restocked_quantity = restock(line.id, line.variant_id, line.quantity, None)
    move_part(part, "cancel", SYSTEM, "sold_meanwhile")
    refund_rest(part, "sold_meanwhile", SYSTEM)
    queue_mail("orders.sold_meanwhile", f"orders.sold:{part.id}", {"sub_order_id": part.id})
    open_task(
        "sold_meanwhile",
        f"sold_meanwhile:{part.id}",
        order_id=part.order_id,
        amount=Money(part.total_minor, part.currency),
    )


def _book_sale(order: Order, payment: Payment) -> None:
    """Debit what the provider holds; credit workshops, carriage, commission; the rest is exchange.

    The rupiah value of foreign money is taken at the order's frozen rate. What earlier
    instalments brought stands under advances and is taken from there.
    """
    currency = order.currency
    legs: list[Leg] = []
    credited = 0
    for part in order.sub_orders:
        goods = Money(part.goods_minor - part.commission_minor, currency)
        goods_idr = part.goods_idr - part.commission_idr
        legs += [
            Leg(artisan(part.artisan_id), -goods, -goods_idr, part.id),
            Leg(
                delivery(part.artisan_id),
                Money(-part.delivery_minor, currency),
                -part.delivery_idr,
                part.id,
            ),
            Leg(COMMISSION, Money(-part.commission_minor, currency), -part.commission_idr, part.id),
        ]
        credited += part.goods_idr + part.delivery_idr
    now_paid = Money(payment.amount_minor, currency)
    advances = Money(order.total_minor, currency) - now_paid
    value, earlier = _rupiah(order, now_paid), _rupiah(order, advances)
    legs.append(Leg(clearing(payment.provider), now_paid, value))
    legs.append(Leg(ADVANCES, advances, earlier))
    legs.append(Leg(EXCHANGE, Money.zero(currency), credited - value - earlier))
    post("sale", f"sale:{order.id}", legs, order_id=order.id, payment_id=payment.id)


def _rupiah(order: Order, amount: Money) -> int:
    if amount.currency == "IDR":
        return amount.minor
    if amount.currency != order.currency:
        return 0  # no rate was frozen for it: finance values it when the task is closed
    return to_idr(amount, order.rate_micro)


def expire_order(order_id: int, actor: Actor = SYSTEM) -> bool:
    """Free an unpaid order's pieces once deadline and grace are over; False when not due."""
    order = locked_order(order_id)
    if order.state != "awaiting_payment":
        return False
    if now() < order.pay_by_at + settings.minutes("orders.grace_minutes"):
        return False
    release_holds(order.id)
    move_order(order, "expire", actor)
    queue_mail("orders.expired", f"orders.expired:{order.id}", {"order_id": order.id})
    return True


def cancel_order(order_id: int, actor: Actor, why: str = "") -> Order:
    """Give up an unpaid order. Its open payments are called off by the caller, at the provider too.

    Raises NotAllowed once money has arrived.
    """
    order = locked_order(order_id)
    lock(SubOrder, [part.id for part in order.sub_orders])
    move_order(order, "cancel", actor, why)
    for part in order.sub_orders:
        move_part(part, "cancel", actor, why)
    release_holds(order.id)
    queue_mail("orders.cancelled", f"orders.cancelled:{order.id}", {"order_id": order.id})
    return order
