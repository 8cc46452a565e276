"""Marks of tables: what a commit tells, to whom, and what reading costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import RedisError

from config import ConfigurationError
from storefront.app import UNSEEN
from storefront.kernel import db as kernel_db
from storefront.kernel import marks_in_redis, settings
from storefront.kernel.clock import now
from storefront.kernel.db import Base, db, reading, transaction
from storefront.kernel.marks import MappedMarks, Marks, _written, marks_of
from storefront.kernel.settings import Setting
from storefront.web.statements import counted
from tests.rig import shop


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT a FROM b FOR UPDATE", set()),
        ("PRAGMA table_info(x)", set()),
        ("INSERT INTO cart (a) VALUES (1)", {"cart"}),
        ('UPDATE "order" SET a = 1', {"order"}),
        ("DELETE FROM cart_line WHERE a", {"cart_line"}),
        ("INSERT INTO hits (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", {"hits"}),
        ("INSERT OR IGNORE INTO hits (a) VALUES (1)", {"hits"}),
        ("WITH a AS (SELECT 1) SELECT * FROM a FOR NO KEY UPDATE", set()),
        ("WITH a AS (SELECT 1) DELETE FROM hits", {"hits"}),
        ("INSERT INTO a SELECT * FROM b", {"a"}),
        ("TRUNCATE product", {"*"}),
        ("DROP TABLE product", {"*"}),
    ],
)
def test_what_a_statement_writes(statement: str, tables: set[str]) -> None:
    assert _written(statement) == tables


def test_two_processes_hold_the_same_file(tmp_path: Path) -> None:
    one, other = (MappedMarks(tmp_path / "marks", frozenset({"cart"})) for _ in range(2))
    before, shown = other.of(["product", "cart"]), other.shown
    one.renew({"product"})
    assert other.of(["product"]) != before[:1] and other.of(["cart"]) == before[1:]
    assert other.shown != shown
    shown = other.shown
    one.renew({"cart"})
    assert other.of(["cart"]) != before[1:] and other.shown == shown
    one.renew({"*"})
    assert other.shown != shown
    assert MappedMarks(tmp_path / "marks").shown == other.shown


def test_every_unseen_table_is_a_table(app: Flask) -> None:
    assert set(Base.metadata.tables) >= UNSEEN
    assert not UNSEEN & {"product", "variant", "hold", "price", "setting", "artisan", "collection"}


def test_a_commit_tells_of_its_tables_and_a_rollback_of_none(app: Flask, database: Any) -> None:
    marks = marks_of(db.engine)
    assert marks is not None
    before = marks.of(["setting", "cart"]), marks.shown
    with transaction():
        db.session.add(Setting(key="trial", value=1, updated_at=now()))
        db.session.flush()
        assert (marks.of(["setting", "cart"]), marks.shown) == before  # nobody can see it yet
        db.session.rollback()
    assert (marks.of(["setting", "cart"]), marks.shown) == before
    with transaction():
        db.session.execute(sa.insert(Setting).values(key="trial", value=1, updated_at=now()))
    assert marks.of(["setting"]) != before[0][:1] and marks.of(["cart"]) == before[0][1:]
    before = marks.of(["setting"]), marks.shown
    with db.engine.begin() as connection:  # past the session and the door
        connection.execute(sa.update(Setting).values(value=2))
    assert (marks.of(["setting"]), marks.shown) != before


def test_settings_are_read_once_until_somebody_changes_one(app: Flask, database: Any) -> None:
    def read() -> tuple[Any, int]:
        settings.forget()  # as a new request
        with counted() as seen:
            return settings.get("catalogue.return_days"), len(seen)

    read()
    assert read()[1] == 0
    with transaction():
        settings.set_value("catalogue.return_days", 44, by_user_id=None)
        assert settings.get("catalogue.return_days") == 44
    assert read() == (44, 1) and read() == (44, 0)
    with pytest.raises(ZeroDivisionError):
        _change_and_fail()
    assert read()[0] == 44


def _change_and_fail() -> None:
    with transaction():
        settings.set_value("catalogue.return_days", 55, by_user_id=None)
        assert settings.get("catalogue.return_days") == 55
        raise ZeroDivisionError


def test_reading_opens_no_transaction_and_a_door_inside_does(app: Flask, database: Any) -> None:
    begun: list[str] = []
    sa.event.listen(db.engine, "commit", lambda conn: begun.append("commit"))
    with reading():
        assert db.session.scalar(sa.text("SELECT 1")) == 1
        assert not _is_in_transaction()
        with transaction():
            db.session.execute(sa.insert(Setting).values(key="x", value=1, updated_at=now()))
            assert _is_in_transaction()
        assert db.session.scalar(sa.select(Setting.key)) == "x"
        with pytest.raises(ZeroDivisionError):
            _write_and_fail()
        assert list(db.session.scalars(sa.select(Setting.key))) == ["x"]
    assert begun == ["commit"]
    db.session.scalar(sa.text("SELECT 1"))
    assert _is_in_transaction()  # the control: outside of it there is one


def _write_and_fail() -> None:
    with transaction():
        db.session.execute(sa.insert(Setting).values(key="y", value=1, updated_at=now()))
        raise ZeroDivisionError


def _is_in_transaction() -> bool:
    """Whether the driver itself has one open."""
    driver: Any = db.session.connection().connection.driver_connection
    if db.engine.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return int(driver.info.transaction_status) != 0


@pytest.mark.engines("postgresql")  # SQLite has no server that could go away
@pytest.mark.parametrize("trusted", [0, 1000])
def test_a_server_that_restarted_is_noticed_after_a_rest(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch, trusted: int
) -> None:
    monkeypatch.setattr(kernel_db, "TRUSTED_SECONDS", trusted)
    mine = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    db.session.remove()
    with sa.create_engine(db.engine.url).connect() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    if trusted:  # the control: used without asking, the connection is dead, once
        with pytest.raises(sa.exc.OperationalError):
            db.session.scalar(sa.text("SELECT 1"))
        db.session.rollback()
    assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != mine


class Store:
    """As much of Redis as the marks use."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.is_away = False

    def hgetall(self, key: str) -> dict[bytes, bytes]:
        self._ask()
        return dict(self.kept)

    def hset(self, key: str, mapping: dict[int, int]) -> None:
        self._ask()
        self.kept |= {str(slot).encode(): str(mark).encode() for slot, mark in mapping.items()}

    def _ask(self) -> None:
        if self.is_away:
            raise RedisError("away")


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> tuple[Marks, Marks, Store]:
    """Two machines on one store."""
    store = Store()
    monkeypatch.setattr(marks_in_redis.Redis, "from_url", lambda *args, **options: store)
    one, other = (marks_in_redis.RedisMarks("redis://x", frozenset({"cart"})) for _ in range(2))
    monkeypatch.setattr(marks_in_redis, "SECONDS", -1)  # every reading asks
    return one, other, store


def test_machines_tell_each_other_through_redis(hosts: tuple[Marks, Marks, Store]) -> None:
    one, other, _ = hosts
    assert one.shown == other.shown
    before = other.shown, other.of(["product"])
    one.renew({"product"})
    assert other.shown == one.shown != before[0] and other.of(["product"]) != before[1]
    shown = other.shown
    one.renew({"cart"})
    assert other.shown == shown


def test_without_redis_nothing_kept_is_used(hosts: tuple[Marks, Marks, Store]) -> None:
    one, other, store = hosts
    store.is_away = True
    assert other.shown != other.shown
    one.renew({"product"})  # the commit stands; that nobody was told is logged
    store.is_away = False
    assert other.shown == other.shown


def test_several_hosts_need_redis(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        shop.build(database_url, tmp_path, SEVERAL_HOSTS="1")
