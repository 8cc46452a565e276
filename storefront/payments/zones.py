"""In which zone a reader counts the hours of a deadline. Shown beside WIB, never instead of it."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

_COUNTRIES: Final = {
    "KR": "Asia/Seoul",
    "JP": "Asia/Tokyo",
    "SG": "Asia/Singapore",
    "IN": "Asia/Kolkata",
    "FR": "Europe/Paris",
    "DE": "Europe/Berlin",
    "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels",
    "ES": "Europe/Madrid",
    "IT": "Europe/Rome",
}
_PROVINCES: Final = {
    "Asia/Makassar": (
        *("bali", "nusa tenggara", "sulawesi", "gorontalo"),
        *("kalimantan timur", "kalimantan selatan", "kalimantan utara"),
    ),
    "Asia/Jayapura": ("papua", "maluku"),
}


def zone_of(country: str, province: str = "") -> ZoneInfo | None:
    """The zone of a place, None where WIB is its own or where a country has several."""
    if country != "ID":
        name = _COUNTRIES.get(country)
        return ZoneInfo(name) if name else None
    place = province.casefold()
    for zone, parts in _PROVINCES.items():
        if any(part in place for part in parts):
            return ZoneInfo(zone)
    return None
