"""How long the shop's pages take on the database that is configured, and how many statements.

    DATA_DIR=/tmp/scale .venv/bin/flask demo scale --artisans 2312 --products 50
    DATA_DIR=/tmp/scale .venv/bin/python -m bench.pages --runs 20

Reports median and worst of the runs, in one process without a network. Asserts nothing.
"""

from __future__ import annotations

import argparse
import statistics
import time

import sqlalchemy as sa
from flask import Flask

from storefront.app import create_app
from storefront.catalogue import Category, Product
from storefront.kernel.db import db
from storefront.web.statements import counted


def pages(app: Flask) -> dict[str, str]:
    """Name and address of what is measured: the kinds of page a visitor opens."""
    with app.app_context():
        slug = db.session.scalars(sa.select(Product.slug).where(Product.state == "live")).first()
        shelf = db.session.scalars(sa.select(Category.slug).where(Category.parent_id.is_(None)))
        return {
            "home": "/ko/",
            "category": f"/fr/categories/{shelf.first()}",
            "every piece": "/en/products",
            "search, common word": "/ko/search?q=가방",
            "search, rare word": "/en/search?q=lighthouse",
            "product": f"/id/products/{slug}",
            "cart": "/ko/cart",
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20, help="fetches of each page (default 20)")
    runs = parser.parse_args().runs
    app = create_app()
    client = app.test_client()
    print(f"{'page':24} {'median ms':>10} {'worst ms':>10} {'statements':>11} {'KB':>6}")
    for name, address in pages(app).items():
        client.get(address)
        times = []
        for _ in range(runs):
            with counted() as seen:
                start = time.perf_counter()
                page = client.get(address)
                times.append((time.perf_counter() - start) * 1000)
        size = len(page.get_data()) / 1024
        print(
            f"{name:24} {statistics.median(times):10.1f} {max(times):10.1f} "
            f"{len(seen):11} {size:6.1f}"
        )


if __name__ == "__main__":
    main()
