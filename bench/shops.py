"""A fresh shop of a size on an engine, served by one process as in production."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa

from bench.template import template_share
from config import Settings
from storefront.app import create_app
from storefront.catalogue import Category, Product, Variant
from storefront.kernel.db import db, transaction
from tests.rig.postgres import Cluster, free_port

ROOT = Path(__file__).resolve().parents[1]
DEMO = 60  # pieces the demo loads
PIECES_EACH = 50  # of each workshop that is added
PAGE_SIZE = 24
WAITING_SECONDS = 120
SECRETS = {
    "SECRET_KEY": "a key of the measurement that is long enough",
    "ENCRYPTION_KEY": "bWVhc3VyZW1lbnQtZW5jcnlwdGlvbi1rZXktMzItYnl0",
}
PRODUCTION = SECRETS | {
    "SHOP_ENV": "production",
    "ALLOW_SQLITE": "1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "STRIPE_SECRET_KEY": "sk_test_none",
    "STRIPE_WEBHOOK_SECRET": "whsec_none",
    "LOG_LEVEL": "WARNING",
    "WEB_WORKERS": "1",
}


class Page(NamedTuple):
    """A page to measure: name, address, and how often the database is asked for it."""

    name: str
    path: str
    statements: int
    bytes: int
    is_public: bool = True


class Facts(NamedTuple):
    """What is known of a shop before it is served."""

    pages: list[Page]
    offered: list[str]  # variants that can be put in a cart
    template: float  # CPU of the category page's template over the baseline's


class Shop(NamedTuple):
    """A running shop."""

    engine: str
    size: int
    port: int
    master: int
    facts: Facts
    cart_cookie: str

    def worker(self) -> int:
        """The one process that answers."""
        listed = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return int(listed[0])


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The address of an empty database; empty text for SQLite in the data folder.

    PostgreSQL is one of our own with its usual care for durability.
    """
    if engine == "sqlite":
        yield ""
        return
    careful = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
    cluster = Cluster(tempfile.gettempdir(), **dict.fromkeys(careful, "on"), shared_buffers="512MB")
    cluster.start()
    try:
        yield cluster.url()
    finally:
        cluster.stop()


@contextmanager
def running(engine: str, size: int) -> Iterator[Shop]:
    """A shop with so many pieces, filled anew and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="shop-bench-"))
    try:
        with database(engine) as url:
            environment = SECRETS | {"DATA_DIR": str(folder), "DATABASE_URL": url}
            _fill(environment, size)
            facts = _facts(environment, size)
            with _served(environment) as (port, master):
                yield Shop(engine, size, port, master, facts, _cart(port, facts.offered))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(environment: dict[str, str], size: int) -> None:
    own = os.environ | environment | {"SHOP_ENV": "development", "PYTHONPATH": str(ROOT)}
    own |= {"FLASK_APP": "storefront.app:create_app", "LOG_LEVEL": "WARNING"}
    subprocess.run([sys.executable, "deploy/bring_up.py"], cwd=ROOT, env=own, check=True)
    workshops = (size - DEMO) // PIECES_EACH
    if workshops > 0:
        words = ["demo", "scale", "--artisans", str(workshops), "--products", str(PIECES_EACH)]
        subprocess.run([sys.executable, "-m", "flask", *words], cwd=ROOT, env=own, check=True)
    app = create_app(Settings.from_env(environment | {"SHOP_ENV": "development"}))
    with app.app_context():
        with transaction():  # production refuses to start beside accounts with a known password
            db.session.execute(sa.text('UPDATE "user" SET is_demo = false'))
            db.session.execute(sa.text("ANALYZE"))
        db.session.remove()
        db.engine.dispose()


def _facts(environment: dict[str, str], size: int) -> Facts:
    """What a visitor opens, each page fetched twice to know its weight and its questions."""
    quiet = {"SHOP_ENV": "test", "PAGE_CACHE_MB": "0", "LOG_LEVEL": "WARNING"}
    settings = Settings.from_env(environment | quiet)
    app = create_app(settings)
    with app.app_context():
        for_sale = (
            sa.select(Product.slug, Variant.public_id)
            .join(Variant, Variant.product_id == Product.id)
            .where(Product.state == "live", Variant.on_hand > 2)
            .order_by(Variant.id.desc())
        )
        rows = db.session.execute(for_sale.limit(3)).all()
        slug, offered = rows[0].slug, [row.public_id for row in rows]
        # The upper shelf with the most pieces on and below it.
        upper = sa.func.coalesce(Category.parent_id, Category.id)
        pieces = sa.func.count(Product.id)
        fullest = db.session.execute(
            sa.select(upper, pieces)
            .join(Product, Product.category_id == Category.id)
            .where(Product.state == "live")
            .group_by(upper)
            .order_by(pieces.desc())
        ).first()
        assert fullest is not None
        shelf = db.session.get_one(Category, fullest[0]).slug
        db.session.remove()
    far = min(100, fullest[1] // PAGE_SIZE)
    addresses = {
        "home": "/en/",
        "category, page 1": f"/en/categories/{shelf}",
        "category, far page": f"/en/categories/{shelf}?page={far}",
        "search, common": "/en/search?q=silk",
        "search, two words": f"/ko/search?q={quote('가방 에코프린트')}",
        "search, rare": "/en/search?q=sugarcane+lamp",
        "product": f"/en/products/{slug}",
    }
    client = app.test_client()
    pages = []
    for name, path in addresses.items():
        client.get(path)
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        pages.append(Page(name, path, int(answer.headers["X-Statements"]), len(answer.data)))
    for public_id in offered:
        client.post("/en/cart/lines", data={"variant": public_id, "quantity": "1"})
    client.get("/en/cart")
    answer = client.get("/en/cart")
    statements = int(answer.headers["X-Statements"])
    pages.append(Page("cart", "/en/cart", statements, len(answer.data), is_public=False))
    template = template_share(app, addresses["category, page 1"])
    with app.app_context():
        db.engine.dispose()
    return Facts(pages, offered, template)


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """gunicorn on a free port; (port, process id of its master)."""
    port = free_port()
    own = os.environ | environment | PRODUCTION | {"PORT": str(port), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(
        [*command, "--max-requests", "0", "bench.server:app"], cwd=ROOT, env=own
    )
    try:
        deadline = time.monotonic() + WAITING_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _cart(port: int, offered: list[str]) -> str:
    """The cookie of a visitor with these pieces in the cart."""
    cookie = ""
    for public_id in offered:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", "/en/cart/lines", f"variant={public_id}&quantity=1", kind)
        given = connection.getresponse().headers.get_all("Set-Cookie") or []
        carts = [line.partition(";")[0] for line in given if line.startswith("__Host-cart=")]
        cookie = carts[0] if carts else cookie
        connection.close()
    if not cookie:
        raise RuntimeError("no piece could be put in the cart")
    return cookie
