"""Read-then-write under a lock loses nothing; without the lock it does."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.db import Base, db, lock, transaction

WRITERS, ROUNDS = 8, 5


class Counter(Base):
    """A row many want to change."""

    __tablename__ = "test_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


# The table belongs to these tests only and must not reach the shop's own metadata.
Base.metadata.remove(Counter.__table__)  # type: ignore[arg-type]


@pytest.fixture
def counters(app: Flask) -> Flask:
    with app.app_context():
        Counter.__table__.create(db.engine)  # type: ignore[attr-defined]
        with transaction():
            db.session.add_all([Counter(id=1, count=0), Counter(id=2, count=0)])
    return app


def in_threads(app: Flask, work: Callable[[int], None]) -> list[BaseException]:
    gate = threading.Barrier(WRITERS)
    failed: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                work(number)
            except sa.exc.SQLAlchemyError as error:
                failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def counted(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Counter.count).order_by(Counter.id)))


def test_eight_writers_lose_nothing(counters: Flask) -> None:
    def add(number: int) -> None:
        for _ in range(ROUNDS):
            with transaction():
                # Half of them ask in the other order, which lock() must not mind.
                for row in lock(Counter, [1, 2] if number % 2 else [2, 1]):
                    row.count += 1

    assert in_threads(counters, add) == []
    assert counted(counters) == [WRITERS * ROUNDS] * 2


def test_reading_and_then_writing_never_finds_the_database_locked(counters: Flask) -> None:
    def add(number: int) -> None:
        for _ in range(ROUNDS):
            with transaction():
                db.session.scalar(sa.select(sa.func.sum(Counter.count)))
                db.session.execute(sa.update(Counter).values(count=Counter.count + 1))

    assert in_threads(counters, add) == []
    assert counted(counters) == [WRITERS * ROUNDS] * 2


@pytest.mark.engines("postgresql")  # a row lock is what holds here
def test_without_the_lock_counts_are_lost(counters: Flask) -> None:
    gate = threading.Barrier(WRITERS, timeout=20)

    def add(number: int) -> None:
        with transaction():
            row = db.session.get_one(Counter, 1)
            gate.wait()
            row.count += 1

    assert in_threads(counters, add) == []
    assert counted(counters)[0] == 1


@pytest.mark.engines("sqlite")  # beginning at once as a writer is what holds here
def test_without_beginning_immediately_a_writer_is_refused(counters: Flask) -> None:
    bump = sa.update(Counter).values(count=Counter.count + 1)
    with (
        counters.app_context(),
        db.engine.connect() as first,
        db.engine.connect() as second,
    ):
        for connection in (first, second):
            connection.execute(sa.select(Counter.count)).all()
        first.execute(bump)
        first.commit()
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            second.execute(bump)
