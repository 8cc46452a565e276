"""Every mail the shop sends, in four languages: words and twin, whole, in order, and light."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import orders
from storefront.accounts import open_code
from storefront.accounts.actions.joining import EMAIL, EMAIL_OLD, RESET, SIGN_UP
from storefront.artisans import ArtisanEvent
from storefront.cart import StockWatch
from storefront.catalogue import ProductEvent
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.translated import LANGS
from storefront.notifications import MailDraft, render_mail
from storefront.notifications.delivery import Rendered
from storefront.notifications.outbox import mail_builders
from storefront.orders import Order, Parcel, Refund
from tests.factories import artisans, catalogue, listings
from tests.factories import orders as make
from tests.factories.accounts import person
from tests.rig import pages

MOST_BYTES = 100 * 1024  # beyond it a large mail provider cuts mails off
DRAWN = {"orders.received", "orders.confirmed", "orders.shipped", "orders.new_for_artisan"}
DRAWN |= {"orders.accepted", "orders.silence", "cart.back_in_stock"}


@pytest.fixture
def payloads(app: Flask, database: Any) -> dict[str, dict[str, Any]]:
    """For every topic the ids that lead to a mail."""
    person("admin", lang="en")
    return _of_orders() | _of_accounts() | _of_rooms() | _of_waiting()


def _of_orders() -> dict[str, dict[str, Any]]:
    placed, shipped = make.paid_order(currency="KRW"), make.shipped_order()
    part = placed.sub_orders[0].id
    called_off = make.paid_order()
    with transaction():
        orders.accept(called_off.sub_orders[0].id, make.ARTISAN)
        orders.cancel_part(called_off.sub_orders[0].id, make.COUNCIL, "buyer_asked")
        code = open_code("order_open", placed.token, digits=6)
    refund = db.session.scalars(sa.select(Refund.id)).one()
    parcel = db.session.scalars(sa.select(Parcel.id)).first()
    whole = ("received", "confirmed", "reminder", "expired", "cancelled", "link")
    parts = ("making", "declined", "part_cancelled", "sold_meanwhile")
    parts += ("new_for_artisan", "cancelled_artisan", "silence")
    late = ("accepted", "ready", "delivered")
    return (
        {f"orders.{name}": {"order_id": placed.id} for name in whole}
        | {f"orders.{name}": {"sub_order_id": part} for name in parts}
        | {f"orders.{name}": {"sub_order_id": shipped.sub_orders[0].id} for name in late}
        | {f"orders.{name}": {"refund_id": refund} for name in ("refunded", "refund_account")}
        | {"orders.code": {"order_id": placed.id, "code_id": code.id}}
        | {"orders.shipped": {"parcel_id": parcel}}
    )


def _of_accounts() -> dict[str, dict[str, Any]]:
    user = person(lang="en")
    asked = {
        "sign_up": (SIGN_UP, "new@example.org", None),
        "reset": (RESET, "", user.id),
        "email_change": (EMAIL, "other@example.org", user.id),
        "email_changed": (EMAIL_OLD, "old@example.org", user.id),
    }
    with transaction():
        rows = {name: open_code(*facts) for name, facts in asked.items()}
    return {f"accounts.{n}": {"code_id": row.id, "lang": "en"} for n, row in rows.items()}


def _of_rooms() -> dict[str, dict[str, Any]]:
    case = artisans.case("approved")
    listings.sent(case.applicant, case.artisan)
    event = db.session.scalars(sa.select(ArtisanEvent.id)).first()
    sent = sa.select(ProductEvent.id).where(ProductEvent.verb == "submit")
    listed = db.session.scalars(sent).one()
    names = [topic for topic in mail_builders if topic.startswith("artisans.")]
    more = [topic for topic in mail_builders if topic.startswith("catalogue.")]
    return {name: {"event_id": event} for name in names} | {
        name: {"event_id": listed} for name in more
    }


def _of_waiting() -> dict[str, dict[str, Any]]:
    gone, back = (catalogue.live_product(stock=stock) for stock in (0, 3))
    facts = {"email": "waits@example.org", "lang": "ko"}
    with transaction():
        asked = StockWatch(variant_id=gone.variants[0].id, state="asked", **facts)
        told = StockWatch(variant_id=back.variants[0].id, state="told", told_at=now(), **facts)
        db.session.add_all([asked, told])
    return {
        "cart.confirm_watch": {"watch_id": asked.id},
        "cart.back_in_stock": {"watch_id": told.id},
    }


def rendered(topic: str, payload: dict[str, Any], lang: str) -> Rendered:
    draft = mail_builders[topic](payload)
    assert isinstance(draft, MailDraft), f"{topic}: nobody to tell"
    return render_mail(replace(draft, lang=lang))


def test_every_mail_in_every_language(app: Flask, payloads: dict[str, dict[str, Any]]) -> None:
    assert set(payloads) == set(mail_builders), "a mail without a row here is never looked at"
    base = app.config["SETTINGS"].base_url
    subjects: dict[str, set[str]] = {}
    for topic, payload in payloads.items():
        for lang in LANGS:
            mail = rendered(topic, payload, lang)
            subjects.setdefault(topic, set()).add(mail.subject)
            found = faults(mail, lang, base)
            assert not found, f"{topic} in {lang}: {found}\n{mail.text}\n{mail.html}"
            has_picture = "<img" in mail.html
            assert has_picture == (topic in DRAWN) or topic not in DRAWN, topic


def faults(mail: Rendered, lang: str, base: str) -> list[str]:
    """What is wrong with one mail."""
    root, _ = pages.parse(mail.html)
    found = [] if root.get("lang") == lang else ["language is not said"]
    if not mail.subject or not mail.text.strip() or not mail.html:
        found.append("a part is missing")
    for name, words in mail._asdict().items():
        if re.search(r"%\(\w+\)|\{[{%]|None\b|\bUndefined", words):
            found.append(f"a placeholder is left in {name}")
    if "\n\n\n" in mail.text or "<" in mail.text:
        found.append("the text has holes or markup")
    if len(mail.html.encode()) > MOST_BYTES:
        found.append("it is too large")
    found += [f"a foreign address {at}" for at in addresses(mail, root) if not is_own(at, base)]
    for picture in root.iter("img"):
        if not picture.get("alt") or not picture.get("src", "").endswith(".jpg"):
            found.append(f"a picture without alt or not JPEG: {picture.attrib}")
    said, twin = plain(mail.text), plain(pages.text(root))
    found += [f"the twin lacks {line!r}" for line in said_lines(mail) if plain(line) not in twin]
    return found if said else ["no words"]


def addresses(mail: Rendered, root: Element) -> list[str]:
    inside = [element.get("href") or element.get("src") or "" for element in root.iter()]
    typed = re.findall(r"https?://\S+|(?<=\s)/\S{3,}", mail.text)
    return [at for at in [*inside, *typed, mail.unsubscribe] if at]


def is_own(address: str, base: str) -> bool:
    # Tracking leads to the courier, whose address the council keeps.
    parts, own = urlsplit(address), urlsplit(base)
    courier = parts.scheme == "https" and parts.netloc.endswith("posindonesia.co.id")
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc) or courier


def said_lines(mail: Rendered) -> list[str]:
    """Paragraphs of the text which the twin says as well, not the lists it draws."""
    body = mail.text.split("\n-- ")[0]
    drawn = re.compile(r"^(- |https?://)|:\s")
    return [line for line in body.split("\n") if line and not drawn.search(line)]


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text)


def test_an_order_s_mail_lists_each_parcel_with_its_sums(app: Flask, database: Any) -> None:
    order: Order = make.paid_order(currency="KRW", lang="fr")
    mail = rendered("orders.confirmed", {"order_id": order.id}, "fr")
    root, _ = pages.parse(mail.html)
    for part in order.sub_orders:
        assert mail.text.count(part.artisan_name) == mail.html.count(part.artisan_name) == 1
    assert len(list(root.iter("img"))) == sum(len(part.lines) for part in order.sub_orders)
    shown = pages.text(root)
    total = next(line for line in mail.text.split("\n") if line.startswith("Total"))
    assert plain(total) in plain(shown)
    assert mail.text.count("№") + mail.text.count("n°") + mail.text.count("N°") >= 2


def test_only_a_mail_nobody_needs_can_be_ended(
    app: Flask, payloads: dict[str, dict[str, Any]]
) -> None:
    ended = {topic for topic in payloads if rendered(topic, payloads[topic], "en").unsubscribe}
    assert ended == {"cart.back_in_stock"}
