"""What a postal address needs in each country. Plain Python, used by forms and checkout alike.

A country's fields stand in the order people there write them. Names are in one field: nobody is
asked for a family name. Countries without rules of their own get a form that fits anywhere.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from storefront.kernel.translated import N_

_PLACES: Final = Path(__file__).parent / "reference" / "places.toml"
_REGION_LISTS: Final = {
    "ID": "province",
    "IN": "in_state",
    "US": "us_state",
    "KR": "kr_province",
    "AU": "au_state",
}
COLUMNS: Final = (
    *("recipient", "recipient_latin", "phone", "street", "extra", "rt_rw"),
    *("subdistrict", "district", "city", "province", "postal_code", "customs_code"),
)


@dataclass(frozen=True)
class FieldSpec:
    """One field of an address form; texts are English sentences marked for translation."""

    name: str
    label: str
    required: bool = True
    autocomplete: str = "off"
    inputmode: str = ""
    pattern: str = ""
    hint: str = ""
    fault: str = ""  # said when the pattern does not fit
    max_length: int = 80
    choices: tuple[str, ...] = ()


_REQUIRED = N_("This field is required.")
_TOO_LONG = N_("This is too long for a label.")
_NOT_LISTED = N_("Please choose one from the list.")
_FIVE_DIGITS = N_("The postcode has 5 digits.")

_NAME = FieldSpec("recipient", N_("Full name"), autocomplete="name", max_length=120)
_LATIN = FieldSpec(
    "recipient_latin",
    N_("Name in Latin letters"),
    required=False,
    hint=N_("As in the passport; it is printed on the parcel."),
    pattern=r"[\u0020-\u007e\u00a0-\u024f\u2019]*",
    fault=N_("Please use Latin letters here."),
    max_length=120,
)
_PHONE = FieldSpec(
    "phone",
    N_("Phone number"),
    autocomplete="tel",
    inputmode="tel",
    hint=N_("The courier calls it when the parcel arrives."),
    max_length=20,
)
_STREET = FieldSpec("street", N_("Street and number"), autocomplete="address-line1", max_length=200)
_EXTRA = FieldSpec(
    "extra",
    N_("Flat, floor or company"),
    required=False,
    autocomplete="address-line2",
    max_length=200,
)
_CITY = FieldSpec("city", N_("City"), autocomplete="address-level2")
_REGION = FieldSpec("province", N_("Province"), autocomplete="address-level1")
_CODE = FieldSpec(
    "postal_code",
    N_("Postcode"),
    autocomplete="postal-code",
    inputmode="numeric",
    max_length=16,
)
_FIVE = replace(_CODE, pattern=r"\d{5}", fault=_FIVE_DIGITS)
_FOUR = replace(_CODE, pattern=r"\d{4}", fault=N_("The postcode has 4 digits."))
_SIX = replace(_CODE, pattern=r"\d{6}", fault=N_("The postcode has 6 digits."))
_CUSTOMS = FieldSpec(
    "customs_code",
    N_("Korean personal customs code (PCCC)"),
    inputmode="text",
    pattern=r"P\d{12}",
    hint=N_(
        "P and 12 digits. Korean customs hold the parcel without it. Name, phone number and "
        "postcode must be those registered with the code."
    ),
    fault=N_("The customs code is the letter P and 12 digits, for example P123456789012."),
    max_length=13,
)
_WESTERN = (_NAME, _PHONE, _STREET, _EXTRA)

_COUNTRIES: Final[dict[str, tuple[FieldSpec, ...]]] = {
    "ID": (
        _NAME,
        _PHONE,
        replace(_STREET, hint=N_("With house number and the name of the housing estate.")),
        FieldSpec(
            "rt_rw",
            N_("RT/RW (neighbourhood unit)"),
            required=False,
            pattern=r"\d{1,3}/\d{1,3}",
            hint=N_("For example 003/005"),
            fault=N_("Please write RT and RW like 003/005."),
            max_length=12,
        ),
        replace(_REGION, label=N_("Province")),
        replace(_CITY, label=N_("City or regency")),
        FieldSpec("district", N_("District (kecamatan)"), autocomplete="address-level3"),
        FieldSpec("subdistrict", N_("Sub-district (kelurahan)"), autocomplete="address-level4"),
        _FIVE,
        replace(_EXTRA, label=N_("Landmark or note for the courier"), autocomplete="off"),
    ),
    "KR": (
        _NAME,
        _LATIN,
        _PHONE,
        _FIVE,
        replace(_REGION, label=N_("Province or metropolitan city")),
        replace(_CITY, label=N_("City, county or district")),
        replace(_STREET, label=N_("Road name and building number")),
        replace(_EXTRA, label=N_("Building, floor and unit")),
        _CUSTOMS,
    ),
    "JP": (
        _NAME,
        _LATIN,
        _PHONE,
        replace(
            _CODE,
            pattern=r"\d{3}-?\d{4}",
            fault=N_("The postcode has 7 digits, for example 100-0001."),
        ),
        replace(_REGION, label=N_("Prefecture")),
        _CITY,
        _STREET,
        _EXTRA,
    ),
    "IN": (
        *_WESTERN,
        _CITY,
        replace(_REGION, label=N_("State or province")),
        replace(
            _CODE,
            label=N_("PIN code"),
            pattern=r"[1-9]\d{5}",
            fault=N_("The PIN code has 6 digits and does not begin with 0."),
        ),
    ),
    "US": (
        *_WESTERN,
        _CITY,
        replace(_REGION, label=N_("State or province")),
        replace(
            _CODE,
            label=N_("ZIP code"),
            pattern=r"\d{5}(-\d{4})?",
            fault=N_("The ZIP code has 5 digits, for example 10001."),
        ),
    ),
    "AU": (*_WESTERN, _CITY, replace(_REGION, label=N_("State or territory")), _FOUR),
    "SG": (*_WESTERN, _SIX),
    "FR": (
        _NAME,
        _PHONE,
        _STREET,
        replace(_EXTRA, label=N_("Building, floor, door code or company")),
        _FIVE,
        _CITY,
    ),
    "DE": (*_WESTERN, _FIVE, _CITY),
    "ES": (*_WESTERN, _FIVE, _CITY, replace(_REGION, required=False)),
    "IT": (*_WESTERN, _FIVE, _CITY, replace(_REGION, required=False)),
    "BE": (*_WESTERN, _FOUR, _CITY),
    "NL": (
        *_WESTERN,
        replace(
            _CODE,
            inputmode="text",
            pattern=r"\d{4} ?[A-Z]{2}",
            fault=N_("The postcode has 4 digits and 2 letters, for example 1012 AB."),
        ),
        _CITY,
    ),
}
_ANYWHERE: Final = (
    *_WESTERN,
    replace(_CODE, required=False, inputmode="text"),
    _CITY,
    replace(_REGION, label=N_("Province, state or region"), required=False),
)


@cache
def fields(country: str, needs_customs: bool = True) -> tuple[FieldSpec, ...]:
    """The country's fields in order. Where customs ask for a code, `needs_customs=False` makes it
    optional (an address that is only kept)."""
    specs = []
    for spec in _COUNTRIES.get(country, _ANYWHERE):
        if spec.name == "province" and country in _REGION_LISTS:
            spec = replace(spec, choices=tuple(regions(country).values()))
        if spec.name == "customs_code" and not needs_customs:
            spec = replace(spec, required=False)
        specs.append(spec)
    return tuple(specs)


def normal(name: str, value: str) -> str:
    """A value as it is stored: NFC, single spaces; codes in capitals, without full-width forms."""
    text = unicodedata.normalize("NFC", " ".join((value or "").split()))
    if name in {"postal_code", "customs_code", "rt_rw"}:
        text = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s-]", "", text) if name == "customs_code" else text


def check(country: str, values: Mapping[str, Any], needs_customs: bool = True) -> dict[str, str]:
    """Field name -> English sentence for everything that is wrong; empty for a good address."""
    faults = {}
    for spec in fields(country, needs_customs):
        value = normal(spec.name, str(values.get(spec.name) or ""))
        fault = _fault(spec, value)
        if fault:
            faults[spec.name] = fault
    return faults


def cleaned(country: str, values: Mapping[str, Any]) -> dict[str, str | None]:
    """All address columns: the country's fields normalised, every other one empty."""
    asked = {spec.name for spec in fields(country)}
    row: dict[str, str | None] = {
        name: normal(name, str(values.get(name) or "")) if name in asked else "" for name in COLUMNS
    }
    row["customs_code"] = row["customs_code"] or None
    return row | {"country": country}


@cache
def regions(country: str) -> dict[str, str]:
    """Code -> name of the provinces or states a form lists; empty where people write them."""
    if country not in _REGION_LISTS:
        return {}
    rows = sorted(_places()[_REGION_LISTS[country]], key=lambda row: str(row["name"]))
    return {str(row["code"]): str(row["name"]) for row in rows}


def region_code(country: str, province: str) -> str:
    """The code of a province given by name or code ("Banten" -> "ID-BT"); "" when unknown."""
    wanted = province.strip().casefold()
    for code, name in regions(country).items():
        if wanted in {code.casefold(), name.casefold()}:
            return code
    return ""


def home_districts() -> dict[str, dict[str, str]]:
    """District of the home city -> its kelurahan -> postcode."""
    return {
        row["name"]: {place["name"]: place["postcode"] for place in row["kelurahan"]}
        for row in _places()["district"]
    }


def lines(address: Any, *, latin: bool = False) -> list[str]:
    """The address as printed, without phone and country. `address` has the columns' names.

    `latin` puts the name in Latin letters first, for labels that cross a border.
    """
    name = (address.recipient_latin or address.recipient) if latin else address.recipient
    if address.country == "ID":
        unit = f"RT/RW {address.rt_rw}" if address.rt_rw else ""
        area = _joined(", ", address.subdistrict, address.district)
        town = _joined(" ", _joined(", ", address.city, address.province), address.postal_code)
        parts = [name, _joined(", ", address.street, unit), area, town, address.extra]
    elif address.country in {"KR", "JP"}:
        street = _joined(" ", address.province, address.city, address.street)
        parts = [name, street, address.extra, address.postal_code]
    elif address.country in {"US", "IN", "AU"}:
        town = _joined(", ", address.city, _joined(" ", address.province, address.postal_code))
        parts = [name, address.street, address.extra, town]
    else:
        town = _joined(" ", address.postal_code, address.city)
        parts = [name, address.street, address.extra, town, address.province]
    return [part for part in parts if part]


def _fault(spec: FieldSpec, value: str) -> str:
    if not value:
        return _REQUIRED if spec.required else ""
    if len(value) > spec.max_length:
        return _TOO_LONG
    if spec.choices and value not in spec.choices:
        return _NOT_LISTED
    if spec.pattern and not re.fullmatch(spec.pattern, value):
        return spec.fault
    return ""


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


@cache
def _places() -> dict[str, Any]:
    with _PLACES.open("rb") as file:
        return tomllib.load(file)
