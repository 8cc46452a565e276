"""Ready reasons of the review: what a curator picks, and the sentence the maker reads."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storefront.kernel.translated import LANGS

_FILE = Path(__file__).parent / "reference" / "reasons.toml"


@dataclass(frozen=True)
class Reason:
    """One reason of a kind (revision, reject, hide); label and message by language."""

    key: str
    kind: str
    field: str
    labels: dict[str, str]
    messages: dict[str, str]

    @property
    def needs_words(self) -> bool:
        """Whether its sentence only begins what the curator must go on to say."""
        return self.key.endswith("_other")

    def message(self, lang: str) -> str:
        """The sentence in the reader's language."""
        return self.messages[lang if lang in LANGS else "id"]


def reasons(kind: str) -> list[Reason]:
    """The ready reasons of one kind, in their order."""
    return [reason for reason in _all() if reason.kind == kind]


def reason(kind: str, key: str) -> Reason | None:
    """One reason by its key."""
    return next((at for at in reasons(kind) if at.key == key), None)


@cache
def _all() -> tuple[Reason, ...]:
    rows = tomllib.loads(_FILE.read_text())["reason"]
    return tuple(
        Reason(
            row["key"],
            row["kind"],
            row["field"],
            {lang: row["text"][lang]["label"] for lang in LANGS},
            {lang: row["text"][lang]["message"] for lang in LANGS},
        )
        for row in rows
    )
