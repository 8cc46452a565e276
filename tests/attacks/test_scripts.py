"""What people type is shown as text, wherever it turns up: pages, JSON-LD, mails."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import orders
from storefront.council import CollectionFacts, add_item, create_collection, publish
from storefront.kernel.db import transaction
from storefront.notifications import Mail, drain_all
from tests.factories import catalogue
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.rig import pages
from tests.rig.client import PageClient

pytestmark = pytest.mark.engines("sqlite")  # escaping knows nothing of the engine

# Each would name itself: an element zq, an attribute on…, an address or a script that says zq.
PAYLOADS = (
    "<script>zq()</script>",
    '"><img src=zq onerror=zq()>',
    "' onmouseover='zq()' x='",
    "</script><script>zq()</script>",
    "</title></textarea><zq>",
    "<svg/onload=zq()>",
    "javascript:zq()",
    "{{7*'7'}}{%zq%}${7*7}",
    "]]><zq/><!--",
    "\u2028zq()//",
    "&lt;zq&gt;&#60;zq&#62;",
    "\\u003czq\\u003e`zq`",
)
ADDRESSED = ("href", "src", "action", "formaction", "srcset", "poster", "data")


def live(root: Element) -> list[str]:
    """Everything in a parsed page that would act on a payload."""
    found = []
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag == "zq":
            found.append(f"element {tag}")
        acts = tag == "script" and element.get("type") != "application/ld+json"
        if acts and "zq" in "".join(element.itertext()):
            found.append("script")
        for name, value in element.attrib.items():
            if str(name).lower().startswith("on"):
                found.append(f"{tag} {name}={value}")
            if name in ADDRESSED and value.strip().lower().startswith(("javascript:", "zq")):
                found.append(f"{tag} {name}={value}")
    return found


def check(html: str, where: str) -> None:
    root, _faults = pages.parse(html)
    assert not live(root), f"{where}: {live(root)}"
    assert "7777777" not in html, f"{where}: a template was run"
    for element in root.iter():
        if str(element.tag).endswith("script") and element.get("type") == "application/ld+json":
            json.loads("".join(element.itertext()))


@pytest.fixture(params=range(0, len(PAYLOADS), 4), ids=lambda at: f"from {at}")
def payloads(request: pytest.FixtureRequest) -> tuple[str, ...]:
    at: int = request.param
    return PAYLOADS[at : at + 4]


@pytest.fixture
def made(database: Any, payloads: tuple[str, ...], monkeypatch: Any) -> dict[str, Any]:
    """Per payload a workshop, a piece, a wall and an order full of it, by a buyer of that name."""
    found: dict[str, Any] = {"slugs": [], "makers": [], "orders": [], "mails": []}
    buyer = person(name=payloads[0], lang="en")
    for payload in payloads:
        maker = catalogue.workshop(payload, contact_name=payload, street=payload)
        with transaction():
            for row in maker.translations:
                row.story = row.tagline = payload
        piece = catalogue.live_product(maker, names=dict.fromkeys(catalogue.NAMES, payload))
        with transaction():
            for text in piece.translations:
                text.summary = text.body = payload
            piece.variants[0].label = payload
            piece.pictures[0].alt = {"en": payload}
            texts = dict.fromkeys(catalogue.NAMES, (payload, payload))
            wall = create_collection(
                CollectionFacts(slug=f"wall-{piece.id}", texts=texts, is_wall=True), None
            )
            add_item(wall.id, piece.id, wall.version, None)
            publish(wall.id, wall.version, None)
        changed = ("recipient", "recipient_latin", "street", "city", "extra")
        monkeypatch.setattr(make, "ADDRESS", make.ADDRESS | dict.fromkeys(changed, payload))
        order = make.paid_order([piece], buyer_note=payload, user_id=buyer.id, lang="en")
        gone = make.paid_order([piece], user_id=buyer.id, lang="en")
        with transaction():
            orders.decline(gone.sub_orders[0].id, make.ARTISAN, payload)
        found["slugs"].append((piece.slug, wall.slug, piece.variants[0].public_id))
        found["makers"].append((maker.slug, maker.public_id, person(artisan_id=maker.id)))
        found["orders"] += [
            (each.token, each.number, each.sub_orders[0].public_id) for each in (order, gone)
        ]
    drain_all()
    found["mails"] = list(database.session.scalars(sa.select(Mail.html)))
    found["buyer"], found["admin"] = buyer, person("admin", lang="en")
    return found


def test_in_the_shop(app: Flask, client: PageClient, made: dict[str, Any]) -> None:
    sign_in(client, made["buyer"])
    paths = ["/en/", "/en/products", "/en/makers", "/en/categories/ecoprint-scarves", "/en/cart"]
    paths += ["/en/account/", "/en/account/orders", "/en/account/profile", "/sitemap.xml"]
    for piece, wall, variant in made["slugs"]:
        client.post("/en/cart/lines", data={"variant": variant, "quantity": 1})
        paths += [f"/{lang}/products/{piece}" for lang in catalogue.NAMES]
        paths.append(f"/en/collections/{wall}")
    paths += [f"/en/makers/{slug}" for slug, _name, _owner in made["makers"]]
    for token, _number, _part in made["orders"]:
        paths += [f"/en/orders/{token}{end}" for end in ("", "/details", "/receipt")]
    paths += ["/en/cart", "/en/checkout"]
    for path in paths:
        html = client.get(path, follow_redirects=True).text
        check(html, path)
        assert "zq" in html or "/products/" not in path, "the payload is not on its own page"


def test_in_the_rooms(app: Flask, client: PageClient, made: dict[str, Any]) -> None:
    for (_slug, _name, owner), (_t, _n, part), (_t2, _n2, gone) in zip(
        made["makers"], made["orders"][::2], made["orders"][1::2], strict=True
    ):
        studio: Any = sign_in(app.test_client(), owner)
        for path in ("orders", "products", "workshop", "papers", "money", f"orders/{part}"):
            check(studio.get(f"/studio/{path}").text, path)
        for path in (f"orders/{gone}", f"orders/{part}/label", f"orders/{part}/decline"):
            check(studio.get(f"/studio/{path}").text, path)
    sign_in(client, made["admin"])
    paths = ["", "people", "workshops", "orders", "curation", "finance", "listings", "prices"]
    paths += [f"workshops/{name}" for _slug, name, _owner in made["makers"]]
    paths += [f"orders/{number}" for _token, number, _part in made["orders"]]
    paths.append(f"people/{made['buyer'].public_id}")
    for path in paths:
        check(client.get(f"/council/{path}").text, path)


def test_in_mails(database: Any, made: dict[str, Any]) -> None:
    assert len(made["mails"]) >= len(made["orders"])
    for html in made["mails"]:
        check(html, "mail")
    for subject in database.session.scalars(sa.select(Mail.subject)):
        assert "\n" not in subject and "\r" not in subject


def test_in_what_was_just_typed(client: PageClient) -> None:
    for payload in PAYLOADS:
        for path in ("search", "products", "checkout", "account/sign-in"):
            check(
                client.get(f"/en/{path}", query_string={"q": payload, "next": payload}).text, path
            )
        typed = {"identifier": payload, "password": payload, "next": payload}
        check(client.post("/en/account/sign-in", data=typed).text, "sign-in")
        check(client.post("/en/account/sign-up", data={"email": payload}).text, "sign-up")
        check(client.get(f"/en/{payload}").text, "not found")
