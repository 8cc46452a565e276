"""Kept pages: whose they are, what they depend on, when they are made anew."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
import sqlalchemy as sa
import time_machine
from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue
from markupsafe import escape

from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.marks import marks_of
from storefront.kernel.settings import Setting
from storefront.web import access, error_page, once, principal, public_page, read_cookie
from storefront.web.limits import LimitCount
from storefront.web.page_cache import PageCache, Shelf
from storefront.web.ready import Ready
from tests.rig import shop
from tests.rig.client import PageClient
from tests.web.conftest import page

made: list[str] = []


@pytest.fixture
def kept(trial: Flask) -> Flask:
    """The trial shop with public pages that note down each time they are made."""
    made.clear()
    pages = Blueprint("kept", __name__, url_prefix="/<lang:lang>/kept")
    pages.add_url_rule("/list", "list", listed, methods=["GET", "POST"])
    pages.add_url_rule("/plain", "plain", plain)
    pages.add_url_rule("/gone", "gone", gone)
    for view in (asks_who, reads_cookie, reads_query, sets_cookie):
        pages.add_url_rule(f"/{view.__name__}", view.__name__, view)
    trial.register_blueprint(pages)
    trial.add_url_rule("/kept/anywhere", "anywhere", anywhere)
    return trial


@access("public")
@public_page(query=("page", "q"))
def listed() -> ResponseReturnValue:
    made.append(request.full_path)
    shown = {name: request.args.getlist(name) for name in ("page", "q")}
    agent = request.headers.get("User-Agent", "none") + request.headers.get("X-Anything", "")
    address = escape(request.full_path)
    return page(f"{g.lang} {g.currency} {g.ship_to} {shown} {agent} {address}" + "." * 600)


@access("public")
@public_page
def plain() -> ResponseReturnValue:
    made.append("plain")
    row = db.session.get(Setting, "trial")
    return page(f"{row.value if row else 'nothing'} {request.args.to_dict()}")


@access("public")
@public_page
def gone() -> ResponseReturnValue:
    made.append("gone")
    return error_page(404)


@access("public")
@public_page
def anywhere() -> ResponseReturnValue:
    made.append(g.lang)
    return page(g.lang)


@access("public")
@public_page
def asks_who() -> ResponseReturnValue:
    return page(str(principal()))


@access("public")
@public_page
def reads_cookie() -> ResponseReturnValue:
    return page(str(read_cookie("cart")))


@access("public")
@public_page(query=("page",))
def reads_query() -> ResponseReturnValue:
    return page(request.args.get("sort", ""))


@access("public")
@public_page
def sets_cookie() -> ResponseReturnValue:
    g.new_cookie = True
    return page("with a cookie")


@pytest.fixture
def visitor(kept: Flask) -> PageClient:
    client = kept.test_client()
    assert isinstance(client, PageClient)
    return client


def is_hit(answer: Any) -> bool:
    return bool(answer.headers.get("X-Cache") == "hit")


def cache_of(app: Flask) -> PageCache:
    cache: PageCache = app.extensions["page_cache"]
    return cache


def keep_setting(value: str | None) -> None:
    """Commits; None is refused by the database after another row was written."""
    with transaction():
        row = db.session.merge(Setting(key="trial", value=value, updated_at=now()))
        db.session.flush()
        if value is None:
            db.session.execute(sa.update(Setting).values(updated_at=None))
        assert row.key == "trial"


# -- whose it is ----------------------------------------------------------------------------------


def test_the_second_visitor_gets_what_was_made_for_the_first(
    kept: Flask, visitor: PageClient
) -> None:
    first = visitor.get("/ko/kept/list")
    second = kept.test_client().get("/ko/kept/list")
    assert (is_hit(first), is_hit(second)) == (False, True)
    assert first.data == second.data and made == ["/ko/kept/list?"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert "X-Request-Id" not in second.headers and "Set-Cookie" not in second.headers


@pytest.mark.parametrize("cookie", ["session", "notices"])
def test_who_brings_something_of_the_own_is_neither_served_from_it_nor_kept(
    kept: Flask, visitor: PageClient, cookie: str
) -> None:
    somebody = kept.test_client()
    somebody.set_cookie(cookie, "anything")
    assert not is_hit(somebody.get("/ko/kept/list"))
    assert not is_hit(visitor.get("/ko/kept/list"))
    assert not is_hit(somebody.get("/ko/kept/list"))
    assert is_hit(visitor.get("/ko/kept/list"))


def test_private_pages_and_pages_that_only_look_public_are_not_kept(
    kept: Flask, visitor: PageClient
) -> None:
    for path in ("/trial/public", "/trial/public/x.css", "/account/x.css", "/ko/account.css"):
        answers = [visitor.get(path), visitor.get(path)]
        assert not any(is_hit(answer) for answer in answers), path
        assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers), path
    assert len(cache_of(kept).shelf) == 0


@pytest.mark.parametrize("name", ["asks_who", "reads_cookie", "reads_query", "plain?x=1"])
def test_a_view_that_asks_for_more_than_the_key_raises(visitor: PageClient, name: str) -> None:
    if name.startswith("plain"):  # the control: a parameter nobody reads is nobody's fault
        assert visitor.get(f"/en/kept/{name}").status_code == 200
        return
    with pytest.raises(RuntimeError, match="public page"):
        visitor.get(f"/en/kept/{name}")


def test_a_public_page_that_sets_a_cookie_raises_and_is_never_kept(
    kept: Flask, visitor: PageClient
) -> None:
    @kept.after_request
    def give(response: Any) -> Any:
        if g.get("new_cookie"):
            response.set_cookie("cart", "of one visitor")
        return response

    with pytest.raises(RuntimeError, match="cookie"):
        visitor.get("/en/kept/sets_cookie")
    cache_of(kept)._is_strict = False  # as in production: served, with a word in no cache's ear
    answers = [visitor.get("/en/kept/sets_cookie") for _ in range(2)]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 2
    assert not any(is_hit(answer) for answer in answers)


# -- what it depends on ---------------------------------------------------------------------------


def test_language_currency_and_destination_have_pages_of_their_own(
    kept: Flask, visitor: PageClient
) -> None:
    seen = set()
    for lang in ("id", "en", "ko", "fr"):
        for prefs in ("", "EUR.FR.", "USD.US.", "USD.DE.ko"):
            client = kept.test_client()
            if prefs:
                client.set_cookie("prefs", prefs)
            for _ in range(2):
                text = client.get(f"/{lang}/kept/list").text
                currency, ship_to = [*prefs.split("."), "", ""][:2]
                assert f"<p>{lang} {currency}" in text and ship_to in text
            seen.add(text)
    assert len(seen) == 4 * 4 - 2  # the usual choice of French and of English is one of these


def test_what_the_browser_wants_counts_only_where_the_address_says_no_language(
    kept: Flask,
) -> None:
    for wanted in ("ko", "fr", "ko-KR,ko;q=0.9", "fr"):
        client = kept.test_client()
        headers = {"Accept-Language": wanted}
        assert f"<p>{wanted[:2]}</p>" in client.get("/kept/anywhere", headers=headers).text
        assert "<p>id IDR" in client.get("/id/kept/list", headers=headers).text
    assert made.count("ko") == made.count("fr") == 1
    assert made.count("/id/kept/list?") == 1


def test_parameters_nobody_declared_leave_no_trace(kept: Flask, visitor: PageClient) -> None:
    first = visitor.get("/en/kept/list?utm_source=evil&page=2&gclid=x")
    assert "evil" not in first.text and "gclid" not in first.text
    for query in ("page=2", "page=2&utm_source=other", "fbclid=1&page=2&q="):
        same = visitor.get(f"/en/kept/list?{query}")
        assert is_hit(same) and same.data == first.data
    assert not is_hit(visitor.get("/en/kept/list?page=3"))
    assert not is_hit(visitor.get("/en/kept/list?page=2&q=%EA%B0%80%EB%B0%A9"))
    signed_in = kept.test_client()
    signed_in.set_cookie("session", "somebody")
    assert signed_in.get("/en/kept/list?page=2&utm_source=evil").data == first.data


def test_the_order_of_parameters_is_nobodys_matter_but_that_of_values_is(
    visitor: PageClient,
) -> None:
    visitor.get("/en/kept/list?q=a&page=2&q=b")
    assert is_hit(visitor.get("/en/kept/list?page=2&q=a&q=b"))
    assert not is_hit(visitor.get("/en/kept/list?page=2&q=b&q=a"))


def test_letters_beyond_latin_arrive_whole_however_they_are_sent(visitor: PageClient) -> None:
    typed = visitor.get("/en/kept/list?q=가방")
    assert "가방" in typed.text
    assert is_hit(visitor.get("/en/kept/list?q=%EA%B0%80%EB%B0%A9"))
    assert visitor.get("/en/kept/list?q=%FF%00").status_code == 400


def test_no_other_header_reaches_the_page(visitor: PageClient) -> None:
    poison = {
        "User-Agent": "poison",
        "X-Anything": "poison",
        "X-Forwarded-Host": "poison.example",
        "X-Original-URL": "/poison",
        "Referer": "http://localhost/poison",
        "Cookie": "cart=poison; prefs=poison.poison.poison; other=poison",
    }
    text = visitor.get("/en/kept/list", headers=poison, data=b"poison=1").text
    assert "poison" not in text
    assert visitor.get("/en/kept/list").text == text


def test_an_unknown_host_gets_no_page_and_leaves_none(kept: Flask, visitor: PageClient) -> None:
    for _ in range(2):
        assert visitor.get("/en/kept/list", headers={"Host": "evil.example"}).status_code == 400
    assert len(cache_of(kept).shelf) == 0
    visitor.get("/en/kept/list")
    assert visitor.get("/en/kept/list", headers={"Host": "evil.example"}).status_code == 400


def test_a_very_long_query_is_answered_and_not_kept(kept: Flask, visitor: PageClient) -> None:
    for _ in range(2):
        assert not is_hit(visitor.get(f"/en/kept/list?q={'x' * 1200}"))
    assert len(cache_of(kept).shelf) == 0


# -- how it is answered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0.5, br;q=0.4", "gzip"),
        ("*", "br"),
        ("identity", ""),
        ("", ""),
    ],
)
def test_each_encoding_is_a_page_with_a_tag_of_its_own(
    visitor: PageClient, accepted: str, encoding: str
) -> None:
    plain = visitor.get("/en/kept/list")
    for _ in range(2):
        answer = kept_raw(visitor, "/en/kept/list", accepted)
        assert answer.headers.get("Content-Encoding", "") == encoding
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
        assert unpack(answer.data) == plain.data
        assert answer.headers["Vary"] == "Accept-Encoding, Cookie"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert (answer.headers["ETag"] == plain.headers["ETag"]) == (encoding == "")
    assert is_hit(answer)


def kept_raw(client: PageClient, path: str, accepted: str, **headers: str) -> Any:
    """The answer unchecked, because the checks cannot read a compressed page."""
    return super(PageClient, client).open(path, headers={"Accept-Encoding": accepted, **headers})


@pytest.mark.parametrize("tag", ["{}", 'W/{}, "x"', '"x", {}', "*"])
def test_the_same_bytes_are_not_sent_twice(kept: Flask, visitor: PageClient, tag: str) -> None:
    first = visitor.get("/en/kept/list")
    known = tag.format(first.headers["ETag"])
    for client in (visitor, kept.test_client()):
        again = client.get("/en/kept/list", headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "Cookie" in again.headers["Vary"]
        assert "Content-Type" not in again.headers


def test_a_tag_of_another_page_or_encoding_says_nothing(visitor: PageClient) -> None:
    other = visitor.get("/ko/kept/list").headers["ETag"]
    packed = kept_raw(visitor, "/en/kept/list", "br").headers["ETag"]
    for tag in (other, packed, '"nothing"', ""):
        assert visitor.get("/en/kept/list", headers={"If-None-Match": tag}).status_code == 200


def test_head_and_range(visitor: PageClient) -> None:
    asked = visitor.head("/en/kept/list")
    whole = visitor.get("/en/kept/list")
    assert is_hit(whole)  # what HEAD made serves GET
    again = visitor.head("/en/kept/list")
    assert asked.data == again.data == b""
    assert asked.headers["Content-Length"] == again.headers["Content-Length"]
    assert int(asked.headers["Content-Length"]) == len(whole.data)
    part = visitor.get("/en/kept/list", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (200, whole.data)


def test_only_good_answers_are_kept_and_posts_pass_by(kept: Flask, visitor: PageClient) -> None:
    for _ in range(2):
        assert visitor.get("/en/kept/gone").status_code == 404
    assert made == ["gone", "gone"]
    for _ in range(2):
        assert visitor.post("/en/kept/list?utm=seen").status_code == 200
    assert len(cache_of(kept).shelf) == 0


# -- how long it holds ----------------------------------------------------------------------------


def test_a_commit_makes_kept_pages_old_at_once(kept: Flask, visitor: PageClient) -> None:
    assert "nothing" in visitor.get("/en/kept/plain").text
    assert is_hit(visitor.get("/en/kept/plain"))
    with kept.app_context():
        keep_setting("something")
    fresh = visitor.get("/en/kept/plain")
    assert "something" in fresh.text and not is_hit(fresh)
    assert is_hit(visitor.get("/en/kept/plain"))


def test_it_is_the_mark_that_tells(
    kept: Flask, visitor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with nobody told of the commit, the old page stays."""
    visitor.get("/en/kept/plain")
    with kept.app_context():
        marks = marks_of(db.engine)
        monkeypatch.setattr(marks, "renew", lambda tables: None)
        keep_setting("something")
    assert "nothing" in visitor.get("/en/kept/plain").text


def test_what_is_rolled_back_or_shown_nowhere_leaves_them_as_they_are(
    kept: Flask, visitor: PageClient
) -> None:
    visitor.get("/en/kept/plain")
    with kept.app_context():
        with pytest.raises(sa.exc.IntegrityError):
            keep_setting(None)
        with transaction():
            db.session.add(LimitCount(bucket="trial", key="spent", window=0, hits=0, ends_at=now()))
    assert is_hit(visitor.get("/en/kept/plain"))
    with kept.test_request_context("/trial/spends", method="POST", data={"action_id": "x"}):
        kept.preprocess_request()
        once(lambda: None, then=lambda _: "/")
    assert is_hit(visitor.get("/en/kept/plain"))


def test_a_page_made_while_something_changed_is_not_kept_as_the_new_one(
    kept: Flask, visitor: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit falls between reading and keeping: the page is old before it is on the shelf."""
    cache = cache_of(kept)
    make = cache._make

    def slow(environ: Any, start_response: Any) -> Any:
        answer = list(make(environ, start_response))
        with kept.app_context():
            keep_setting("changed meanwhile")
        return answer

    monkeypatch.setattr(cache, "_make", slow)
    assert "nothing" in visitor.get("/en/kept/plain").text
    monkeypatch.setattr(cache, "_make", make)
    assert "changed meanwhile" in visitor.get("/en/kept/plain").text


def test_time_alone_ends_it_within_half_a_minute_and_at_midnight_in_cilegon(
    kept: Flask, visitor: PageClient, clock: time_machine.Coordinates
) -> None:
    visitor.get("/en/kept/plain")
    clock.shift(29)
    assert is_hit(visitor.get("/en/kept/plain"))
    clock.shift(1)
    assert not is_hit(visitor.get("/en/kept/plain"))
    clock.move_to("2026-11-23T16:59:55+00:00")  # five seconds to midnight, WIB
    visitor.get("/ko/kept/plain")
    clock.shift(4)
    assert is_hit(visitor.get("/ko/kept/plain"))
    clock.shift(1)
    assert not is_hit(visitor.get("/ko/kept/plain"))


def test_the_shelf_keeps_within_its_room() -> None:
    shelf, moment = Shelf(10_000), time.time()
    for at in range(20):
        shelf.put((str(at),), Ready("200 OK", [], b"x" * 1000), mark=1, moment=moment)
        shelf.find(("0",), 1)  # asked for often: stays
    assert shelf.used <= 10_000
    assert [at for at in range(20) if shelf.find((str(at),), 1)] == [0, 18, 19]
    shelf.put(("large",), Ready("200 OK", [], b"x" * 20_000), mark=1, moment=moment)
    assert (len(shelf), shelf.used) == (0, 0)
    shelf.put(("a",), Ready("200 OK", [], b""), mark=1, moment=moment)
    assert shelf.find(("a",), 2) is None and shelf.used == 0


@pytest.fixture
def without_room(database_url: str, tmp_path: Any) -> Iterator[Flask]:
    app = shop.build(database_url, tmp_path, PAGE_CACHE_MB="0")
    app.test_client_class = PageClient
    yield app
    shop.close(app)


def test_without_room_every_page_is_made_anew(without_room: Flask) -> None:
    client = without_room.test_client()
    first, second = client.get("/en/pages/privacy"), client.get("/en/pages/privacy")
    assert first.status_code == 200 and not is_hit(second)
    assert first.headers["ETag"] == second.headers["ETag"]
