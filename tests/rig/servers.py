"""A real server in its own process, for races, browsers and everything a test client hides."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.rig.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]


class LiveServer:
    """gunicorn with threads on a free port. `url` is its address; `log()` what it printed."""

    def __init__(self, environment: dict[str, str], folder: Path, workers: int = 2) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"server-{self.port}.log"
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        command += ["--access-logfile", "-", "storefront.app:create_app()"]
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "WEB_WORKERS": str(workers)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=os.environ | environment | own,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise RuntimeError("the server did not start:\n" + self.log())

    def log(self) -> str:
        """Everything the server wrote so far."""
        return self._log.read_text(errors="replace")

    def workers(self) -> list[int]:
        """The processes that answer, by their ids."""
        master = self._process.pid
        return [
            int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()
        ]

    @contextlib.contextmanager
    def only(self, pid: int) -> Iterator[None]:
        """Let one process answer everything; the others stand still meanwhile."""
        others = [other for other in self.workers() if other != pid]
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            yield
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)

    def stop(self) -> None:
        """End all its processes at once: what they hold is thrown away anyway."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=5)
