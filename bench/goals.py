"""What was wanted, beside what came out. A miss is reported; nothing is changed to meet a goal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

SMALL, LARGE = 60, 115_600
OF_HELLO_KEPT = 0.60
# Share of the Jinja-only page's throughput, made anew: (SQLite, PostgreSQL).
OF_CARDS = {
    "home": (0.60, 0.60),
    "category, page 1": (0.40, 0.30),
    "search, common": (0.30, 0.30),
    "search, rare": (0.30, 0.30),
    "product": (0.50, 0.50),
}
STATEMENTS = {"home": 8, "category": 6, "search": 6, "product": 5, "cart": 8}
GROWTH = {"product": 1.15, "category, page 1": 1.3, "search, common": 2.0, "search, rare": 2.0}
FAR_PAGE, TAIL, TEMPLATE = 1.5, 4.0, 1.5
SAME_BYTES = 0.10  # how far the baseline may be from the page it stands for
BASELINE = ("24 cards, Jinja only", "cards")


class Share(NamedTuple):
    """One page of one shop."""

    of_hello: float
    of_cards: float
    cpu: float  # milliseconds
    tail: float
    statements: int
    bytes: int


Shares = dict[tuple[str, str], Share]  # by name and kind


def shares(figures: Iterable[Any]) -> Shares:
    """The figures as shares of the baselines measured with them."""
    found = {figure.target.kind: figure for figure in figures}
    hello, cards = found["hello"], found["cards"]
    return {
        (figure.target.name, figure.target.kind): Share(
            figure.rate / hello.rate,
            figure.rate / cards.rate,
            figure.cpu,
            figure.tail,
            figure.target.statements,
            figure.target.bytes or figure.sent,
        )
        for figure in figures
    }


def verdict(
    found: dict[tuple[str, int], Shares], templates: dict[tuple[str, int], float]
) -> list[str]:
    """The goals as Markdown, each with its figure."""
    lines = ["## Goals", "", "| goal | shop | wanted | found | |", "|---|---|--:|--:|---|"]
    rows: list[Row] = []
    for (engine, size), pages in found.items():
        template = templates[engine, size]
        shop = f"{engine} {size:,}"
        rows.append(("category, template only: CPU of cards", shop, TEMPLATE, template, True))
        rows += list(_of_one(shop, engine, pages))
    for engine in dict.fromkeys(engine for engine, _ in found):
        if (engine, SMALL) in found and (engine, LARGE) in found:
            rows += list(_growth(engine, found[engine, SMALL], found[engine, LARGE]))
    for goal, shop, wanted, figure, at_most in rows:
        met = figure <= wanted if at_most else figure >= wanted
        sign = "≤" if at_most else "≥"
        word = "" if met else "**missed**"
        lines.append(f"| {goal} | {shop} | {sign} {wanted:g} | {figure:.2f} | {word} |")
    return [*lines, ""]


Row = tuple[str, str, float, float, bool]


def _of_one(shop: str, engine: str, pages: Shares) -> Iterator[Row]:
    heavier = pages["category, page 1", "made"].bytes / pages[BASELINE].bytes
    yield "category, page 1: bytes of cards", shop, 1 + SAME_BYTES, heavier, True
    yield "category, page 1: bytes of cards", shop, 1 - SAME_BYTES, heavier, False
    for (name, kind), share in pages.items():
        if kind == "kept":
            yield f"{name}, kept: of hello", shop, OF_HELLO_KEPT, share.of_hello, False
        if kind != "made":
            continue
        if name in OF_CARDS:
            wanted = OF_CARDS[name][engine == "postgresql"]
            yield f"{name}: of cards", shop, wanted, share.of_cards, False
        most = STATEMENTS[name.partition(",")[0]]
        yield f"{name}: statements", shop, most, share.statements, True
        yield f"{name}: p99/p50 at half of peak", shop, TAIL, share.tail, True
        if name == "category, far page":
            near = pages["category, page 1", "made"].cpu
            yield f"{name}: CPU of page 1", shop, FAR_PAGE, share.cpu / near, True


def _growth(engine: str, small: Shares, large: Shares) -> Iterator[Row]:
    for name, most in GROWTH.items():
        grown = large[name, "made"].cpu / small[name, "made"].cpu
        yield f"{name}: CPU at {LARGE:,} of {SMALL}", engine, most, grown, True
