"""The editor's form: a payload in a maker's words and units (cm), and back. Only these fields are
read; pictures are named by the stored draft, so that nobody can point at a foreign file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional

from storefront.catalogue.labels import AVAILABILITY
from storefront.catalogue.listing_rules import (
    ALLERGENS,
    MOST_PICTURES,
    SCOPES,
    STORAGES,
    Payload,
    whole,
)
from storefront.catalogue.queries.alternatives import SOURCE, proposed_alt
from storefront.catalogue.queries.words import vocabulary
from storefront.kernel.translated import LANGS
from storefront.web.forms import Form, RupiahField, VersionedForm, clean_text, one_line

PICTURES = "image/jpeg,image/png,image/webp"
MOST_PARTS, MOST_VARIANTS, LONGEST_ALT = 8, 20, 300
TEXT_PARTS = {"name": 160, "summary": 300, "body": 6000}


def _line(label: Any, longest: int, hint: Any = "", **attributes: Any) -> StringField:
    checks = [Length(max=longest), one_line]
    return StringField(label, checks, description=hint, render_kw=attributes)


def _whole(label: Any, most: int, hint: Any = "") -> IntegerField:
    checks = [Optional(), NumberRange(0, most)]
    return IntegerField(label, checks, description=hint, render_kw={"inputmode": "numeric"})


def _cm(label: Any) -> DecimalField:
    return DecimalField(
        label, [Optional(), NumberRange(0, 2000)], places=1, render_kw={"inputmode": "decimal"}
    )


class Part(PlainForm):  # type: ignore[misc]
    """One material and its share."""

    Meta = Form.Meta
    key = SelectField(_l("Material"))
    percent = _whole(_l("Percent"), 100)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        _wanted(self, ("percent",))
        self.key.choices = [("", gettext("Please choose")), *_named("material")]


class Row(PlainForm):  # type: ignore[misc]
    """One size or colour with its price and count; `id` names one that is on sale already."""

    Meta = Form.Meta
    id = HiddenField()
    label = StringField(_l("Size or colour"), [Length(max=60), one_line], filters=[clean_text])
    price_idr = RupiahField(
        _l("Price in rupiah"),
        [Optional(), NumberRange(0, 10**9)],
        render_kw={"inputmode": "numeric"},
    )
    stock = _whole(_l("Pieces in stock"), 100_000)
    photo = _whole(
        _l("Number of its photo"),
        MOST_PICTURES,
        _l("Only where each row is a piece of its own: buyers then choose by the photo."),
    )
    gone = BooleanField(_l("No longer offered"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        _wanted(self, ("price_idr", "stock"))


class Listing(VersionedForm):
    """Everything a listing says. Nothing is required, so that a draft can always be kept."""

    category = SelectField(_l("Category"))
    techniques = SelectMultipleField(_l("Technique"))
    materials = FieldList(FormField(Part), _l("Fibre composition"), max_entries=MOST_PARTS)
    plants = SelectMultipleField(_l("Dye plant"))
    mordants = SelectMultipleField(_l("Mordant"))
    care = SelectMultipleField(_l("Care instructions"))
    colour_family = SelectField(_l("Main colour"))
    synthetic_dye = BooleanField(_l("Dyed with synthetic colour as well."))
    motif = _line(_l("Motif"), 120, _l("Your own design, or a traditional one by its name."))
    length_cm = _cm(_l("Length (cm)"))
    width_cm = _cm(_l("Width (cm)"))
    height_cm = _cm(_l("Height or depth (cm)"))
    net_g = _whole(_l("Weight (g)"), 100_000)
    packed_g = _whole(_l("Packed weight (g)"), 100_000, _l("The shipping fee follows from it."))
    pack_length_cm = _whole(_l("Parcel length (cm)"), 300)
    pack_width_cm = _whole(_l("Parcel width (cm)"), 300)
    pack_height_cm = _whole(_l("Parcel height (cm)"), 300)
    hs6 = StringField(
        _l("HS code"),
        [Length(max=12)],
        filters=[lambda typed: (typed or "").replace(".", "").replace(" ", "")],
        description=_l("Six digits, for example 6214.10 for a silk scarf. The council helps."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    availability = RadioField(_l("Availability"), default="stock")
    lead_days_min = _whole(_l("Days at least"), 365)
    lead_days_max = _whole(_l("Days at most"), 365)
    min_quantity = _whole(_l("Least quantity per order"), 1000)
    personalised = BooleanField(_l("Made to the buyer’s own wishes (cannot be returned)"))
    variants = FieldList(FormField(Row), _l("Price and stock"), max_entries=MOST_VARIANTS)
    food_shelf_life_days = _whole(_l("Keeps for (days)"), 3650)
    food_storage = SelectField(_l("Storage"), default="dry")
    food_scope = SelectField(_l("Where it can be sent"), default="domestic")
    food_ingredients = TextAreaField(_l("Ingredients"), [Length(max=1000)], render_kw={"rows": 3})
    food_allergens = SelectMultipleField(_l("Allergens"))
    food_pirt = _line(_l("P-IRT or MD number"), 40, inputmode="numeric")
    camera = MultipleFileField(
        _l("Take a photo"), render_kw={"accept": PICTURES, "capture": "environment"}
    )
    photos = MultipleFileField(
        _l("Choose photos"),
        description=_l("Portrait format (4:5) looks best. JPEG, PNG or WebP, up to 15 MB each."),
        render_kw={"accept": PICTURES, "multiple": True},
    )

    def __init__(self, payload: Payload | None = None) -> None:
        super().__init__(**(_values(payload) if payload else {}))
        words, lang = vocabulary(), g.lang
        self.category.choices = {"": [("", gettext("Please choose"))]} | {
            top.name(lang).value: [(at.key, at.name(lang).value) for at in words.below(top.id)]
            for top in words.top()
        }
        self.techniques.choices = _named("technique")
        self.plants.choices = _named("plant")
        self.mordants.choices = _named("mordant")
        self.care.choices = _named("care")
        self.colour_family.choices = [("", "–"), *_named("colour")]
        self.availability.choices = [(key, str(label)) for key, label in AVAILABILITY.items()]
        self.food_storage.choices = _labels(STORAGES)
        self.food_scope.choices = _labels(SCOPES)
        self.food_allergens.choices = _labels(ALLERGENS)
        _wanted(self, WANTED)

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for rows in (self.materials, self.variants):
            wrong: list[Any] = [at for row in rows.entries for at in row.form.errors.values()]
            if wrong:  # the summary names the list; the sentence stands at its row
                rows.errors = [wrong[0][0]]
        return good

    def payload(self, base: Payload) -> Payload:
        """What was typed, over what the form does not show (`base`: the stored draft)."""
        data = self.data
        kept = whole(base)
        for key in _SAME:
            kept[key] = data[key] or (0 if isinstance(kept[key], int) else type(kept[key])())
        for side in ("length", "width", "height"):
            kept[f"{side}_mm"] = int((data[f"{side}_cm"] or Decimal(0)) * 10)
        kept["lead_days_min"] = data["lead_days_min"] or 1
        kept["lead_days_max"] = data["lead_days_max"] or kept["lead_days_min"]
        kept["min_quantity"] = data["min_quantity"] or 1
        kept["materials"] = [
            {"key": row["key"], "percent": row["percent"] or 0}
            for row in data["materials"]
            if row["key"]
        ]
        kept["variants"] = _variants(data["variants"], base)
        kept["texts"] = {
            lang: {part: data[f"{part}_{lang}"] or "" for part in TEXT_PARTS} for lang in LANGS
        }
        kept["food"] = {
            "shelf_life_days": data["food_shelf_life_days"] or 0,
            "storage": data["food_storage"],
            "scope": data["food_scope"],
            "ingredients": data["food_ingredients"] or "",
            "allergens": data["food_allergens"],
            "pirt": data["food_pirt"] or "",
        }
        return kept

    def uploads(self) -> list[Any]:
        """The photos that came with the form."""
        sent = [*(self.camera.data or []), *(self.photos.data or [])]
        return [upload for upload in sent if getattr(upload, "filename", "")]


for _lang in LANGS:
    # The four languages differ in nothing but their name.
    setattr(Listing, f"name_{_lang}", _line(_l("Name"), TEXT_PARTS["name"], lang=_lang))
    setattr(
        Listing,
        f"summary_{_lang}",
        _line(_l("In one sentence"), TEXT_PARTS["summary"], lang=_lang),
    )
    setattr(
        Listing,
        f"body_{_lang}",
        TextAreaField(
            _l("Description"),
            [Length(max=TEXT_PARTS["body"])],
            render_kw={"rows": 7, "lang": _lang},
        ),
    )

# Fields that mean the same in form and payload.
_SAME = (
    *("category", "techniques", "plants", "mordants", "care", "colour_family", "synthetic_dye"),
    *("motif", "net_g", "packed_g", "pack_length_cm", "pack_width_cm", "pack_height_cm"),
    *("hs6", "availability", "personalised"),
)
WANTED = (
    *("category", "name_id", "summary_id", "body_id", "length_cm", "width_cm", "net_g"),
    *("packed_g", "pack_length_cm", "pack_width_cm", "pack_height_cm", "hs6"),
    *("lead_days_min", "lead_days_max", "camera", "photos", "min_quantity"),
    *("food_shelf_life_days", "food_ingredients"),
)


def typed_alts(payload: Payload, names: dict[int, str], *, is_sent: bool) -> None:
    """Write the alternative texts that were typed into the payload (fields `alt-<name of the
    picture>-<language>`). A proposal nobody changed is no text yet: it follows the piece's name
    until the listing is sent, and becomes the text then."""
    for number, shot in enumerate(payload["pictures"], 1):
        field = f"alt-{names.get(shot['media_id'], '')}"
        for lang in LANGS:
            typed = request.form.get(f"{field}-{lang}")
            if typed is None:
                continue
            words = clean_text(typed)[:LONGEST_ALT]
            if words and lang == SOURCE and words == request.form.get(f"{field}-proposed"):
                words = proposed_alt(payload, number) if is_sent else ""
            others = {at: said for at, said in shot["alt"].items() if at != lang}
            shot["alt"] = others | ({lang: words} if words else {})


def _values(payload: Payload) -> dict[str, Any]:
    """A payload as the form's fields, with spare rows to fill in."""
    values: dict[str, Any] = {key: payload[key] for key in _SAME}
    for key in ("net_g", "packed_g", "pack_length_cm", "pack_width_cm", "pack_height_cm"):
        values[key] = payload[key] or None
    for side in ("length", "width", "height"):
        values[f"{side}_cm"] = _plain(payload[f"{side}_mm"])
    values |= {key: payload[key] for key in ("lead_days_min", "lead_days_max", "min_quantity")}
    values["materials"] = _spare(payload["materials"], {"key": "", "percent": None}, MOST_PARTS)
    shots = [shot["media_id"] for shot in payload["pictures"]]
    rows = [
        row
        | {
            "gone": not row["is_active"],
            "photo": shots.index(row["photo"]) + 1 if row.get("photo") in shots else None,
        }
        for row in payload["variants"]
    ]
    values["variants"] = _spare(rows, {"id": "", "label": ""}, MOST_VARIANTS)
    for lang, text in payload["texts"].items():
        values |= {f"{part}_{lang}": text.get(part, "") for part in TEXT_PARTS}
    values |= {f"food_{key}": value for key, value in (payload["food"] or {}).items()}
    return values


def _plain(millimetres: int) -> Decimal | None:
    return Decimal(millimetres) / 10 if millimetres else None


def _spare(
    rows: Iterable[dict[str, Any]], empty: dict[str, Any], most: int
) -> list[dict[str, Any]]:
    filled = list(rows)
    return [*filled, *([empty] * (1 if filled else 2))][:most]


def _variants(typed: list[dict[str, Any]], base: Payload) -> list[dict[str, Any]]:
    """Rows that say something. Price and count of a variant on sale are not changed here. A photo
    is typed by its number and kept by its file, so that it stays when photos change places."""
    known = {row["id"]: row for row in base["variants"] if row["id"]}
    numbered = dict(enumerate((shot["media_id"] for shot in base["pictures"]), 1))
    rows = []
    for row in typed:
        present, photo = known.get(row["id"] or ""), numbered.get(row["photo"] or 0)
        if present is not None:
            said = {"label": row["label"] or "", "is_active": not row["gone"], "photo": photo}
            rows.append(present | said)
        elif row["price_idr"] or row["label"]:
            rows.append(
                {
                    "id": "",
                    "label": row["label"] or "",
                    "price_idr": row["price_idr"] or 0,
                    "stock": 1 if row["stock"] is None else row["stock"],
                    "is_active": True,
                    "photo": photo,
                }
            )
    return rows


def _wanted(form: PlainForm, names: Iterable[str]) -> None:
    """Fields that belong to a whole listing are not called optional; but a draft can always be
    kept, so the browser must not ask for them."""
    for name in names:
        form[name].flags.required = True
        form[name].render_kw = {**(form[name].render_kw or {}), "required": False}


def _named(name: str) -> list[tuple[str, str]]:
    return [(term.key, term.name(g.lang).value) for term in vocabulary().list_of(name)]


def _labels(labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, gettext(label)) for key, label in labels.items()]
