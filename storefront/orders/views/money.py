"""What a workshop has earned, order by order."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from storefront.kernel.paging import page_of
from storefront.ledger import artisan_balance, earned_by_parts
from storefront.orders.queries.desk import sold_parts
from storefront.orders.views import studio
from storefront.web import access, page_number, render, signed_in


@studio.get("/money")
@access("studio:owner")
def money() -> ResponseReturnValue:
    """Goods, delivery, commission and net of each part, and what the shop owes by now."""
    artisan_id = signed_in().artisan_id or 0
    found = page_of(sold_parts(artisan_id), page_number())
    return render(
        "orders/studio/money.html",
        page=found,
        earned=earned_by_parts([part.id for part in found.items]),
        balance=artisan_balance(artisan_id),
    )
