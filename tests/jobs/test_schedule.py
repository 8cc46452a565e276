"""The schedule as a whole: each job runs on any shop, the diary tells, `/readyz` shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import demo, jobs
from storefront.audit import run_audit
from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed
from storefront.notifications import (
    JobRun,
    Outbox,
    beat,
    job_states,
    request_run,
    requested,
    run_job,
)
from storefront.worker import Worker
from tests.rig import shop
from tests.rig.client import PageClient
from tests.rig.databases import Databases

NAMES = [job.name for job in jobs.SCHEDULE]


def run_all() -> dict[str, str]:
    """Each job once, in order; what went wrong by name."""
    for job in jobs.SCHEDULE:
        jobs.run_and_note(job)
    return {name: row.last_error for name, row in job_states().items() if row.last_error}


def test_every_job_runs_on_an_empty_shop(app: Flask, database: Any) -> None:
    assert run_all() == {}
    assert set(job_states()) == set(NAMES)


@pytest.fixture
def demo_shop(_databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    url = _databases.fresh()
    app = shop.build(url, tmp_path)
    with app.app_context():
        demo.load(say=lambda _: None)
        _leave_three_pictures()
        yield app
    shop.close(app)
    _databases.drop(url)


def _leave_three_pictures() -> None:
    """They stand for all the demo's pictures, each of which takes a second."""
    waiting = sa.select(Outbox.id).where(Outbox.is_slow, Outbox.state == "pending")
    first = list(db.session.scalars(waiting.order_by(Outbox.id)))[:3]
    db.session.rollback()
    with transaction():
        others = sa.update(Outbox).where(Outbox.is_slow, Outbox.id.not_in(first))
        db.session.execute(others.values(state="done"))


def test_every_job_runs_on_the_demo_now_and_weeks_later(demo_shop: Flask) -> None:
    assert run_all() == {}
    with as_if_at(now() + dt.timedelta(days=40)):
        assert run_all() == {}
        states = db.session.execute(sa.select(Outbox.state, sa.func.count()).group_by(Outbox.state))
        assert not {"sending", "failed"} & {state for state, _ in states}
        broken = [finding for finding in run_audit(demo_shop) if finding.rows]
        assert [(finding.id, list(finding.rows)[:3]) for finding in broken] == []


# -- the diary ------------------------------------------------------------------------------------


def diary(name: str) -> JobRun:
    db.session.rollback()
    return db.session.get_one(JobRun, name, populate_existing=True)


def test_the_diary_tells_how_it_went(app: Flask, database: Any) -> None:
    assert run_job("payments", lambda: "3/4")
    row = diary("payments")
    assert (row.last_result, row.last_error, row.runs) == ("3/4", "", 1)
    good = row.last_ok_at
    assert good is not None

    def break_down() -> None:
        raise ValueError("the provider's answer made no sense")

    assert not run_job("payments", break_down)
    row = diary("payments")
    assert "made no sense" in row.last_error
    assert (row.runs, row.last_ok_at) == (2, good)
    assert row.last_finished_at is not None and row.last_finished_at > good
    assert run_job("payments", lambda: None)
    assert diary("payments").last_error == ""


def test_a_job_that_leaves_a_mess_can_still_be_noted(app: Flask, database: Any) -> None:
    def half_done() -> None:
        db.session.add(Outbox(kind="task", topic="x", dedupe_key="half"))
        db.session.flush()
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    assert not run_job("outbox", half_done)
    assert "gone" in diary("outbox").last_error
    assert db.session.scalar(sa.select(sa.func.count(Outbox.id))) == 0


def test_a_wish_is_taken_once_by_the_pulse(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        request_run("deadlines")
    assert requested() == ["deadlines"]
    db.session.rollback()
    worker = jobs.make_worker(app)
    queued: list[str] = []
    monkeypatch.setattr(worker, "run_named", queued.append)
    pulses(worker, 3, monkeypatch)
    assert queued == ["deadlines"], "a wish that waits for a free thread is queued once"
    assert job_states()["worker"].last_ok_at is not None
    db.session.rollback()
    deadlines = next(job for job in jobs.SCHEDULE if job.name == "deadlines")
    jobs.run_and_note(deadlines)
    assert requested() == []


def test_the_pulse_outlives_a_database_that_does_not_answer(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drained: list[int] = []

    def drain(limit: int) -> int:
        drained.append(limit)
        if len(drained) == 1:
            raise sa.exc.OperationalError("select", {}, Exception("gone"))
        return 0

    monkeypatch.setattr("storefront.worker.drain", drain)
    pulses(jobs.make_worker(app), 2, monkeypatch)
    assert len(drained) == 2


def pulses(worker: Worker, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker's heart beat so many times."""
    left = iter(range(count - 1))

    def wait(_seconds: float) -> bool:
        if next(left, None) is None:
            worker._stopping.set()
        return True

    monkeypatch.setattr(worker._stopping, "wait", wait)
    worker._pulse()


# -- rows one by one ------------------------------------------------------------------------------


def test_refused_rows_are_passed_over(app: Flask, database: Any) -> None:
    seen: list[int] = []

    def verb(row_id: int) -> None:
        seen.append(row_id)
        if row_id == 2:
            raise NotAllowed()

    assert jobs.for_each([1, 2, 3], verb) == "2"
    assert seen == [1, 2, 3]


def test_a_broken_row_neither_stops_nor_undoes_the_others(app: Flask, database: Any) -> None:
    def verb(row_id: int) -> None:
        db.session.add(Outbox(kind="task", topic="x", dedupe_key=f"row{row_id}"))
        db.session.flush()
        if row_id == 2:
            raise KeyError("no such thing")

    with pytest.raises(RuntimeError, match=r"2 done, broken: 2 \(KeyError"):
        jobs.for_each([1, 2, 3], verb)
    kept = db.session.scalars(sa.select(Outbox.dedupe_key).order_by(Outbox.dedupe_key))
    assert kept.all() == ["row1", "row3"]


# -- what others see ------------------------------------------------------------------------------


def readiness(client: PageClient) -> dict[str, Any]:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_readyz_lists_every_job(app: Flask, database: Any, client: PageClient) -> None:
    assert readiness(client)["worker"] == "silent"
    with transaction():
        beat()
    seen = readiness(client)
    assert (seen["status"], seen["worker"]) == ("ok", "ok")
    assert set(seen["jobs"]) == set(NAMES)
    assert {job["state"] for job in seen["jobs"].values()} == {"never"}
    run_all()
    seen = readiness(client)
    assert {job["state"] for job in seen["jobs"].values()} == {"ok"}
    assert all(job["last_ok_at"] for job in seen["jobs"].values())
    run_job("media", lambda: 1 // 0)
    seen = readiness(client)
    assert (seen["status"], seen["jobs"]["media"]["state"]) == ("degraded", "failed")
    assert "ZeroDivisionError" not in str(seen), "what went wrong is for the council's eyes"


def test_a_job_that_misses_its_turn_is_late(app: Flask, database: Any, client: PageClient) -> None:
    run_all()
    with as_if_at(now() + dt.timedelta(minutes=15)):
        with transaction():
            beat()
        states = {name: job["state"] for name, job in readiness(client)["jobs"].items()}
    assert states["outbox"] == "late" and states["media"] == "ok"


def test_a_worker_not_seen_for_a_minute_degrades(
    app: Flask, database: Any, client: PageClient
) -> None:
    with transaction():
        beat()
    for seconds, status in ((50, "ok"), (70, "degraded")):
        with as_if_at(now() + dt.timedelta(seconds=seconds)):
            assert readiness(client)["status"] == status


def test_no_database_or_no_tables_is_not_ready(
    blank_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = shop.build(blank_database_url, tmp_path)
    answer = bare.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.get_json()["database"] in (
        "not migrated",
        "unreachable",
    )
    assert bare.test_client().get("/healthz").status_code == 200

    def gone(*_: Any, **__: Any) -> None:
        raise sa.exc.OperationalError("connect", {}, Exception("gone"))

    monkeypatch.setattr("storefront.home.views.machine._is_at_head", gone)
    answer = bare.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "unreachable")
    shop.close(bare)
