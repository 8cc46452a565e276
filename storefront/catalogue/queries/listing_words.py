"""A payload in words: as buyers would see it, and line by line to compare two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from storefront.artisans import Artisan
from storefront.catalogue.listing_rules import (
    ALLERGENS,
    AVAILABILITIES,
    SCOPES,
    STORAGES,
    Payload,
)
from storefront.catalogue.queries.cards import alternative
from storefront.catalogue.queries.listings import WORD_LISTS, pictures_of
from storefront.catalogue.queries.words import CraftWord, Shelf, vocabulary
from storefront.kernel.translated import LANGS, N_, Text
from storefront.media import PictureView

Say = Callable[[str], str]

TEXT_LABELS = {
    "name": N_("Name"),
    "summary": N_("In one sentence"),
    "body": N_("Description"),
}
LABELS: dict[str, str] = {
    "pictures": N_("Photos"),
    "category": N_("Category"),
    "techniques": N_("Technique"),
    "materials": N_("Fibre composition"),
    "plants": N_("Dye plant"),
    "mordants": N_("Mordant"),
    "care": N_("Care instructions"),
    "colour_family": N_("Main colour"),
    "synthetic_dye": N_("Synthetic dye"),
    "motif": N_("Motif"),
    "size": N_("Dimensions"),
    "weight": N_("Weight"),
    "packing": N_("Packed weight and size"),
    "hs6": N_("HS code"),
    "availability": N_("Availability"),
    "lead": N_("Production time"),
    "min_quantity": N_("Least quantity per order"),
    "personalised": N_("Made to the buyer’s own wishes"),
    "variants": N_("Price and stock"),
    "food": N_("Food"),
}


class Part(NamedTuple):
    """A craft word of the preview and its share in percent."""

    term: CraftWord
    percent: int


@dataclass(frozen=True)
class Preview:
    """What a piece would show. `texts` by language; `words` by vocabulary."""

    artisan: Artisan
    payload: Payload
    shots: list[tuple[PictureView, dict[str, str]]]
    way: list[Shelf]
    words: dict[str, list[Part]]
    price_from: int

    def text(self, part: str, lang: str) -> Text:
        """The text in the language asked, else English, else Indonesian."""
        texts = self.payload["texts"]
        for at in (lang, "en", "id"):
            if texts.get(at, {}).get(part):
                return Text(texts[at][part], at)
        return Text("", lang)

    def alt(self, words: dict[str, str], lang: str) -> Text:
        """What a photo shows, in the language asked or with the usual fallback."""
        return alternative(words, Text("", lang), lang)

    @property
    def dye(self) -> str:
        return self.way[-1].dye if self.way else "nila"


class Line(NamedTuple):
    """One line of the comparison: what it is, in which language ('' for facts), and its words now
    and as proposed. `media` are picture ids, for the line of the photos."""

    label: str
    lang: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def preview(payload: Payload, artisan: Artisan) -> Preview:
    """The piece as it would be shown."""
    known, words = pictures_of(payload), vocabulary()
    shelf = words.shelf(payload["category"])
    parts = {"material": [(row["key"], row["percent"]) for row in payload["materials"]]}
    parts |= {name: [(key, 0) for key in payload[at]] for at, name in WORD_LISTS.items()}
    prices = [row["price_idr"] for row in payload["variants"] if row["is_active"]]
    return Preview(
        artisan=artisan,
        payload=payload,
        shots=[
            (known[shot["media_id"]], shot["alt"])
            for shot in payload["pictures"]
            if shot["media_id"] in known
        ],
        way=words.way_to(shelf.id if shelf else None),
        words={
            name: [Part(term, share) for key, share in rows if (term := words.term(name, key))]
            for name, rows in parts.items()
        },
        price_from=min(prices, default=0),
    )


def comparison(before: Payload | None, after: Payload, lang: str, say: Say) -> list[Line]:
    """Every line of a listing, now and as proposed (`before` None: a new piece). `say` puts an
    English sentence into the reader's language."""
    old = facts(before, lang, say) if before is not None else {}
    new = facts(after, lang, say)
    lines = [Line(LABELS[key], "", old.get(key, ""), new[key]) for key in LABELS]
    for at in LANGS:
        for part, label in TEXT_LABELS.items():
            was = before["texts"].get(at, {}).get(part, "") if before is not None else ""
            lines.append(Line(label, at, was, after["texts"].get(at, {}).get(part, "")))
    return [line for line in lines if line.before or line.after]


def facts(payload: Payload, lang: str, say: Say) -> dict[str, str]:
    """Key of LABELS -> the fact as one text, in the reader's words; '' where nothing is said."""
    words = vocabulary()

    def named(name: str, key: str) -> str:
        term = words.term(name, key)
        return term.name(lang).value if term else key

    shelf = words.shelf(payload["category"])
    said = {key: ", ".join(named(at, k) for k in payload[key]) for key, at in WORD_LISTS.items()}
    colour = payload["colour_family"]
    return said | {
        "pictures": _pictures(payload),
        "category": shelf.name(lang).value if shelf else "",
        "materials": ", ".join(
            f"{row['percent']} % {named('material', row['key'])}".removeprefix("0 % ")
            for row in payload["materials"]
        ),
        "colour_family": named("colour", colour) if colour else "",
        "synthetic_dye": "✓" if payload["synthetic_dye"] else "",
        "motif": payload["motif"],
        "size": _size(payload),
        "weight": f"{payload['net_g']} g" if payload["net_g"] else "",
        "packing": _packing(payload),
        "hs6": payload["hs6"],
        "availability": say(AVAILABILITIES[payload["availability"]]),
        "lead": f"{payload['lead_days_min']}–{payload['lead_days_max']}",
        "min_quantity": str(payload["min_quantity"]) if payload["min_quantity"] > 1 else "",
        "personalised": "✓" if payload["personalised"] else "",
        "variants": _variants(payload),
        "food": _food(payload["food"], say) if _is_food(shelf) else "",
    }


def _is_food(shelf: Shelf | None) -> bool:
    return shelf is not None and any(at.key == "food" for at in vocabulary().way_to(shelf.id))


def _pictures(payload: Payload) -> str:
    lines = []
    for place, shot in enumerate(payload["pictures"], 1):
        lines.append(f"{place}. {shot['alt'].get('id', '')} (#{shot['media_id']})")
        lines += [f"{at}: {shot['alt'][at]}" for at in LANGS if at != "id" and shot["alt"].get(at)]
    return "\n".join(lines)


def _size(payload: Payload) -> str:
    sides = [payload[f"{side}_mm"] for side in ("length", "width", "height")]
    return " × ".join(f"{side / 10:g}" for side in sides if side) + (" cm" if any(sides) else "")


def _packing(payload: Payload) -> str:
    if not payload["packed_g"]:
        return ""
    sides = [payload[f"pack_{side}_cm"] for side in ("length", "width", "height")]
    return f"{payload['packed_g']} g, {' × '.join(map(str, sides))} cm"


def _variants(payload: Payload) -> str:
    """Price and count of new rows only: those of variants on sale change without a review."""
    lines = []
    for row in payload["variants"]:
        own = "" if row["id"] else f"Rp{row['price_idr']:,}".replace(",", ".") + f", {row['stock']}"
        photo = f"#{row['photo']}" if row.get("photo") else ""
        text = ", ".join(part for part in (row["label"] or "–", own, photo) if part)
        lines.append(text if row["is_active"] else f"{text} ✗")
    return "\n".join(lines)


def _food(food: dict[str, Any] | None, say: Say) -> str:
    if not food:
        return ""
    storage, scope = food.get("storage", ""), food.get("scope", "")
    parts = [
        f"{food.get('shelf_life_days', 0)} d",
        say(STORAGES.get(storage, storage)) if storage else "",
        say(SCOPES.get(scope, scope)) if scope else "",
        ", ".join(say(ALLERGENS.get(at, at)) for at in food.get("allergens", [])),
        food.get("ingredients", ""),
        food.get("pirt", ""),
    ]
    return "\n".join(part for part in parts if part)
