"""A small shop with one thing of each kind, owned by workshop A or buyer A, and everybody who
might look at them. What the guards over all routes walk through."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from storefront import orders, payments
from storefront.accounts import Address, RecoveryCode, User, UserSession, issue_card, issue_code
from storefront.accounts.actions.joining import EMAIL, RESET, SIGN_UP
from storefront.artisans import papers_of, propose_account
from storefront.cart import StockWatch
from storefront.council import (
    CollectionFacts,
    PlaceFacts,
    add_item,
    create_collection,
    create_place,
    publish,
)
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db, transaction
from storefront.media import MediaFile, add_file, prepare_document
from storefront.notifications import Outbox, drain_all
from storefront.notifications.models import Mail
from storefront.orders import Refund, RefundAccount
from storefront.shipping import Destination, RateBand, Service
from storefront.web import rule_of
from tests.factories import artisans, catalogue, listings
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.rig import shop
from tests.rig.databases import Databases

# Words that stand in things of one owner, and who may ever read them.
PIECE, PAPER, BANK = "Kain Rahasia Zq", "ZQPAPER771", "Pemegang Zq"
BOOK, STREET, GIVEN = "Jalan Buku Zq 7", make.ADDRESS["street"], "Pemilik Refund Zq"
COUNCIL = {"curator", "finance", "translator", "admin"}
MAY_READ = {
    PIECE: {"maker", *COUNCIL},
    PAPER: {"maker", *COUNCIL},
    BANK: {"maker", *COUNCIL},
    BOOK: {"buyer"},
    STREET: {"buyer", "maker", *COUNCIL},
    GIVEN: {"buyer", *COUNCIL},
}
ROLES = (
    "guest", "buyer", "stranger", "maker", "other_maker",
    "curator", "finance", "translator", "halfway", "admin",
)  # fmt: skip
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_actions = itertools.count(1)


@dataclass
class World:
    """The shop, its people by role, the address arguments of each endpoint, and the fields
    of those forms that name a thing themselves."""

    app: Flask
    people: dict[str, User] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    _browsers: dict[str, tuple[FlaskClient, str]] = field(default_factory=dict)

    def routes(self) -> list[tuple[Rule, str]]:
        """Every route with each of its methods."""
        return [
            (route, method)
            for route in sorted(self.app.url_map.iter_rules(), key=lambda at: at.endpoint)
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def rule(self, route: Rule, method: str) -> str:
        """The declared access rule."""
        with self.app.app_context():
            return str(rule_of(route.endpoint, method))

    def path(self, route: Rule) -> str:
        """The address of the route for the things of this world. KeyError: not in the table."""
        wanted = route.arguments - {"lang"}
        values = self.values[route.endpoint] if wanted else {}
        with self.app.test_request_context():
            lang = {"lang": "en"} if "lang" in route.arguments else {}
            return url_for(route.endpoint, **lang, **values)

    def browser(self, role: str, *, fresh: bool = False) -> tuple[FlaskClient, str]:
        """A browser signed in as the role, and the token of its forms."""
        if fresh or role not in self._browsers:
            client = FlaskClient(self.app, self.app.response_class)
            client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
            token = ""
            if role != "guest":
                sign_in(client, self.people[role], second_factor=role != "halfway")
                place = "second-factor" if role == "halfway" else "profile"
                page = client.get(f"/en/account/{place}").text
                found = re.search(r'name="?form_token"? value="([^"]+)"', page)
                assert found, role
                token = found[1]
            self._browsers[role] = client, token
        return self._browsers[role]

    def fetch(self, role: str, method: str, route: Rule, *, acts: bool, **more: Any) -> Any:
        """What this role's browser gets. With `acts` a form that would take effect if let in."""
        client, token = self.browser(role)
        path = self.path(route)
        if method not in UNSAFE:
            return client.open(path, method=method, **more)
        data = dict(self.forms.get(route.endpoint, {}))
        if token:
            data["form_token"] = token
        if acts:
            data |= {"action_id": f"world-{next(_actions)}", "version": "1", "why": "Sebab"}
        return client.open(path, method=method, data=data, **more)


@pytest.fixture(scope="module")
def world(_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One shop for all tests of a module."""
    url = _databases.fresh()
    folder: Path = tmp_path_factory.mktemp("world")
    app = shop.build(url, folder)
    made = World(app)
    with app.app_context():
        _people(made)
        _workshop(made)
        _orders(made)
        _council(made)
        for user in made.people.values():
            db.session.refresh(user)  # read outside of any session later
        db.session.remove()
    yield made
    shop.close(app)
    _databases.drop(url)


def _people(made: World) -> None:
    catalogue.reference()
    roles: dict[str, tuple[str, ...]] = {"buyer": (), "stranger": (), "halfway": ("admin",)}
    roles |= {role: (role,) for role in COUNCIL}
    made.people = {name: person(*held, lang="en") for name, held in roles.items()}
    buyer = made.people["buyer"]
    facts = {"country": "ID", "recipient": "Pembeli", "street": BOOK, "city": "Cilegon"}
    with transaction():
        address = Address(user_id=buyer.id, label="Rumah", **facts)
        session = UserSession(token_hash="x" * 64, user_id=buyer.id, expires_at=buyer.created_at)
        db.session.add_all([address, session, RecoveryCode(user_id=buyer.id, code_hash="x")])
        link = issue_code(EMAIL, "new@example.org", buyer.id)
        joining, reset = issue_code(SIGN_UP, "joins@example.org"), issue_code(RESET, "", buyer.id)
        card = issue_card(buyer.id, made.people["curator"].id, by_admin=False)
    book, who = {"public_id": address.public_id}, {"public_id": buyer.public_id}
    made.values |= {
        **{f"accounts.{name}_address": book for name in ("edit", "default", "remove")},
        "accounts.end_one": {"session_id": session.id},
        "accounts.confirm_email": {"token": link},
        "accounts.finish_sign_up": {"token": joining},
        "accounts.reset": {"token": reset},
        "accounts_council.card": who | {"code_id": card.id},
    }
    for name in ("contact", "disable", "enable", "make_card", "person", "roles", "take_factor"):
        made.values[f"accounts_council.{name}"] = who


def _workshop(made: World) -> None:
    case = artisans.case("approved", name="Sanggar A")
    made.people["maker"] = case.applicant
    made.people["other_maker"], _other = listings.maker()
    paper = artisans.paper_file(case.artisan, case.applicant)
    with transaction():
        paper.number = PAPER
        account = propose_account(
            case.artisan.id, "Bank Contoh", BANK, "00011100022", case.applicant.id
        )
    photo = next(row for row in papers_of(case.artisan.id) if row.kind == "work_photo")
    texts = {"id": listings.TEXT | {"name": PIECE}}
    piece, change = listings.sent(case.applicant, case.artisan, texts=texts)
    live = catalogue.live_product(case.artisan, stock=40)
    shelf = live.slug, live.variants[0].public_id
    waits = {"token": _waiting(live.variants[0].id)}
    here = {"public_id": case.artisan.public_id}
    own, change_at = {"public_id": piece.public_id}, {"public_id": change.public_id}
    made.values |= {
        "artisans_council.account": here | {"account_id": account.public_id, "verb": "confirm"},
        "artisans_council.file": here | {"paper_id": paper.public_id},
        "artisans_council.photo": here | {"paper_id": photo.public_id},
        "artisans_council.refuse": here | {"verb": "suspend"},
        "artisans_council.step": here | {"verb": "lift_suspension"},
        "artisans_studio.file": {"public_id": paper.public_id},
        "artisans_studio.remove": {"public_id": paper.public_id},
        "cart.change": {"variant": shelf[1]},
        "cart.undo": {"variant": shelf[1]},
        "cart.saved_line": {"variant": shelf[1]},
        **{f"cart.{name}": waits for name in ("confirm", "confirm_watch", "end", "end_watch")},
        "catalogue.category": {"slug": "ecoprint-scarves"},
        "catalogue.maker": {"slug": case.artisan.slug},
        "catalogue.product": {"slug": shelf[0]},
        "catalogue_council.price_rule": {"currency": "USD"},
        "catalogue_council.approve": change_at,
        "catalogue_council.listing": change_at,
        "catalogue_council.refuse": change_at | {"verb": "ask_changes"},
        "catalogue_council.piece": own,
        "catalogue_council.visibility": {"public_id": live.public_id, "verb": "hide"},
        "catalogue_studio.autosave": own,
        "catalogue_studio.edit": own,
        "catalogue_studio.photos": own,
        "catalogue_studio.step": own | {"verb": "withdraw"},
        "catalogue_studio.offer": {"public_id": shelf[1]},
    }
    for name in ("reject", "verify"):
        made.values[f"artisans_council.{name}"] = here | {"paper_id": paper.public_id}
    for name in ("approve", "reveal", "terms", "texts", "workshop"):
        made.values[f"artisans_council.{name}"] = here
    made.values["live"] = {"id": live.id, "public_id": live.public_id}
    made.forms = {
        "artisans_council.reveal": {"what": "nik"},
        "cart.add_line": {"variant": shelf[1], "quantity": "1"},
        "cart.change": {"quantity": "1"},
        "cart.save": {"variant": shelf[1]},
        "cart.watch": {"variant": shelf[1], "email": "waits@example.org"},
        **{f"council_council.{n}": {"piece": live.public_id} for n in ("add", "move", "remove")},
    }
    media = db.session.get_one(MediaFile, change.payload["pictures"][0]["media_id"])
    made.values["media.picture"] = {
        "name": media.name,
        "width": media.widths[0],
        "ending": "webp",
    }


def _waiting(variant_id: int) -> str:
    with transaction():
        row = StockWatch(variant_id=variant_id, email="first@example.org", lang="en")
        db.session.add(row)
    return row.token


def _orders(made: World) -> None:
    piece = db.session.get_one(catalogue.Product, made.values["live"]["id"])
    buyer = made.people["buyer"]
    facts: dict[str, Any] = {"user_id": buyer.id, "email": buyer.email, "lang": "en"}
    waiting = make.awaiting_order([piece], **facts)
    rehearsed = make.awaiting_order([piece], provider="rehearsal", **facts)
    placed, shipped = make.paid_order([piece], **facts), make.shipped_order([piece], **facts)
    called_off = make.paid_order([piece], **facts)
    slip = prepare_document(artisans.pdf(), "bukti.pdf")
    with transaction():
        orders.accept(called_off.sub_orders[0].id, make.ARTISAN)
        orders.cancel_part(called_off.sub_orders[0].id, make.COUNCIL, "buyer_asked")
        db.session.add(
            RefundAccount(
                order_id=called_off.id,
                bank="Bank",
                holder=GIVEN,
                number="0042",
                number_hash=keyed_hash("0042"),
            )
        )
        payment = make.payment_of(waiting)
        payments.add_proof(payment.id, add_file(slip, user_id=buyer.id, is_private=True).id, "")
        task = payments.open_task(
            "payment_short", "world", order_id=waiting.id, payment_id=payment.id
        )
        refund = db.session.query(Refund).filter_by(order_id=called_off.id).one()
    drain_all()
    first = {"public_id": placed.sub_orders[0].public_id}
    buyers = {"token": placed.token}
    open_link, paying = {"token": waiting.token}, {"public_id": payment.public_id}
    made.values |= {
        "orders.received": {
            "token": shipped.token,
            "public_id": shipped.sub_orders[0].public_id,
        },
        "orders.cancel": buyers | first,
        "orders_studio.advance": first | {"step": "accept"},
        "orders_council.act": first | {"step": "accept"},
        "orders_council.cancel": first,
        "orders_council.decide": {"public_id": refund.public_id, "decision": "approve"},
        "orders_council.refund_paid": {"public_id": refund.public_id},
        "orders_council.order": {"number": called_off.number},
        "orders_council.reveal": {"number": called_off.number},
        "payments.rehearsal": {"public_id": make.payment_of(rehearsed).public_id},
        "payments.returned": {"public_id": make.payment_of(rehearsed).public_id},
        "payments_council.proof": paying | {"number": 1},
        "payments_council.ask": paying,
        "payments_council.payment": paying,
        "payments_council.send_refund": {"public_id": refund.public_id},
        "payments_council.write": {"public_id": task.public_id, "step": "note"},
        "webhooks.receive": {"name": "stripe"},
    }
    for name in ("label", "part", "refuse", "send"):
        made.values[f"orders_studio.{name}"] = first
    for name in ("details", "page", "receipt", "send_code", "unlock"):
        made.values[f"orders.{name}"] = {"token": called_off.token}
    for name in ("give_up", "pay", "transfer"):
        made.values[f"payments.{name}"] = open_link
    for name in ("accept", "give_back", "take", "task"):
        made.values[f"payments_council.{name}"] = {"public_id": task.public_id}


def _council(made: World) -> None:
    stories = {
        "id": ("Pajangan", "Cerita"),
        "en": ("Wall", "Story"),
        "ko": ("", ""),
        "fr": ("", ""),
    }
    with transaction():
        wall = create_collection(CollectionFacts(texts=stories, is_wall=True), None)
        add_item(wall.id, made.values["live"]["id"], wall.version, None)
        publish(wall.id, wall.version, None)
        words = dict.fromkeys(("name", "intro", "on_display", "directions", "hours_note"), "Sentra")
        texts = dict.fromkeys(("id", "en", "ko", "fr"), words)
        sentra = create_place(PlaceFacts(texts=texts, is_published=True), None)
    for name in ("add", "board", "dates", "move", "publish", "remove", "words"):
        made.values[f"council_council.{name}"] = {"public_id": wall.public_id}  # a dict of its own
    made.values["council_council.dates"]["piece"] = made.values["live"]["public_id"]
    band, place = db.session.query(RateBand).first(), db.session.query(Destination).first()
    service_row = db.session.query(Service).first()
    assert band is not None and place is not None and service_row is not None
    service = {"key": service_row.key}
    for name in ("service", "stop"):
        made.values[f"shipping_council.{name}"] = service
    made.values |= {
        "shipping_council.band": {"band_id": band.id},
        "shipping_council.destination": {"key": place.key},
        "shipping_council.go": service | {"country": "KR"},
    }
    mail = db.session.query(Mail).first()
    sent = db.session.query(Outbox).first()
    assert mail is not None and sent is not None
    made.values |= {
        "council.collection": {"slug": wall.slug},
        "council.place": {"slug": sentra.slug},
        "council_council.place": {"public_id": sentra.public_id},
        "home.plant": {"key": "teak"},
        "home.technique": {"key": "steaming"},
        "home.page": {"slug": "about"},
        "home.short": {"slug": "about"},
        "home_council.again": {"row_id": sent.id},
        "home_council.run_now": {"name": "outbox"},
        "home_council.settings_group": {"group": "orders"},
        "sharing.piece_picture": {"stamp": "0" * 16, "slug": "x"},
        "sharing.product_feed": {"currency": "USD"},
        "sharing.site_map": {"part": 1},
        "system.mail": {"mail_id": mail.id},
        "system.mail_html": {"mail_id": mail.id},
    }
