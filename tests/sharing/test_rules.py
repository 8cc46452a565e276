"""The length of descriptions, and amounts as machines read them."""

from __future__ import annotations

import pytest

from storefront.kernel.money import Money
from storefront.sharing.rules import LEAST, MOST, cut, decimal, default_language, description, width


def test_whole_sentences_are_taken_until_the_text_is_long_enough() -> None:
    further = [
        "A second sentence of some length. "
        "A third one that no longer fits in here, for it is a long one.",
        "It ends here.",
        "Never reached, because it would be too long by far and by much more than a few letters.",
    ]
    text = description("A first sentence that says what the thing is, by whom and where.", further)
    assert LEAST - 15 <= width(text) <= MOST
    assert text.endswith(".")
    assert "third" not in text
    assert "It ends here." in text


def test_a_tagline_gets_its_full_stop_and_a_space_in_between() -> None:
    assert description("One", ["the sea\nis  near"]) == "One the sea is near."


def test_a_first_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = description("word " * 60, ["More."])
    assert text.endswith("word…")
    assert width(text) <= MOST
    assert width(cut("가" * 200, 40)) <= 40


def test_a_hangul_syllable_takes_the_room_of_two_letters() -> None:
    assert width("가방 bag") == 8


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(4550, "USD"), "45.50"),
        (Money(5, "EUR"), "0.05"),
        (Money(59500, "KRW"), "59500"),
        (Money.idr(685_000), "685000"),
    ],
)
def test_amounts_are_plain_decimals(money: Money, text: str) -> None:
    assert decimal(money) == text


def test_readers_without_a_language_of_ours_get_english_where_there_is_any() -> None:
    assert default_language(["id", "ko", "en"]) == "en"
    assert default_language(["ko", "id"]) == "id"
    assert default_language(["fr"]) == "fr"
