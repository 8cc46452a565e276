"""Texts and queries cut into search terms, the same way on both engines. Plain Python.

All languages share one index, so that a query may mix them. Words of one meaning become one
concept. Korean becomes overlapping syllable pairs, so that 가방 is found inside 손가방; other
words lose their endings by the rules of the language the text is in. A query's language is not
known: each of its words is looked for by the rules of all.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from storefront.catalogue.concepts import composed, concept_of, concepts, inside, phrases_in
from storefront.catalogue.letters import flat, is_hangul
from storefront.catalogue.letters import folded as folded
from storefront.catalogue.stems import stem, without_particle

LONGEST = 40
MOST_QUERY_WORDS = 8
LONGEST_PARTED = 8  # syllables of a Korean word that is also looked for in two parts
LATIN = ("id", "en", "fr")
ALL = "*"  # the term every piece has
EXACT = "#"  # in front of a whole number or name, letters and digits only
NAMES = "mul"  # the language of names

_WORDS = re.compile(r"[가-힣]+|[^\W_가-힣]+(?:'[^\W_가-힣]+)*")
_ELISION = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu)'")
_STOP = {
    "id": {"dan", "dengan", "dari", "di", "yang", "untuk", "ke", "no"},
    "en": {"a", "an", "and", "the", "of", "with", "in", "for", "from", "on", "no"},
    "ko": set(),
    "fr": {
        *("de", "du", "des", "d", "l", "la", "le", "les", "et", "en"),
        *("a", "à", "au", "aux", "un", "une", "avec", "pour", "no"),
    },
}
_STOPS = frozenset().union(*_STOP.values())
Terms = tuple[str, ...]


class Asked(NamedTuple):
    """One word of a query: as typed, and the ways to find it, each a set of terms to be met."""

    word: str
    ways: tuple[Terms, ...]


def terms(text: str, lang: str) -> set[str]:
    """The terms under which a text of one language is found."""
    words = _WORDS.findall(flat(text))
    found: set[str] = set()
    for phrase in list(phrases_in(words)):
        found.add(phrase.name)
        if phrase.is_whole:
            words[phrase.start : phrase.end] = [""] * (phrase.end - phrase.start)
    for word in words:
        found |= _terms_of(word, lang)
    return found


def asked(query: str) -> list[Asked]:
    """The words of a query, at most eight, each with its ways; little words are left out."""
    words = _WORDS.findall(flat(query))[: 2 * MOST_QUERY_WORDS]
    found: dict[str, Asked] = {}
    phrases = {phrase.start: phrase for phrase in phrases_in(words)}
    at = 0
    while at < len(words):
        if at in phrases:
            phrase = phrases[at]
            found[phrase.name] = Asked(" ".join(words[at : phrase.end]), ((phrase.name,),))
            at = phrase.end
            continue
        for word in _asked_words(words[at]):
            found.setdefault(word.word, word)
        at += 1
    return list(found.values())[:MOST_QUERY_WORDS]


def both(first: str, second: str) -> tuple[Terms, ...]:
    """The ways to find two words that were typed as one."""
    return tuple(a + b for a, b in itertools.product(_latin_ways(first), _latin_ways(second)))


def spelled(text: str) -> Iterator[str]:
    """The words of a text that are worth proposing to somebody who writes."""
    for word in _WORDS.findall(flat(text)):
        word = _ELISION.sub("", word).replace("'", "")
        least = 2 if word and is_hangul(word) else 3
        if least == 2 and without_particle(word) in concepts().words:
            word = without_particle(word)
        if len(word) >= least and word not in _STOPS and not any(map(str.isdigit, word)):
            yield word[:LONGEST]


def _asked_words(word: str) -> list[Asked]:
    """A word of a query; several, where Korean ones were written without spaces."""
    if is_hangul(word):
        parts = composed(without_particle(word)) or composed(word)
        if len(parts) > 1:
            return [Asked(name, ((name,),)) for name in parts]
        return [Asked(word, _hangul_ways(word))]
    word = _ELISION.sub("", word)
    ways = _latin_ways(word)
    return [Asked(word.replace("'", ""), ways)] if ways and word not in _STOPS else []


@functools.lru_cache(maxsize=100_000)
def _terms_of(word: str, lang: str) -> frozenset[str]:
    """The terms of one word of a text."""
    if not word or word in _STOP[lang]:
        return frozenset()
    if is_hangul(word):
        whole = concepts().words.get(without_particle(word))
        return inside(word) | set(_pairs(word)) | ({whole} if whole else set())
    return frozenset({term} if (term := _term(word, lang)[:LONGEST]) else ())


def _term(word: str, lang: str) -> str:
    if lang == "fr":
        word = _ELISION.sub("", word)
    if lang == "en":
        word = word.removesuffix("'s")
    word = word.replace("'", "")
    return concept_of(word, lang) or concept_of(folded(word), lang) or stem(word, lang)


def _latin_ways(word: str) -> tuple[Terms, ...]:
    ways = {_term(word, lang)[:LONGEST]: None for lang in LATIN}
    return tuple((term,) for term in ways if term)


def _hangul_ways(word: str) -> tuple[Terms, ...]:
    ways: dict[Terms, None] = {}
    for form in {word: None, without_particle(word): None}:
        if made_of := composed(form):
            ways[made_of] = None
            continue
        ways[tuple(_pairs(form))] = None
        # 천연염색 is also written 천연 염색.
        for at in range(2, len(form) - 1 if len(form) <= LONGEST_PARTED else 0):
            ways[(*_pairs(form[:at]), *_pairs(form[at:]))] = None
    return tuple(ways)


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]
