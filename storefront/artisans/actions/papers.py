"""Papers and photos of a workshop: handed in, taken back, verified, rejected."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.artisans.actions.journal import locked, note
from storefront.artisans.errors import NotEditable, ReasonNeeded, TooManyFiles
from storefront.artisans.formats import plain_number
from storefront.artisans.models import Artisan, ArtisanDocument
from storefront.artisans.rules import MOST_PAPERS, MOST_PHOTOS, PAPER, PAPER_KINDS, WORK_PHOTO
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound
from storefront.media import PreparedFile, add_file, erase_file

_CLOSED = {"rejected", "archived"}


def add_paper(
    artisan_id: int,
    kind: str,
    user_id: int,
    *,
    file: PreparedFile | None = None,
    is_active: bool = False,
    number: str = "",
    holder: str = "",
    issued_on: dt.date | None = None,
    expires_on: dt.date | None = None,
) -> ArtisanDocument:
    """Hand in a paper: its number, its file, or both. A newer one of a kind stands for the older.
    `is_active` marks a file that would do something when opened.

    Raises TooManyFiles, NotEditable once the application is closed, ValueError for a kind that
    does not exist.
    """
    if kind not in PAPER_KINDS:
        raise ValueError(kind)
    artisan = _open_for_papers(artisan_id)
    if _count(artisan_id, ArtisanDocument.kind != WORK_PHOTO) >= MOST_PAPERS:
        raise TooManyFiles()
    media_id = None
    if file is not None:
        media_id = add_file(file, artisan_id=artisan_id, user_id=user_id, is_private=True).id
    paper = ArtisanDocument(
        artisan_id=artisan_id,
        kind=kind,
        number=plain_number(number) or None,
        holder=holder,
        media_id=media_id,
        is_active=is_active,
        issued_on=issued_on,
        expires_on=expires_on,
    )
    db.session.add(paper)
    db.session.flush()
    note(artisan, "add_paper", user_id, paper_id=paper.id, kind=kind)
    return paper


def add_photos(artisan_id: int, files: list[PreparedFile], user_id: int) -> list[ArtisanDocument]:
    """Photos of the work and the place, for the curators only. Raises TooManyFiles, NotEditable."""
    artisan = _open_for_papers(artisan_id)
    if _count(artisan_id, ArtisanDocument.kind == WORK_PHOTO) + len(files) > MOST_PHOTOS:
        raise TooManyFiles()
    photos = []
    for file in files:
        media = add_file(file, artisan_id=artisan_id, user_id=user_id, is_private=True)
        photos.append(ArtisanDocument(artisan_id=artisan_id, kind=WORK_PHOTO, media_id=media.id))
    db.session.add_all(photos)
    db.session.flush()
    note(artisan, "add_photos", user_id, count=len(photos))
    return photos


def remove_paper(artisan_id: int, public_id: str, user_id: int) -> None:
    """The workshop takes a paper back that nobody has decided on. Raises NotEditable, NotFound."""
    artisan = _open_for_papers(artisan_id)
    paper = _locked_paper(artisan_id, public_id)
    if paper.state != "submitted":
        raise NotEditable()
    media_id = paper.media_id
    db.session.delete(paper)
    db.session.flush()
    if media_id is not None:
        erase_file(media_id)
    note(artisan, "remove_paper", user_id, kind=paper.kind)


def verify_paper(
    artisan_id: int, public_id: str, user_id: int, expires_on: dt.date | None = None
) -> ArtisanDocument:
    """The council has compared it; `expires_on` corrects the date. Raises NotAllowed, NotFound."""
    artisan = locked(artisan_id)
    paper = _locked_paper(artisan_id, public_id)
    _decide(paper, PAPER.to(paper.state, "verify"), user_id, "")
    paper.expires_on = expires_on or paper.expires_on
    note(artisan, "verify_paper", user_id, paper_id=paper.id, kind=paper.kind)
    return paper


def reject_paper(artisan_id: int, public_id: str, reason: str, user_id: int) -> ArtisanDocument:
    """Not this paper; the reason stands beside it. Raises ReasonNeeded, NotAllowed, NotFound."""
    if not reason.strip():
        raise ReasonNeeded()
    artisan = locked(artisan_id)
    paper = _locked_paper(artisan_id, public_id)
    _decide(paper, PAPER.to(paper.state, "reject"), user_id, reason)
    note(artisan, "reject_paper", user_id, reason, paper_id=paper.id, kind=paper.kind)
    return paper


def _decide(paper: ArtisanDocument, state: str, user_id: int, reason: str) -> None:
    paper.state, paper.reason = state, reason
    paper.checked_by, paper.checked_at = user_id, now()


def _open_for_papers(artisan_id: int) -> Artisan:
    artisan = locked(artisan_id)
    if artisan.state in _CLOSED:
        raise NotEditable()
    return artisan


def _locked_paper(artisan_id: int, public_id: str) -> ArtisanDocument:
    paper_id = db.session.scalar(
        sa.select(ArtisanDocument.id).where(
            ArtisanDocument.artisan_id == artisan_id, ArtisanDocument.public_id == public_id
        )
    )
    found = lock(ArtisanDocument, [paper_id] if paper_id else [])
    if not found:
        raise NotFound()
    return found[0]


def _count(artisan_id: int, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count(ArtisanDocument.id)).where(
        ArtisanDocument.artisan_id == artisan_id, condition
    )
    return db.session.scalar(query) or 0
