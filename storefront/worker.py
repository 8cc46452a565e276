"""The background worker: Huey keeps the queue and the clock, `jobs.SCHEDULE` says what runs.

The store is Redis when REDIS_URL is set, PostgreSQL when the shop runs on it, else a SQLite file
of its own beside the data. Only names of jobs travel through it: what a commit leaves to be done
stands in the outbox, which the worker's pulse drains every two seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from storefront.kernel.db import transaction
from storefront.notifications import beat, drain, drain_slow, requested

log = structlog.get_logger()
PULSE_SECONDS = 2
BEAT_SECONDS = 10
SLOW_END_SECONDS = 8  # a picture begun is finished; longer, and it is begun anew
ROWS_A_PULSE = 5  # few, so that a slow mail server does not make the worker look dead


def make_queue(settings: Settings) -> Huey:
    """The queue on the store the settings name. Results are not kept: the diary has them."""
    if settings.REDIS_URL:
        return RedisHuey("shop", url=settings.REDIS_URL, results=False)
    if not settings.is_sqlite:
        dsn = settings.database_url.replace("+psycopg", "")
        return PostgresHuey("shop", dsn=dsn, results=False)
    return SqliteHuey("shop", filename=str(settings.data_dir / "queue.sqlite"), results=False)


class Worker:
    """Huey with the shop's jobs, each run inside the app's context and noted in the diary."""

    def __init__(self, app: Flask, jobs: dict[str, tuple[int, Callable[[], object]]]) -> None:
        """`jobs` maps a name to (minutes between runs, function that runs and notes it)."""
        self.app = app
        self.queue = make_queue(app.config["SETTINGS"])
        self._stopping = threading.Event()

        def run_named(name: str) -> None:
            with app.app_context():
                jobs[name][1]()

        self.run_named = self.queue.task(name="run_named")(run_named)
        for name, (minutes, _) in jobs.items():
            self._every(name, minutes)

    def _every(self, name: str, minutes: int) -> None:
        when = crontab(minute=f"*/{minutes}") if minutes < 60 else _hourly(minutes // 60)

        def due() -> None:
            self.run_named(name)

        self.queue.periodic_task(when, name=f"every_{name}")(due)

    def run(self, threads: int = 2) -> None:
        """Work until told to stop (INT or TERM)."""
        pulse = threading.Thread(target=self._pulse, daemon=True)
        slow = threading.Thread(target=self._slow_work, daemon=True)
        pulse.start()
        slow.start()
        try:
            self.queue.create_consumer(workers=threads, worker_type="thread").run()
        finally:
            self._stopping.set()
            pulse.join(timeout=PULSE_SECONDS)
            slow.join(timeout=SLOW_END_SECONDS)

    def _pulse(self) -> None:
        """Show that the worker lives, take wishes to run a job now, and drain what waits."""
        beaten, passed_on = float("-inf"), set[str]()
        while not self._stopping.is_set():
            taken = 0
            with self.app.app_context():
                try:
                    if time.monotonic() - beaten >= BEAT_SECONDS:
                        with transaction():
                            beat()
                        beaten = time.monotonic()
                    wished = set(requested())
                    for name in sorted(wished - passed_on):
                        self.run_named(name)
                    passed_on = wished  # a wish stands until its job starts: queue it once
                    taken = drain(ROWS_A_PULSE)
                except SQLAlchemyError:
                    log.exception("pulse_missed")
            if taken < ROWS_A_PULSE:
                self._stopping.wait(PULSE_SECONDS)

    def _slow_work(self) -> None:
        """Do slow tasks one after the other, beside the pulse: a mail never waits for a picture."""
        while not self._stopping.is_set():
            taken = 0
            with self.app.app_context():
                try:
                    taken = drain_slow()
                except SQLAlchemyError:
                    log.exception("slow_work_missed")
            if not taken:
                self._stopping.wait(PULSE_SECONDS)


def _hourly(hours: int) -> Callable[..., bool]:
    when: Callable[..., bool] = crontab(minute="7", hour="*" if hours == 1 else f"*/{hours}")
    return when
