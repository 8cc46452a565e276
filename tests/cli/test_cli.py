"""The commands: what they say, and that they fail with one line and exit code 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from storefront import demo, media
from storefront.accounts import User, UserRole
from storefront.artisans import Artisan
from storefront.catalogue import SearchTerm
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db, transaction
from storefront.notifications import JobRun, queue_task, task_topic
from tests.factories.catalogue import live_product
from tests.rig import shop

GOOD = "kapal layar di selat"


def run(app: Flask, *words: str, **options: Any) -> Result:
    return app.test_cli_runner().invoke(args=list(words), **options)


def refusal(outcome: Result) -> str:
    assert outcome.exit_code == 1, outcome.output
    lines = outcome.stderr.strip().splitlines()
    assert len(lines) == 1, outcome.stderr
    return lines[0]


def test_setup_can_be_repeated(app: Flask) -> None:
    for _ in range(2):
        outcome = run(app, "setup")
        assert outcome.exit_code == 0, outcome.output


def test_the_first_admin(app: Flask) -> None:
    words = ["user", "create", "--email", "First@Example.org", "--role", "admin"]
    outcome = run(app, *words, "--password", GOOD)
    assert outcome.exit_code == 0, outcome.output
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        assert user.email == "first@example.org" and not user.is_demo
        assert db.session.scalars(sa.select(UserRole.role)).all() == ["admin"]
    assert "already uses" in refusal(run(app, *words, "--password", GOOD))


@pytest.mark.parametrize("password", ["short", "password1"])
def test_a_weak_password_is_refused(app: Flask, password: str) -> None:
    outcome = run(app, "user", "create", "--email", "a@example.org", "--password", password)
    assert "too" in refusal(outcome)


def test_an_account_needs_an_address(app: Flask) -> None:
    assert "Give --email or --phone" in refusal(run(app, "user", "create", "--password", GOOD))


def test_a_phone_is_enough(app: Flask) -> None:
    outcome = run(app, "user", "create", "--phone", "+6281200000999", "--password", GOOD)
    assert outcome.exit_code == 0, outcome.output


def test_jobs(app: Flask) -> None:
    done: list[str] = []
    task_topic("tests.cli")(lambda payload: done.append(payload["word"]))
    with app.app_context(), transaction():
        queue_task("tests.cli", "tests.cli:1", {"word": "once"})
    assert run(app, "jobs", "once", "outbox").output == "outbox: done\n"
    assert done == ["once"]
    listed = run(app, "jobs", "list").output
    assert "outbox " in listed and "never" in listed and "Sends mails" in listed
    assert "There is no job nothing" in refusal(run(app, "jobs", "once", "nothing"))


def test_every_job_of_the_schedule_runs(app: Flask) -> None:
    outcome = run(app, "jobs", "once")
    assert outcome.exit_code == 0, outcome.output
    with app.app_context():
        assert not [row.name for row in db.session.scalars(sa.select(JobRun)) if row.last_error]


def test_search_is_rebuilt(app: Flask, database: Any) -> None:
    live_product()
    with transaction():
        db.session.execute(sa.delete(SearchTerm))
    outcome = run(app, "search", "rebuild")
    assert outcome.exit_code == 0 and "1 pieces are indexed." in outcome.output
    assert db.session.scalar(sa.select(sa.func.count(SearchTerm.term)))


def test_keys_are_rotated(database_url: str, tmp_path: Path) -> None:
    """Rows, hashes and files follow the new key; the old one may be dropped afterwards."""

    def shop_with(keys: str) -> Flask:
        return shop.build(database_url, tmp_path, ENCRYPTION_KEY=keys)

    old, new = "o" * 40, "n" * 40
    app = shop_with(old)
    with app.app_context(), transaction():
        paper = media.add_file(demo.sample_paper("sealed"), artisan_id=None)
        db.session.add(Artisan(nik="3672995203710001", nik_hash=keyed_hash("3672995203710001")))
    shop.close(app)
    app = shop_with(f"{new},{old}")
    assert "1 files and" in run(app, "keys", "rotate").output
    shop.close(app)
    app = shop_with(new)
    with app.app_context():
        artisan = db.session.scalars(sa.select(Artisan)).one()
        assert artisan.nik == "3672995203710001"
        assert artisan.nik_hash == keyed_hash("3672995203710001")
        stored = db.session.get_one(media.MediaFile, paper.id)
        assert media.read_document(stored).startswith(b"%PDF")
    shop.close(app)
    app = shop_with(old)
    assert "put the dropped key back" in refusal(run(app, "keys", "rotate"))
    shop.close(app)


def test_every_command_explains_itself(app: Flask) -> None:
    groups = ["user", "demo", "jobs", "search", "keys"]
    for group in groups:
        listing = run(app, group, "--help").output
        assert "Commands:" in listing
        for line in listing.partition("Commands:")[2].strip().splitlines():
            assert len(line.split()) > 2, f"{group}: {line}"
