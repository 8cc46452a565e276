"""`make bench`: what the shop's pages cost beside a page without a database and two words.

    make bench                                             everything (hours: it fills six shops)
    make bench BENCH="--sizes 60 --engines sqlite --seconds 2"

Each shop is filled anew and served by one process as in production. Every page is asked for in
turn, in rounds, together with the two baselines, so that whatever else the machine does at the
moment meets all of them alike: read the shares, not the milliseconds. The CPU is the web
process's own (PostgreSQL works in others). The table goes to the screen and to bench/results.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from bench import goals, load
from bench.shops import Shop, running

ROUNDS = 5
RESULTS = Path(__file__).with_name("results.md")
ENGINES = ("sqlite", "postgresql")
SIZES = (60, 20_000, 115_600)


class Target(NamedTuple):
    """One thing that is asked for."""

    name: str
    kind: str  # hello, cards, kept, made
    question: bytes
    statements: int = 0
    bytes: int = 0


class Figure(NamedTuple):
    """What a target came to. Milliseconds, and answers per second."""

    target: Target
    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    tail: float  # p99 over p50 at half of the peak
    sent: int


def measure(shop: Shop, seconds: float) -> list[Figure]:
    """All targets of a shop, interleaved; `seconds` for each in all."""
    targets = _targets(shop)
    piece = seconds / ROUNDS
    full: dict[Target, list[load.Slice]] = defaultdict(list)
    half: dict[Target, list[load.Slice]] = defaultdict(list)
    spent: dict[Target, float] = defaultdict(float)
    for target in targets:
        load.at_full(shop.port, target.question, 0.2)  # everything is loaded and compiled
    for at in range(ROUNDS):
        for target in targets:
            _say(f"{shop.engine} {shop.size}: round {at + 1} of {ROUNDS}, {target.name}")
            before = _cpu_seconds(shop.worker())
            full[target].append(load.at_full(shop.port, target.question, piece))
            spent[target] += _cpu_seconds(shop.worker()) - before
            rate = statistics.mean(part.answers / part.seconds for part in full[target])
            half[target].append(load.at_rate(shop.port, target.question, piece, rate / 2))
    _say("")
    return [_figure(target, full[target], half[target], spent[target]) for target in targets]


def _targets(shop: Shop) -> list[Target]:
    targets = [
        Target("hello world", "hello", load.question("/bench/hello", is_anew=False)),
        Target("24 cards, Jinja only", "cards", load.question("/bench/cards", is_anew=False)),
    ]
    for page in shop.facts.pages:
        cookie = "" if page.is_public else shop.cart_cookie
        facts = (page.statements, page.bytes)
        asked = load.question(page.path, is_anew=page.is_public, cookie=cookie)
        targets.append(Target(page.name, "made", asked, *facts))
        if page.is_public:
            asked = load.question(page.path, is_anew=False)
            targets.append(Target(page.name, "kept", asked, *facts))
    return targets


def _figure(target: Target, full: list[load.Slice], half: list[load.Slice], spent: float) -> Figure:
    waits = sorted(wait for part in full for wait in part.waits)
    calm = sorted(wait for part in half for wait in part.waits)
    return Figure(
        target,
        rate=sum(part.answers for part in full) / sum(part.seconds for part in full),
        p50=_quantile(waits, 0.5),
        p95=_quantile(waits, 0.95),
        p99=_quantile(waits, 0.99),
        cpu=spent * 1000 / max(1, len(waits)),
        tail=_quantile(calm, 0.99) / max(_quantile(calm, 0.5), 0.001),
        sent=full[-1].size,
    )


def _quantile(waits: list[float], share: float) -> float:
    return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else 0.0


def _cpu_seconds(pid: int) -> float:
    """What all threads of a process have computed so far."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):  # the thread ended meanwhile
            continue
    return total / 1e9


def table(shop: Shop, figures: list[Figure]) -> list[str]:
    """The figures of a shop as Markdown."""
    by_kind = {figure.target.kind: figure for figure in figures}
    hello, cards = by_kind["hello"], by_kind["cards"]
    lines = [
        f"## {shop.engine}, {shop.size:,} pieces",
        "",
        "| page | kept | answers/s | of hello | of cards | p50 ms | p95 | p99 | p99/p50 at half "
        "| CPU ms | CPU of cards | KB | KB sent | statements |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for figure in figures:
        target = figure.target
        is_page = target.kind in ("kept", "made")
        lines.append(
            f"| {target.name} | {'yes' if target.kind == 'kept' else ''} "
            f"| {figure.rate:.0f} | {figure.rate / hello.rate:.0%} "
            f"| {figure.rate / cards.rate:.0%} "
            f"| {figure.p50:.1f} | {figure.p95:.1f} | {figure.p99:.1f} | {figure.tail:.1f} "
            f"| {figure.cpu:.2f} | {figure.cpu / cards.cpu:.2f} "
            f"| {f'{target.bytes / 1024:.1f}' if is_page else ''} | {figure.sent / 1024:.1f} "
            f"| {target.statements if target.kind == 'made' else 0} |"
        )
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="pieces, by commas")
    parser.add_argument("--engines", default=",".join(ENGINES), help="sqlite, postgresql or both")
    parser.add_argument("--seconds", type=float, default=10, help="for each page (default 10)")
    options = parser.parse_args()
    head = [
        "# What the pages cost",
        "",
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} "
        f"processors, load {os.getloadavg()[0]:.1f} at the start, {options.seconds:g} s a page.",
        "",
    ]
    parts: list[str] = []
    shares: dict[tuple[str, int], goals.Shares] = {}
    templates: dict[tuple[str, int], float] = {}
    for engine in options.engines.split(","):
        for size in map(int, options.sizes.split(",")):
            print(f"Filling a shop of {size:,} pieces on {engine}", flush=True)
            with running(engine, size) as shop:
                figures = measure(shop, options.seconds)
                lines = table(shop, figures)
            print("\n".join(lines), flush=True)
            parts += lines
            shares[engine, size] = goals.shares(figures)
            templates[engine, size] = shop.facts.template
    verdict = goals.verdict(shares, templates)
    print("\n".join(verdict))
    RESULTS.write_text("\n".join([*head, *verdict, *parts]))


def _say(text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif text:
        print(text, flush=True)


if __name__ == "__main__":
    main()
