"""Every route, every method, every role, own and other's things: who gets in, who learns what.

The list comes from the URL map and the expectation from the declared rule and the owner, so that
a new route is walked from its first day; arguments it needs must be added to the world's table.
"""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule

from storefront.kernel.db import Base, db
from storefront.web.access import COUNCIL_ROLES, is_private
from tests.factories.world import MAY_READ, ROLES, UNSAFE, World

# Whose things the arguments name. Of studio rooms they are workshop A's, see `owner_of`.
OWNERS = {
    "accounts.confirm_email": {"buyer"},
    "accounts.default_address": {"buyer"},
    "accounts.edit_address": {"buyer"},
    "accounts.end_one": {"buyer"},
    "accounts.remove_address": {"buyer"},
    "accounts_council.card": {"curator"},  # only who issued it sees it
}
# Pages of one's own application: there is nothing for those who never applied.
OF_APPLICANTS = {
    f"artisans_studio.{name}"
    for name in ("add", "add_work_photos", "again", "autosave", "file", "keep", "papers", "remove")
}
# They answer 404 although the rule lets in: there the thing itself decides.
KNOWLEDGE = {
    "payments.returned": "only who comes from the provider knows the way back",
    "accounts.factor_picture": "there is none before the setup has begun",
    "payments_council.send_refund": "this refund goes by bank transfer",
}
# All that is open between password and second factor.
BEFORE_FACTOR = {
    "accounts.second_factor",
    "accounts.start_second_factor",
    "accounts.factor_picture",
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
}
# What a refused request may still write: counts of attempts and when somebody was last here.
NOT_COMPARED = {"limit_count", "user_session", "action_replay"}
GETS_IN = {200, 301, 302, 303, 304}
ACTED = GETS_IN | {400, 409, 410, 422, 429}
ENDS_SESSIONS = {"accounts.sign_out", "accounts.sign_out_everywhere", "accounts.end_one"}


def owner_of(route: Rule, rule: str) -> set[str] | None:
    """The roles to whom the thing belongs; None where the rule alone decides."""
    if route.endpoint in OWNERS:
        return OWNERS[route.endpoint]
    has_thing = bool(route.arguments - {"lang"})
    if has_thing and (rule.startswith("studio") or route.endpoint in OF_APPLICANTS):
        return {"maker"}
    return {"maker", "other_maker"} if route.endpoint in OF_APPLICANTS else None


def expected(world: World, route: Rule, method: str, role: str) -> str:
    """in | sign_in | factor | refused | absent"""
    rule = world.rule(route, method)
    kind, _, names = rule.partition(":")
    wanted = set(filter(None, names.split(",")))
    if kind == "signature":
        return "unsigned"
    if kind == "development":
        return "in" if world.app.config["SETTINGS"].DEV_PAGES else "absent"
    if kind != "public":
        assert is_private(rule), rule
        if role == "guest":
            return "sign_in"
        if role == "halfway":
            return "in" if route.endpoint in BEFORE_FACTOR else "factor"
        held = {role} & COUNCIL_ROLES
        if kind == "studio" and role not in {"maker", "other_maker"}:
            return "refused"
        if kind == "council" and not held & ((wanted | {"admin"}) if wanted else COUNCIL_ROLES):
            return "refused"
    owners = owner_of(route, rule)
    return "in" if owners is None or role in owners else "absent"


def problem(world: World, route: Rule, method: str, role: str) -> str:
    """What is wrong with the answer this role gets; empty if nothing."""
    outcome = expected(world, route, method, role)
    acts = outcome != "in"  # what is let in is not to change the world for the next
    answer = world.fetch(role, method, route, acts=acts)
    status, onward = answer.status_code, answer.headers.get("Location", "")
    good = {
        "in": status in (ACTED if method in UNSAFE else GETS_IN)
        and ("/account/sign-in" not in onward or route.endpoint.startswith("accounts.sign_out"))
        and ("second-factor" not in onward or route.endpoint.startswith("accounts.")),
        "sign_in": status == 303 and "/account/sign-in" in onward,
        "factor": status == 403 or (status == 303 and "second-factor" in onward),
        "refused": status == 403,
        "absent": status in {403, 404, 410},
        "unsigned": status in {400, 401, 404},
    }[outcome]
    if route.endpoint in KNOWLEDGE and outcome == "in":
        good = status == 404
    told = [] if answer.is_streamed else [m for m in MAY_READ if m in answer.text]
    leaked = [marker for marker in told if role not in MAY_READ[marker]]
    if outcome in {"refused", "absent", "sign_in", "factor"}:
        leaked = told
    if good and not leaked:
        return ""
    return f"{role}: {method} {route.rule}: {outcome}, got {status} {onward} {leaked or ''}"


def contents(world: World) -> dict[str, str]:
    """A fingerprint of each table."""
    with world.app.app_context():
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in NOT_COMPARED:
                keys = list(table.primary_key.columns)
                rows = db.session.execute(sa.select(table).order_by(*keys)).all()
                found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        db.session.remove()
    return found


def test_the_table_names_something_for_every_argument(world: World) -> None:
    without = {
        route.endpoint
        for route, _method in world.routes()
        if route.arguments - {"lang"} and route.endpoint not in world.values
    }
    assert not without, f"add them to tests/factories/world.py: {sorted(without)}"


@pytest.mark.parametrize("role", ROLES)
def test_who_gets_in_and_what_is_told(world: World, role: str) -> None:
    before = contents(world)
    wrong = [
        said
        for route, method in world.routes()
        if method not in UNSAFE
        if (said := problem(world, route, method, role))
    ]
    assert not wrong, "\n".join(wrong)
    after = contents(world)
    # That somebody read what is secret is itself written down.
    changed = {name for name in before if before[name] != after[name]} - {"audit_entry"}
    assert not changed, f"reading wrote into {changed}"


@pytest.mark.parametrize("role", ROLES)
def test_refused_forms_change_nothing(world: World, role: str) -> None:
    before = contents(world)
    wrong = [
        said
        for route, method in world.routes()
        if method in UNSAFE and expected(world, route, method, role) != "in"
        if (said := problem(world, route, method, role))
    ]
    assert not wrong, "\n".join(wrong)
    after = contents(world)
    changed = {name for name in before if before[name] != after[name]}
    assert not changed, f"a refused form wrote into {changed}"


@pytest.mark.parametrize("role", ROLES)
def test_forms_are_open_to_whom_they_belong(world: World, role: str) -> None:
    wrong = []
    for route, method in world.routes():
        if method in UNSAFE and expected(world, route, method, role) == "in":
            if said := problem(world, route, method, role):
                wrong.append(said)
            if route.endpoint in ENDS_SESSIONS:
                world.browser(role, fresh=True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["guest", "buyer", "maker", "admin"])
def test_a_form_needs_its_token_and_our_own_page(world: World, role: str) -> None:
    wrong = []
    for route, method in world.routes():
        rule = world.rule(route, method)
        if method not in UNSAFE or rule == "signature":
            continue
        path = world.path(route)
        for site in ("cross-site", "same-site"):
            foreign = {"Sec-Fetch-Site": site}
            answer = world.fetch(role, method, route, acts=True, headers=foreign)
            if answer.status_code != 403:
                wrong.append(f"{role} {site} {method} {path}: {answer.status_code}")
        if is_private(rule) and role != "guest":
            client, _token = world.browser(role)
            if client.open(path, method=method, data={"action_id": "x"}).status_code != 403:
                wrong.append(f"{role} without a token {method} {path}")
    assert not wrong, "\n".join(wrong)
