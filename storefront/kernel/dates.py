"""Days and moments as readers of each language write them, in the zone they are meant in."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from babel import dates

from storefront.kernel.clock import WIB

NO_BREAK = "\u00a0"
# English readers here are not American: the day comes before the month.
_LOCALES: Final = {"id": "id", "en": "en_GB", "ko": "ko", "fr": "fr"}
_TIMES: Final = {
    "id": "HH.mm",
    "en": "HH:mm",
    "ko": "aaaa h:mm",
    "fr": f"HH{NO_BREAK}'h'{NO_BREAK}mm",
}
# The reader's own zone where it is not the shop's: (zone, name shown).
_OTHER_ZONE: Final = {"ko": ("Asia/Seoul", "KST"), "fr": ("Europe/Paris", "Paris")}


def format_date(day: dt.date, lang: str, style: str = "long") -> str:
    """21 November 2026, or with style "short" 21/11/2026. A moment is taken to its day in WIB."""
    if isinstance(day, dt.datetime):
        day = day.astimezone(WIB).date()
    if style == "short":
        pattern = "yyyy. M. d." if lang == "ko" else "dd/MM/yyyy"
        return dates.format_date(day, format=pattern, locale=_LOCALES[lang])
    text = dates.format_date(day, format=style, locale=_LOCALES[lang])
    return f"1er {text[2:]}" if lang == "fr" and text.startswith("1 ") else text


def weekday_name(day: int, lang: str) -> str:
    """Monday is 0: Senin, Monday, 월요일, lundi."""
    return str(dates.get_day_names("wide", locale=_LOCALES[lang])[day])


def format_time(moment: dt.datetime, lang: str, zone: dt.tzinfo = WIB) -> str:
    """14.30 in Indonesian, 14:30 in English, 오후 2:30 in Korean, 14 h 30 in French."""
    local = moment.astimezone(zone)
    return dates.format_time(local, format=_TIMES[lang], locale=_LOCALES[lang])


def format_datetime(moment: dt.datetime, lang: str) -> str:
    """Date and time in WIB, named so: a reader elsewhere must not guess the zone."""
    return f"{format_date(moment, lang)} {format_time(moment, lang)}{NO_BREAK}WIB"


def format_deadline(moment: dt.datetime, lang: str) -> str:
    """As `format_datetime`, with the reader's own time behind it where that differs."""
    text = format_datetime(moment, lang)
    if lang == "en":
        return f"{text} (UTC+7)"
    if lang not in _OTHER_ZONE:
        return text
    name, shown = _OTHER_ZONE[lang]
    zone = ZoneInfo(name)
    there = moment.astimezone(zone)
    own = f"{format_time(moment, lang, zone)}{NO_BREAK}{shown}"
    if there.date() != moment.astimezone(WIB).date():
        own = f"{format_date(there.date(), lang)} {own}"
    return f"{text} ({own})"
