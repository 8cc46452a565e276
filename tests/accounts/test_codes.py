"""One-time codes: right once, wrong a few times, over in time."""

from __future__ import annotations

from typing import Any

import time_machine

from storefront.accounts import (
    OneTimeCode,
    issue_code,
    open_code,
    open_session,
    peek_code,
    plain_code,
    purge_accounts,
    redeem_code,
)
from storefront.kernel.db import db, transaction
from tests.factories.accounts import person

SUBJECT = "order-abc"


def redeem(code: str, subject: str = SUBJECT, purpose: str = "order") -> bool:
    with transaction():
        return redeem_code(purpose, subject, code) is not None


def test_a_code_works_once_also_with_spaces(database: Any) -> None:
    with transaction():
        code = issue_code("order", SUBJECT, digits=6)
    assert len(code) == 6 and code.isdigit()
    assert redeem(f"{code[:3]} {code[3:]}")
    assert not redeem(code)
    assert not redeem(f" {code}")


def test_a_code_counts_only_for_its_purpose_and_subject(database: Any) -> None:
    with transaction():
        code = issue_code("order", SUBJECT, digits=6)
    assert not redeem(code, subject="order-xyz")
    assert not redeem(code, purpose="claim")
    assert redeem(code)


def test_after_five_wrong_guesses_the_right_code_is_dead(database: Any) -> None:
    with transaction():
        code = issue_code("order", SUBJECT, digits=6)
    for _ in range(5):
        assert not redeem("000000" if code != "000000" else "111111")
    assert not redeem(code)


def test_a_code_is_over_in_time(database: Any, clock: time_machine.Coordinates) -> None:
    with transaction():
        code = issue_code("order", SUBJECT, digits=6, minutes=30)
    clock.shift(30 * 60)
    assert not redeem(code)


def test_a_new_code_ends_the_one_before(database: Any) -> None:
    with transaction():
        first = issue_code("order", SUBJECT, digits=6)
        second = issue_code("order", SUBJECT, digits=6)
    assert not redeem(first) or first == second
    assert redeem(second)


def test_a_mail_builder_reads_the_code_from_its_row(database: Any) -> None:
    with transaction():
        row = open_code("reset", user_id=None)
    token = plain_code(row.id)
    assert token is not None and len(token) == 40
    assert token not in (row.code_hash, row.subject)
    assert peek_code("reset", token) is not None
    assert peek_code("confirm", token) is None
    assert redeem(token, subject="", purpose="reset")
    assert plain_code(row.id) is None
    assert peek_code("reset", token) is None
    assert not redeem(token, subject="", purpose="reset")


def test_no_code_stands_readable_in_the_table(database: Any) -> None:
    with transaction():
        code = issue_code("order", SUBJECT, digits=6)
    row = db.session.query(OneTimeCode).one()
    assert code not in (row.code_hash, row.subject, row.purpose)


def test_what_is_long_over_is_deleted(database: Any, clock: time_machine.Coordinates) -> None:
    user = person()
    with transaction():
        issue_code("order", SUBJECT, digits=6)
        open_session(user)
        assert purge_accounts() == {"codes": 0, "sessions": 0}
    clock.shift(61 * 24 * 3600)
    with transaction():
        assert purge_accounts() == {"codes": 1, "sessions": 1}
