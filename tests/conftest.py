"""Fixtures of all tests. What they are built from stands in tests/rig.

Every test that asks for `app` or `database` runs once per engine; `--engine sqlite` picks one.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from deploy.launch import compile_translations
from storefront.kernel.db import db
from tests.rig import shop
from tests.rig.browser import Chromium, Tab
from tests.rig.client import PageClient
from tests.rig.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.rig.postgres import Cluster
from tests.rig.servers import LiveServer

ENGINES = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "both": ["sqlite", "postgresql"]}

hypothesis.settings.register_profile("suite", deadline=None, max_examples=40, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=400, print_blob=True)


# -- which tests run, on what ---------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, default="both", help="the databases to run on")
    parser.addoption("--full", action="store_true", help="also the long and repeated tests")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--full") else "suite")
    if not hasattr(config, "workerinput"):
        compile_translations()
        # With xdist the first process starts the server and the workers inherit its address.
        if config.getoption("numprocesses", None):
            _postgres(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster: Cluster | None = getattr(config, "shop_cluster", None)
    if cluster:
        cluster.stop()
        del os.environ["TEST_POSTGRES_URL"]


def _postgres(config: pytest.Config) -> str:
    """The address of a PostgreSQL server; started here unless TEST_POSTGRES_URL names one."""
    if "postgresql" not in ENGINES[config.getoption("--engine")]:
        return ""
    if "TEST_POSTGRES_URL" not in os.environ:
        cluster = Cluster()
        config.shop_cluster = cluster  # type: ignore[attr-defined]
        cluster.start()
        os.environ["TEST_POSTGRES_URL"] = cluster.url()
    return os.environ["TEST_POSTGRES_URL"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" not in metafunc.fixturenames:
        return
    engines = ENGINES[metafunc.config.getoption("--engine")]
    marker = metafunc.definition.get_closest_marker("engines")
    if marker:
        engines = [name for name in engines if name in marker.args] or list(marker.args)
    elif "_chromium" in metafunc.fixturenames and not metafunc.config.getoption("--full"):
        engines = engines[:1]  # what a browser sees does not depend on the engine
    metafunc.parametrize("engine_name", engines, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "_chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    # A test that needs one engine does not run where the other one was asked for.
    wanted = ENGINES[config.getoption("--engine")]
    other = [
        item
        for item in items
        if (marker := item.get_closest_marker("engines")) and not set(marker.args) & set(wanted)
    ]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in set(other)]
    if not config.getoption("--full"):
        long = [item for item in items if item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


_skipped: list[str] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    # A skipped test proves nothing and looks green.
    if _skipped and not hasattr(session.config, "workerinput"):
        print(f"\nskipped, which counts as failed: {', '.join(sorted(set(_skipped)))}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# -- databases ------------------------------------------------------------------------------------


@sa.event.listens_for(sa.Engine, "connect")
def _without_waiting_for_the_disk(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder in memory for the databases of this worker."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="shop-tests-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def _databases(engine_name: str, request: pytest.FixtureRequest, scratch: Path) -> Databases:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "solo")

    def build(url: str) -> None:
        shop.prepare(url, scratch / "template-data")

    if engine_name == "sqlite":
        return SqliteDatabases(scratch, build)
    return PostgresDatabases(_postgres(request.config), f"shop_{worker}", build)


@pytest.fixture
def database_url(_databases: Databases) -> Iterator[str]:
    """The address of a clean database with tables and reference data."""
    url = _databases.fresh()
    yield url
    _databases.drop(url)


@pytest.fixture
def blank_database_url(_databases: Databases) -> Iterator[str]:
    """The address of a database without tables, of the same engine."""
    url = _databases.blank()
    yield url
    _databases.drop(url)


# -- the shop -------------------------------------------------------------------------------------


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The process settings of this test's shop, for a subprocess that is to join it."""
    return shop.environment(database_url, tmp_path)


@pytest.fixture
def app(database_url: str, tmp_path: Path, scratch: Path) -> Iterator[Flask]:
    """The whole shop on a clean database; no context is open."""
    app = shop.build(database_url, tmp_path)
    app.test_client_class = PageClient
    cache = scratch / "jinja"
    cache.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(cache))
    yield app
    shop.close(app)


@pytest.fixture
def database(app: Flask) -> Iterator[Any]:
    """`db` inside an open app context, to prepare rows and look at them.

    Requests made by `client` run outside of this context and see only what was committed.
    """
    with app.app_context():
        yield db
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor without a session; every page fetched is checked."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def statements(client: PageClient) -> int:
    """How many SQL statements the client's last page took."""
    assert client.last is not None
    return int(client.last.headers["X-Statements"])


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """Time stands still on a Monday, 10:00 in Cilegon; `shift(seconds)` and `move_to(when)`."""
    monday = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
    with time_machine.travel(monday, tick=False) as traveller:
        yield traveller


# -- a real server and a real browser -------------------------------------------------------------


@pytest.fixture
def live_server(environment: dict[str, str], app: Flask, tmp_path: Path) -> Iterator[LiveServer]:
    """The shop of this test behind gunicorn: two processes of four threads."""
    server = LiveServer(environment, tmp_path)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Chromium]:
    chromium = Chromium()
    yield chromium
    chromium.close()


@pytest.fixture
def browser_page(_chromium: Chromium, live_server: LiveServer) -> Iterator[Tab]:
    """A fresh browser window on the live server; complaints in its console fail the test."""
    with _chromium.window(live_server.url) as tab:
        yield tab
