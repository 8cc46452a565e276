"""A PostgreSQL of the tests' own: a throw-away cluster on a free port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

OWNER = "shop"


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_binaries() -> Path:
    """The folder of PostgreSQL's server programs; RuntimeError in one line when there is none."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if versions:
        return versions[0].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL's server programs are missing: apt-get install postgresql")


class Cluster:
    """A running server. `url(name)` is the address of one of its databases.

    Made for tests, it is careless and lives in memory; `parent` is another place for its folder
    and `options` are settings of the server that say otherwise.
    """

    def __init__(self, parent: str | None = None, **options: str) -> None:
        self.options = options
        self.binaries = find_binaries()
        self.port = free_port()
        # A short path: the name of a Unix socket may not be longer than 107 characters.
        memory = Path("/dev/shm")
        if parent is None and os.access(memory, os.W_OK):
            parent = str(memory)
        self.folder = Path(tempfile.mkdtemp(prefix="shop-pg-", dir=parent))
        self._server: subprocess.Popen[bytes] | None = None
        self._prefix = self._become_postgres()

    def _become_postgres(self) -> list[str]:
        # The server refuses to run as root. It dies with us, however we end.
        prefix = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() != 0:
            return prefix
        shutil.chown(self.folder, "postgres", "postgres")
        return [*prefix, "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def start(self) -> None:
        """Make the cluster and wait until it answers (about two seconds)."""
        data = self.folder / "data"
        initdb = [self.binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*self._prefix, *initdb, "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "autovacuum": "off",
            "timezone": "Asia/Tokyo",  # not UTC: a forgotten zone must show
        } | self.options
        command = [*self._prefix, self.binaries / "postgres", "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("wb") as log:
            # A session of its own, so that Ctrl-C at the keyboard reaches the tests first.
            self._server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        ready = [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode != 0:
            if time.monotonic() > deadline or (self._server and self._server.poll() is not None):
                raise RuntimeError(
                    "PostgreSQL did not start:\n" + (self.folder / "log").read_text()
                )
            time.sleep(0.05)

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of a database of this server."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End the server at once and remove its data."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(3)  # immediate: nothing in it is worth a checkpoint
            self._server.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)
