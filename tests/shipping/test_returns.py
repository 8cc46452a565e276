"""Which return rule counts, and its words in four languages."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.kernel.translated import LANGS
from storefront.shipping import ReturnRule, return_rule, return_words

PLAIN = {"own_days": 7, "is_food": False, "is_personalised": False, "is_made": False}


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"withdrawal_days": 14}, ReturnRule("law", 14)),
        ({"withdrawal_days": 7}, ReturnRule("law", 7)),
        ({"withdrawal_days": 0}, ReturnRule("shop", 7)),
        ({"withdrawal_days": 14, "is_made": True}, ReturnRule("made_law", 14)),
        ({"withdrawal_days": 0, "is_made": True}, ReturnRule("shop", 7)),
        ({"withdrawal_days": 14, "is_food": True}, ReturnRule("food", 0)),
        ({"withdrawal_days": 14, "is_personalised": True}, ReturnRule("personal", 0)),
        ({"withdrawal_days": 14, "is_food": True, "is_personalised": True}, ReturnRule("food", 0)),
        # The longer promise counts.
        ({"withdrawal_days": 7, "own_days": 30}, ReturnRule("shop", 30)),
    ],
)
def test_the_rule(facts: dict[str, Any], rule: ReturnRule) -> None:
    assert return_rule(**(PLAIN | facts)) == rule


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", ["law", "made_law", "shop", "food", "personal"])
def test_every_rule_has_words(database: Any, key: str, lang: str) -> None:
    title, body = return_words(ReturnRule(key, 14), lang)
    assert title and body
    assert "{" not in title + body
    assert ("14" in title) == (key in {"law", "made_law", "shop"})
