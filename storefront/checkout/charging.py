"""What a provider is told of an order: its lines, its language, and the ways back to the shop."""

from __future__ import annotations

import hmac

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import joinedload, selectinload

from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.runtime import settings
from storefront.orders import Order, SubOrder
from storefront.payments import Attempt, ChargeLine, OrderFacts

_LONGEST_NAME = 200


def order_facts(attempt: Attempt) -> OrderFacts:
    """The facts for one attempt. The same at every call, as a provider's key demands."""
    order = db.session.scalars(
        sa.select(Order)
        .where(Order.id == attempt.order_id)
        .options(
            joinedload(Order.contact), selectinload(Order.sub_orders).selectinload(SubOrder.lines)
        )
        .execution_options(populate_existing=True)
    ).one()
    here = settings().base_url
    back = {"lang": order.lang, "public_id": attempt.public_id}
    return OrderFacts(
        number=order.number,
        lang=order.lang,
        email=order.contact.email,
        lines=tuple(_lines(order)),
        return_url=here + address("payments.returned", **back),
        cancel_url=here
        + address("payments.returned", back=return_proof(attempt.public_id), **back),
        transfer_url=address("payments.transfer", lang=order.lang, token=order.token),
        rehearsal_url=address("payments.rehearsal", **back),
    )


def address(endpoint: str, **values: str) -> str:
    """The path of a page, also outside of a request."""
    return current_app.url_map.bind("").build(endpoint, values)


def return_proof(payment_public_id: str) -> str:
    """What shows that a visitor without a session id was sent back by the provider."""
    return keyed_hash(f"return {payment_public_id}")[:32]


def is_return_proof(payment_public_id: str, given: str) -> bool:
    return hmac.compare_digest(return_proof(payment_public_id).encode(), given.encode())


def _lines(order: Order) -> list[ChargeLine]:
    lines: list[ChargeLine] = []
    with force_locale(order.lang):
        for part in order.sub_orders:
            for line in part.lines:
                name = line.names.get(order.lang) or line.names.get("en") or line.sku
                if line.variant_label:
                    name = f"{name} ({line.variant_label})"
                unit = Money(line.unit_minor, order.currency)
                lines.append(ChargeLine(name[:_LONGEST_NAME], unit, line.quantity))
            if part.delivery_minor:
                carriage = gettext("Delivery: %(workshop)s", workshop=part.artisan_name)
                lines.append(
                    ChargeLine(
                        carriage[:_LONGEST_NAME], Money(part.delivery_minor, order.currency), 1
                    )
                )
    return lines
