"""Workshops, papers and accounts as pages and other slices need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Protocol

import sqlalchemy as sa

from storefront.artisans import rules
from storefront.artisans.models import Artisan, ArtisanDocument, ArtisanEvent, BankAccount
from storefront.kernel.clock import WIB, now
from storefront.kernel.crypto import keyed_hashes
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound


class Person(Protocol):
    """The signed-in person, as far as ownership goes."""

    @property
    def user_id(self) -> int: ...

    @property
    def artisan_id(self) -> int | None: ...


def today() -> dt.date:
    """The day in Cilegon."""
    return now().astimezone(WIB).date()


def own_artisan(person: Person) -> Artisan:
    """The workshop somebody belongs to, else their own application. Every page of a workshop
    finds its rows through here. Raises NotFound."""
    artisan = artisan_of(person)
    if artisan is None:
        raise NotFound()
    return artisan


def artisan_of(person: Person) -> Artisan | None:
    """As own_artisan, or None."""
    if person.artisan_id is not None:
        return db.session.get(Artisan, person.artisan_id)
    return application_of(person.user_id)


def application_of(user_id: int) -> Artisan | None:
    """A person's newest application that was not archived."""
    return db.session.scalar(
        sa.select(Artisan)
        .where(Artisan.applicant_id == user_id, Artisan.state != "archived")
        .order_by(Artisan.id.desc())
        .limit(1)
    )


def workshop_by_public_id(public_id: str) -> Artisan:
    """Any workshop, for the council. Raises NotFound."""
    artisan = db.session.scalar(sa.select(Artisan).where(Artisan.public_id == public_id))
    if artisan is None:
        raise NotFound()
    return artisan


def workshops(ids: Collection[int]) -> dict[int, Artisan]:
    """Workshops by id; one statement, none for no ids."""
    if not ids:
        return {}
    rows = db.session.scalars(sa.select(Artisan).where(Artisan.id.in_(set(ids))))
    return {row.id: row for row in rows}


def papers_of(artisan_id: int) -> list[ArtisanDocument]:
    """Papers and photos of a workshop, oldest first."""
    query = sa.select(ArtisanDocument).where(ArtisanDocument.artisan_id == artisan_id)
    return list(db.session.scalars(query.order_by(ArtisanDocument.id)))


def own_paper(artisan_id: int, public_id: str) -> ArtisanDocument:
    """One paper or photo of this workshop. Raises NotFound."""
    paper = db.session.scalar(
        sa.select(ArtisanDocument).where(
            ArtisanDocument.artisan_id == artisan_id, ArtisanDocument.public_id == public_id
        )
    )
    if paper is None:
        raise NotFound()
    return paper


def valid_papers(artisan_ids: Collection[int], day: dt.date | None = None) -> dict[int, set[str]]:
    """Kinds of papers that are checked and have not run out, per workshop; one statement."""
    query = sa.select(ArtisanDocument).where(
        ArtisanDocument.artisan_id.in_(set(artisan_ids)), ArtisanDocument.state == "verified"
    )
    by_workshop: dict[int, list[ArtisanDocument]] = {at: [] for at in artisan_ids}
    for paper in db.session.scalars(query.order_by(ArtisanDocument.id)):
        by_workshop[paper.artisan_id].append(paper)
    return {at: rules.valid_kinds(papers, day or today()) for at, papers in by_workshop.items()}


def accounts_of(artisan_id: int) -> list[BankAccount]:
    """A workshop's bank accounts, newest first; those given up too."""
    query = sa.select(BankAccount).where(BankAccount.artisan_id == artisan_id)
    return list(db.session.scalars(query.order_by(BankAccount.id.desc())))


def payout_account(artisan_id: int) -> BankAccount | None:
    """Where its money goes: the confirmed account."""
    return next((row for row in accounts_of(artisan_id) if row.state == "confirmed"), None)


def events_of(artisan_id: int) -> list[ArtisanEvent]:
    """What happened to a workshop, newest first."""
    query = sa.select(ArtisanEvent).where(ArtisanEvent.artisan_id == artisan_id)
    return list(db.session.scalars(query.order_by(ArtisanEvent.id.desc())))


def last_reason(artisan_id: int, verb: str) -> str:
    """Why the verb was last used on this workshop; '' if it never was."""
    query = sa.select(ArtisanEvent.why).where(
        ArtisanEvent.artisan_id == artisan_id, ArtisanEvent.verb == verb
    )
    return db.session.scalar(query.order_by(ArtisanEvent.id.desc()).limit(1)) or ""


def checklist_of(
    artisan: Artisan,
    papers: list[ArtisanDocument] | None = None,
    accounts: list[BankAccount] | None = None,
) -> list[rules.Item]:
    """The checklist on the present day; rows already read can be handed over."""
    accounts = accounts_of(artisan.id) if accounts is None else accounts
    return rules.checklist(
        artisan,
        papers_of(artisan.id) if papers is None else papers,
        has_story=any(row.story for row in artisan.translations),
        bank_state=_bank_state(accounts),
        today=today(),
    )


def same_numbers(artisan: Artisan, accounts: Collection[BankAccount]) -> dict[str, list[Artisan]]:
    """Other workshops with the same NIK, NIB or bank account: field -> workshops."""
    pairs = {"nik": (Artisan.nik_hash, artisan.nik), "nib": (Artisan.nib_hash, artisan.nib)}
    found: dict[str, list[Artisan]] = {}
    for field, (column, number) in pairs.items():
        if number:
            same = sa.select(Artisan).where(column.in_(keyed_hashes(number)))
            found[field] = list(db.session.scalars(same.where(Artisan.id != artisan.id)))
    hashes = [at for row in accounts if row.number for at in keyed_hashes(row.number)]
    if hashes:
        others = sa.select(BankAccount.artisan_id).where(BankAccount.number_hash.in_(hashes))
        same = sa.select(Artisan).where(Artisan.id.in_(others), Artisan.id != artisan.id)
        found["bank"] = list(db.session.scalars(same))
    return {field: rows for field, rows in found.items() if rows}


def queue(states: Collection[str], search: str = "") -> sa.Select[Artisan]:
    """Workshops for the council's list: the longest waiting first, then by name.

    `search` finds names, people, codes, addresses and, when complete, a NIK or NIB.
    """
    query = sa.select(Artisan)
    if states:
        query = query.where(Artisan.state.in_(states))
    words = search.strip()
    if words:
        pattern = "%" + words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        columns = (Artisan.name, Artisan.contact_name, Artisan.email, Artisan.phone, Artisan.code)
        hashes = keyed_hashes(words)
        query = query.where(
            sa.or_(
                *(column.ilike(pattern, escape="\\") for column in columns),
                Artisan.nik_hash.in_(hashes),
                Artisan.nib_hash.in_(hashes),
            )
        )
    waiting = sa.case((Artisan.state.in_(rules.WAITING), 0), else_=1)
    return query.order_by(waiting, Artisan.submitted_at.asc().nulls_last(), Artisan.name)


def counts_by_state() -> dict[str, int]:
    """How many workshops stand in each state."""
    query = sa.select(Artisan.state, sa.func.count(Artisan.id)).group_by(Artisan.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def accounts_to_confirm() -> list[Artisan]:
    """Workshops whose bank account waits for finance, drafts left out."""
    proposed = sa.select(BankAccount.artisan_id).where(BankAccount.state == "proposed")
    query = sa.select(Artisan).where(
        Artisan.id.in_(proposed), Artisan.state.not_in(("draft", "rejected", "archived"))
    )
    return list(db.session.scalars(query.order_by(Artisan.name)))


def _bank_state(accounts: Collection[BankAccount]) -> str:
    """The newest account that was not given up decides."""
    return next((row.state for row in accounts if row.state != "replaced"), "")
