"""Lighthouse on five kinds of page of a running shop, as on a phone: `make lighthouse`.

    .venv/bin/python -m bench.lighthouse.run http://127.0.0.1:8000

Prints a score of each category per page and writes them between the marks in docs/quality.md.
Ends with 1 where a score is below the goal. Needs Node and Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
REPORT = FOLDER.parents[1] / "docs" / "quality.md"
MARKS = ("<!-- lighthouse -->", "<!-- /lighthouse -->")
GOAL = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# A closed network otherwise makes Chromium wait for its own services.
CHROME = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
TIMINGS = {
    "largest-contentful-paint": "LCP ms",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "KB",
}


def addresses(base: str) -> dict[str, str]:
    """Kind of page and address, found by following the shop's own links."""
    front = _read(f"{base}/ko/")
    shelf = _first(r'href="(/ko/categories/[^"?]+)"', front)
    listing = _read(base + shelf)
    piece = _first(r'href="(/ko/products/[^"?]+)"', listing)
    maker = _first(r'href="(/ko/makers/[^"?]+)"', _read(f"{base}/ko/makers"))
    paths = {
        "home": "/ko/",
        "category": shelf,
        "product": piece,
        "maker": maker,
        "search": "/ko/search?q=%EA%B0%80%EB%B0%A9",
    }
    return {kind: base + path for kind, path in paths.items()}


def measure(url: str, target: Path) -> dict[str, Any]:
    """One run in the mobile setting; Lighthouse's own report as a mapping."""
    command = [str(FOLDER / "node_modules" / ".bin" / "lighthouse"), url, "--quiet"]
    command += ["--output=json", f"--output-path={target}", f"--chrome-flags={CHROME}"]
    command += ["--form-factor=mobile", f"--only-categories={','.join(CATEGORIES)}"]
    chromium = shutil.which("chromium") or ""
    subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": chromium}, cwd=FOLDER)
    report: dict[str, Any] = json.loads(target.read_text())
    return report


def install() -> None:
    """Lighthouse into a folder of its own, as its lock file says."""
    if not (FOLDER / "node_modules").exists():
        print("Installing Lighthouse", flush=True)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            check=True,
            cwd=FOLDER,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url", help="address of the running shop, demo loaded, pictures made")
    parser.add_argument("--runs", type=int, default=1, help="runs a page; the median counts")
    given = parser.parse_args()
    install()
    lines = ["| page | " + " | ".join(CATEGORIES) + " | " + " | ".join(TIMINGS.values()) + " |"]
    lines.append("|" + "---|" * (1 + len(CATEGORIES) + len(TIMINGS)))
    lowest = 100
    with tempfile.TemporaryDirectory() as folder:
        for kind, url in addresses(given.url.rstrip("/")).items():
            reports = [measure(url, Path(folder) / f"{n}.json") for n in range(given.runs)]
            reports.sort(key=lambda each: each["categories"]["performance"]["score"] or 0)
            report = reports[len(reports) // 2]
            scores = [round(100 * (report["categories"][c]["score"] or 0)) for c in CATEGORIES]
            lowest = min(lowest, *scores)
            lines.append(_line(kind, scores, report))
            print(lines[-1], flush=True)
            _print_failings(report)
    _write("\n".join(lines))
    if lowest < GOAL:
        sys.exit(f"The lowest score is {lowest}; the goal is {GOAL}.")


def _line(kind: str, scores: list[int], report: dict[str, Any]) -> str:
    figures = [report["audits"][name]["numericValue"] for name in TIMINGS]
    shown = [f"{figures[0]:.0f}", f"{figures[1]:.0f}", f"{figures[2]:.3f}"]
    shown.append(f"{figures[3] / 1024:.0f}")
    return f"| {kind} | " + " | ".join([*map(str, scores), *shown]) + " |"


def _print_failings(report: dict[str, Any]) -> None:
    for category in CATEGORIES[1:]:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"  {category}: {audit['title']}", flush=True)


def _write(table: str) -> None:
    text = REPORT.read_text()
    start, end = (text.index(mark) for mark in MARKS)
    REPORT.write_text(f"{text[: start + len(MARKS[0])]}\n{table}\n{text[end:]}")


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"The shop shows no page like {pattern}; is the demo loaded?")
    return found[1]


if __name__ == "__main__":
    main()
