"""Addresses per country: which fields, what is accepted, how they read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from storefront.accounts import address_rules

GOOD: dict[str, dict[str, str]] = {
    "ID": {
        "recipient": "Sukarno",
        "phone": "+6281234567890",
        "street": "Jl. Contoh 8",
        "rt_rw": "003/005",
        "province": "Banten",
        "city": "Kota Cilegon",
        "district": "Cibeber",
        "subdistrict": "Kedaleman",
        "postal_code": "42422",
    },
    "KR": {
        "recipient": "한가람",
        "recipient_latin": "HAN GARAM",
        "phone": "+821012345678",
        "postal_code": "03187",
        "province": "서울특별시",
        "city": "종로구",
        "street": "예시로 12",
        "extra": "101동 203호",
        "customs_code": "P123456789012",
    },
    "FR": {
        "recipient": "Élodie Verdune",
        "phone": "+33199000001",
        "street": "7 rue de l’Exemple",
        "postal_code": "69001",
        "city": "Lyon",
    },
    "IN": {
        "recipient": "Anvika",
        "phone": "+919000000001",
        "street": "12 Example Lane",
        "city": "Kochi",
        "province": "Kerala",
        "postal_code": "682001",
    },
    "US": {
        "recipient": "Ann Example",
        "phone": "+12125550100",
        "street": "1 Example Street",
        "city": "New York",
        "province": "New York",
        "postal_code": "10001-1234",
    },
    "NL": {
        "recipient": "Jan",
        "phone": "+31201234567",
        "street": "Voorbeeld 1",
        "postal_code": "1012 AB",
        "city": "Amsterdam",
    },
    "BR": {
        "recipient": "Ana",
        "phone": "+5511912345678",
        "street": "Rua Exemplo 1",
        "city": "São Paulo",
    },
}


@pytest.mark.parametrize("country", GOOD)
def test_a_good_address_passes(country: str) -> None:
    assert address_rules.check(country, GOOD[country]) == {}


@pytest.mark.parametrize(
    ("country", "field", "value"),
    [
        ("KR", "customs_code", "M123456789012"),
        ("KR", "customs_code", "P12345678901"),
        ("KR", "customs_code", ""),
        ("KR", "postal_code", "1234"),
        ("ID", "postal_code", "4242"),
        ("ID", "province", "Bavaria"),
        ("ID", "rt_rw", "3-5"),
        ("FR", "postal_code", "6900"),
        ("FR", "recipient", "   "),
        ("IN", "postal_code", "012345"),
        ("US", "postal_code", "1000"),
        ("US", "street", "x" * 201),
    ],
)
def test_a_wrong_field_is_named(country: str, field: str, value: str) -> None:
    faults = address_rules.check(country, GOOD[country] | {field: value})
    assert list(faults) == [field]
    assert faults[field]


def test_codes_are_read_the_way_people_write_them() -> None:
    typed = GOOD["KR"] | {"customs_code": "p1234-5678-9012", "postal_code": "０３１８７"}
    assert address_rules.check("KR", typed) == {}
    row = address_rules.cleaned("KR", typed)
    assert row["customs_code"] == "P123456789012"
    assert row["postal_code"] == "03187"
    assert row["rt_rw"] == "" and row["country"] == "KR"


def test_a_kept_address_needs_no_customs_code() -> None:
    typed = GOOD["KR"] | {"customs_code": ""}
    assert address_rules.check("KR", typed, needs_customs=False) == {}


def test_what_a_country_does_not_ask_is_not_kept() -> None:
    row = address_rules.cleaned("FR", GOOD["FR"] | {"rt_rw": "1/2", "customs_code": "P1"})
    assert row["rt_rw"] == "" and row["customs_code"] is None


def test_provinces_are_found_by_name_and_code() -> None:
    assert len(address_rules.regions("ID")) == 38
    assert address_rules.region_code("ID", "banten") == "ID-BT"
    assert address_rules.region_code("ID", "ID-BT") == "ID-BT"
    assert address_rules.region_code("ID", "Atlantis") == ""
    assert address_rules.home_districts()["Cibeber"]["Kedaleman"] == "42422"


@pytest.mark.parametrize("country", GOOD)
def test_an_address_reads_in_the_country_s_order(country: str) -> None:
    row: Any = SimpleNamespace(**address_rules.cleaned(country, GOOD[country]))
    printed = address_rules.lines(row)
    assert printed[0] == GOOD[country]["recipient"]
    assert GOOD[country]["street"] in " ".join(printed)
    if country == "KR":
        assert address_rules.lines(row, latin=True)[0] == "HAN GARAM"
        assert printed[1] == "서울특별시 종로구 예시로 12"
