"""Sealed fields: unreadable at rest, found by their hash, rewritten when the key changes."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storefront.kernel import crypto, runtime
from storefront.kernel.db import db, transaction

OLD, NEW = "an old key of at least 32 characters", "a new key of at least 32 characters!"


class Own(DeclarativeBase):
    """Tables of this test only."""


class Paper(Own):
    __tablename__ = "test_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(crypto.EncryptedText(hashed_as="number_hash"))
    number_hash: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(crypto.EncryptedText())


def use_keys(*keys: str) -> None:
    present = runtime.settings()
    runtime.configure(dataclasses.replace(present, ENCRYPTION_KEY=",".join(keys)))


@pytest.fixture
def papers(app: Flask) -> Flask:
    with app.app_context():
        Own.metadata.create_all(db.engine)
    use_keys(OLD)
    return app


def test_a_round_trip_leaves_nothing_readable(papers: Flask) -> None:
    with papers.app_context():
        with transaction():
            paper = Paper(number="3672 0101", number_hash=crypto.keyed_hash("3672 0101"))
            db.session.add(paper)
        raw = db.session.execute(sa.text("select number, note from test_paper")).one()
        assert "3672" not in raw.number
        assert raw.note is None
        db.session.expire_all()
        found = db.session.scalars(
            sa.select(Paper).where(Paper.number_hash.in_(crypto.keyed_hashes("36720101")))
        ).one()
        assert found.number == "3672 0101"


def test_rotation_moves_every_row_to_the_first_key(papers: Flask) -> None:
    with papers.app_context():
        with transaction():
            for at in range(3):
                number = f"NIK-{at}"
                db.session.add(Paper(number=number, number_hash=crypto.keyed_hash(number)))
            db.session.add(Paper(note="only a note"))
        before = crypto.keyed_hash("NIK-1")
        use_keys(NEW, OLD)
        with transaction():
            assert crypto.rotate(db.session(), Own.metadata) == 4
        use_keys(NEW)
        db.session.expire_all()
        papers_now = db.session.scalars(sa.select(Paper).order_by(Paper.id)).all()
        assert [paper.number for paper in papers_now] == ["NIK-0", "NIK-1", "NIK-2", None]
        assert papers_now[3].note == "only a note"
        assert papers_now[1].number_hash == crypto.keyed_hash("nik 1") != before


def test_a_dropped_key_and_a_changed_value_are_told(papers: Flask) -> None:
    sealed = crypto.encrypt(b"secret")
    with pytest.raises(crypto.Undecipherable):
        crypto.decrypt(sealed[:-3] + b"AAA")
    use_keys(NEW)
    with pytest.raises(crypto.Undecipherable):
        crypto.decrypt(sealed)


def test_hashes_ignore_how_a_number_is_written(papers: Flask) -> None:
    assert crypto.keyed_hash("36.72-01 01") == crypto.keyed_hash("36720101")
    assert crypto.keyed_hash("a") != crypto.keyed_hash("b")
    assert len(crypto.keyed_hash("a")) == 64
