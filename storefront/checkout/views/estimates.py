"""What the pages of the cart and of a piece show of delivery: they stand on lower floors and
cannot ask."""

from __future__ import annotations

from flask import Flask, g

from storefront.cart import PricedCart
from storefront.catalogue import vocabulary
from storefront.checkout.piece import piece_delivery, piece_returns
from storefront.kernel.money import Money
from storefront.shipping import destination, parcel, parcels_offers


def init_estimates(app: Flask) -> None:
    """Let templates of lower floors ask for delivery and returns."""
    app.jinja_env.globals.update(
        delivery_estimates=delivery_estimates,
        destination_of=destination,
        piece_delivery=piece_delivery,
        piece_returns=piece_returns,
        about_money=about_money,
    )


def about_money(idr: int) -> Money | None:
    """What rupiah are about worth in the reader's currency; None for rupiah itself."""
    return None if g.currency == "IDR" else vocabulary().estimate(idr, g.currency)


def delivery_estimates(cart: PricedCart) -> list[Money | None]:
    """The cheapest way for each parcel to the chosen country. At home the province decides, which
    is not known yet, so that nothing is guessed there."""
    if g.ship_to == "ID":
        return [None for _group in cart.groups]
    specs = [parcel(group.pieces, country=g.ship_to) for group in cart.groups]
    cheapest = [min((o.fee_idr for o in offers), default=None) for offers in parcels_offers(specs)]
    return [None if fee is None else cart.money(fee) for fee in cheapest]
