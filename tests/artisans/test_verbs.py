"""What people do about workshops, on both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.accounts import AuditEntry, Consent, User, UserRole, erase_user, export_data
from storefront.artisans import (
    Artisan,
    ArtisanDocument,
    ArtisanEvent,
    BankAccount,
    Incomplete,
    NotEditable,
    ReasonNeeded,
    RequirementsUnmet,
    SamePerson,
    TooManyFiles,
    Words,
    WorkshopStillOpen,
    WrongPeriod,
    add_paper,
    add_photos,
    apply_again,
    approve,
    archive,
    artisan_of,
    ask_revision,
    check_documents,
    confirm_account,
    lift_suspension,
    payout_account,
    propose_account,
    refuse_account,
    reject,
    reject_paper,
    rename,
    save_application,
    save_texts,
    set_closed_period,
    set_terms,
    start_application,
    start_curation,
    submit_application,
    suspend,
    valid_papers,
    verify_paper,
)
from storefront.artisans.actions.papers import remove_paper
from storefront.artisans.queries import accounts_of, events_of, papers_of, queue, same_numbers
from storefront.artisans.rules import MOST_PHOTOS, WORKSHOP
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed, NotFound, StaleVersion
from storefront.kernel.slugs import former_owner
from storefront.media import MediaFile, prepare_document, prepare_picture, read_document
from storefront.notifications import Outbox
from tests.factories import artisans as make
from tests.factories.accounts import person

pytestmark = pytest.mark.usefixtures("database")

Verb = Callable[[make.Case], Any]
VERBS: dict[str, Verb] = {
    "submit": lambda at: submit_application(at.artisan.id, at.applicant.id),
    "check_documents": lambda at: check_documents(at.artisan.id, at.curator.id),
    "start_curation": lambda at: start_curation(at.artisan.id, at.curator.id),
    "approve": lambda at: approve(at.artisan.id, at.curator.id, "Because."),
    "ask_revision": lambda at: ask_revision(at.artisan.id, at.curator.id, "Please."),
    "reject": lambda at: reject(at.artisan.id, at.curator.id, "No."),
    "apply_again": lambda at: apply_again(at.artisan.id, at.applicant.id),
    "suspend": lambda at: suspend(at.artisan.id, at.curator.id, "Stop."),
    "lift_suspension": lambda at: lift_suspension(at.artisan.id, at.curator.id),
    "archive": lambda at: archive(at.artisan.id, at.curator.id, "Over."),
}


@pytest.mark.parametrize("state", sorted(WORKSHOP.states))
def test_verbs_keep_to_the_table(state: str) -> None:
    made = make.case(state, papers=False)
    for verb, act in VERBS.items():
        if WORKSHOP.allows(state, verb):
            continue
        with pytest.raises(NotAllowed), transaction():
            act(made)
    assert make.reread(made.artisan).state == state


@pytest.mark.parametrize("move", WORKSHOP.moves(), ids=lambda at: f"{at.before}-{at.verb}")
def test_each_move_leaves_one_event(move: Any) -> None:
    made = make.case(move.before, papers=False)
    with transaction():
        VERBS[move.verb](made)
    artisan = make.reread(made.artisan)
    assert artisan.state == move.after
    event = events_of(artisan.id)[0]
    assert (event.verb, event.from_state, event.to_state) == (move.verb, move.before, move.after)
    assert event.user_id in (made.applicant.id, made.curator.id)
    told = db.session.scalars(sa.select(Outbox.topic).where(Outbox.topic.like("artisans.%"))).all()
    quiet = {"check_documents", "start_curation", "apply_again", "archive"}
    assert move.verb in quiet or told


def test_an_application_is_begun_once_and_kept() -> None:
    applicant = person()
    with transaction():
        first = start_application(applicant.id)
        second = start_application(applicant.id)
    assert first.id == second.id
    assert first.contact_name == applicant.name
    with transaction():
        save_application(first.id, make.FACTS, applicant.id, first.version)
    artisan = make.reread(first)
    assert (artisan.district, artisan.postal_code) == ("Purwakarta", "42437")
    assert artisan.nik == make.NIK
    assert artisan.nik_hash == keyed_hash(make.NIK)
    assert artisan.translations[0].story == make.FACTS["story"]
    stored = db.session.execute(sa.text("select nik, nib from artisan")).one()
    assert make.NIK not in str(stored)
    assert make.FACTS["nib"] not in str(stored)
    (account,) = accounts_of(artisan.id)
    assert (account.state, account.number) == ("proposed", "000000000114")


def test_a_draft_kept_twice_has_one_account() -> None:
    made = make.case()
    with transaction():
        save_application(
            made.artisan.id, {"account_number": "999", "account_bank": "B"}, made.applicant.id, None
        )
    (account,) = accounts_of(made.artisan.id)
    assert account.number == "999"


def test_two_tabs_on_one_draft_are_told() -> None:
    made = make.case()
    with pytest.raises(StaleVersion), transaction():
        save_application(made.artisan.id, {"craft": "X"}, made.applicant.id, 1)


def test_only_known_fields_are_written() -> None:
    made = make.case()
    evil = {"state": "approved", "commission_bp": 0, "slug": "x", "applicant_id": 1, "grade": "A"}
    before = {name: getattr(made.artisan, name) for name in evil}
    with transaction():
        save_application(made.artisan.id, evil, made.applicant.id, None)
    artisan = make.reread(made.artisan)
    assert {name: getattr(artisan, name) for name in evil} == before


def test_sending_needs_only_the_basics() -> None:
    made = make.case(papers=False)
    with transaction():
        save_application(
            made.artisan.id, {"craft": "", "email": "", "phone": ""}, made.applicant.id, None
        )
    with pytest.raises(Incomplete) as refused, transaction():
        submit_application(made.artisan.id, made.applicant.id)
    assert refused.value.fields == ["craft", "phone"]
    odd = {"craft": "Ecoprint", "phone": "12", "nik": "odd", "nib": "1", "account_number": "?"}
    with transaction():
        save_application(made.artisan.id, odd, made.applicant.id, None)
        submit_application(made.artisan.id, made.applicant.id, "id")
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.kind, consent.user_id) == ("workshop_terms", made.applicant.id)
    with pytest.raises(NotEditable), transaction():
        save_application(made.artisan.id, {"craft": "Y"}, made.applicant.id, None)


def test_approval_gives_name_code_and_right() -> None:
    made = make.case("curation")
    with transaction():
        approve(made.artisan.id, made.curator.id)
    artisan = make.reread(made.artisan)
    assert (artisan.slug, artisan.code, artisan.state) == ("rumah-daun-uji", "RDU", "approved")
    role = db.session.scalars(
        sa.select(UserRole).where(UserRole.user_id == made.applicant.id)
    ).one()
    assert (role.role, role.artisan_id, role.rights) == ("artisan", artisan.id, "owner")
    assert events_of(artisan.id)[0].detail == {"unmet": []}
    second = make.case("approved")
    assert (second.artisan.slug, second.artisan.code) == ("rumah-daun-uji-2", "RUM")


def test_going_on_without_a_paper_is_recorded_with_its_reason() -> None:
    made = make.case("curation", papers=False)
    with pytest.raises(RequirementsUnmet), transaction():
        approve(made.artisan.id, made.curator.id, "  ")
    assert make.reread(made.artisan).state == "curation"
    with transaction():
        approve(made.artisan.id, made.curator.id, "Kartu sudah dilihat di tempat.")
    event = events_of(made.artisan.id)[0]
    assert event.why == "Kartu sudah dilihat di tempat."
    assert set(event.detail["unmet"]) == {"work_photo", "ktp", "nib"}


@pytest.mark.parametrize("verb", [ask_revision, reject, suspend, archive])
def test_a_decision_against_somebody_says_why(verb: Any) -> None:
    made = make.case("approved" if verb is suspend else "submitted")
    with pytest.raises(ReasonNeeded), transaction():
        verb(made.artisan.id, made.curator.id, " ")


def test_a_suspension_remembers_and_is_lifted() -> None:
    made = make.case("suspended")
    assert make.reread(made.artisan).state_before_suspension == "approved"
    with transaction():
        lift_suspension(made.artisan.id, made.curator.id)
    artisan = make.reread(made.artisan)
    assert (artisan.state, artisan.state_before_suspension) == ("approved", "")


def test_papers_are_sealed_verified_and_rejected() -> None:
    made = make.case(papers=False)
    paper = make.paper_file(made.artisan, made.applicant)
    media = db.session.get_one(MediaFile, paper.media_id)
    assert media.is_private
    assert media.is_encrypted
    assert media.artisan_id == made.artisan.id
    assert read_document(media).startswith(b"%PDF")
    with transaction():
        verify_paper(made.artisan.id, paper.public_id, made.curator.id, dt.date(2030, 1, 1))
    assert make.newest_paper(made.artisan).expires_on == dt.date(2030, 1, 1)
    assert valid_papers([made.artisan.id])[made.artisan.id] == {"npwp"}
    with pytest.raises(NotAllowed), transaction():
        verify_paper(made.artisan.id, paper.public_id, made.curator.id)
    with pytest.raises(ReasonNeeded), transaction():
        reject_paper(made.artisan.id, paper.public_id, "", made.curator.id)
    with transaction():
        reject_paper(made.artisan.id, paper.public_id, "Buram", made.curator.id)
    paper = make.newest_paper(made.artisan)
    assert (paper.state, paper.reason, paper.checked_by) == ("rejected", "Buram", made.curator.id)
    assert valid_papers([made.artisan.id])[made.artisan.id] == set()


def test_papers_of_others_cannot_be_reached() -> None:
    mine, other = make.case(papers=False), make.case(papers=False)
    paper = make.paper_file(other.artisan, other.applicant)
    for act in (
        lambda: verify_paper(mine.artisan.id, paper.public_id, mine.curator.id),
        lambda: reject_paper(mine.artisan.id, paper.public_id, "x", mine.curator.id),
        lambda: remove_paper(mine.artisan.id, paper.public_id, mine.applicant.id),
    ):
        with pytest.raises(NotFound), transaction():
            act()


def test_a_paper_is_taken_back_before_it_was_decided_on() -> None:
    made = make.case(papers=False)
    paper = make.paper_file(made.artisan, made.applicant)
    with transaction():
        remove_paper(made.artisan.id, paper.public_id, made.applicant.id)
    assert not papers_of(made.artisan.id)
    assert db.session.scalar(sa.select(sa.func.count(MediaFile.id))) == 0
    with transaction():
        paper = add_paper(made.artisan.id, "nib", made.applicant.id, number="1")
        verify_paper(made.artisan.id, paper.public_id, made.curator.id)
    with pytest.raises(NotEditable), transaction():
        remove_paper(made.artisan.id, paper.public_id, made.applicant.id)


def test_papers_have_limits() -> None:
    made = make.case(papers=False)
    photo = prepare_picture(make.picture(), "a.jpg")
    with pytest.raises(TooManyFiles), transaction():
        add_photos(made.artisan.id, [photo] * (MOST_PHOTOS + 1), made.applicant.id)
    with pytest.raises(ValueError), transaction():
        add_paper(made.artisan.id, "work_photo", made.applicant.id)
    closed = make.case("archived", papers=False)
    with pytest.raises(NotEditable), transaction():
        add_paper(closed.artisan.id, "nib", closed.applicant.id, number="1")


def test_a_new_account_waits_for_a_second_person() -> None:
    made = make.case("approved")
    finance, admin = person("finance", lang="en"), person("admin")
    (first,) = accounts_of(made.artisan.id)
    with transaction():
        confirm_account(made.artisan.id, first.public_id, finance.id)
    with transaction():
        second = propose_account(made.artisan.id, "Bank Lain", "Intan", "12-34", admin.id)
    assert payout_account(made.artisan.id).id == first.id  # type: ignore[union-attr]
    with pytest.raises(SamePerson), transaction():
        confirm_account(made.artisan.id, second.public_id, admin.id)
    with transaction():
        confirm_account(made.artisan.id, second.public_id, finance.id)
    states = {row.id: row.state for row in accounts_of(made.artisan.id)}
    assert states == {first.id: "replaced", second.id: "confirmed"}
    with transaction():
        third = propose_account(made.artisan.id, "Bank", "Orang", "9", made.applicant.id)
        fourth = propose_account(made.artisan.id, "Bank", "Orang", "8", made.applicant.id)
    with pytest.raises(NotAllowed), transaction():
        confirm_account(made.artisan.id, third.public_id, finance.id)
    with transaction():
        refuse_account(made.artisan.id, fourth.public_id, "Nama berbeda", finance.id)
    assert payout_account(made.artisan.id).id == second.id  # type: ignore[union-attr]
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.action == "artisans.bank_account")
    ).all()
    assert len(acts) == 3
    raw = db.session.execute(sa.text("select number from bank_account")).scalars().all()
    assert not {"1234", "9", "8"} & set(raw)


def test_terms_are_written_down() -> None:
    made = make.case("approved")
    with transaction():
        set_terms(made.artisan.id, made.curator.id, commission_bp=1000, grade="A", is_pkp=True)
        set_terms(made.artisan.id, made.curator.id, commission_bp=1000, grade="A", is_pkp=True)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "artisans.set_terms")
    ).one()
    assert (entry.before["commission_bp"], entry.after["commission_bp"]) == (1500, 1000)


def test_texts_become_stale_when_their_source_changes() -> None:
    made = make.case("approved")
    at = made.artisan.id
    with transaction():
        save_texts(at, {"en": Words("Scarves", "Two people.")}, made.curator.id, reviewed=["en"])
    with transaction():
        save_texts(at, {"id": Words("Selendang", "Tiga orang.")}, made.applicant.id)
    rows = {row.lang: row for row in make.reread(made.artisan).translations}
    assert rows["en"].state == "stale"
    assert rows["id"].state == "draft"
    with transaction():
        save_texts(at, {"en": Words("Scarves", "Three people.")}, made.curator.id, reviewed=["en"])
    rows = {row.lang: row for row in make.reread(made.artisan).translations}
    assert rows["en"].state == "reviewed"
    assert rows["en"].source_hash
    with pytest.raises(StaleVersion), transaction():
        save_texts(at, {}, made.applicant.id, version=1)


def test_a_closed_period_has_an_order() -> None:
    made = make.case("approved")
    first, last = dt.date(2026, 12, 20), dt.date(2027, 1, 3)
    with transaction():
        set_closed_period(made.artisan.id, first, last, made.applicant.id)
    artisan = make.reread(made.artisan)
    assert (artisan.closed_from, artisan.closed_until) == (first, last)
    with pytest.raises(WrongPeriod), transaction():
        set_closed_period(made.artisan.id, last, first, made.applicant.id)
    with transaction():
        set_closed_period(made.artisan.id, None, last, made.applicant.id)
    assert make.reread(made.artisan).closed_until is None


def test_a_renamed_workshop_answers_at_its_old_address() -> None:
    made = make.case("approved")
    with transaction():
        rename(made.artisan.id, "Griya Daun", made.curator.id)
    artisan = make.reread(made.artisan)
    assert artisan.slug == "griya-daun"
    assert former_owner("maker", "rumah-daun-uji") == artisan.id
    other = make.case("approved")
    assert other.artisan.slug == "rumah-daun-uji-2"


def test_the_same_numbers_are_noticed() -> None:
    first, second = make.case(), make.case(nik="", nib="77")
    found = same_numbers(second.artisan, accounts_of(second.artisan.id))
    assert {field: [row.id for row in rows] for field, rows in found.items()} == {
        "bank": [first.artisan.id]
    }
    third = make.case(account_number="")
    found = same_numbers(third.artisan, accounts_of(third.artisan.id))
    assert set(found) == {"nik", "nib"}


def test_the_queue_lists_the_longest_waiting_first_and_finds() -> None:
    approved = make.case("approved", name="A Lama")
    first, second = make.case("submitted"), make.case("curation", nib="88 99")
    ids = [row.id for row in db.session.scalars(queue([]))]
    assert ids == [first.artisan.id, second.artisan.id, approved.artisan.id]

    def find(text: str) -> list[int]:
        return [row.id for row in db.session.scalars(queue([], text))]

    assert find("lama") == [approved.artisan.id]
    assert find("8899") == [second.artisan.id]
    assert find("100%") == []
    assert set(find(make.NIK)) == set(ids)


def test_ownership_goes_through_the_member_or_the_application() -> None:
    made, stranger = make.case(), person()

    class Somebody:
        def __init__(self, user: User, artisan_id: int | None = None) -> None:
            self.user_id, self.artisan_id = user.id, artisan_id

    assert artisan_of(Somebody(made.applicant)).id == made.artisan.id  # type: ignore[union-attr]
    assert artisan_of(Somebody(stranger)) is None
    assert artisan_of(Somebody(stranger, made.artisan.id)).id == made.artisan.id  # type: ignore[union-attr]


def test_a_person_takes_their_data_along_and_away() -> None:
    made = make.case("submitted")
    make.paper_file(made.artisan, made.applicant)
    exported = export_data(made.applicant.id)["workshops"]["workshops"][0]
    assert exported["nik"] == make.NIK
    assert exported["bank_accounts"][0]["holder"] == "Intan Contoh"
    with transaction():
        erase_user(made.applicant.id, made.applicant.id)
    artisan = make.reread(made.artisan)
    assert artisan.state == "archived"
    assert (artisan.nik, artisan.nik_hash, artisan.email, artisan.street) == (None, None, "", "")
    assert [row.number for row in db.session.scalars(sa.select(BankAccount))] == [""]
    assert not [row for row in db.session.scalars(sa.select(ArtisanDocument)) if row.number]
    assert db.session.scalar(sa.select(sa.func.count(MediaFile.id))) == 0
    whys = db.session.scalars(sa.select(ArtisanEvent.detail)).all()
    assert make.NIK not in str(whys)


def test_a_running_workshop_stops_an_erasure() -> None:
    made = make.case("approved")
    with pytest.raises(WorkshopStillOpen), transaction():
        erase_user(made.applicant.id, made.applicant.id)
    assert db.session.get_one(Artisan, made.artisan.id).email
    with transaction():
        suspend(made.artisan.id, made.curator.id, "Tutup.")
        archive(made.artisan.id, made.curator.id, "Tutup.")
        erase_user(made.applicant.id, made.applicant.id)
    (account,) = accounts_of(made.artisan.id)
    assert account.number == ""  # never confirmed: no payout went there


def test_nothing_is_stored_of_a_refused_paper() -> None:
    made = make.case("archived", papers=False)
    file = prepare_document(make.pdf(), "x.pdf")
    with pytest.raises(NotEditable), transaction():
        add_paper(made.artisan.id, "nib", made.applicant.id, file=file)
    assert db.session.scalar(sa.select(sa.func.count(MediaFile.id))) == 0
