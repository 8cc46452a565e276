"""Letters made comparable: case, accents, apostrophes, and Hangul taken apart. Plain Python."""

from __future__ import annotations

import functools
import unicodedata

# What the 27 closing consonants and the seven double vowels of Hangul are typed as. 갑 on the way
# to 가방 must begin like 가방, whichever consonant the keyboard holds for the moment.
_CLOSING = "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ".split()
_CLOSING += "ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split()
_VOWELS = {
    "ᅪ": "ㅗㅏ",
    "ᅫ": "ㅗㅐ",
    "ᅬ": "ㅗㅣ",
    "ᅯ": "ㅜㅓ",
    "ᅰ": "ㅜㅔ",
    "ᅱ": "ㅜㅣ",
    "ᅴ": "ㅡㅣ",
}
_FIRST_CLOSING = 0x11A8


def flat(text: str) -> str:
    """One form for letters, apostrophes and spaces; hyphens are spaces; accents stay."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("-", " ")
    return " ".join(text.split())


@functools.lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Lower case without accents, for comparing names."""
    plain = unicodedata.normalize("NFKD", flat(text))
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in plain if not unicodedata.combining(letter))
    )


def typed(text: str) -> str:
    """The keys one presses for a text: folded, syllables of Hangul taken apart into letters.

    The typed form of a beginning is the beginning of the typed form, also amid a syllable.
    """
    return unicodedata.normalize("NFD", folded(text)).translate(_keys())


def exact(text: str) -> str:
    """Letters and digits only: TKS-01, tks 01 and Tks01 are one number."""
    return "".join(letter for letter in folded(text) if letter.isalnum())


def is_hangul(word: str) -> bool:
    return "가" <= word[0] <= "힣"


@functools.cache
def _keys() -> dict[int, str]:
    def single(letters: str) -> str:
        return "".join(unicodedata.normalize("NFKC", letter) for letter in letters)

    keys = {_FIRST_CLOSING + at: single(pair) for at, pair in enumerate(_CLOSING)}
    return keys | {ord(vowel): single(pair) for vowel, pair in _VOWELS.items()}
