"""The diary of what runs by itself: last run, last error, wishes to run now, the worker's pulse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.notifications.models import JobRun

log = structlog.get_logger()
WORKER = "worker"
SILENT_AFTER = dt.timedelta(minutes=1)
LATE_BY = dt.timedelta(minutes=10)  # beyond two intervals


class KnownJob(NamedTuple):
    """A job of the schedule, as the council reads of it: `about` is an English sentence."""

    name: str
    minutes: int
    about: str


_known: dict[str, KnownJob] = {}


def announce_jobs(jobs: Iterable[KnownJob]) -> None:
    """The schedule stands on a higher floor: it says here what there is, for pages to show."""
    _known.update((job.name, job) for job in jobs)


def known_jobs() -> list[KnownJob]:
    """The schedule, in its order."""
    return list(_known.values())


def run_job(name: str, job: Callable[[], object]) -> bool:
    """Run one job and write down how it went; False when it failed. Opens its own transactions."""
    with transaction():
        row = _row(name)
        row.last_started_at, row.requested_at = now(), None
        row.runs += 1
    try:
        result = job()
    except Exception as error:  # the schedule goes on; the error stands in the diary
        db.session.rollback()
        log.exception("job_failed", job=name)
        with transaction():
            row = _row(name)
            row.last_finished_at, row.last_error = now(), repr(error)[:2000]
        return False
    with transaction():
        row = _row(name)
        row.last_finished_at = row.last_ok_at = now()
        row.last_error, row.last_result = "", "" if result is None else str(result)[:200]
    return True


def request_run(name: str) -> None:
    """Somebody wants the job to run now; the worker sees it within seconds."""
    _row(name).requested_at = now()


def requested() -> list[str]:
    """Names of jobs somebody asked for."""
    return list(db.session.scalars(sa.select(JobRun.name).where(JobRun.requested_at.is_not(None))))


def job_states() -> dict[str, JobRun]:
    """Every job that ever ran or was asked for, by name; the worker's pulse among them."""
    rows = db.session.scalars(sa.select(JobRun).execution_options(populate_existing=True))
    return {row.name: row for row in rows}


def condition(job: KnownJob, row: JobRun | None) -> str:
    """How a job of the schedule stands: never | running | ok | failed | late (missed its turn)."""
    if row is None or row.last_started_at is None:
        return "never"
    if row.last_started_at < now() - 2 * dt.timedelta(minutes=job.minutes) - LATE_BY:
        return "late"
    if row.last_error:
        return "failed"
    is_done = row.last_finished_at is not None and row.last_finished_at >= row.last_started_at
    return "ok" if is_done else "running"


def beat() -> None:
    """The worker is alive."""
    _row(WORKER).last_ok_at = now()


def worker_is_silent() -> bool:
    """Whether no worker was seen for a minute."""
    seen = db.session.scalar(sa.select(JobRun.last_ok_at).where(JobRun.name == WORKER))
    return seen is None or now() - seen > SILENT_AFTER


def _row(name: str) -> JobRun:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(JobRun)
        .values(name=name, last_error="", last_result="", runs=0)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return db.session.get_one(JobRun, name, populate_existing=True)
