"""Receipts: numbered per workshop and year without a gap, frozen at issue."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storefront.kernel.clock import WIB, now
from storefront.kernel.db import db
from storefront.orders.models import Invoice, InvoiceSeries, SubOrder


def issue_invoice(part: SubOrder) -> Invoice:
    """Number and freeze the receipt of a paid sub-order. Amounts as charged; ids, no buyer data."""
    content: dict[str, Any] = {
        "order": part.order.number,
        "seller": part.artisan_name,
        "currency": part.currency,
        "lines": [
            {
                "sku": line.sku,
                "names": line.names,
                "quantity": line.quantity,
                "unit_minor": line.unit_minor,
            }
            for line in part.lines
        ],
        "goods_minor": part.goods_minor,
        "delivery_minor": part.delivery_minor,
        "total_minor": part.total_minor,
    }
    series = str(now().astimezone(WIB).year)
    invoice = Invoice(
        artisan_id=part.artisan_id,
        series=series,
        number=_next_number(part.artisan_id, series),
        order_id=part.order_id,
        sub_order_id=part.id,
        content=content,
        content_hash=content_hash(content),
    )
    db.session.add(invoice)
    return invoice


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the frozen content, by which a later change shows."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _next_number(artisan_id: int, series: str) -> int:
    # One statement counts on and locks the row until the commit: two sales of one workshop queue
    # here, and a rolled-back sale gives its number back, so that no gap can arise.
    dialect = db.session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    counted = (
        insert(InvoiceSeries)
        .values(artisan_id=artisan_id, series=series, last_number=1)
        .on_conflict_do_update(
            index_elements=["artisan_id", "series"],
            set_={"last_number": InvoiceSeries.last_number + 1},
        )
        .returning(InvoiceSeries.last_number)
    )
    return int(
        db.session.scalars(sa.select(InvoiceSeries.last_number).from_statement(counted)).one()
    )
