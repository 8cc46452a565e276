"""Places where pieces can be seen: written by curators, everything in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from storefront.accounts import record_audit
from storefront.council.models import Place, PlaceTranslation
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.kernel.slugs import former_owner, remember_slug, slugify
from storefront.kernel.translated import LANGS, N_

SLUG_KIND = "place"
WORDS: Final = ("name", "intro", "on_display", "directions", "hours_note")
_COLUMNS: Final = ("street", "district", "postal_code", "phone", "email", "map_url")


class PlaceAddressTaken(ShopError):
    """Another place answers under this address."""

    message = N_("Another place already has this address.")


@dataclass(frozen=True)
class PlaceFacts:
    """What the form of a place says. `texts` maps language to the words of `WORDS`; `hours` maps
    weekdays ("0" is Monday) to "09:00-17:00"."""

    texts: Mapping[str, Mapping[str, str]]
    hours: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    street: str = ""
    district: str = ""
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    map_url: str = ""
    position: int = 0
    is_published: bool = False


def create_place(facts: PlaceFacts, user_id: int | None) -> Place:
    """A new place. Raises PlaceAddressTaken."""
    place = Place(slug="", translations=[])
    _write(place, facts)
    db.session.add(place)
    db.session.flush()
    record_audit(user_id, "place.create", "place", place.id, after=_facts_of(place))
    return place


def edit_place(place_id: int, facts: PlaceFacts, version: int, user_id: int | None) -> Place:
    """Change a place; its former address goes on working. Raises StaleVersion, NotFound or
    PlaceAddressTaken."""
    rows = lock(Place, [place_id])
    if not rows:
        raise NotFound()
    (place,) = rows
    if place.version != version:
        raise StaleVersion()
    before, former = _facts_of(place), place.slug
    _write(place, facts)
    if former != place.slug:
        remember_slug(SLUG_KIND, former, place.id)
    place.version += 1
    db.session.flush()
    record_audit(user_id, "place.edit", "place", place.id, before, _facts_of(place))
    return place


def _write(place: Place, facts: PlaceFacts) -> None:
    name = next(
        (facts.texts[lang]["name"] for lang in ("en", "id") if facts.texts[lang]["name"]), ""
    )
    slug = slugify(facts.slug or name) or "place"
    if slug != place.slug:
        _check_free(slug, place.id)
        place.slug = slug
    for column in _COLUMNS:
        setattr(place, column, getattr(facts, column))
    place.hours = {day: hours for day, hours in facts.hours.items() if hours}
    place.position, place.is_published = facts.position, facts.is_published
    present = {row.lang: row for row in place.translations}
    for lang in LANGS:
        row = present.get(lang)
        if row is None:
            row = PlaceTranslation(lang=lang)
            place.translations.append(row)
        for word in WORDS:
            setattr(row, word, facts.texts[lang].get(word, ""))
        row.state = "reviewed" if row.name and row.intro else "missing"


def _check_free(slug: str, own_id: int | None) -> None:
    taken = db.session.scalar(sa.select(Place.id).where(Place.slug == slug))
    if taken not in {None, own_id} or former_owner(SLUG_KIND, slug) not in {None, own_id}:
        raise PlaceAddressTaken()


def _facts_of(place: Place) -> dict[str, Any]:
    return {
        "slug": place.slug,
        "is_published": place.is_published,
        "hours": dict(place.hours),
        "names": {row.lang: row.name for row in place.translations},
        **{column: getattr(place, column) for column in _COLUMNS},
    }
