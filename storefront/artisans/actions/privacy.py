"""What the shop keeps of a person as an applicant, and its erasure."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import personal_data
from storefront.artisans.actions.journal import locked, move
from storefront.artisans.errors import WorkshopStillOpen
from storefront.artisans.models import Artisan, ArtisanDocument, ArtisanEvent, BankAccount
from storefront.artisans.rules import RUNNING
from storefront.kernel.db import db
from storefront.media import erase_file

_SHOWN = (
    *("name", "kind", "state", "contact_name", "email", "phone", "street", "subdistrict"),
    *("district", "postal_code", "craft", "since_year", "kbli", "nik", "npwp", "nib"),
)


def export_person(user_id: int) -> dict[str, Any]:
    """The applications of a person with numbers, accounts and papers."""
    return {"workshops": [_export(artisan) for artisan in _applications(user_id)]}


def erase_person(user_id: int) -> None:
    """Blank a person's applications. What was once approved keeps its confirmed bank account,
    which the books of past payouts need. Raises WorkshopStillOpen while one is running."""
    applications = _applications(user_id)
    if any(artisan.state in RUNNING for artisan in applications):
        raise WorkshopStillOpen()
    for found in applications:
        artisan = locked(found.id)
        if artisan.state != "archived":
            move(artisan, "archive", user_id)
        _blank(artisan)


def _blank(artisan: Artisan) -> None:
    for name in ("contact_name", "email", "phone", "street"):
        setattr(artisan, name, "")
    artisan.nik = artisan.npwp = artisan.nib = artisan.nik_hash = artisan.nib_hash = None
    for paper in _of(ArtisanDocument, artisan):
        media_id, paper.media_id = paper.media_id, None
        paper.number, paper.holder = None, ""
        db.session.flush()
        if media_id is not None:
            erase_file(media_id)
    traded = db.session.scalar(
        sa.select(ArtisanEvent.id)
        .where(ArtisanEvent.artisan_id == artisan.id, ArtisanEvent.verb == "approve")
        .limit(1)
    )
    for account in _of(BankAccount, artisan):
        if not traded or account.state in ("proposed", "refused"):
            account.holder = account.number = account.number_hash = ""


def _export(artisan: Artisan) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(artisan, name) for name in _SHOWN}
    facts["texts"] = {
        row.lang: {"tagline": row.tagline, "story": row.story} for row in artisan.translations
    }
    facts["bank_accounts"] = [
        {"bank": row.bank, "holder": row.holder, "number": row.number, "state": row.state}
        for row in _of(BankAccount, artisan)
    ]
    facts["papers"] = [
        {"kind": row.kind, "number": row.number, "holder": row.holder, "state": row.state}
        for row in _of(ArtisanDocument, artisan)
    ]
    return facts


def _applications(user_id: int) -> list[Artisan]:
    query = sa.select(Artisan).where(Artisan.applicant_id == user_id).order_by(Artisan.id)
    return list(db.session.scalars(query))


def _of(model: type[Any], artisan: Artisan) -> list[Any]:
    query = sa.select(model).where(model.artisan_id == artisan.id).order_by(model.id)
    return list(db.session.scalars(query))


personal_data("workshops", export=export_person, erase=erase_person)
