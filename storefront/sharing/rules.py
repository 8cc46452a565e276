"""How long a description is, and how a machine reads an amount. Plain Python."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from storefront.kernel.money import CURRENCIES, Money

# What search engines and chats show of a description, in Latin letters.
LEAST, MOST = 120, 155
_END = (". ", "! ", "? ")


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """How much room a text takes: a Hangul syllable is as wide as two Latin letters."""
    return sum(2 if unicodedata.east_asian_width(at) in "WF" else 1 for at in text)


def description(first: str, further: Iterable[str]) -> str:
    """The first sentence and as many further whole ones as fill 120 to 155 letters' room.

    A text of several sentences gives its first ones where all do not fit. Only a first sentence
    that is itself too long is cut, between words.
    """
    found = " ".join(first.split())
    if width(found) > MOST:
        whole = next((text for text in _beginnings(found) if width(text) <= MOST), "")
        return whole if width(whole) > MOST // 2 else cut(found, MOST)
    for text in further:
        if width(found) >= LEAST:
            break
        found = _joined(found, _ended(" ".join(text.split())))
    return found


def _ended(text: str) -> str:
    """A tagline is a sentence too, even without its full stop."""
    return f"{text}." if text and (text[-1].isalnum() or text[-1] in ")”’") else text


def _joined(found: str, text: str) -> str:
    for piece in _beginnings(text):
        if piece and width(found) + 1 + width(piece) <= MOST:
            return f"{found} {piece}"
    return found


def _beginnings(text: str) -> Iterable[str]:
    """The text, then the text without its last sentence, and so on."""
    while text:
        yield text
        ends = [text[:-1].rfind(mark) for mark in _END]
        at = max(ends)
        if at < 0:
            return
        mark = _END[ends.index(at)]
        text = text[: at + len(mark)].strip()


def cut(text: str, most: int) -> str:
    """The text within `most` letters' room, cut between words, with an ellipsis."""
    if width(text) <= most:
        return text
    kept = ""
    for word in text.split(" "):
        longer = f"{kept} {word}".strip()
        if width(longer) > most - 1:
            break
        kept = longer
    while not kept and width(text) > most - 1:
        text = text[:-1]
    return (kept or text).rstrip(" ,;:·-") + "…"


def decimal(money: Money) -> str:
    """45.50, 59500: as machines read amounts."""
    places = CURRENCIES[money.currency]
    whole, rest = divmod(money.minor, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def default_language(langs: Sequence[str]) -> str:
    """The language whose address stands for all readers we have no language for."""
    return next((at for at in ("en", "id") if at in langs), next(iter(langs), "en"))
