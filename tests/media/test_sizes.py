"""The worker makes a picture's sizes: once, whatever happens, and never for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.media import (
    MediaFile,
    add_file,
    encoding,
    make_sizes,
    misplaced_files,
    prepare_picture,
    remove_orphans,
    storage,
    tasks,
    try_again,
)
from storefront.media.rules import MOST_TRIES, TRIES, BrokenPicture, DecoderDied
from storefront.notifications import Outbox, drain_all, drain_slow, queue_task, task_topic
from storefront.notifications.outbox import task_handlers
from tests.media.photos import photo


@pytest.fixture
def picture(app: Flask, database: Any) -> MediaFile:
    """A picture whose sizes are not made yet."""
    with transaction():
        return add_file(prepare_picture(photo(900, 700), "kain.jpg"))


def reread(media: MediaFile) -> MediaFile:
    db.session.rollback()
    return db.session.get_one(MediaFile, media.id, populate_existing=True)


def task_of(media: MediaFile) -> Outbox:
    rows = sa.select(Outbox).where(Outbox.is_slow).order_by(Outbox.id.desc())
    return db.session.scalars(rows.execution_options(populate_existing=True)).first()  # type: ignore[return-value]


def dying(*_: Any) -> int:
    raise DecoderDied()


def test_done_twice_is_done_once(picture: MediaFile, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = task_of(picture).payload
    make_sizes(wish)
    first = {key: (at, storage.get(key)) for key, at in storage.stored()}
    monkeypatch.setattr(tasks, "store_copies", dying)
    make_sizes(wish)
    assert {key: (at, storage.get(key)) for key, at in storage.stored()} == first
    assert (reread(picture).state, picture.attempts) == ("ready", 1)


def test_cut_off_in_the_middle_it_goes_on_with_what_is_there(
    picture: MediaFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, kept = storage.put, []

    def broken_after_two(key: str, data: bytes, mime: str = "") -> None:
        if len(kept) == 2:
            raise OSError("the disk is full")
        put(key, data, mime)
        kept.append((key, data))

    monkeypatch.setattr(storage, "put", broken_after_two)
    assert drain_slow() == 1
    assert (reread(picture).state, picture.attempts) == ("processing", 0), "not the photo's fault"
    assert misplaced_files() == [], "what is half made is nobody's mistake"
    monkeypatch.setattr(storage, "put", put)
    with time_machine.travel(now() + dt.timedelta(hours=1)):
        assert drain_slow() == 1
    assert reread(picture).state == "ready"
    for key, data in kept:
        assert storage.get(key) == data


def test_a_photo_that_kills_the_decoder_is_given_up(
    picture: MediaFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "store_copies", dying)
    moment = now()
    for _ in range(TRIES + 3):
        moment += dt.timedelta(hours=7)
        with time_machine.travel(moment):
            drain_slow(5)
    assert (reread(picture).state, picture.attempts) == ("failed", TRIES)
    assert task_of(picture).state == "done"


def test_a_photo_that_takes_the_worker_with_it_is_given_up(picture: MediaFile) -> None:
    """Each time the try was counted and the process gone; the next one finds the count."""
    wish = task_of(picture).payload
    with transaction():
        db.session.execute(sa.update(MediaFile).values(attempts=TRIES))
    make_sizes(wish)
    assert reread(picture).state == "failed"


def test_what_cannot_be_decoded_at_all_is_not_tried_again(
    picture: MediaFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put(picture.master_key, b"no picture")
    drain_slow()
    assert (reread(picture).state, picture.attempts) == ("failed", 1)
    storage.delete(picture.master_key)
    with transaction():
        assert try_again(picture.id)
    drain_slow()
    assert (reread(picture).state, picture.attempts) == ("failed", 2)
    storage.put(picture.master_key, b"no picture")
    with pytest.raises(BrokenPicture):
        encoding.store_copies(picture.master_key, picture.storage_key, (320,))


def test_a_person_may_try_again_but_not_for_ever(picture: MediaFile) -> None:
    with transaction():
        db.session.execute(sa.update(MediaFile).values(state="failed", attempts=TRIES))
    assert drain_slow() == 1 and reread(picture).state == "failed", "given up: nothing is done"
    with transaction():
        assert try_again(picture.id) and not try_again(picture.id), "a double click is one wish"
    assert drain_slow(9) == 1
    assert reread(picture).state == "ready"
    with transaction():
        assert not try_again(picture.id), "nothing to do"
        db.session.execute(sa.update(MediaFile).values(state="failed", attempts=MOST_TRIES))
    with transaction():
        assert not try_again(picture.id)


def test_slow_work_stands_in_nobodys_way(picture: MediaFile) -> None:
    done: list[str] = []
    task_topic("test.quick")(lambda _payload: done.append("quick"))
    try:
        with transaction():
            queue_task("test.quick", "quick", {})
        assert drain_all() == 1 and done == ["quick"], "the picture waits in its own line"
        assert reread(picture).state == "processing"
    finally:
        del task_handlers["test.quick"]
    assert drain_slow() == 1 and reread(picture).state == "ready"


def test_one_slow_task_at_a_time(picture: MediaFile, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []

    def nested(*_: Any) -> int:
        inside.append(drain_slow())
        return 0

    with transaction():
        add_file(prepare_picture(photo(500, 500), "b.jpg"))
    monkeypatch.setattr(tasks, "store_copies", nested)
    assert drain_slow(5) == 2 and inside == [0, 0]


def test_orphans_go_and_what_is_named_stays(picture: MediaFile) -> None:
    drain_slow()
    kept = {key for key, _ in storage.stored()}
    stray = prepare_picture(photo(333, 222), "never kept.jpg")
    assert remove_orphans() == "0", "its form may still be on its way"
    with time_machine.travel(now() + dt.timedelta(hours=25)):
        assert remove_orphans() == "2"
    assert {key for key, _ in storage.stored()} == kept
    assert stray.storage_key not in str(kept)


def test_the_audit_misses_copies_and_finds_strays(picture: MediaFile) -> None:
    drain_slow()
    assert misplaced_files() == []
    gone = f"{picture.storage_key}-640.avif"
    storage.delete(gone)
    storage.put("pictures/00/stray-640.webp", b"x")
    with time_machine.travel(now() + dt.timedelta(days=3)):
        found = misplaced_files()
    assert found == [(gone, "no bytes"), ("pictures/00/stray-640.webp", "no row")]
