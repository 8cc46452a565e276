"""Templates: nothing unescaped without a reason, nothing inline, every form protected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "templates"
# template: why its `|safe` is right. Keep it short.
UNESCAPED: dict[str, str] = {
    "components/icons.html": "the paths stand in the same file and take no data",
}
# Mail programs and the PDF maker read no style sheets of ours.
STYLED = re.compile(r"^layouts/(email|pdf)|(^|/)(mail|pdf)/|^components/mail\.html$")

UNSAFE = re.compile(r"\|\s*safe\b|\bautoescape\s+false|\bMarkup\(")
INLINE = re.compile(
    r"<style\b|<[a-z][^>{]*\sstyle\s*=|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']"
)
DATA = re.compile(r"<script[^>]*type=[\"']application/(ld\+)?json")


def lines() -> Iterator[tuple[str, int, str]]:
    """Every line of every template."""
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in {".html", ".svg", ".xml"}:
            name = path.relative_to(ROOT).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                yield name, number, line


def test_nothing_is_marked_safe_without_a_reason() -> None:
    found = [f"{n}:{i} {t.strip()}" for n, i, t in lines() if UNSAFE.search(t)]
    assert not [line for line in found if line.partition(":")[0] not in UNESCAPED], found


def test_no_style_or_script_stands_inside_a_page() -> None:
    found = [
        f"{name}:{number} {line.strip()}"
        for name, number, line in lines()
        if INLINE.search(line) and not DATA.search(line) and not STYLED.search(name)
    ]
    assert not found, "\n".join(found)


def test_every_template_is_read_by_the_linter() -> None:
    assert any(True for _ in lines()), "no templates were found: has the folder moved?"
