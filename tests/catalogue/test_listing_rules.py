"""What a listing must say, what may be called batik, what food needs. Plain, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.catalogue.listing_rules import (
    CHANGE,
    PRODUCT,
    STATE_LABELS,
    Payload,
    blank,
    faults,
    food_papers,
    lacking_papers,
    text_states,
    whole,
)
from storefront.kernel.errors import NotAllowed

ROW = {"id": "", "label": "", "price_idr": 100_000, "stock": 1, "is_active": True}
FOOD = {"shelf_life_days": 90, "storage": "dry", "scope": "domestic", "ingredients": "Ketan"}


def good(**changes: Any) -> Payload:
    return (
        blank()
        | {
            "pictures": [{"media_id": 1, "alt": {"id": "Syal di gantungan"}}],
            "texts": {"id": {"name": "Syal", "summary": "Syal katun.", "body": "Dikukus."}},
            "category": "ecoprint-scarves",
            "techniques": ["steaming"],
            "materials": [{"key": "cotton", "percent": 100}],
            "length_mm": 1800,
            "width_mm": 500,
            "net_g": 100,
            "packed_g": 150,
            "pack_length_cm": 25,
            "pack_width_cm": 18,
            "pack_height_cm": 4,
            "hs6": "621490",
            "variants": [dict(ROW)],
        }
        | changes
    )


def test_a_whole_listing_may_be_sent_and_an_empty_one_says_what_is_missing() -> None:
    assert faults(good(), is_food=False) == {}
    missing = faults(blank(), is_food=False)
    assert {"photos", "name_id", "category", "techniques", "hs6", "variants"} <= set(missing)
    assert "name_en" not in missing, "only Indonesian is needed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"materials": [{"key": "cotton", "percent": 60}]}, "materials"),
        ({"packed_g": 90}, "packed_g"),
        ({"hs6": "6214"}, "hs6"),
        ({"hs6": "६२१४९०"}, "hs6"),
        ({"lead_days_min": 9, "lead_days_max": 3}, "lead_days_max"),
        ({"lead_days_max": 181}, "lead_days_max"),
        ({"variants": [ROW | {"price_idr": 0}]}, "variants"),
        ({"variants": [ROW | {"is_active": False}]}, "variants"),
        ({"variants": [ROW | {"label": "M"}, ROW | {"label": "m"}]}, "variants"),
        ({"variants": [ROW | {"label": "M"}, ROW]}, "variants"),
        ({"availability": "one_of_a_kind", "variants": [ROW | {"stock": 2}]}, "variants"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(changes: Payload, field: str) -> None:
    assert set(faults(good(**changes), is_food=False)) == {field}


@pytest.mark.parametrize("words", ["Syal Batik", "syal ecoprint membatik", "바틱 스카프"])
@pytest.mark.parametrize("part", ["name", "summary", "body"])
def test_batik_is_only_said_of_wax(words: str, part: str) -> None:
    text = {"name": "Syal", "summary": "Syal katun.", "body": "Dikukus."} | {part: words}
    for lang in ("id", "ko"):
        texts = good()["texts"] | {lang: text}
        assert set(faults(good(texts=texts), is_food=False)) == {"techniques"}
        waxed = good(texts=texts, techniques=["steaming", "batik_cap"])
        assert faults(waxed, is_food=False) == {}


def test_food_says_how_it_keeps_and_needs_neither_size_nor_hs_code() -> None:
    bare = {"techniques": [], "materials": [], "length_mm": 0, "width_mm": 0, "hs6": ""}
    assert faults(good(**bare, food=FOOD), is_food=True) == {}
    found = faults(good(**bare, food=FOOD | {"scope": "world", "ingredients": ""}), is_food=True)
    assert set(found) == {"food_scope", "food_ingredients"}, "there is no scope beyond Indonesia"


def test_papers_follow_how_long_and_how_food_keeps() -> None:
    assert food_papers("chilled", 2) == ["halal"]
    assert food_papers("dry", 6) == ["halal"]
    assert food_papers("dry", 7) == ["halal", "pirt"]
    assert food_papers("frozen", 30) == ["halal", "bpom_md"]
    assert lacking_papers(None, set()) == []
    assert lacking_papers(FOOD, {"halal"}) == ["pirt"]
    assert lacking_papers(FOOD, {"halal", "bpom_md"}) == []
    assert lacking_papers(FOOD | {"papers": ["halal", "bpom_md"]}, {"halal", "pirt"}) == ["bpom_md"]


def test_machines_allow_their_moves_and_nothing_else() -> None:
    for machine in (CHANGE, PRODUCT):
        moves = machine.moves()
        for state in machine.states:
            assert state in STATE_LABELS
            for verb in {move.verb for move in moves}:
                wanted = [m.after for m in moves if (m.before, m.verb) == (state, verb)]
                if wanted:
                    assert machine.to(state, verb) == wanted[0]
                else:
                    with pytest.raises(NotAllowed):
                        machine.to(state, verb)


def test_a_stored_payload_is_read_with_todays_keys_and_not_shared() -> None:
    stored: Payload = {"motif": "Jati", "state": "live", "pictures": [{"media_id": 1, "alt": {}}]}
    payload = whole(stored)
    assert set(payload) == set(blank()) and payload["motif"] == "Jati"
    payload["pictures"][0]["alt"]["id"] = "x"
    assert stored["pictures"][0]["alt"] == {}


def test_texts_are_empty_draft_or_as_stored() -> None:
    states = text_states(good(), {"id": "reviewed", "fr": "reviewed"})
    assert states == {"id": "reviewed", "en": "missing", "ko": "missing", "fr": "missing"}
