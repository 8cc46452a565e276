"""A few trial pages on top of the real app, and a person to open them with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue

from storefront import app as wiring
from storefront.kernel.db import db
from storefront.kernel.errors import ShopError
from storefront.web import (
    Principal,
    access,
    form_token,
    notice,
    once,
    principal,
    public_page,
    set_principal_loader,
)
from storefront.web.limits import LimitCount
from storefront.web.notices import take_notices
from tests.rig import shop
from tests.rig.client import PageClient

PERSON = Principal(7, "person7", "Wawan", "id", session_id="session-of-7")
Become = Callable[..., None]


class OutOfCloth(ShopError):
    message = "Only %(left)s metres are left."


@pytest.fixture
def person() -> Iterator[Become]:
    """Call it to be somebody: `person(roles={"finance"})`; `person(nobody=True)` for nobody."""
    present: dict[str, Principal | None] = {"person": None}
    before = set_principal_loader.__globals__["_load"]
    set_principal_loader(lambda: present["person"])

    def become(*, nobody: bool = False, **changes: Any) -> None:
        for name in ("roles", "artisan_rights"):
            changes[name] = frozenset(changes.get(name, ()))
        present["person"] = None if nobody else dataclasses.replace(PERSON, **changes)

    yield become
    set_principal_loader(before)


def page(text: str) -> str:
    """The least that is a good page."""
    return (
        f'<!doctype html><html lang="{g.lang}"><head><meta charset="utf-8">'
        f"<title>Trial</title></head><body><main><h1>Trial</h1><p>{text}</p></main></body></html>"
    )


@pytest.fixture
def trial(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The web floor alone, with pages of every rule under /<lang>/trial and /trial."""
    monkeypatch.setattr(wiring, "BLUEPRINTS", [])
    monkeypatch.setattr(wiring, "SETUPS", [])
    app = shop.build(database_url, tmp_path)
    app.test_client_class = PageClient
    pages = Blueprint("trial", __name__)
    for rule in (
        "public signed_in studio studio:owner council council:finance development signature"
    ).split():
        name = rule.replace(":", "_")
        view = access(rule)(lambda: page(f"{g.lang} {form_token()}"))
        pages.add_url_rule(f"/trial/{name}", name, view, methods=["GET", "POST"])
    for view in (undeclared, by_method, seen, spends, spends_cached, breaks, peeks, choice, says):
        path = getattr(view, "path", f"/trial/{view.__name__}")
        pages.add_url_rule(path, view.__name__, view, methods=["GET", "POST"])
    app.register_blueprint(pages)
    yield app
    shop.close(app)


def undeclared() -> str:
    return page("never seen")


@access(GET="public")
def by_method() -> str:
    return page("reading only")


@access("public")
def seen() -> str:
    return page(" / ".join(f"{item.kind}: {item.text}" for item in take_notices()))


@access("public")
def says() -> ResponseReturnValue:
    notice("Hello")
    return "", 204


@access("public")
def spends() -> ResponseReturnValue:
    """Adds one hit to a row, once per form."""
    return once(_spend, then=lambda hits: f"/trial/seen?hits={hits}", say="Spent.", after=_after)


@access("public")
def spends_cached() -> ResponseReturnValue:
    return once(
        _spend, then=lambda hits: f"/trial/seen?hits={hits}", within=5, visitor=request.form["who"]
    )


def _spend() -> int:
    if request.form.get("fail"):
        raise OutOfCloth(left=2)
    row = db.session.get(LimitCount, ("trial", "spent", 0), with_for_update=True)
    assert row is not None
    row.hits += 1
    return row.hits


def _after(hits: int) -> str | None:
    return f"/trial/seen?paid={hits}" if request.form.get("pay") else None


@access("public")
def breaks() -> ResponseReturnValue:
    kind = request.args["kind"]
    if kind == "database":
        raise sa.exc.OperationalError("select", {}, Exception("lock timeout"))
    if kind == "shop":
        raise OutOfCloth(left=2)
    raise ZeroDivisionError


@access("public")
@public_page
def peeks() -> str:
    return page(str(principal()))


@access("public")
@public_page
def choice() -> str:
    notices = " ".join(item.text for item in take_notices())
    return page(f"{g.lang} {g.currency} {g.ship_to} {notices}")


choice.path = "/<lang:lang>/trial/choice"  # type: ignore[attr-defined]
