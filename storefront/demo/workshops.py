"""The demo's workshops: twelve with pieces, and the applications that wait or were decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from storefront.accounts import grant_role, record_audit
from storefront.artisans import (
    Artisan,
    ArtisanDocument,
    ArtisanEvent,
    ArtisanTranslation,
    BankAccount,
)
from storefront.demo import content, people
from storefront.demo.content import Facts
from storefront.demo.papers import sample_paper
from storefront.demo.pictures import cover_of
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.media import add_file, import_master

ON_THE_WAY = ["draft", "submitted", "documents_check", "curation", "approved"]
VERBS = {
    "draft": "start",
    "submitted": "submit",
    "documents_check": "check_documents",
    "curation": "start_curation",
    "approved": "approve",
    "rejected": "reject",
    "suspended": "suspend",
    "revision_asked": "ask_revision",
}
CURATOR, FINANCE = "curator@example.com", "finance@example.com"


def add_workshops() -> None:
    """The twelve, with papers, account and the history of their application."""
    for entry in content.workshops():
        facts = entry["workshop"]
        artisan = _add(facts, _usual_history(facts))
        cover = import_master(cover_of(facts["code"]))
        artisan.cover_id = add_file(cover, artisan_id=artisan.id, is_demo=True).id


def add_applications() -> None:
    """A draft, a rejected one and a suspended workshop."""
    for facts in content.people()["applications"]:
        _add(facts, facts["events"])


def _add(facts: Facts, history: Sequence[Facts]) -> Artisan:
    maker = people.add_maker(facts)
    artisan = _artisan(facts, maker.id)
    moments = [now() - dt.timedelta(days=event["days_ago"]) for event in history]
    artisan.created_at = moments[0]
    for event, at in zip(history, moments, strict=True):
        if event["to"] == "submitted":
            artisan.submitted_at = at
        elif event["to"] in ("approved", "rejected", "suspended"):
            artisan.decided_at = at
    db.session.add(artisan)
    db.session.flush()
    papers = _add_papers(artisan, facts, moments)
    account = _add_bank(artisan, facts, maker.id)
    for event, at in zip(history, moments, strict=True):
        by = people.person(event["by"]).id
        _note(artisan, at, by, VERBS[event["to"]], event["from"], event["to"], event["why"])
        if event["to"] == "documents_check":
            for paper in papers:
                _note(artisan, at, by, "verify_paper", paper_id=paper.id, kind=paper.kind)
        if event["to"] == "approved" and account is not None:
            _confirm(artisan, account, at)
    if facts["state"] in ("approved", "suspended"):
        grant_role(maker.id, "artisan", people.person(CURATOR).id, artisan_id=artisan.id)
    return artisan


def _note(
    artisan: Artisan,
    at: dt.datetime,
    user_id: int,
    verb: str,
    before: str = "documents_check",
    after: str = "documents_check",
    why: str = "",
    **detail: object,
) -> None:
    """Append to the workshop's history; left out, the state is that of a check of papers."""
    db.session.add(
        ArtisanEvent(
            artisan_id=artisan.id,
            at=at,
            user_id=user_id,
            verb=verb,
            from_state=before,
            to_state=after,
            why=why,
            detail=detail,
        )
    )
    db.session.flush()


def _confirm(artisan: Artisan, account: BankAccount, at: dt.datetime) -> None:
    """Finance has looked at the account."""
    finance = people.person(FINANCE).id
    account.state, account.decided_by, account.decided_at = "confirmed", finance, at
    _note(artisan, at, finance, "confirm_account", "approved", "approved", account_id=account.id)
    record_audit(
        finance,
        "artisans.bank_account",
        "bank_account",
        account.id,
        {"state": "proposed"},
        {"state": "confirmed"},
    ).at = at


def _artisan(facts: Facts, maker_id: int) -> Artisan:
    is_public = facts["state"] in ("approved", "suspended", "documents_check")
    return Artisan(
        slug=facts["slug"] if is_public else None,
        code=facts["code"] if is_public else None,
        name=facts["name"],
        kind=facts["kind"],
        state=facts["state"],
        state_before_suspension="approved" if facts["state"] == "suspended" else "",
        applicant_id=maker_id,
        contact_name=facts["contact"],
        email=facts["email"],
        phone=facts["phone"],
        street=facts["street"],
        subdistrict=facts["kelurahan"],
        district=facts["district"],
        postal_code=facts["postcode"],
        craft=facts.get("craft", facts["text"]["id"]["tagline"])[:200],
        techniques=facts["techniques"],
        plants=facts["plants"],
        makers_f=facts["makers_f"],
        makers_m=facts["makers_m"],
        since_year=facts["since"],
        kbli=facts["kbli"],
        grade=facts["grade"],
        is_pkp=facts["is_pkp"],
        commission_bp=facts["commission_percent"] * 100,
        nik=facts["nik"] or None,
        nik_hash=keyed_hash(facts["nik"]) if facts["nik"] else None,
        npwp=facts["npwp"] or None,
        nib=facts["nib"] or None,
        nib_hash=keyed_hash(facts["nib"]) if facts["nib"] else None,
        translations=[
            ArtisanTranslation(
                lang=lang,
                tagline=text["tagline"],
                story=text["story"],
                state="reviewed" if facts["state"] in ("approved", "suspended") else "draft",
            )
            for lang, text in facts["text"].items()
        ],
    )


def _usual_history(facts: Facts) -> list[Facts]:
    """The way to the present state: quick for who waits now, long ago for old members."""
    states = ON_THE_WAY[: ON_THE_WAY.index(facts["state"]) + 1]
    is_waiting = facts["state"] != "approved"
    first = 9 if is_waiting else 60 + max(0, now().year - facts["since"]) * 365
    return [
        {
            "days_ago": first - 4 * step,
            "from": states[step - 1] if step else "",
            "to": state,
            "by": facts["email"] if state in ("draft", "submitted") else CURATOR,
            "why": "",
        }
        for step, state in enumerate(states)
    ]


def _add_papers(
    artisan: Artisan, facts: Facts, moments: Sequence[dt.datetime]
) -> list[ArtisanDocument]:
    """Each paper with a sample page behind it; a missing one has no row at all. Returns those that
    were verified, at the third moment of the history."""
    verified = []
    for facts_of in facts.get("documents", []):
        if facts_of["state"] == "missing":
            continue
        is_checked = facts_of["state"] == "verified"
        kind, number = facts_of["kind"], facts_of["number"]
        media = add_file(
            sample_paper(f"{kind.upper()}  {number}", facts["name"]),
            artisan_id=artisan.id,
            is_demo=True,
        )
        paper = ArtisanDocument(
            artisan_id=artisan.id,
            kind=kind,
            number=number,
            holder=facts["contact"],
            media_id=media.id,
            expires_on=facts_of.get("expires_on"),
            state=facts_of["state"],
            checked_by=people.person(CURATOR).id if is_checked else None,
            checked_at=moments[2] if is_checked else None,
            created_at=artisan.created_at,
        )
        db.session.add(paper)
        if is_checked:
            verified.append(paper)
    db.session.flush()
    return verified


def _add_bank(artisan: Artisan, facts: Facts, maker_id: int) -> BankAccount | None:
    """The account a workshop proposes, if it has named one."""
    if not facts["bank"]:
        return None
    bank, _, number = facts["bank"].rpartition(" ")
    account = BankAccount(
        artisan_id=artisan.id,
        bank=bank,
        holder=facts["contact"],
        number=number,
        number_hash=keyed_hash(number),
        state="proposed",
        proposed_by=maker_id,
        created_at=artisan.created_at,
    )
    db.session.add(account)
    db.session.flush()
    return account
