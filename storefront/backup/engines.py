"""How each engine is copied and put back: a consistent picture of one moment, without a pause."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url


class BackupError(RuntimeError):
    """The backup or restore cannot be done; the text is one line for the operator."""


Counts = dict[str, int]


class Engine(Protocol):
    """A database that can be copied to a file and back."""

    name: str

    def dump(self, target: Path) -> Counts:
        """Write the database to `target`; returns the rows per table of that very moment."""

    def is_empty(self) -> bool:
        """Whether there is not a single table."""

    def load(self, source: Path) -> Counts:
        """Replace everything by what `dump` wrote; returns the rows per table afterwards."""


def engine_of(url: str) -> Engine:
    """The engine behind an address. Raises BackupError for one the shop does not run on."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Sqlite(Path(parsed.database or ""))
    if parsed.get_backend_name() == "postgresql":
        return Postgres(parsed)
    raise BackupError(f"There is no backup for {parsed.get_backend_name()}.")


class Sqlite:
    """SQLite's own online backup: one read transaction, writers go on."""

    name = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def dump(self, target: Path) -> Counts:
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(target)) as to:
            source.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")
            return self._counts(to)

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with closing(sqlite3.connect(self.path)) as connection:
            return not self._tables(connection)

    def load(self, source: Path) -> Counts:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.restoring")
        shutil.copyfile(source, draft)
        # A log of the old file must not be played into the new one.
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        os.replace(draft, self.path)
        with closing(sqlite3.connect(self.path)) as connection:
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if broken or verdict != "ok":
                raise BackupError(f"The restored database is damaged: {verdict} {broken[:3]}")
            return self._counts(connection)

    @staticmethod
    def _tables(connection: sqlite3.Connection) -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        return [row[0] for row in connection.execute(query)]

    def _counts(self, connection: sqlite3.Connection) -> Counts:
        count = 'SELECT count(*) FROM "{}"'
        return {
            table: connection.execute(count.format(table)).fetchone()[0]
            for table in self._tables(connection)
        }


class Postgres:
    """pg_dump and pg_restore, bound to the same snapshot the rows were counted in."""

    name = "postgresql"

    def __init__(self, url: URL) -> None:
        self.url = url
        self._dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def dump(self, target: Path) -> Counts:
        with psycopg.connect(self._dsn) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={row[0]}"]
            self._run("pg_dump", *words, f"--file={target}")
            return self._counts(connection)

    def is_empty(self) -> bool:
        with psycopg.connect(self._dsn) as connection:
            return not self._tables(connection)

    def load(self, source: Path) -> Counts:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        # The dump would create the schema again, which stands already.
        listing = self._run("pg_restore", "--list", str(source))
        wanted = source.with_suffix(".list")
        wanted.write_text(
            "\n".join(line for line in listing.splitlines() if " SCHEMA - public " not in line)
        )
        name = f"--dbname={self.url.database}"
        self._run("pg_restore", *words, f"--use-list={wanted}", name, str(source))
        with psycopg.connect(self._dsn) as connection:
            return self._counts(connection)

    def _run(self, program: str, *words: str) -> str:
        found = shutil.which(program)
        if found is None:
            raise BackupError(f"{program} is missing: apt-get install postgresql-client")
        # Through the environment, because a command line is read by everybody on the machine.
        given = {
            "PGHOST": self.url.query.get("host") or self.url.host,
            "PGPORT": self.url.port,
            "PGUSER": self.url.username,
            "PGPASSWORD": self.url.password,
            "PGDATABASE": self.url.database,
            "PGSSLMODE": self.url.query.get("sslmode"),
        }
        environment = os.environ | {key: str(value) for key, value in given.items() if value}
        done = subprocess.run(
            [found, *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise BackupError(f"{program} failed: {last}")
        return done.stdout

    @staticmethod
    def _tables(connection: psycopg.Connection[tuple[str, ...]]) -> list[str]:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        return [row[0] for row in connection.execute(query)]

    def _counts(self, connection: psycopg.Connection[tuple[str, ...]]) -> Counts:
        counts = {}
        for table in self._tables(connection):
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            row = connection.execute(query).fetchone()
            counts[table] = int(row[0]) if row else 0
        return counts
