"""The shop's languages, and one fallback for translated content: asked, English, Indonesian."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple, Protocol

LANGS: tuple[str, ...] = ("id", "en", "ko", "fr")
_FALLBACK = ("en", "id")


def N_(message: str) -> str:
    """Mark an English sentence for the catalogues; it is translated where it is shown.

    The name is the one gettext's extractor knows.
    """
    return message


class TranslationState(enum.StrEnum):
    """How far one language of a thing has come."""

    MISSING = "missing"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    STALE = "stale"  # reviewed once, but its source has changed since


class Text(NamedTuple):
    """A text and the language it is really in, for the `lang` attribute around it."""

    value: str
    lang: str

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)


class TranslationRow(Protocol):
    lang: str
    state: str


def pick(rows: Iterable[object], field: str, lang: str) -> Text:
    """The field in the first language that has it: asked, English, Indonesian, any other.

    Rows carry `.lang`. Empty texts count as absent; without any, `Text("", lang)`.
    """
    texts = {str(getattr(row, "lang", "")): getattr(row, field, None) or "" for row in rows}
    for wanted in (lang, *_FALLBACK, *sorted(texts)):
        if texts.get(wanted):
            return Text(texts[wanted], wanted)
    return Text("", lang)


def mark_stale(rows: Iterable[TranslationRow], source_lang: str) -> list[str]:
    """After the source text changed: reviewed rows of other languages become stale.

    Returns the languages concerned.
    """
    touched = []
    for row in rows:
        if row.lang != source_lang and row.state == TranslationState.REVIEWED:
            row.state = TranslationState.STALE
            touched.append(row.lang)
    return touched
