"""Transactions at the door only, and columns that tell the time."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.kernel.db import db, lock, public_id, transaction
from storefront.kernel.paging import Page, page_of
from storefront.web.limits import LimitCount

MOMENT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def row(key: str, **changes: object) -> LimitCount:
    values = {"bucket": "test", "key": key, "window": 1, "hits": 1, "ends_at": MOMENT}
    return LimitCount(**{**values, **changes})


def lose(item: LimitCount) -> None:
    db.session.add(item)
    db.session.flush()
    _ = 1 / 0


def test_a_transaction_commits_or_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.add(row("kept"))
        with pytest.raises(ZeroDivisionError), transaction():
            lose(row("lost"))
        assert db.session.scalars(sa.select(LimitCount.key)).all() == ["kept"]


def test_transactions_do_not_nest_nor_swallow_earlier_changes(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError, match="nest"), transaction(), transaction():
            pass
        db.session.add(row("early"))
        with pytest.raises(RuntimeError, match="before"), transaction():
            pass
        db.session.rollback()


def test_moments_come_back_aware_in_utc_and_naive_ones_are_refused(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.add(row("a"))
        db.session.expire_all()
        stored = db.session.scalars(sa.select(LimitCount)).one().ends_at
        assert stored == MOMENT
        assert stored.utcoffset() == dt.timedelta(0)
        with pytest.raises(sa.exc.StatementError, match="naive"), transaction():
            db.session.add(row("b", ends_at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001


def test_lock_of_nothing_asks_nothing(app: Flask) -> None:
    with app.app_context():
        assert lock(LimitCount, []) == []


def test_public_ids_are_long_and_plain() -> None:
    ids = {public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(name) == 12 and name.isalnum() and name == name.lower() for name in ids)


def test_pages_of_a_list(app: Flask) -> None:
    with app.app_context():
        with transaction():
            db.session.add_all(row(f"{at:02}") for at in range(25))
        listed = sa.select(LimitCount).order_by(LimitCount.key)
        page = page_of(listed, 3, size=10)
        assert [item.key for item in page] == ["20", "21", "22", "23", "24"]
        assert (page.pages, page.total, page.has_next, page.has_prev) == (3, 25, False, True)
        assert page_of(listed, 99, size=10).number == 3
        assert len(page_of(listed, 0, size=10)) == 10
    assert Page([], 6, 1, 11).near(1) == [1, None, 5, 6, 7, None, 11]
