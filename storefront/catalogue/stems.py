"""What is left of a word without its endings, in four languages. Plain Python."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

import snowballstemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from storefront.catalogue.letters import folded
from storefront.kernel.translated import LANGS

# Endings that hang on Korean nouns, longest first.
PARTICLES = tuple("으로 에서 까지 부터 을 를 이 가 은 는 의 에 로 와 과 도 용".split())


def stem(word: str, lang: str) -> str:
    """The word's stem in a language. Korean words are only folded."""
    return _stemmers()[lang](word)


def without_particle(word: str) -> str:
    """A Korean word without the particle that may hang on it; at least two syllables stay."""
    for particle in PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) > 1:
            return word[: -len(particle)]
    return word


@functools.cache
def _stemmers() -> dict[str, Callable[[str], str]]:
    lock = threading.Lock()  # the stemmers keep the word they are at in themselves
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

    def alone(make: Callable[[str], str], word: str) -> str:
        with lock:
            return make(word)

    cut = {lang: functools.partial(alone, makers[lang]) for lang in LANGS}
    return {lang: functools.lru_cache(maxsize=50_000)(cut[lang]) for lang in LANGS}
