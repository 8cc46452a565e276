"""How a piece comes on sale: states, what a listing must say, what food needs. Plain Python.

A listing is handled as its payload, the plain dictionary kept in `ListingChange.payload`; its keys
are those of `BLANK`. Sizes are in mm (packing in cm), weights in g, prices in rupiah.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, Final

from storefront.catalogue.rules import may_be_called_batik
from storefront.kernel.states import Machine
from storefront.kernel.translated import LANGS, N_

Payload = dict[str, Any]

CHANGE: Final = Machine(
    "listing_change",
    start={"draft"},
    moves=[
        ("draft", "submit", "submitted"),
        ("draft", "withdraw", "withdrawn"),
        ("submitted", "take_back", "draft"),
        ("submitted", "approve", "approved"),
        ("submitted", "ask_changes", "changes_asked"),
        ("submitted", "reject", "rejected"),
        ("submitted", "withdraw", "withdrawn"),
        ("changes_asked", "submit", "submitted"),
        ("changes_asked", "withdraw", "withdrawn"),
    ],
)
PRODUCT: Final = Machine(
    "product",
    start={"draft"},
    moves=[
        ("draft", "approve", "live"),
        ("draft", "reject", "rejected"),
        ("draft", "archive", "archived"),
        ("live", "hide", "hidden"),
        ("live", "archive", "archived"),
        ("hidden", "show", "live"),
        ("hidden", "archive", "archived"),
        ("rejected", "start_again", "draft"),
        ("rejected", "archive", "archived"),
    ],
)
OPEN: Final = frozenset({"draft", "submitted", "changes_asked"})
EDITABLE: Final = frozenset({"draft", "changes_asked"})

STATE_LABELS: Final[dict[str, str]] = {
    "draft": N_("Draft"),
    "submitted": N_("With the council"),
    "changes_asked": N_("Changes asked"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
    "live": N_("On sale"),
    "hidden": N_("Hidden"),
    "archived": N_("Archived"),
}
VERB_LABELS: Final[dict[str, str]] = {
    "start": N_("Piece begun"),
    "start_again": N_("Begun again"),
    "edit": N_("Change begun"),
    "submit": N_("Sent to the council"),
    "take_back": N_("Taken back"),
    "withdraw": N_("Withdrawn"),
    "approve": N_("Approved"),
    "ask_changes": N_("Changes asked"),
    "reject": N_("Rejected"),
    "hide": N_("Hidden"),
    "show": N_("Shown again"),
    "archive": N_("Archived"),
    "set_price": N_("Price changed"),
    "set_stock": N_("Stock counted"),
}
# Why a piece is hidden: by its maker, by its papers, or by a ready reason of the council.
HIDDEN_BY_MAKER: Final = "maker"
PAPERS_EXPIRED: Final = "papers_expired"

AVAILABILITIES: Final[dict[str, str]] = {
    "stock": N_("In stock"),
    "made_to_order": N_("Made to order"),
    "one_of_a_kind": N_("One of a kind"),
}
SHELF_LIFE_FRESH: Final = 7
STORAGES: Final[dict[str, str]] = {
    "dry": N_("Dry, at room temperature"),
    "chilled": N_("Chilled"),
    "frozen": N_("Frozen"),
}
SCOPES: Final[dict[str, str]] = {
    "domestic": N_("All of Indonesia"),
    "local": N_("By courier in Cilegon and nearby"),
    "pickup": N_("Pickup only"),
}
ALLERGENS: Final[dict[str, str]] = {
    "wheat": N_("Wheat"),
    "egg": N_("Egg"),
    "milk": N_("Milk"),
    "soy": N_("Soy"),
    "peanut": N_("Peanut"),
    "nuts": N_("Tree nuts"),
    "coconut": N_("Coconut"),
    "sesame": N_("Sesame"),
    "fish": N_("Fish"),
    "shellfish": N_("Shellfish"),
}
PAPERS: Final[dict[str, str]] = {
    "halal": N_("Halal certificate"),
    "pirt": N_("Home food licence (P-IRT)"),
    "bpom_md": N_("Food licence (BPOM MD)"),
}
MOST_PICTURES: Final = 10
LONGEST_LEAD: Final = 180

BLANK: Final[Payload] = {
    "pictures": [],  # {media_id, alt: {lang: words}} in their order
    "texts": {},  # lang -> {name, summary, body}
    "category": "",
    "techniques": [],
    "materials": [],  # {key, percent}
    "plants": [],
    "mordants": [],
    "care": [],
    "colour_family": "",
    "synthetic_dye": False,
    "motif": "",
    "length_mm": 0,
    "width_mm": 0,
    "height_mm": 0,
    "net_g": 0,
    "packed_g": 0,
    "pack_length_cm": 0,
    "pack_width_cm": 0,
    "pack_height_cm": 0,
    "hs6": "",
    "availability": "stock",
    "lead_days_min": 1,
    "lead_days_max": 3,
    "min_quantity": 1,
    "personalised": False,
    "variants": [],  # {id: public id or "", label, price_idr, stock, is_active, photo}
    "food": None,
}
_BATIK: Final = re.compile(r"batik|바틱", re.IGNORECASE)
_NEEDED: Final = N_("Please fill this in before sending.")


def blank() -> Payload:
    """A listing that says nothing yet."""
    return deepcopy(BLANK)


def whole(payload: Mapping[str, Any]) -> Payload:
    """A stored payload with every key there is today, and no other."""
    return {key: deepcopy(payload.get(key, default)) for key, default in BLANK.items()}


def faults(payload: Payload, *, is_food: bool) -> dict[str, str]:
    """Form field -> English sentence: what keeps a listing from being sent; empty: nothing."""
    found = _missing(payload, is_food)
    found |= _offer_faults(payload)
    if batik_without_wax(payload):
        found["techniques"] = N_(
            "“Batik” may only be said of cloth resisted with wax. Choose the wax technique, or "
            "write ecoprint or printed cloth."
        )
    parts = [part["percent"] for part in payload["materials"]]
    if any(parts) and sum(parts) != 100:
        found["materials"] = N_("The percentages must add up to 100.")
    if payload["packed_g"] and payload["packed_g"] < payload["net_g"]:
        found["packed_g"] = N_("Packed, the piece cannot weigh less than without packing.")
    if is_food:
        found |= _food_faults(payload["food"] or {})
    return found


def _missing(payload: Payload, is_food: bool) -> dict[str, str]:
    source = payload["texts"].get("id", {})
    wanted: dict[str, Any] = {
        "photos": payload["pictures"],
        "category": payload["category"],
        "name_id": source.get("name"),
        "summary_id": source.get("summary"),
        "body_id": source.get("body"),
        "net_g": payload["net_g"],
        "packed_g": payload["packed_g"],
        "pack_length_cm": payload["pack_length_cm"],
        "pack_width_cm": payload["pack_width_cm"],
        "pack_height_cm": payload["pack_height_cm"],
    }
    if not is_food:
        wanted |= {
            "techniques": payload["techniques"],
            "materials": payload["materials"],
            "length_cm": payload["length_mm"],
            "width_cm": payload["width_mm"],
            "hs6": re.fullmatch(r"[0-9]{6}", payload["hs6"]),
        }
    found = {field: _NEEDED for field, value in wanted.items() if not value}
    if "photos" in found:
        found["photos"] = N_("Please add at least one photo.")
    elif not all(shot["alt"].get("id") for shot in payload["pictures"]):
        found["photos"] = N_("Please say in one sentence what each photo shows.")
    if "hs6" in found:
        found["hs6"] = N_("Please write the six digits of the HS code.")
    return found


def _offer_faults(payload: Payload) -> dict[str, str]:
    found: dict[str, str] = {}
    variants = [row for row in payload["variants"] if row["is_active"]]
    labels = [row["label"].casefold() for row in variants]
    if not variants:
        found["variants"] = N_("Please write a price.")
    elif any(not row["id"] and row["price_idr"] <= 0 for row in variants):
        found["variants"] = N_("Every row needs a price.")
    elif len(variants) > 1 and (not all(labels) or len(set(labels)) < len(labels)):
        found["variants"] = N_("With several rows, each needs a size or colour of its own.")
    elif payload["availability"] == "one_of_a_kind" and (
        len(variants) > 1 or any(row["stock"] > 1 for row in variants)
    ):
        found["variants"] = N_("Of a piece that is one of a kind there is one row and one piece.")
    if not 1 <= payload["lead_days_min"] <= payload["lead_days_max"] <= LONGEST_LEAD:
        found["lead_days_max"] = N_("Please check the days: from fewer to more, at most 180.")
    return found


def _food_faults(food: Mapping[str, Any]) -> dict[str, str]:
    wanted = {
        "food_shelf_life_days": food.get("shelf_life_days"),
        "food_storage": food.get("storage") in STORAGES,
        "food_scope": food.get("scope") in SCOPES,
        "food_ingredients": food.get("ingredients"),
    }
    return {field: _NEEDED for field, value in wanted.items() if not value}


def batik_without_wax(payload: Payload) -> bool:
    """Whether the words speak of batik although no wax technique is named."""
    words = [word for text in payload["texts"].values() for word in text.values()]
    words += [payload["motif"], *(row["label"] for row in payload["variants"])]
    words += [alt for shot in payload["pictures"] for alt in shot["alt"].values()]
    said = any(_BATIK.search(word or "") for word in words)
    return said and not may_be_called_batik(payload["techniques"])


def food_papers(storage: str, shelf_life_days: int) -> list[str]:
    """Kinds of papers a food needs: fresh food the halal certificate; what keeps a week or longer
    a licence too: P-IRT when dry, BPOM MD when chilled or frozen."""
    if shelf_life_days < SHELF_LIFE_FRESH:
        return ["halal"]
    return ["halal", "pirt" if storage == "dry" else "bpom_md"]


def lacking_papers(food: Mapping[str, Any] | None, valid: Collection[str]) -> list[str]:
    """Papers this food needs and its workshop does not have at present; a BPOM MD licence stands
    in for P-IRT. Nothing for what is not food."""
    if not food:
        return []
    needed = food.get("papers") or food_papers(
        food.get("storage", "dry"), food.get("shelf_life_days", SHELF_LIFE_FRESH)
    )
    held = set(valid)
    if "bpom_md" in held:
        held.add("pirt")
    return [kind for kind in needed if kind not in held]


def source_changed(before: Payload, after: Payload, lang: str) -> bool:
    """Whether the words of the source language differ, so that translations are out of date."""
    return bool(_words(before, lang) != _words(after, lang))


def text_states(payload: Payload, stored: Mapping[str, str]) -> dict[str, str]:
    """Language -> missing, draft, reviewed or stale, as the editor shows it."""
    return {
        lang: "missing" if not any(_words(payload, lang).values()) else stored.get(lang, "draft")
        for lang in LANGS
    }


def _words(payload: Payload, lang: str) -> dict[str, str]:
    text = payload["texts"].get(lang, {})
    return {part: text.get(part, "") for part in ("name", "summary", "body")}
