"""Orders at the moments of their life a test starts from. Every factory commits.

Made through the shop's own verbs, so that stock, books, events and mails are as in life.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from storefront import orders
from storefront.catalogue import HoldRequest, Product, hold_stock, offered_variants
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.money import Money
from storefront.orders import SYSTEM, Actor, NewLine, NewOrder, NewSubOrder, Order, SubOrder
from storefront.payments import Payment, open_payment
from tests.factories.catalogue import live_product, workshop

ADDRESS: dict[str, Any] = {
    "country": "KR",
    "recipient": "한가람",
    "recipient_latin": "Han Garam",
    "phone": "+821012345678",
    "street": "서울특별시 종로구 사직로 161",
    "city": "Seoul",
    "postal_code": "03045",
    "customs_code": "P000000000001",
}
BUYER = Actor("buyer")
ARTISAN = Actor("artisan")
COUNCIL = Actor("council")


def two_workshops() -> list[Product]:
    """A piece of each of two workshops, three in stock."""
    return [live_product(workshop()), live_product(workshop(), price_idr=225_000)]


def awaiting_order(
    products: Sequence[Product] | None = None,
    *,
    quantity: int = 1,
    currency: str = "IDR",
    provider: str = "transfer",
    delivery_idr: int = 150_000,
    lang: str = "ko",
    email: str = "buyer@example.org",
    **facts: Any,
) -> Order:
    """An order that waits for its payment, with stock held and one open attempt to pay."""
    products = products or two_workshops()
    with transaction():
        order = orders.open_order(
            _new_order(products, quantity, currency, provider, delivery_idr, lang, email, facts),
            BUYER,
        )
        wanted = [
            HoldRequest(line.id, line.variant_id, line.quantity)
            for part in order.sub_orders
            for line in part.lines
            if line.counted
        ]
        hold_stock(order.id, wanted, order.pay_by_at)
        open_payment(
            order.id,
            order.instalments[0].id,
            provider,
            Money(order.total_minor, order.currency),
            order.pay_by_at,
        )
    return order


def payment_of(order: Order) -> Payment:
    """The order's newest attempt to pay."""
    return (
        db.session.query(Payment)
        .filter_by(order_id=order.id)
        .order_by(Payment.id.desc())
        .limit(1)
        .one()
    )


def pay(order: Order, minor: int | None = None, currency: str | None = None) -> Order:
    """Let money arrive: exactly what is asked, unless told otherwise."""
    payment = payment_of(order)
    amount = Money(payment.amount_minor if minor is None else minor, currency or payment.currency)
    with transaction():
        return orders.settle(payment.id, amount, SYSTEM, provider_payment=f"pi_{payment.public_id}")


def paid_order(products: Sequence[Product] | None = None, **facts: Any) -> Order:
    """A paid order whose workshops have yet to accept."""
    return pay(awaiting_order(products, **facts))


def order_ready_to_ship(products: Sequence[Product] | None = None, **facts: Any) -> Order:
    """A paid order, accepted and ready in every workshop."""
    order = paid_order(products, **facts)
    for part in order.sub_orders:
        with transaction():
            orders.accept(part.id, ARTISAN)
            orders.mark_ready(part.id, ARTISAN)
    return order


def shipped_order(products: Sequence[Product] | None = None, **facts: Any) -> Order:
    """An order whose every part is on its way in one parcel."""
    order = order_ready_to_ship(products, **facts)
    for part in order.sub_orders:
        with transaction():
            orders.ship(part.id, ARTISAN, courier="Pos", tracking_number=f"EE{part.id:09d}ID")
    return order


def completed_order(products: Sequence[Product] | None = None, **facts: Any) -> Order:
    """An order delivered and past its time for claims."""
    order = shipped_order(products, **facts)
    for part in order.sub_orders:
        with transaction():
            orders.deliver(part.id, BUYER)
            orders.complete(part.id)
    return order


def part(order: Order, at: int = 0) -> SubOrder:
    """One of an order's parts as the database has it now."""
    db.session.rollback()
    return db.session.get_one(SubOrder, order.sub_orders[at].id)


def _new_order(
    products: Sequence[Product],
    quantity: int,
    currency: str,
    provider: str,
    delivery_idr: int,
    lang: str,
    email: str,
    facts: dict[str, Any],
) -> NewOrder:
    variants = [variant.id for product in products for variant in product.variants[:1]]
    offers = offered_variants(variants, currency)
    makers = sorted({offer.artisan_id for offer in offers.values()})
    rate = max((offer.rate_micro for offer in offers.values()), default=0)
    delivery = delivery_idr if currency == "IDR" else delivery_idr // 150
    return NewOrder(
        lang=lang,
        currency=currency,
        country="KR",
        email=email,
        address=ADDRESS,
        pay_by_at=now() + dt.timedelta(hours=1),
        provider=provider,
        rate_micro=rate,
        sub_orders=[
            NewSubOrder(
                artisan_id=maker,
                artisan_name=next(o.artisan_name for o in offers.values() if o.artisan_id == maker),
                lines=[
                    NewLine.of(o, quantity, o.price)
                    for o in offers.values()
                    if o.artisan_id == maker and o.price
                ],
                delivery_minor=delivery,
                delivery_idr=delivery_idr,
                service_key="ems",
                service_name="EMS",
                delivery_days_min=5,
                delivery_days_max=10,
                lead_days_max=3,
                packed_g=160 * quantity,
            )
            for maker in makers
        ],
        **facts,
    )
