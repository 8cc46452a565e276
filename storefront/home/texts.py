"""The content pages: a small markup read into blocks that a template prints, so that nothing is
ever HTML before it is escaped.

    # Title            first line; title and h1
    ## Heading         paragraphs are single lines; `- ` and `1. ` begin list items
    [text](page:terms) a page of ours, also technique: and plant:; [text](https://…) elsewhere;
    *word*           an Indonesian craft word
    {operator}         a fact; a block with an empty fact is left out
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent / "pages"
PAGES = (
    "about",
    "how-to-order",
    "shipping-and-returns",
    "privacy",
    "terms",
    "legal-notice",
)

# Plants whose print there is a picture of (static/img/home).
PRINTED_LEAVES = ("teak", "ketapang", "castor", "eucalyptus", "kersen", "guava")

_SPAN = re.compile(
    r"\[([^\]]+)\]\((page:[a-z-]+|(?:technique|plant):[a-z_]+|https://[^)\s]+)\)|\*([^*]+)\*"
)
_FACT = re.compile(r"\{(\w+)\}")


class Span(NamedTuple):
    """A run of text: kind text, page, technique or plant (href names it), link or craft."""

    kind: str
    text: str
    href: str = ""


class Block(NamedTuple):
    """heading and paragraph have one item, bullets and numbers have one per line."""

    kind: str
    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class PageText:
    """A page in one language with its facts filled in."""

    slug: str
    title: str
    blocks: list[Block]

    @property
    def paragraphs(self) -> list[str]:
        """The words of its paragraphs, without marks."""
        return [
            "".join(span.text for span in block.items[0])
            for block in self.blocks
            if block.kind == "paragraph"
        ]


def page_text(slug: str, lang: str, facts: Mapping[str, str]) -> PageText:
    """The page with facts in place and what lacks a fact left out. Raises KeyError for a page or
    a fact that does not exist."""
    if slug not in PAGES:
        raise KeyError(slug)
    title, blocks = _read(slug, lang)
    filled = [_filled(block, facts) for block in blocks]
    kept = [block for block in filled if block.items]
    with_text = [
        block
        for block, following in zip(kept, [*kept[1:], None], strict=True)
        if block.kind != "heading" or (following is not None and following.kind != "heading")
    ]
    return PageText(slug, _fill(title, facts) or title, with_text)


def _filled(block: Block, facts: Mapping[str, str]) -> Block:
    items = []
    for item in block.items:
        names = [name for span in item for name in _FACT.findall(span.text)]
        if all(facts[name] for name in names):
            items.append(tuple(span._replace(text=_fill(span.text, facts)) for span in item))
    return Block(block.kind, tuple(items))


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return _FACT.sub(lambda match: facts[match.group(1)], text)


@functools.cache
def _read(slug: str, lang: str) -> tuple[str, list[Block]]:
    lines = (FOLDER / lang / f"{slug}.md").read_text(encoding="utf-8").splitlines()
    return lines[0].removeprefix("# ").strip(), blocks_of(lines[1:])


def blocks_of(lines: Iterable[str]) -> list[Block]:
    """The blocks of lines of markup."""
    blocks: list[Block] = []
    for line in map(str.strip, lines):
        if line:
            kind, text = _kind(line)
            before = blocks[-1] if blocks else None
            if before is not None and before.kind == kind and kind in {"bullets", "numbers"}:
                blocks[-1] = Block(kind, (*before.items, _spans(text)))
            else:
                blocks.append(Block(kind, (_spans(text),)))
    return blocks


def _kind(line: str) -> tuple[str, str]:
    if line.startswith("## "):
        return "heading", line[3:]
    if line.startswith("- "):
        return "bullets", line[2:]
    numbered = re.match(r"\d+\. ", line)
    if numbered:
        return "numbers", line[numbered.end() :]
    return "paragraph", line


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for match in _SPAN.finditer(text):
        if match.start() > at:
            spans.append(Span("text", text[at : match.start()]))
        words, href, craft = match.groups()
        if craft:
            spans.append(Span("craft", craft))
        elif href.startswith("https:"):
            spans.append(Span("link", words, href))
        else:
            kind, _, name = href.partition(":")
            spans.append(Span(kind, words, name))
        at = match.end()
    if at < len(text):
        spans.append(Span("text", text[at:]))
    return tuple(spans)
