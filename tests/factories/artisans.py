"""Workshops on their way to selling, one in each state, made by the real verbs.

Everything here commits and needs an open app context. For a workshop that simply sells, see
`tests.factories.catalogue.workshop`.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

from PIL import Image

from storefront.accounts import User
from storefront.artisans import (
    Artisan,
    add_paper,
    add_photos,
    approve,
    archive,
    ask_revision,
    check_documents,
    papers_of,
    reject,
    save_application,
    start_application,
    start_curation,
    submit_application,
    suspend,
    verify_paper,
)
from storefront.kernel.db import db, transaction
from storefront.media import prepare_document, prepare_picture
from tests.factories.accounts import person

NIK = "3672995203710001"
FACTS: dict[str, Any] = {
    "name": "Rumah Daun Uji",
    "kind": "sanggar",
    "contact_name": "Intan Contoh",
    "email": "intan@example.org",
    "phone": "+6281200000114",
    "street": "Jl. Contoh No. 10, RT 001/RW 003",
    "subdistrict": "Tegalbunder",
    "craft": "Ecoprint: selendang katun",
    "makers_f": 2,
    "makers_m": 0,
    "since_year": 2024,
    "kbli": "13133",
    "nik": NIK,
    "npwp": "",
    "nib": "0000000000114",
    "tagline": "Selendang katun",
    "story": "Dua orang mencetak daun di teras.",
    "account_bank": "Bank Contoh",
    "account_holder": "Intan Contoh",
    "account_number": "0000-00-000114",
}
WAY = ("submitted", "documents_check", "curation", "approved", "suspended")


class Case(NamedTuple):
    """An application, its applicant, and somebody of the council who decides on it."""

    artisan: Artisan
    applicant: User
    curator: User


def case(state: str = "draft", *, papers: bool = True, lang: str = "en", **facts: Any) -> Case:
    """A workshop in this state. With `papers`, those that are required are there and verified.
    `lang` is the applicant's language."""
    applicant, curator = person(lang=lang), person("curator", lang="en")
    with transaction():
        artisan = start_application(applicant.id)
        save_application(artisan.id, FACTS | facts, applicant.id, None)
    if papers:
        complete(artisan, applicant, curator)
    made = Case(artisan, applicant, curator)
    if state != "draft":
        lead(made, state)
    return made


def complete(artisan: Artisan, applicant: User, curator: User) -> None:
    """Hand in and verify what approval requires."""
    kinds = ["ktp", "nib"] + (["halal", "pirt"] if artisan.kind == "dapur" else [])
    photo = prepare_picture(picture(), "kain.jpg")
    with transaction():
        for kind in kinds:
            paper = add_paper(artisan.id, kind, applicant.id, number=NUMBERS[kind])
            verify_paper(artisan.id, paper.public_id, curator.id)
        add_photos(artisan.id, [photo], applicant.id)


NUMBERS = {
    "ktp": NIK,
    "nib": "0000000000114",
    "halal": "ID00000000000000114",
    "pirt": "2063672010101-40",
}


def lead(made: Case, state: str) -> None:
    """Take a draft to a further state."""
    artisan, applicant, curator = made
    aside = {
        "revision_asked": lambda: ask_revision(artisan.id, curator.id, "Mohon lengkapi alamat."),
        "rejected": lambda: reject(artisan.id, curator.id, "Kain cetak."),
    }
    with transaction():
        submit_application(artisan.id, applicant.id)
        if state in aside:
            aside[state]()
        if state == "archived":
            archive(artisan.id, curator.id, "Ganda.")
        if state in WAY[1:]:
            check_documents(artisan.id, curator.id)
        if state in WAY[2:]:
            start_curation(artisan.id, curator.id)
        if state in WAY[3:]:
            approve(artisan.id, curator.id, "Uji coba.")
        if state == "suspended":
            suspend(artisan.id, curator.id, "Pengaduan.")
    assert artisan.state == state


def paper_file(artisan: Artisan, applicant: User, kind: str = "npwp") -> Any:
    """A paper with a sealed file."""
    file = prepare_document(pdf(), "kartu.pdf")
    with transaction():
        return add_paper(artisan.id, kind, applicant.id, file=file, number="123")


def newest_paper(artisan: Artisan) -> Any:
    """The paper handed in last."""
    db.session.expire_all()
    return papers_of(artisan.id)[-1]


def reread(artisan: Artisan) -> Artisan:
    """The row as it is now."""
    db.session.expire_all()
    return db.session.get_one(Artisan, artisan.id)


def picture(width: int = 600, height: int = 500) -> io.BytesIO:
    """A small photo."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "#7B3038").save(target, "JPEG")
    target.seek(0)
    return target


def pdf() -> io.BytesIO:
    """A few bytes that begin like a PDF."""
    return io.BytesIO(b"%PDF-1.4\n%%EOF\n" + b"0" * 64)
