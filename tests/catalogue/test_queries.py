"""What people type in four languages finds what they mean, alike on both engines."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.catalogue import Product, Ranked, Variant, ranked, rebuild_index
from storefront.demo import people, pieces, workshops
from storefront.kernel.db import transaction

QUERIES = tomllib.loads((Path(__file__).parent / "queries.toml").read_text())["query"]
Orders = dict[str, list[str]]


@pytest.fixture(scope="module")
def orders_by_engine() -> dict[str, Orders]:
    """What each query found on each engine so far."""
    return {}


@pytest.fixture
def found(database: Any) -> dict[str, tuple[Ranked, list[str]]]:
    """Every query with what it finds in the demo's catalogue, as stock numbers."""
    with transaction():
        people.add_staff()
        workshops.add_workshops()
        pieces.add_pieces()
    rebuild_index()
    rows = database.session.execute(
        sa.select(Product.id, sa.func.min(Variant.sku)).join(Variant).group_by(Product.id)
    )
    codes = {at: "-".join(sku.split("-")[:2]) for at, sku in rows}
    asked = {query["q"] for query in QUERIES} | {query.get("same", "") for query in QUERIES}
    answers = {words: ranked(words) for words in asked}
    return {words: (answer, [codes[at] for at in answer.ids]) for words, answer in answers.items()}


def test_every_query_finds_what_is_wanted(
    found: dict[str, tuple[Ranked, list[str]]],
    engine_name: str,
    orders_by_engine: dict[str, Orders],
) -> None:
    assert len(QUERIES) >= 120 and {query["lang"] for query in QUERIES} == {"id", "en", "ko", "fr"}
    faults = [fault for query in QUERIES for fault in faults_of(query, found)]
    assert not faults, f"{len(faults)} of {len(QUERIES)}:\n" + "\n".join(faults)
    orders_by_engine[engine_name] = {words: codes for words, (_, codes) in found.items()}
    first = next(iter(orders_by_engine.values()))
    assert orders_by_engine[engine_name] == first


def faults_of(query: dict[str, Any], found: dict[str, tuple[Ranked, list[str]]]) -> list[str]:
    """What is wrong with one query's answer."""
    answer, codes = found[query["q"]]
    top = query.get("top", [])
    wrong = []
    if set(codes[: len(top)]) != set(top):
        wrong.append(f"begins with {codes[: len(top)]}")
    if missing := set(query.get("has", [])) - set(codes):
        wrong.append(f"lacks {sorted(missing)}")
    if extra := set(query.get("not", [])) & set(codes):
        wrong.append(f"finds {sorted(extra)}")
    if "same" in query and codes != found[query["same"]][1]:
        wrong.append(f"{codes} is not what {query['same']} finds: {found[query['same']][1]}")
    if codes and answer.is_near != query.get("near", False):
        wrong.append("is near" if answer.is_near else "is not near")
    if bool(codes) == bool(query.get("none")) and "same" not in query:
        wrong.append(f"finds {codes}")
    return [f"{query['q']!r}: {fault}" for fault in wrong]
