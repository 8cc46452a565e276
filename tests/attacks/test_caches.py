"""What may be kept for everybody holds nothing of anybody: every route, as everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from storefront.web.public_pages import declared_query
from tests.factories.world import World

ROLES = ("buyer", "maker", "admin", "halfway")
LANGS = ("id", "en", "ko", "fr")
CHOICES = ("IDR.ID.", "USD.US.", "KRW.KR.", "EUR.DE.")


def routes(world: World, *, public: bool) -> Iterator[Rule]:
    """Routes that answer GET, public pages or all others."""
    for route, method in world.routes():
        view = world.app.view_functions[route.endpoint]
        if method == "GET" and (declared_query(view) is not None) == public:
            yield route


@pytest.mark.parametrize("role", ROLES)
def test_a_public_page_is_the_same_for_everybody_but_taken_from_memory_for_guests_alone(
    world: World, role: str
) -> None:
    wrong, seen = [], 0
    for route in routes(world, public=True):
        first = world.fetch(role, "GET", route, acts=False)
        guests = [world.fetch("guest", "GET", route, acts=False) for _ in range(2)]
        again = world.fetch(role, "GET", route, acts=False)
        if guests[1].status_code != 200:
            continue
        seen += 1
        if {first.data, again.data} != {guests[1].data}:
            wrong.append(f"{route.rule}: {role} sees another page than a guest")
        if "X-Cache" in first.headers or "X-Cache" in again.headers:
            wrong.append(f"{route.rule}: {role} was served from memory")
        if guests[1].headers.get("X-Cache") != "hit":
            wrong.append(f"{route.rule}: not kept for guests")
        person = world.people[role]
        marks = (person.name, person.email, "form_token")
        wrong += [f"{route.rule}: {mark}" for mark in marks if mark and mark in guests[1].text]
        known = {"If-None-Match": first.headers["ETag"]}
        if world.fetch("guest", "GET", route, acts=False, headers=known).status_code != 304:
            wrong.append(f"{route.rule}: the same bytes have two tags")
    assert not wrong, "\n".join(wrong)
    assert seen >= 8


def test_nothing_else_is_ever_kept(world: World) -> None:
    wrong = []
    for route in routes(world, public=False):
        if route.endpoint.startswith(("accounts.sign_out", "static")):
            continue
        for role in ("buyer", "guest", "guest"):
            answer = world.fetch(role, "GET", route, acts=False)
            if "X-Cache" in answer.headers:
                wrong.append(f"{route.rule}: kept")
            if "Set-Cookie" in answer.headers and "public" in answer.headers["Cache-Control"]:
                wrong.append(f"{route.rule}: a cookie in a public answer")
    assert not wrong, "\n".join(wrong)


def test_no_language_currency_or_destination_is_served_for_another(world: World) -> None:
    client, _ = world.browser("guest")
    made: dict[tuple[str, str, str], str] = {}
    for turn in range(2):
        for route in routes(world, public=True):
            path = world.path(route)
            for lang in LANGS if path.startswith("/en/") else ():
                for choice in CHOICES:
                    client.set_cookie("prefs", choice)
                    answer = client.get(f"/{lang}/{path[4:]}", follow_redirects=True)
                    text = answer.get_data(as_text=True)
                    assert made.setdefault((path, lang, choice), text) == text, (turn, path, lang)
                    if answer.mimetype == "text/html":
                        assert f'<html lang="{lang}"' in text
    client.delete_cookie("prefs")
    chosen = {key: text for key, text in made.items() if "checked" in text}
    assert len(set(chosen.values())) == len(chosen), "two choices share one page"
