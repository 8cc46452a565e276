"""The council's desk for workshops."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import AuditEntry, User
from storefront.artisans import propose_account
from storefront.artisans.queries import accounts_of, events_of
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail, drain_all
from tests.conftest import statements
from tests.factories import artisans as make
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def browser(app: Flask) -> Any:
    """A signed-in browser of somebody."""

    def open_for(user: User) -> PageClient:
        return sign_in(app.test_client(), user)  # type: ignore[no-any-return]

    return open_for


def reads() -> list[AuditEntry]:
    """What was written down about readings."""
    entries = sa.select(AuditEntry).where(AuditEntry.action == "personal.read")
    return list(db.session.scalars(entries.order_by(AuditEntry.id)))


def test_the_list_shows_who_waits_and_finds(browser: Any) -> None:
    waiting, running = make.case("submitted", name="Sanggar Tunggu"), make.case("approved")
    client = browser(waiting.curator)
    page = client.get("/council/workshops")
    assert "Sanggar Tunggu" in page.text
    assert running.artisan.public_id not in page.text
    assert statements(client) <= 8
    page = client.get("/council/workshops?list=approved")
    assert running.artisan.public_id in page.text
    page = client.get("/council/workshops", query_string={"q": "tunggu"})
    assert "Sanggar Tunggu" in page.text
    assert client.get("/council/workshops?list=drafts-of-nobody").status_code == 200


def test_from_sent_to_approved(browser: Any) -> None:
    made = make.case("submitted", papers=False)
    client = browser(made.curator)
    address = f"/council/workshops/{made.artisan.public_id}"
    page = client.submit(client.get(address), form="/check_documents", follow=True)
    page = client.submit(page, form="/start_curation", follow=True)
    assert "Missing or not checked:" in page.text
    page = client.submit(page, form="approve-form")
    assert page.status_code == 422
    assert make.reread(made.artisan).state == "curation"
    page = client.submit(page, {"override": "Dilihat di tempat."}, form="approve-form", follow=True)
    assert "The workshop is approved." in page.text
    assert "Passed over:" in page.text
    assert make.reread(made.artisan).slug == "rumah-daun-uji"


@pytest.mark.parametrize("verb", ["ask_revision", "reject", "suspend"])
def test_reasons_are_ready_in_the_applicants_language(browser: Any, verb: str) -> None:
    made = make.case("approved" if verb == "suspend" else "submitted", lang="id")
    client = browser(made.curator)
    page = client.get(f"/council/workshops/{made.artisan.public_id}")
    refused = client.submit(page, form=f"{verb}-form")
    assert refused.status_code == 422
    assert "Please say why." in refused.text
    key = {"ask_revision": "sample_needed", "reject": "outside_area", "suspend": "complaints"}[verb]
    client.submit(page, {"reason": key}, form=f"{verb}-form")
    why = events_of(made.artisan.id)[0].why
    start = {"ask_revision": "Mohon", "reject": "Toko ini", "suspend": "Kami"}[verb]
    assert why.startswith(start)


def test_own_words_go_before_the_ready_sentence(browser: Any) -> None:
    made = make.case("submitted")
    page = browser(made.curator).get(f"/council/workshops/{made.artisan.public_id}")
    values = {"reason": "sample_needed", "words": "Datanglah hari Senin."}
    browser(made.curator).get("/council/workshops")
    client = browser(made.curator)
    page = client.get(f"/council/workshops/{made.artisan.public_id}")
    client.submit(page, values, form="ask_revision-form")
    assert events_of(made.artisan.id)[0].why == "Datanglah hari Senin."


def test_numbers_are_masked_and_each_look_is_written_down(browser: Any) -> None:
    made = make.case("submitted")
    client = browser(made.curator)
    address = f"/council/workshops/{made.artisan.public_id}"
    page = client.get(address)
    assert make.NIK not in page.text
    assert "000000000114" not in page.text
    assert not reads()
    form = page.text.partition('name="what" value="nik"')[0].rpartition("<form")[2]
    token = form.partition('name="form_token" value="')[2].partition('"')[0]
    shown = client.post(f"{address}/reveal", data={"form_token": token, "what": "nik"})
    assert make.NIK in shown.text
    assert "000000000114" not in shown.text
    (entry,) = reads()
    assert (entry.user_id, entry.object_id) == (made.curator.id, made.artisan.id)
    assert entry.after == {"what": "nik"}
    account = accounts_of(made.artisan.id)[0]
    what = f"account:{account.public_id}"
    shown = client.post(f"{address}/reveal", data={"form_token": token, "what": what})
    assert "000000000114" in shown.text
    assert len(reads()) == 2
    for what in ("state", "applicant_id", "account:nobody", ""):
        data = {"form_token": token, "what": what}
        assert client.post(f"{address}/reveal", data=data).status_code == 404
    assert len(reads()) == 2


def test_opening_a_paper_is_written_down(browser: Any) -> None:
    made = make.case("submitted", papers=False)
    paper = make.paper_file(made.artisan, made.applicant)
    other = make.case("submitted", papers=False)
    address = f"/council/workshops/{made.artisan.public_id}/papers/{paper.public_id}/file"
    page = browser(made.curator).get(address)
    assert page.data.startswith(b"%PDF")
    assert page.headers["Content-Disposition"].startswith("attachment")
    (entry,) = reads()
    assert (entry.object_type, entry.object_id) == ("artisan_document", paper.id)
    elsewhere = address.replace(made.artisan.public_id, other.artisan.public_id)
    assert browser(made.curator).get(elsewhere).status_code == 404
    assert browser(person("translator", lang="en")).get(address).status_code == 403
    assert browser(made.applicant).get(address).status_code == 403
    assert len(reads()) == 1


def test_papers_are_checked_one_by_one(browser: Any) -> None:
    made = make.case("documents_check", papers=False)
    paper = make.paper_file(made.artisan, made.applicant, "nib")
    client = browser(made.curator)
    address = f"/council/workshops/{made.artisan.public_id}"
    page = client.get(address)
    assert statements(client) <= 20
    assert "unreadable or cut off: Business number (NIB)." in page.text
    page = client.submit(page, form=f"{paper.public_id}/verify", follow=True)
    assert make.newest_paper(made.artisan).state == "verified"
    values = {"reason": "document_unreadable"}
    page = client.submit(page, values, form=f"{paper.public_id}/reject", follow=True)
    paper = make.newest_paper(made.artisan)
    assert paper.state == "rejected"
    assert "NIB" in paper.reason
    assert "{document}" not in paper.reason


def test_photos_can_be_looked_at(browser: Any) -> None:
    made = make.case("submitted")
    client = browser(person("translator", lang="en"))
    page = client.get(f"/council/workshops/{made.artisan.public_id}")
    source = page.text.partition('<img src="/council/')[2].partition('"')[0]
    photo = client.get(f"/council/{source}")
    assert photo.mimetype == "image/webp"
    assert 'id="approve-form"' not in page.text
    assert "/reveal" not in page.text


def test_finance_confirms_an_account_and_curators_do_not(browser: Any) -> None:
    made = make.case("approved")
    finance = person("finance", lang="en")
    client = browser(finance)
    page = client.get("/council/workshops")
    assert "Bank accounts that wait for confirmation:" in page.text
    address = f"/council/workshops/{made.artisan.public_id}"
    page = client.get(address)
    client.submit(page, form="/confirm")
    assert accounts_of(made.artisan.id)[0].state == "confirmed"
    with transaction():
        propose_account(made.artisan.id, "B", "H", "5", finance.id)
    assert "/confirm" not in browser(made.curator).get(address).text
    page = client.submit(client.get(address), form="/confirm")
    assert page.status_code == 422
    assert "somebody else" in page.text
    page = client.submit(client.get(address), {"words": "Nama lain"}, form="/refuse", follow=True)
    assert accounts_of(made.artisan.id)[0].state == "refused"


def test_terms_and_texts(browser: Any) -> None:
    made = make.case("approved")
    client = browser(made.curator)
    address = f"/council/workshops/{made.artisan.public_id}"
    values = {"commission": "12.5", "grade": "A", "is_pkp": "y", "name": "Griya Uji"}
    page = client.submit(client.get(address), values, form="terms-form", follow=True)
    artisan = make.reread(made.artisan)
    assert (artisan.commission_bp, artisan.grade, artisan.is_pkp) == (1250, "A", True)
    assert artisan.slug == "griya-uji"
    assert client.submit(page, {"commission": "90"}, form="terms-form").status_code == 422
    texts = {"story_ko": "두 사람이 일합니다.", "reviewed_ko": "y"}
    client.submit(client.get(address), texts, form="texts-form")
    states = {row.lang: row.state for row in make.reread(made.artisan).translations}
    assert states == {"id": "draft", "ko": "reviewed"}


def test_two_officers_at_once(browser: Any) -> None:
    made = make.case("curation")
    first, second = browser(made.curator), browser(person("curator", lang="en"))
    address = f"/council/workshops/{made.artisan.public_id}"
    pages = first.get(address), second.get(address)
    assert first.submit(pages[0], form="approve-form").status_code == 303
    late = second.submit(pages[1], {"words": "Tidak."}, form="reject-form")
    assert late.status_code == 409
    assert make.reread(made.artisan).state == "approved"
    again = first.submit(pages[0], form="approve-form")
    assert again.status_code == 303
    assert [event.verb for event in events_of(made.artisan.id)].count("approve") == 1


def test_only_the_council_enters(browser: Any) -> None:
    made = make.case("approved")
    address = f"/council/workshops/{made.artisan.public_id}"
    for user in (made.applicant, person()):
        client = browser(user)
        assert client.get("/council/workshops").status_code == 403
        assert client.get(address).status_code == 403
    assert browser(made.curator).get("/council/workshops/nobody").status_code == 404


def test_mails_of_every_decision(app: Flask) -> None:
    made = make.case("suspended", name="Sanggar Surat")
    with transaction():
        from storefront.artisans import lift_suspension

        lift_suspension(made.artisan.id, made.curator.id)
        propose_account(made.artisan.id, "B", "H", "5", made.applicant.id)
    for state in ("revision_asked", "rejected"):
        make.case(state)
    drain_all()
    mails = db.session.scalars(sa.select(Mail)).all()
    topics = {mail.topic for mail in mails if mail.topic.startswith("artisans.")}
    assert topics == {
        f"artisans.{name}"
        for name in (
            *("submitted", "new_application", "approved", "revision_asked", "rejected"),
            *("suspended", "lifted", "bank_account"),
        )
    }
    for mail in mails:
        assert mail.subject.strip()
        assert "{{" not in mail.text + mail.html
        if mail.topic == "artisans.suspended":
            assert "Pengaduan." in mail.text
            assert "Pengaduan." in mail.html
            assert mail.recipient == make.FACTS["email"]
