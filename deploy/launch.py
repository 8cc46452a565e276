"""`make run`: bring the database up, start the web server and the worker, stop both together.

Honours PORT, HOST, DATABASE_URL, DATA_DIR, WEB_WORKERS, EMPTY=1 and STRIPE=stand-in. A part that
dies is started again, as a service manager would. Only the standard library.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
STARTS_ALLOWED = 5  # within a minute; then something is wrong that starting cannot mend


class Part:
    """One long-running program of the shop, in a process group of its own."""

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        self.command = [PYTHON, "-m", *command]
        self.starts: list[float] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.starts = [at for at in self.starts if at > time.monotonic() - 60]
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)

    def keep(self) -> None:
        """Start it again if it died; end everything if that happens over and over."""
        if self.process is None or self.process.poll() is None:
            return
        print(f"The {self.name} ended ({self.process.returncode}); starting it again", flush=True)
        if len(self.starts) >= STARTS_ALLOWED:
            sys.exit(f"The {self.name} does not stay up; see its messages above.")
        self.start()

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def wait(self, deadline: float) -> None:
        """Wait for a polite end until the deadline, then insist."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)  # also what the part itself left behind
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def compile_translations() -> None:
    """Make the catalogues that are older than their source readable for the shop."""
    for source in (ROOT / "storefront").glob("**/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            command = ["babel.messages.frontend", "compile", "-i", str(source), "-o", str(target)]
            language = source.parent.parent.name
            subprocess.run([PYTHON, "-m", *command, "-l", language], check=True, cwd=ROOT)


def stripe_stand_in(port: int) -> Part:
    """A pretended Stripe on loopback; the shop is told to talk to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own_port = probe.getsockname()[1]
    os.environ |= {
        "STRIPE_API_BASE": f"http://127.0.0.1:{own_port}",
        "STRIPE_SECRET_KEY": "sk_test_stand_in",
        "STRIPE_WEBHOOK_SECRET": "whsec_stand_in",
    }
    hook = f"http://127.0.0.1:{port}/webhooks/stripe"
    words = ["--port", str(own_port), "--webhook-url", hook, "--secret", "whsec_stand_in"]
    return Part("Stripe stand-in", "tests.stand_ins.stripe", *words)


def wait_until_ready(address: str, parts: list[Part]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        for part in parts:
            part.keep()
    sys.exit("The shop did not get ready within a minute; see its messages above.")


def sign_ins() -> None:
    """Show who can sign in, if the demo is loaded."""
    subprocess.run([PYTHON, "-m", "flask", "demo", "accounts"], cwd=ROOT, check=False)


def run() -> None:
    os.umask(0o077)  # database and keys are for whoever runs the shop, for nobody else
    port = int(os.environ.get("PORT", "8000"))
    host = os.environ.get("HOST", "127.0.0.1")
    os.environ |= {"PORT": str(port), "FLASK_APP": "storefront.app:create_app"}
    os.environ["PYTHONPATH"] = str(ROOT)
    if not port_is_free(port):
        sys.exit(f"Port {port} is taken; choose another one: make run PORT=8001")
    compile_translations()
    parts = [
        Part(
            "web server", "gunicorn", "-c", "deploy/gunicorn.conf.py", "storefront.app:create_app()"
        ),
        Part("worker", "flask", "jobs", "run"),
    ]
    if os.environ.get("STRIPE") == "stand-in":
        parts.insert(0, stripe_stand_in(port))
    subprocess.run([PYTHON, "deploy/bring_up.py"], cwd=ROOT, check=True)
    try:
        for part in parts:
            part.start()
        address = f"http://{host}:{port}"
        wait_until_ready(address, parts)
        print(f"\nThe shop is at {address}/   (Ctrl-C ends it)\n", flush=True)
        sign_ins()
        while True:
            time.sleep(1)
            for part in parts:
                part.keep()
    finally:
        deadline = time.monotonic() + 12
        for part in parts:
            part.stop()
        for part in parts:
            part.wait(deadline)


def _end(number: int, frame: FrameType | None) -> None:
    # A second signal must not cut the tidying up short.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _end)
    try:
        run()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
