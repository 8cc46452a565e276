"""The applicant's side: begin, keep a draft, send, apply again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storefront.accounts import Consent, User, address_rules
from storefront.artisans.actions.bank import write_account
from storefront.artisans.actions.journal import locked, move, note, tell
from storefront.artisans.errors import Incomplete, NotEditable
from storefront.artisans.formats import plain_number
from storefront.artisans.models import Artisan, ArtisanTranslation
from storefront.artisans.queries import application_of
from storefront.artisans.rules import EDITABLE, missing_basics
from storefront.artisans.settings import usual_commission
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db, lock

TERMS_VERSION = "2026-11"

# Everything an applicant may write; numbers, address, texts and bank account are written apart.
_PLAIN = (
    *("name", "kind", "contact_name", "email", "phone", "street", "craft"),
    *("makers_f", "makers_m", "since_year", "kbli"),
)


def start_application(user_id: int) -> Artisan:
    """An empty application of this person, or the one already begun."""
    (user,) = lock(User, [user_id])
    present = application_of(user_id)
    if present is not None:
        return present
    artisan = Artisan(
        applicant_id=user_id,
        contact_name=user.name,
        email=user.email or "",
        phone=user.phone or "",
        commission_bp=usual_commission(),
        source_lang="id",
    )
    artisan.translations = [ArtisanTranslation(lang="id")]
    db.session.add(artisan)
    db.session.flush()
    note(artisan, "start", user_id, before="")
    return artisan


def save_application(
    artisan_id: int, facts: Mapping[str, Any], user_id: int, version: object
) -> Artisan:
    """Keep what the applicant typed. Unknown names in `facts` are ignored, absent ones stay.

    Raises NotEditable while the council has it, StaleVersion.
    """
    artisan = locked(artisan_id, version)
    if artisan.state not in EDITABLE:
        raise NotEditable()
    for name in _PLAIN:
        if name in facts:
            setattr(artisan, name, facts[name])
    if "subdistrict" in facts:
        _write_place(artisan, str(facts["subdistrict"] or ""))
    _write_numbers(artisan, facts)
    _write_text(artisan, facts)
    write_account(artisan, facts, user_id)
    artisan.version += 1
    return artisan


def submit_application(
    artisan_id: int, user_id: int, lang: str = "id", version: object = None
) -> Artisan:
    """Hand the application to the council, with the applicant's word on the shop's terms.

    Raises Incomplete, NotAllowed, StaleVersion.
    """
    artisan = locked(artisan_id, version)
    lacking = missing_basics(artisan) + ([] if artisan.name else ["name"])
    if lacking:
        raise Incomplete(lacking)
    event = move(artisan, "submit", user_id)
    artisan.submitted_at = now()
    db.session.add(
        Consent(user_id=user_id, kind="workshop_terms", text_version=TERMS_VERSION, lang=lang)
    )
    tell("submitted", event)
    tell("new_application", event)
    return artisan


def apply_again(artisan_id: int, user_id: int) -> Artisan:
    """Turn a rejected application into a draft again. Raises NotAllowed."""
    artisan = locked(artisan_id)
    move(artisan, "apply_again", user_id)
    return artisan


def _write_place(artisan: Artisan, subdistrict: str) -> None:
    """Kelurahan decides on district and postcode."""
    artisan.subdistrict = artisan.district = artisan.postal_code = ""
    for district, places in address_rules.home_districts().items():
        if subdistrict in places:
            artisan.subdistrict, artisan.district = subdistrict, district
            artisan.postal_code = places[subdistrict]


def _write_numbers(artisan: Artisan, facts: Mapping[str, Any]) -> None:
    if "nik" in facts:
        artisan.nik = plain_number(facts["nik"] or "") or None
        artisan.nik_hash = keyed_hash(artisan.nik) if artisan.nik else None
    if "nib" in facts:
        artisan.nib = plain_number(facts["nib"] or "") or None
        artisan.nib_hash = keyed_hash(artisan.nib) if artisan.nib else None
    if "npwp" in facts:
        artisan.npwp = plain_number(facts["npwp"] or "") or None


def _write_text(artisan: Artisan, facts: Mapping[str, Any]) -> None:
    source = next((row for row in artisan.translations if row.lang == artisan.source_lang), None)
    if source is None:
        source = ArtisanTranslation(lang=artisan.source_lang)
        artisan.translations.append(source)
    source.tagline = str(facts.get("tagline", source.tagline) or "")
    source.story = str(facts.get("story", source.story) or "")
    source.updated_at = now()
