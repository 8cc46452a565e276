"""Fields that a form does not have are not obeyed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import Address, User, UserRole
from storefront.artisans import Artisan, ArtisanDocument, BankAccount
from storefront.catalogue import ListingChange, Price, Product, Variant
from storefront.kernel.db import db, transaction
from storefront.orders import Order, OrderLine, Refund, SubOrder
from storefront.payments import FinanceTask, Payment
from storefront.shipping import forget_tariffs, load_reference
from tests.factories.accounts import sign_in
from tests.factories.world import World
from tests.rig import pages
from tests.rig.client import PageClient, find_form, form_values

# What nobody may set by sending it along.
EXTRA = {
    "role": "admin",
    "roles": "admin",
    "rights": "owner",
    "is_admin": "1",
    "artisan_id": "1",
    "user_id": "1",
    "owner_id": "1",
    "id": "1",
    "public_id": "chosen-by-me",
    "price": "1",
    "price_idr": "1",
    "unit_minor": "1",
    "total_minor": "1",
    "amount_minor": "1",
    "fee": "0",
    "commission_bp": "0",
    "state": "approved",
    "status": "approved",
    "verified": "1",
    "verified_at": "2020-01-01",
    "email_confirmed_at": "2020-01-01",
    "password_hash": "x",
    "totp_secret": "x",
    "paid": "1",
    "paid_minor": "99999999",
    "code": "Z999",
    "slug": "taken-over",
    "is_demo": "1",
    "on_hand": "999",
    "held": "0",
}
PROTECTED: dict[Any, tuple[str, ...]] = {
    User: ("id", "public_id", "state", "email", "password_hash", "totp_secret", "is_demo"),
    UserRole: ("user_id", "role", "artisan_id", "rights"),
    Artisan: ("id", "public_id", "state", "code", "commission_bp"),
    ArtisanDocument: ("id", "artisan_id", "state", "decided_by"),
    BankAccount: ("id", "artisan_id"),
    Product: ("id", "public_id", "artisan_id", "state", "slug", "number"),
    Variant: ("id", "product_id", "price_idr", "on_hand", "held"),
    Price: ("variant_id", "currency", "amount_minor"),
    ListingChange: ("product_id", "state"),
    Order: ("id", "token", "user_id", "state", "total_minor", "currency"),
    SubOrder: ("id", "artisan_id", "state", "total_minor"),
    OrderLine: ("id", "unit_minor", "unit_idr", "commission_bp"),
    Payment: ("id", "order_id", "state", "amount_minor", "captured_minor"),
    Refund: ("id", "state", "amount_minor"),
    FinanceTask: ("id", "order_id", "amount_minor"),
    Address: ("user_id",),
}
# Role, page, and the endings of the forms on it that are sent.
PAGES = [
    ("buyer", "/en/account/profile", ("/profile",)),
    ("buyer", "/en/account/addresses", ("/default",)),
    ("buyer", "/en/account/addresses/{book}", ("{book}",)),
    ("buyer", "/en/account/addresses/new", ("/new",)),
    ("buyer", "/en/account/password", ("/password",)),
    ("buyer", "/en/account/email", ("/email",)),
    ("buyer", "/en/orders/{token}/details", ("/details",)),
    ("buyer", "/en/orders/{waiting}/transfer", ("/transfer",)),
    ("maker", "/studio/workshop", ("/texts", "/closed", "/account", "/picture")),
    ("maker", "/studio/papers", ("/papers", "/photos")),
    ("maker", "/studio/products", ("{variant}",)),
    ("maker", "/studio/products/new", ("/new",)),
    ("maker", "/studio/orders/{part}/ship", ("/ship",)),
    ("curator", "/council/people/{person}/contact", ("/contact",)),
    ("curator", "/council/people/new", ("/new",)),
    ("finance", "/council/finance/tasks/{task}", ("/take", "/note")),
]


def protected() -> dict[str, list[Any]]:
    """All that no form of these pages may change, row by row."""
    db.session.rollback()
    found = {}
    for model, names in PROTECTED.items():
        columns = [getattr(model, name) for name in names if hasattr(model, name)]
        rows = db.session.execute(sa.select(*columns).order_by(*columns[:1])).all()
        found[model.__tablename__] = sorted(map(repr, rows))
    return found


def addresses(world: World) -> dict[str, str]:
    values = world.values
    return {
        "book": values["accounts.edit_address"]["public_id"],
        "token": values["orders.details"]["token"],
        "waiting": values["payments.transfer"]["token"],
        "variant": values["catalogue_studio.offer"]["public_id"],
        "part": values["orders_studio.part"]["public_id"],
        "person": values["accounts_council.person"]["public_id"],
        "task": values["payments_council.task"]["public_id"],
    }


@pytest.mark.parametrize(("role", "page", "endings"), PAGES)
def test_of_the_present_forms(world: World, role: str, page: str, endings: tuple[str, ...]) -> None:
    names = addresses(world)
    world.app.test_client_class = PageClient
    client: Any = sign_in(world.app.test_client(), world.people[role])
    shown = client.get(page.format(**names))
    assert shown.status_code == 200, page
    with world.app.app_context():
        before = protected()
    sent = 0
    root, _faults = pages.parse(shown.text)
    for form in [form for main in root.iter("main") for form in main.iter("form")]:
        action = urlsplit(form.get("action") or page.format(**names)).path
        is_wanted = action.endswith(tuple(ending.format(**names) for ending in endings))
        if (form.get("method") or "").lower() != "post" or not is_wanted:
            continue
        values = form_values(root, form, None)
        for name, value in EXTRA.items():
            if name not in values.keys_known:
                values.data.add(name, value)
        answer = client.post(action, data=values.data)
        assert answer.status_code < 500, action
        sent += 1
    assert sent, f"{page} has none of these forms: {endings}"
    with world.app.app_context():
        after = protected()
    for table, rows in before.items():
        lost = set(rows) - set(after[table])
        assert not lost, f"{page} changed {table}: {lost}, now {set(after[table]) - set(rows)}"
        grown = [row for row in set(after[table]) - set(rows) if "admin" in row or "chosen" in row]
        assert not grown, grown


def test_of_the_sign_up(app: Flask, client: PageClient, database: Any) -> None:
    from storefront.accounts import issue_code
    from storefront.accounts.actions.joining import SIGN_UP

    with transaction():
        token = issue_code(SIGN_UP, "new@example.org")
    page = client.get(f"/en/account/sign-up/{token}")
    root, _faults = pages.parse(page.text)
    (form,) = [form for main in root.iter("main") for form in main.iter("form")]
    values = form_values(root, form, None)
    typed = {"name": "Baru", "password": "lumbung padi di bukit", "agreed": "y"}
    extra = {"email": "admin@example.org"} | EXTRA
    for name, value in ({n: v for n, v in extra.items() if n not in typed} | typed).items():
        values.data.setlist(name, [value])
    assert client.post(f"/en/account/sign-up/{token}", data=values.data).status_code == 303
    database.session.rollback()
    user = database.session.query(User).one()
    assert (user.email, user.state, user.is_demo) == ("new@example.org", "active", False)
    assert user.roles == [] and user.password_hash != "x" and user.public_id != "chosen-by-me"


def test_of_the_checkout(app: Flask, client: PageClient, database: Any) -> None:
    from tests.checkout.test_placing import KOREAN, typed
    from tests.factories.catalogue import live_product

    with transaction():
        load_reference()
    forget_tariffs()
    product = live_product(price_idr=685_000, stock=3)
    line = {"variant": product.variants[0].public_id, "quantity": 1} | EXTRA
    assert client.post("/ko/cart/lines", data=line).status_code == 303
    page = client.get("/ko/checkout")
    root, _faults = pages.parse(page.text)
    values = form_values(root, find_form(page, "checkout"), "do=place")
    for name, value in typed(page, KOREAN).items():
        values.data.setlist(name, ["y" if value is True else value])
    for name, value in EXTRA.items():
        if name not in values.keys_known:
            values.data.add(name, value)
    values.data.update({"delivery_minor": "0", "discount": "999999", "currency": "IDR"})
    assert client.post("/ko/checkout", data=values.data).status_code == 303
    database.session.rollback()
    order = database.session.query(Order).one()
    sold = order.sub_orders[0].lines[0]
    price = database.session.query(Price).filter_by(variant_id=sold.variant_id, currency="KRW")
    assert sold.unit_minor == price.one().amount_minor and sold.unit_idr == 685_000
    assert (order.state, order.user_id, order.currency) == ("awaiting_payment", None, "KRW")
    assert order.sub_orders[0].delivery_minor > 0
    assert order.total_minor == sold.unit_minor + order.sub_orders[0].delivery_minor
    assert database.session.query(Payment).one().amount_minor == order.total_minor
