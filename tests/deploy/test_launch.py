"""`make run` as an operator sees it: one process starts all, and ends all it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.rig.postgres import free_port
from tests.rig.shop import ROOT


def group_members(marker: str) -> list[str]:
    """Command lines of all processes whose environment holds the marker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it ended meanwhile, or belongs to somebody else
            continue
    return found


def launch(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "deploy/launch.py"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def wait_for(log: Path, words: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_that_was_started(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    settings = {"PORT": str(port), "DATA_DIR": str(tmp_path / "data"), "EMPTY": "1"}
    log = tmp_path / "log"
    process = launch(settings | {"DATABASE_URL": "", "SHOP_ENV": "development"}, log)
    try:
        wait_for(log, f"The shop is at http://127.0.0.1:{port}/", process, 60)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            assert answer.status == 200
        marker = f"DATA_DIR={tmp_path / 'data'}"
        started = " ".join(group_members(marker))
        assert "gunicorn" in started
        assert "jobs run" in started
        process.send_signal(number)
        assert process.wait(timeout=20) == 0, log.read_text()
        assert group_members(marker) == []
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        log = tmp_path / "log"
        process = launch({"PORT": str(port), "DATA_DIR": str(tmp_path)}, log)
        assert process.wait(timeout=20) == 1
    assert log.read_text().splitlines() == [
        f"Port {port} is taken; choose another one: make run PORT=8001"
    ]
