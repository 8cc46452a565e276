"""One fallback for translated content."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from storefront.kernel.translated import Text, TranslationState, mark_stale, pick


@dataclass
class Row:
    lang: str
    name: str | None
    state: str = "reviewed"


@pytest.mark.parametrize(
    ("rows", "lang", "text"),
    [
        ([Row("id", "Tas"), Row("en", "Bag"), Row("ko", "가방")], "ko", Text("가방", "ko")),
        ([Row("id", "Tas"), Row("en", "Bag")], "fr", Text("Bag", "en")),
        ([Row("id", "Tas"), Row("en", "")], "fr", Text("Tas", "id")),
        ([Row("id", "Tas"), Row("en", None)], "en", Text("Tas", "id")),
        ([Row("ko", "가방")], "fr", Text("가방", "ko")),
        ([], "fr", Text("", "fr")),
    ],
)
def test_pick(rows: list[Row], lang: str, text: Text) -> None:
    assert pick(rows, "name", lang) == text


def test_an_empty_text_is_false() -> None:
    assert not pick([], "name", "id")
    assert str(pick([Row("id", "Tas")], "name", "en")) == "Tas"


def test_a_changed_source_makes_reviewed_translations_stale() -> None:
    rows = [Row("id", "a"), Row("en", "b"), Row("ko", "c", "draft"), Row("fr", "d")]
    assert mark_stale(rows, "id") == ["en", "fr"]
    assert [row.state for row in rows] == ["reviewed", "stale", "draft", TranslationState.STALE]
