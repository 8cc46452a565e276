"""Days and moments in the four languages."""

from __future__ import annotations

import datetime as dt

import pytest

from storefront.kernel.dates import format_date, format_datetime, format_deadline

MOMENT = dt.datetime(2026, 11, 21, 7, 30, tzinfo=dt.UTC)
LATE = dt.datetime(2026, 11, 30, 16, 30, tzinfo=dt.UTC)  # 23.30 in Cilegon, next day in Seoul


@pytest.mark.parametrize(
    ("lang", "long", "short", "moment"),
    [
        ("id", "21 November 2026", "21/11/2026", "21 November 2026 14.30 WIB"),
        ("en", "21 November 2026", "21/11/2026", "21 November 2026 14:30 WIB"),
        ("ko", "2026년 11월 21일", "2026. 11. 21.", "2026년 11월 21일 오후 2:30 WIB"),
        ("fr", "21 novembre 2026", "21/11/2026", "21 novembre 2026 14 h 30 WIB"),
    ],
)
def test_days_and_moments(lang: str, long: str, short: str, moment: str) -> None:
    assert format_date(MOMENT, lang) == long
    assert format_date(MOMENT.date(), lang, "short") == short
    assert format_datetime(MOMENT, lang).replace("\u00a0", " ") == moment


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("id", "30 November 2026 23.30 WIB"),
        ("en", "30 November 2026 23:30 WIB (UTC+7)"),
        ("ko", "2026년 11월 30일 오후 11:30 WIB (2026년 12월 1일 오전 1:30 KST)"),
        ("fr", "30 novembre 2026 23 h 30 WIB (17 h 30 Paris)"),
    ],
)
def test_deadlines_tell_the_readers_own_time_too(lang: str, text: str) -> None:
    assert format_deadline(LATE, lang).replace("\u00a0", " ") == text


def test_the_first_of_a_month_in_french() -> None:
    assert format_date(dt.date(2026, 12, 1), "fr") == "1er décembre 2026"
    assert format_date(dt.date(2026, 12, 11), "fr") == "11 décembre 2026"
