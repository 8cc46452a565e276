"""Words that mean the same in four languages (`reference/synonyms.toml`). Plain Python."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from storefront.catalogue.letters import flat, folded, is_hangul
from storefront.catalogue.stems import stem

SYNONYMS = Path(__file__).resolve().parent / "reference" / "synonyms.toml"
MARK = "="  # in front of a concept's name, so that no word is taken for it


class Concepts(NamedTuple):
    """Every spelling with the concept it stands for.

    `words` has single words as they are written, `stems` what is left of them by language,
    `hangul` the Korean ones from two syllables, which are also found inside longer words, and
    `pattern` matches those of several words. Of the phrases in `whole` the single words do not
    count. `spellings` are all single words with their language.
    """

    words: dict[str, str]
    stems: dict[tuple[str, str], str]
    hangul: tuple[str, ...]
    pattern: re.Pattern[str]
    phrases: dict[str, str]
    whole: frozenset[str]
    spellings: tuple[tuple[str, str], ...]


@functools.cache
def concepts() -> Concepts:
    """The file, read once."""
    with SYNONYMS.open("rb") as file:
        entries = tomllib.load(file)["concept"]
    words: dict[str, str] = {}
    stems: dict[tuple[str, str], str] = {}
    phrases: dict[str, str] = {}
    whole: set[str] = set()
    single: list[tuple[str, str]] = []
    for entry in entries:
        is_whole = entry.pop("whole", False)
        name = MARK + flat((entry.get("en") or next(iter(entry.values())))[0])
        for lang, spelling in ((at, word) for at, row in entry.items() for word in row):
            for form in {flat(spelling), folded(spelling)}:
                if " " in form:
                    phrases.setdefault(form, name)
                    whole |= {form} if is_whole else set()
                else:
                    words.setdefault(form, name)
                    stems.setdefault((lang, stem(form, lang)), name)
            if " " not in flat(spelling):
                single.append((flat(spelling), lang))
    listed = "|".join(re.escape(word) for word in sorted(phrases, key=len, reverse=True))
    return Concepts(
        words,
        stems,
        tuple(sorted((w for w in words if is_hangul(w) and len(w) > 1), key=len, reverse=True)),
        re.compile(rf"(?<!\w)(?:{listed})(?!\w)"),
        phrases,
        frozenset(whole),
        tuple(single),
    )


def concept_of(word: str, lang: str) -> str:
    """The concept a single word of a language stands for, '' when it is none."""
    known = concepts()
    return known.words.get(word) or known.stems.get((lang, stem(word, lang)), "")


def inside(word: str) -> set[str]:
    """Concepts within a Korean word, longest first: 손가방 holds 가방, but 대나무 no 나무."""
    known = concepts()
    found = set()
    for part in known.hangul:
        if part in word:
            found.add(known.words[part])
            word = word.replace(part, " ")
    return found


def composed(word: str) -> list[str]:
    """The concepts a Korean word written without spaces is made of, [] when letters are left."""
    known = concepts()
    for length in range(len(word), 0, -1):
        name = known.words.get(word[:length])
        if name is None:
            continue
        if length == len(word):
            return [name]
        rest = composed(word[length:])
        if rest:
            return [name, *rest]
    return []
