"""What the cart's page shows of delivery: the cart stands on a lower floor and cannot ask."""

from __future__ import annotations

from flask import Flask, g

from storefront.cart import PricedCart
from storefront.kernel.money import Money
from storefront.shipping import destination, parcel, parcels_offers


def init_estimates(app: Flask) -> None:
    """Let the cart's template ask for delivery."""
    app.jinja_env.globals.update(delivery_estimates=delivery_estimates, destination_of=destination)


def delivery_estimates(cart: PricedCart) -> list[Money | None]:
    """The cheapest way for each parcel to the chosen country. At home the province decides, which
    is not known yet, so that nothing is guessed there."""
    if g.ship_to == "ID":
        return [None for _group in cart.groups]
    specs = [parcel(group.pieces, country=g.ship_to) for group in cart.groups]
    cheapest = [min((o.fee_idr for o in offers), default=None) for offers in parcels_offers(specs)]
    return [None if fee is None else cart.money(fee) for fee in cheapest]
