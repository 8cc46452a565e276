"""Giving a piece back: which rule counts for this piece in this country. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReturnRule:
    """`key` names the text (law, made_law, shop, food, personal); `days` is 0 where none count."""

    key: str
    days: int


def return_rule(
    *, withdrawal_days: int, own_days: int, is_food: bool, is_personalised: bool, is_made: bool
) -> ReturnRule:
    """The rule for a piece and the withdrawal days the buyer's country gives (0: none).

    Law takes only food and what is made to the buyer's own wishes out of the right to withdraw;
    a piece made to order in a version open to everyone keeps it. Where the shop promises more
    days than the law, the longer promise counts.
    """
    if is_food:
        return ReturnRule("food", 0)
    if is_personalised:
        return ReturnRule("personal", 0)
    if withdrawal_days and withdrawal_days >= own_days:
        return ReturnRule("made_law" if is_made else "law", withdrawal_days)
    return ReturnRule("shop", own_days)
