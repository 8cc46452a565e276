"""A clean, migrated database for each test, copied from a template made once per worker."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg


class Databases(Protocol):
    """One engine's way of handing out a fresh database and taking it back."""

    def fresh(self) -> str:
        """The address of a database that holds the tables and the reference data, nothing else."""

    def blank(self) -> str:
        """The address of a database without a single table."""

    def drop(self, url: str) -> None:
        """Throw the database away; nobody may be connected any more."""


class SqliteDatabases:
    """Copies one file."""

    def __init__(self, folder: Path, build: Callable[[str], None]) -> None:
        self.folder = folder
        self._template = folder / "template.sqlite"
        self._count = 0
        build(f"sqlite:///{self._template}")
        if self._template.with_name("template.sqlite-wal").exists():
            raise RuntimeError("the template is still open somewhere: dispose its engine")

    def fresh(self) -> str:
        url = self.blank()
        shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
        return url

    def blank(self) -> str:
        self._count += 1
        return f"sqlite:///{self.folder / f'test-{self._count}.sqlite'}"

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


class PostgresDatabases:
    """`CREATE DATABASE … TEMPLATE`, which copies files inside the server."""

    def __init__(self, server_url: str, prefix: str, build: Callable[[str], None]) -> None:
        self._base, _, self._maintenance = server_url.rpartition("/")
        self._prefix = prefix
        self._count = 0
        self._admin = psycopg.connect(
            f"{self._base}/{self._maintenance}".replace("+psycopg", ""), autocommit=True
        )
        self._template = f"{prefix}_template"
        self._run(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{self._template}"')
        build(self._url(self._template))

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())

    def _url(self, name: str) -> str:
        return f"{self._base}/{name}"

    def fresh(self) -> str:
        return self._create(f'TEMPLATE "{self._template}"')

    def blank(self) -> str:
        return self._create("TEMPLATE template0")

    def _create(self, options: str) -> str:
        self._count += 1
        name = f"{self._prefix}_{self._count}"
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{name}" {options}')
        return self._url(name)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')
