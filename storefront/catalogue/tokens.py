"""Texts cut into search terms, the same way on both engines. Plain Python.

Korean becomes overlapping syllable pairs, so that 가방 is found inside 손가방. Indonesian, English
and French words are stemmed; accents and case are folded. Words of the same meaning (see
`reference/synonyms.toml`) become one word of the language whose index is asked.
"""

from __future__ import annotations

import functools
import re
import threading
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import snowballstemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from storefront.kernel.translated import LANGS

SYNONYMS = Path(__file__).resolve().parent / "reference" / "synonyms.toml"
LONGEST = 40
MOST_QUERY_WORDS = 12

_WORDS = re.compile(r"[가-힣]+|[^\W_가-힣]+(?:'[^\W_가-힣]+)*")
_ELISION = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu)'")
_STOP = {
    "id": {"dan", "dengan", "dari", "di", "yang", "untuk", "ke", "no"},
    "en": {"a", "an", "and", "the", "of", "with", "in", "for", "from", "on", "no"},
    "ko": set(),
    "fr": {
        *("de", "du", "des", "d", "l", "la", "le", "les", "et", "en"),
        *("a", "au", "aux", "un", "une", "avec", "pour", "no"),
    },
}


def terms(text: str, lang: str) -> list[str]:
    """The distinct terms of a text in one language's index, in their order."""
    found: dict[str, None] = {}
    for word in _split(_same_words(_flat(text), lang)):
        for term in _terms_of(word, lang):
            found[term[:LONGEST]] = None
    return list(found)


def query_terms(query: str) -> dict[str, list[str]]:
    """What to ask each language's index for; languages where nothing is left are absent."""
    words = " ".join(query.split()[:MOST_QUERY_WORDS])
    asked = {lang: terms(words, lang) for lang in LANGS}
    return {lang: found for lang, found in asked.items() if found}


def folded(text: str) -> str:
    """Lower case without accents, for comparing names."""
    plain = unicodedata.normalize("NFKD", _flat(text))
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in plain if not unicodedata.combining(letter))
    )


def _flat(text: str) -> str:
    """One form for letters, apostrophes and spaces; hyphens are spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    return " ".join(text.split())


def _split(text: str) -> list[str]:
    return _WORDS.findall(text)


def _terms_of(word: str, lang: str) -> list[str]:
    if "가" <= word[0] <= "힣":
        return [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    if lang == "fr":
        word = _ELISION.sub("", word)
    term = _stems()[lang](word.replace("'", ""))
    return [term] if term and word not in _STOP[lang] else []


def known_words() -> frozenset[str]:
    """Every spelling of the words of one meaning, for spelling suggestions."""
    return frozenset(_concepts().words)


class _Concepts(NamedTuple):
    """All spellings as one pattern, and for each the word every language's index uses."""

    pattern: re.Pattern[str]
    words: dict[str, dict[str, str]]


def _same_words(text: str, lang: str) -> str:
    concepts = _concepts()
    return concepts.pattern.sub(
        lambda match: concepts.words[match.group(0)].get(lang, match.group(0)), text
    )


@functools.cache
def _concepts() -> _Concepts:
    with SYNONYMS.open("rb") as file:
        entries = tomllib.load(file)["concept"]
    words: dict[str, dict[str, str]] = {}
    for entry in entries:
        first = {lang: _flat(spellings[0]) for lang, spellings in entry.items()}
        for spellings in entry.values():
            for spelling in spellings:
                words.setdefault(_flat(spelling), first)
                words.setdefault(folded(spelling), first)
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return _Concepts(re.compile(rf"(?<!\w)(?:{listed})(?!\w)"), words)


@functools.cache
def _stems() -> dict[str, Callable[[str], str]]:
    english = snowballstemmer.stemmer("english")
    french = snowballstemmer.stemmer("french")
    indonesian = StemmerFactory().create_stemmer()

    def in_french(word: str) -> str:
        # Before and after folding: tressé meets tresse, céramiques meets ceramique.
        return str(french.stemWord(folded(french.stemWord(word))))

    makers: dict[str, Callable[[str], str]] = {
        "id": lambda word: str(indonesian.stem(folded(word))),
        "en": lambda word: str(english.stemWord(folded(word))),
        "ko": folded,
        "fr": in_french,
    }
    return {
        lang: functools.lru_cache(maxsize=20_000)(_one_at_a_time(make))
        for lang, make in makers.items()
    }


def _one_at_a_time(make: Callable[[str], str]) -> Callable[[str], str]:
    """A stemmer notes in itself how far it has come: two threads in one make nonsense of both."""
    lock = threading.Lock()

    def alone(word: str) -> str:
        with lock:
            return make(word)

    return alone
