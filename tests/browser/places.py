"""Every kind of page the shop has, with an address of it in the demo."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask

from storefront.accounts import User
from storefront.artisans import Artisan
from storefront.catalogue import ListingChange, Product, Variant
from storefront.council import Collection, Place
from storefront.kernel.db import db
from storefront.orders import Order, SubOrder


class Room(NamedTuple):
    """Pages of one kind of visitor; `person` is the mail address of a demo account, or ''."""

    person: str
    paths: list[str]


def rooms(app: Flask, lang: str) -> dict[str, Room]:
    """The pages of the tour in this language, by room."""
    with app.app_context():
        return {
            "shop": Room("", _shop(lang)),
            "buying": Room("", [f"/{lang}/cart", f"/{lang}/checkout", *_orders(lang)]),
            "account": Room("garam@example.com", _account(lang)),
            "studio": Room("ws01@example.com", _studio()),
            "applying": Room("ws15@example.com", ["/studio/apply", "/studio/papers"]),
            "council": Room("admin@example.com", _council()),
        }


def piece_in_stock(app: Flask) -> str:
    """The id of a variant that can go to every country."""
    with app.app_context():
        found = sa.select(Variant.public_id).join(Product).where(
            Product.state == "live", Product.availability == "stock", Variant.on_hand > 2,
            Product.food.is_(None),
        )  # fmt: skip
        return _first(found.order_by(Variant.id))


def _shop(lang: str) -> list[str]:
    piece = sa.select(Product.slug).where(Product.state == "live").order_by(Product.id)
    maker = sa.select(Artisan.slug).where(Artisan.state == "approved").order_by(Artisan.id)
    shown = sa.select(Collection.slug).where(Collection.is_published, ~Collection.is_wall)
    sold = sa.select(Product.slug).join(Variant).where(
        Product.state == "live", Product.availability == "one_of_a_kind", Variant.on_hand == 0
    )  # fmt: skip
    paths = [
        "",
        "products",
        "categories/bags-wallets",
        "search?q=daun",
        "search?q=xyzzy",
        f"products/{_first(piece)}",
        f"products/{_first(sold)}",
        f"makers/{_first(maker)}",
        "makers",
        "makers?district=Cibeber",
        "techniques",
        "techniques/steaming",
        "plants",
        "plants/teak",
        "plants/indigo",
        "places",
        "places/sentra-kriya",
        f"collections/{_first(shown)}",
        "cart",
        "wish-list",
        "stock-notices/sent",
        "stock-notices/no-such-link/end",
        "pages/about",
        "pages/shipping-and-returns",
        "orders/find",
        "account/sign-in",
        "account/sign-up",
        "account/forgotten",
        "account/card",
    ]
    return [f"/{lang}/{path}" for path in paths]


def _orders(lang: str) -> list[str]:
    token = sa.select(Order.token).order_by(Order.id)
    waiting = _first(token.where(Order.state == "awaiting_payment", Order.provider == "transfer"))
    shipped = _first(token.join(SubOrder).where(SubOrder.state == "shipped"))
    return [
        f"/{lang}/orders/{path}"
        for path in (
            waiting,
            f"{waiting}/pay",
            f"{waiting}/transfer",
            shipped,
            f"{shipped}/receipt",
            f"{shipped}/unlock",
        )
    ]


def _account(lang: str) -> list[str]:
    names = ("", "orders", "addresses", "addresses/new", "profile", "sessions", "privacy")
    return [f"/{lang}/account/{name}" for name in names]


def _studio() -> list[str]:
    mine = sa.select(Artisan.id).join(User, User.email == "ws01@example.com").where(
        Artisan.slug == "godhong"
    )  # fmt: skip
    maker = db.session.scalar(mine) or _first(sa.select(Artisan.id).order_by(Artisan.id))
    parts = sa.select(SubOrder.public_id).where(SubOrder.artisan_id == maker)
    new = parts.where(SubOrder.state == "to_confirm")
    part = db.session.scalars(new).first() or _first(parts)
    ready = db.session.scalars(parts.where(SubOrder.state.in_(("ready", "accepted", "making"))))
    product = _first(
        sa.select(Product.public_id).where(Product.artisan_id == maker, Product.state == "live")
    )
    paths = [
        "orders",
        "orders?show=done",
        f"orders/{part}",
        f"orders/{part}/decline",
        "products",
        "products/new",
        f"products/{product}/edit",
        "money",
        "workshop",
        "papers",
    ]
    if sending := ready.first():
        paths += [f"orders/{sending}/ship", f"orders/{sending}/label"]
    return [f"/studio/{path}" for path in paths]


def _council() -> list[str]:
    order = _first(sa.select(Order).join(SubOrder).where(SubOrder.state == "declined"))
    change = sa.select(ListingChange.public_id).where(ListingChange.state == "submitted")
    queued = sa.select(Artisan.public_id).where(Artisan.state == "documents_check")
    board = sa.select(Collection.public_id).where(Collection.is_wall)
    user = sa.select(User.public_id).where(User.email == "ws01@example.com")
    paths = [
        "",
        "orders",
        f"orders/{order.number}",
        "finance",
        "finance/payments",
        "finance/account",
        "workshops",
        f"workshops/{_first(queued)}",
        "listings",
        f"listings/{_first(change)}",
        "curation",
        f"curation/{_first(board)}",
        "curation/new",
        "places",
        f"places/{_first(sa.select(Place.public_id).order_by(Place.id))}",
        "places/new",
        "prices",
        "prices/KRW",
        "settings",
        "settings/orders",
        "people",
        f"people/{_first(user)}",
        "jobs",
        "outbox",
    ]
    return [f"/council/{path}" for path in paths]


def _first(question: Any) -> Any:
    found = db.session.scalars(question).first()
    assert found is not None, f"the demo has no such row: {question}"
    return found
