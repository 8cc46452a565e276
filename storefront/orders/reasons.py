"""Ready reasons for declining and cancelling, in four languages: picked, then free to edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "reference" / "reasons.toml"


@dataclass(frozen=True)
class Reason:
    """One reason: `label` is picked by the person acting, `message` is what the buyer reads."""

    key: str
    kind: str
    by: tuple[str, ...]
    piece_gone: bool
    texts: dict[str, dict[str, str]]

    def label(self, lang: str) -> str:
        return self.texts[lang]["label"]

    def message(self, lang: str) -> str:
        return self.texts[lang]["message"]


@cache
def all_reasons() -> dict[str, Reason]:
    """Every reason by key, in the file's order."""
    rows = tomllib.loads(SOURCE.read_text("utf-8"))["reason"]
    return {
        row["key"]: Reason(
            row["key"], row["kind"], tuple(row["by"]), row.get("piece_gone", False), row["text"]
        )
        for row in rows
    }


def reasons_for(kind: str, actor: str) -> list[Reason]:
    """What this kind of person may pick for declining ('decline') or cancelling ('cancel')."""
    return [row for row in all_reasons().values() if row.kind == kind and actor in row.by]


def reason_text(why: str, lang: str) -> str:
    """A stored reason as a sentence: a ready one in the reader's language, else as it was typed."""
    reason = all_reasons().get(why)
    return reason.message(lang) if reason else why
