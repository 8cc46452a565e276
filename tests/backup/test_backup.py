"""A backup taken while others write is one moment of the shop, and comes back whole."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from storefront.backup import BackupError, restore, save
from storefront.kernel import settings as council
from storefront.kernel.db import db, transaction
from tests.rig import shop

LEFT, RIGHT = "backup_test.left", "backup_test.right"
council.define(LEFT, "int", 0, label="Left", help="Always equal to right.")
council.define(RIGHT, "int", 0, label="Right", help="Always equal to left.")


def process(app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def write_pair(app: Flask, value: int) -> None:
    with app.app_context(), transaction():
        council.set_value(LEFT, value, by_user_id=None)
        council.set_value(RIGHT, value, by_user_id=None)


@contextmanager
def a_busy_shop(app: Flask) -> Iterator[None]:
    """Somebody changes two rows together, over and over."""
    stop, busy = threading.Event(), threading.Event()

    def work() -> None:
        count = 0
        while not stop.is_set():
            count += 1
            write_pair(app, count)
            if count > 5:
                busy.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert busy.wait(10)
    try:
        yield
    finally:
        stop.set()
        worker.join()


@pytest.fixture
def elsewhere(blank_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A shop with an empty database and no media."""
    app = shop.build(blank_database_url, tmp_path / "elsewhere")
    yield app
    shop.close(app)


def put_picture(app: Flask, name: str, data: bytes) -> Path:
    path = Path(process(app).media_url) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_backup_under_load_restores_elsewhere(
    app: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    put_picture(app, "ab/picture.webp", b"picture")
    target = tmp_path / "monday.tar"
    with a_busy_shop(app):
        saved = save(process(app), target)
    restored = restore(process(elsewhere), target)
    assert restored == saved
    with elsewhere.app_context():
        assert council.get(LEFT) == council.get(RIGHT) > 0
        assert {"setting", "order", "product"} <= set(saved["rows"])
    assert (Path(process(elsewhere).media_url) / "ab/picture.webp").read_bytes() == b"picture"
    checked = elsewhere.test_cli_runner().invoke(args=["audit"])
    assert checked.exit_code == 0, checked.output


def test_no_key_is_in_the_file(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "monday.tar"
    save(process(app), target)
    with tarfile.open(target) as tar:
        names = tar.getnames()
    assert names == ["database", "manifest.json"]
    content = target.read_bytes()
    assert process(app).SECRET_KEY.encode() not in content
    assert process(app).ENCRYPTION_KEY.encode() not in content
    assert target.stat().st_mode & 0o077 == 0


def test_a_shop_with_something_in_it_is_not_replaced(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "monday.tar"
    write_pair(app, 1)
    save(process(app), target)
    write_pair(app, 2)
    shop.close(app)
    with pytest.raises(BackupError, match="not empty"):
        restore(process(app), target)
    restore(process(app), target, force=True)
    with app.app_context():
        assert council.get(LEFT) == 1


def test_a_damaged_file_changes_nothing(app: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    put_picture(app, "ab/picture.webp", b"picture" * 1000)
    target = tmp_path / "monday.tar"
    save(process(app), target)
    content = target.read_bytes()
    spoilt = {
        "cut short": content[: len(content) // 2],
        "one byte changed": content.replace(b"picturepicture", b"picturepicturE", 1),
        "not a backup": b"hello",
    }
    for fault, data in spoilt.items():
        target.write_bytes(data)
        with pytest.raises(BackupError, match="damaged|cut short"):
            restore(process(elsewhere), target)
        with elsewhere.app_context():
            assert not db.inspect(db.engine).get_table_names(), fault


def test_a_backup_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "monday.tar"
    target.write_text("the only copy")
    with pytest.raises(BackupError, match="exists"):
        save(process(app), target)
    assert target.read_text() == "the only copy"


def test_a_missing_program_is_one_clear_line(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_name: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.tar")])
    if engine_name == "postgresql":
        assert outcome.exit_code == 1
        assert "apt-get install postgresql-client" in outcome.output
        assert not list(tmp_path.glob("*b.tar*"))
    else:  # SQLite needs no program
        assert outcome.exit_code == 0


def test_the_commands_say_what_they_did(app: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    target = str(tmp_path / "monday.tar")
    saved = app.test_cli_runner().invoke(args=["backup", target])
    assert saved.exit_code == 0, saved.output
    assert "Saved" in saved.output
    restored = elsewhere.test_cli_runner().invoke(args=["restore", target])
    assert restored.exit_code == 0, restored.output
    again = elsewhere.test_cli_runner().invoke(args=["restore", target])
    assert again.exit_code == 1
    assert "not empty" in again.output
