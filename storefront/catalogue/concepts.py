"""Words that mean the same in four languages (`reference/synonyms.toml`). Plain Python."""

from __future__ import annotations

import functools
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from storefront.catalogue.letters import flat, folded, is_hangul
from storefront.catalogue.stems import stem, without_particle

SYNONYMS = Path(__file__).resolve().parent / "reference" / "synonyms.toml"
Words = tuple[str, ...]
MARK = "="  # in front of a concept's name, so that no word is taken for it


class Concepts(NamedTuple):
    """Every spelling with the concept it stands for.

    `words` has single words as they are written, `stems` what is left of them by language,
    `hangul` the Korean ones from two syllables, which are also found inside longer words, and
    `phrases` those of several words, by their first one. Of the phrases in `whole` the single
    words do not count. `spellings` are all single words with their language.
    """

    words: dict[str, str]
    stems: dict[tuple[str, str], str]
    hangul: tuple[str, ...]
    phrases: dict[str, list[tuple[Words, str]]]
    whole: frozenset[Words]
    spellings: tuple[tuple[str, str], ...]


@functools.cache
def concepts() -> Concepts:
    """The file, read once."""
    with SYNONYMS.open("rb") as file:
        entries = tomllib.load(file)["concept"]
    words: dict[str, str] = {}
    stems: dict[tuple[str, str], str] = {}
    phrases: dict[Words, str] = {}
    whole: set[Words] = set()
    single: list[tuple[str, str]] = []
    for entry in entries:
        is_whole = entry.pop("whole", False)
        name = MARK + flat((entry.get("en") or next(iter(entry.values())))[0])
        for lang, spelling in ((at, word) for at, row in entry.items() for word in row):
            for form in {flat(spelling), folded(spelling)}:
                if " " in form:
                    phrases.setdefault(tuple(form.split()), name)
                    whole |= {tuple(form.split())} if is_whole else set()
                else:
                    words.setdefault(form, name)
                    stems.setdefault((lang, stem(form, lang)), name)
            if " " not in flat(spelling):
                single.append((flat(spelling), lang))
    by_first: dict[str, list[tuple[Words, str]]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]].append((phrase, phrases[phrase]))
    return Concepts(
        words,
        stems,
        tuple(sorted((w for w in words if is_hangul(w) and len(w) > 1), key=len, reverse=True)),
        dict(by_first),
        frozenset(whole),
        tuple(single),
    )


class Phrase(NamedTuple):
    """Some words of a text, from `start` to before `end`, that are one concept together."""

    start: int
    end: int
    name: str
    is_whole: bool


def phrases_in(words: list[str]) -> Iterator[Phrase]:
    """Concepts of several words, the longest first where they overlap."""
    known = concepts()
    at = 0
    while at < len(words):
        for phrase, name in known.phrases.get(words[at], ()):
            end = at + len(phrase)
            here = (*words[at : end - 1], without_particle("".join(words[end - 1 : end])))
            if phrase in (here, tuple(words[at:end])):
                yield Phrase(at, end, name, phrase in known.whole)
                at = end - 1
                break
        at += 1


@functools.lru_cache(maxsize=100_000)
def concept_of(word: str, lang: str) -> str:
    """The concept a single word of a language stands for, '' when it is none."""
    known = concepts()
    return known.words.get(word) or known.stems.get((lang, stem(word, lang)), "")


@functools.lru_cache(maxsize=50_000)
def inside(word: str) -> frozenset[str]:
    """Concepts within a Korean word, longest first: 손가방 holds 가방, but 대나무 no 나무."""
    known = concepts()
    found = set()
    for part in known.hangul:
        if part in word:
            found.add(known.words[part])
            word = word.replace(part, " ")
    return frozenset(found)


@functools.lru_cache(maxsize=10_000)
def composed(word: str) -> Words:
    """The concepts a Korean word written without spaces is made of, none when letters are left."""
    known = concepts()
    for length in range(len(word), 0, -1):
        name = known.words.get(word[:length])
        if name is None:
            continue
        if length == len(word):
            return (name,)
        rest = composed(word[length:])
        if rest:
            return (name, *rest)
    return ()
