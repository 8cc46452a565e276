"""Words are cut the same however many visitors search at once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from storefront.catalogue import stems

ENDINGS = ("ing", "ations", "ements", "ées", "ness", "fully", "an", "kan", "nya")
WORDS = [f"{a}{b}r{c}" for a in "kst" for b in ("ope", "ila", "avu", "uri") for c in ENDINGS]


@pytest.fixture
def _switching_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_switching_often")
@pytest.mark.parametrize("lang", ["id", "en", "fr"])
def test_many_threads_cut_words_as_one_does(lang: str) -> None:
    alone = {word: stems.stem(word, lang) for word in WORDS}
    stems._stemmers.cache_clear()  # nothing remembered: every thread has to cut
    found: list[dict[str, list[str]]] = []
    start = threading.Barrier(6)

    def cut() -> None:
        start.wait()
        found.append({word: stems.stem(word, lang) for word in WORDS})

    threads = [threading.Thread(target=cut) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 6
