"""The applicant's and the workshop's pages."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import User
from storefront.artisans import Artisan, ArtisanDocument, set_closed_period, verify_paper
from storefront.artisans.queries import accounts_of, events_of, papers_of
from storefront.kernel.db import db, transaction
from storefront.media import MediaFile
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


def upload(name: str, content: io.BytesIO) -> tuple[io.BytesIO, str]:
    return content, name


def send_file(client: PageClient, form: str, field: str, file: Any, **fields: Any) -> Any:
    """A file through one of the forms on the papers page."""
    page = client.get("/studio/papers")
    return client.submit(page, {field: file, **fields}, form=form)


def test_the_whole_way_of_an_applicant(browser: Any) -> None:
    client = browser(person(lang="en"))
    page = client.get("/studio/apply")
    assert "Begin the application" in page.text
    assert 'class="dock"' not in page.text  # rooms of a workshop, which this is not yet
    page = client.submit(page, form="apply/start", follow=True)
    assert "Keep the draft" in page.text
    typed = {"name": "Griya Daun", "nik": "123", "craft": "Ecoprint", "phone": "0812-0000-0114"}
    page = client.submit(page, typed, form="application", button="step=keep", follow=True)
    assert "A NIK has 16 digits" in page.text  # told, and kept all the same
    assert 'value="123"' in page.text
    page = client.submit(page, {"street": "Jl. A"}, form="application", button="step=send")
    assert page.status_code == 422
    assert "Please agree before sending." in page.text
    page = client.submit(page, {"agrees": "y"}, form="application", button="step=send")
    assert page.status_code == 422
    assert "Please fill this in before sending." in page.text
    last = {"subdistrict": "Gerem", "contact_name": "Intan", "agrees": "y"}
    page = client.submit(page, last, form="application", button="step=send", follow=True)
    assert "Your application was sent." in page.text
    assert "Sent" in page.text
    artisan = db.session.scalars(sa.select(Artisan)).one()
    assert (artisan.state, artisan.phone) == ("submitted", "+6281200000114")
    assert (artisan.district, artisan.postal_code) == ("Grogol", "42438")


def test_what_is_no_field_is_not_read(browser: Any) -> None:
    made = make.case()
    client = browser(made.applicant)
    page = client.get("/studio/apply")
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    data = {
        "action_id": "mass-assignment",
        "form_token": token,
        "version": str(made.artisan.version),
        "step": "keep",
        "craft": "Batik",
        "state": "approved",
        "commission_bp": "0",
        "applicant_id": "1",
        "slug": "evil",
    }
    assert client.post("/studio/apply", data=data).status_code == 303
    artisan = make.reread(made.artisan)
    assert artisan.craft == "Batik"
    assert (artisan.state, artisan.commission_bp, artisan.slug) == ("draft", 1500, None)


def test_two_tabs_are_told_and_nothing_typed_is_lost(browser: Any) -> None:
    made = make.case()
    client = browser(made.applicant)
    first, second = client.get("/studio/apply"), client.get("/studio/apply")
    client.submit(first, {"craft": "One"}, form="application", button="step=keep")
    page = client.submit(second, {"craft": "Two"}, form="application", button="step=keep")
    assert page.status_code == 422
    assert "Somebody else has changed this" in page.text
    assert 'value="Two"' in page.text
    assert make.reread(made.artisan).craft == "One"
    client.submit(page, form="application", button="step=keep")
    assert make.reread(made.artisan).craft == "Two"


def test_the_draft_is_kept_while_it_is_written(browser: Any) -> None:
    made = make.case()
    client = browser(made.applicant)
    page = client.get("/studio/apply")
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    data = {"form_token": token, "version": str(made.artisan.version), "craft": "Anyaman"}
    answer = client.post("/studio/apply/draft", data=data)
    assert answer.json == {"version": made.artisan.version + 1, "say": "Draft kept."}
    assert make.reread(made.artisan).craft == "Anyaman"
    stale = client.post("/studio/apply/draft", data=data)
    assert stale.status_code == 409
    wrong = client.post("/studio/apply/draft", data=data | {"craft": "x" * 300})
    assert wrong.status_code == 422


def test_an_application_under_decision_is_shown_not_changed(browser: Any) -> None:
    made = make.case("submitted")
    client = browser(made.applicant)
    page = client.get("/studio/apply")
    assert "What the council has" in page.text
    assert 'id="application"' not in page.text
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    data = {"action_id": "late", "form_token": token, "version": "9", "craft": "X"}
    assert client.post("/studio/apply", data=data).status_code in (409, 422)
    assert make.reread(made.artisan).craft == make.FACTS["craft"]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("revision_asked", "Mohon lengkapi alamat."),
        ("rejected", "Kain cetak."),
        ("curation", "Work is looked at"),
    ],
)
def test_the_applicant_reads_what_was_decided(browser: Any, state: str, sentence: str) -> None:
    made = make.case(state)
    page = browser(made.applicant).get("/studio/apply")
    assert sentence in page.text


def test_a_rejected_applicant_begins_again(browser: Any) -> None:
    made = make.case("rejected")
    client = browser(made.applicant)
    page = client.submit(client.get("/studio/apply"), form="apply/again", follow=True)
    assert 'id="application"' in page.text
    assert make.reread(made.artisan).state == "draft"


def test_a_paper_is_handed_in_sealed_and_given_back_to_its_owner_only(browser: Any) -> None:
    made = make.case(papers=False)
    client = browser(made.applicant)
    file = upload("../..\\NPWP \u202ekartu.pdf", make.pdf())
    answer = send_file(client, "paper-form", "file", file, kind="npwp", number="1")
    assert answer.status_code == 303
    paper = make.newest_paper(made.artisan)
    media = db.session.get_one(MediaFile, paper.media_id)
    assert media.is_encrypted
    assert "/" not in media.original_name
    address = f"/studio/papers/{paper.public_id}/file"
    page = client.get(address)
    assert page.data.startswith(b"%PDF")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(f"/media/{media.public_id}/480.webp").status_code == 404
    assert browser(person(lang="en")).get(address).status_code == 404
    other = make.case()
    assert browser(other.applicant).get(address).status_code == 404


REFUSED = {
    "empty": ("kartu.jpg", b""),
    "html": ("kartu.jpg", b"<html><script>alert(1)</script></html>"),
    "svg": ("kartu.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
    "gif": ("kartu.gif", b"GIF89a" + b"\0" * 64),
    "program": ("kartu.php.jpg", b"<?php system('x'); ?>" + b" " * 64),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize(("form", "field"), [("paper-form", "file"), ("photos-form", "photos")])
def test_wrong_files_are_refused_with_the_reason(
    browser: Any, case: str, form: str, field: str
) -> None:
    made = make.case(papers=False)
    client = browser(made.applicant)
    name, content = REFUSED[case]
    page = send_file(client, form, field, (io.BytesIO(content), name))
    assert page.status_code == 422
    assert 'class="err"' in page.text
    assert not papers_of(made.artisan.id)
    assert db.session.scalar(sa.select(sa.func.count(MediaFile.id))) == 0


def test_a_broken_photo_among_good_ones_stores_none(browser: Any) -> None:
    made = make.case(papers=False)
    client = browser(made.applicant)
    whole = make.picture().getvalue()
    page = client.get("/studio/papers")
    photos = [(io.BytesIO(whole), "a.jpg"), (io.BytesIO(whole[:300]), "b.jpg")]
    answer = client.submit(page, {"photos": photos}, form="photos-form")
    assert answer.status_code == 422
    assert not papers_of(made.artisan.id)
    many = [(make.picture(), f"{number}.jpg") for number in range(13)]
    answer = client.submit(client.get("/studio/papers"), {"photos": many}, form="photos-form")
    assert answer.status_code == 422
    assert not papers_of(made.artisan.id)


def test_photos_are_cleaned_and_shown_to_their_owner(browser: Any) -> None:
    made = make.case(papers=False)
    client = browser(made.applicant)
    photos = [(make.picture(), "a.jpg"), (make.picture(900, 700), "b.jpg")]
    answer = client.submit(client.get("/studio/papers"), {"photos": photos}, form="photos-form")
    assert answer.status_code == 303
    first, _second = papers_of(made.artisan.id)
    shown = client.get(f"/studio/papers/{first.public_id}/file")
    assert shown.mimetype == "image/webp"
    assert shown.headers["Cache-Control"] == "no-store"
    page = client.get("/studio/papers")
    client.submit(page, form=f"{first.public_id}/remove")
    assert len(papers_of(made.artisan.id)) == 1


def test_a_pdf_that_would_run_something_is_marked(browser: Any) -> None:
    made = make.case(papers=False)
    active = io.BytesIO(b"%PDF-1.4\n/OpenAction << /S /JavaScript /JS (x) >>" + b" " * 40)
    send_file(browser(made.applicant), "paper-form", "file", (active, "a.pdf"))
    paper = db.session.scalars(sa.select(ArtisanDocument)).one()
    assert paper.is_active


def test_a_paper_needs_a_file_or_a_number(browser: Any) -> None:
    made = make.case(papers=False)
    client = browser(made.applicant)
    page = client.submit(client.get("/studio/papers"), form="paper-form")
    assert page.status_code == 422
    answer = client.submit(client.get("/studio/papers"), {"number": "12"}, form="paper-form")
    assert answer.status_code == 303
    page = client.get("/studio/papers")
    assert "A NIK has 16 digits" in page.text


def test_a_checked_paper_cannot_be_taken_back(browser: Any) -> None:
    made = make.case(papers=False)
    paper = make.paper_file(made.artisan, made.applicant)
    client = browser(made.applicant)
    page = client.get("/studio/papers")
    with transaction():
        verify_paper(made.artisan.id, paper.public_id, made.curator.id)
    assert client.submit(page, form=f"{paper.public_id}/remove").status_code == 409
    assert papers_of(made.artisan.id)


def test_pages_of_a_workshop_are_closed_to_others(browser: Any) -> None:
    make.case("approved")
    stranger, council = browser(person(lang="en")), browser(person("curator", lang="en"))
    for client in (stranger, council):
        assert client.get("/studio/workshop").status_code == 403
        assert client.get("/studio/papers").status_code == 404
        assert client.get("/studio/apply").status_code == 200  # the invitation to apply
    assert browser(make.case("draft").applicant).get("/studio/workshop").status_code == 403


def test_a_visitor_is_sent_to_sign_in(client: PageClient) -> None:
    for path in ("/studio/apply", "/studio/papers", "/studio/workshop", "/council/workshops"):
        assert client.get(path).status_code == 303


def test_a_workshop_tells_of_itself(browser: Any) -> None:
    made = make.case("approved")
    client = browser(made.applicant)
    assert client.get("/studio/apply").status_code == 303
    page = client.get("/studio/workshop")
    assert "Rumah Daun Uji" in page.text
    page = client.submit(page, {"story_en": "Two people."}, form="texts-form", follow=True)
    texts = {row.lang: row.story for row in make.reread(made.artisan).translations}
    assert texts == {"id": make.FACTS["story"], "en": "Two people."}
    days = {"closed_from": "2026-12-20", "closed_until": "2026-12-01"}
    page = client.submit(page, days, form="closed-form")
    assert page.status_code == 422
    page = client.submit(page, {"closed_until": "2027-01-03"}, form="closed-form", follow=True)
    assert make.reread(made.artisan).closed_from is not None
    picture = {"picture": (make.picture(1600, 900), "kain.jpg")}
    page = client.submit(page, picture, form="cover-form", follow=True)
    assert 'class="ownpic"' in page.text
    assert client.submit(page, form="cover-form").status_code == 422


def test_a_new_account_waits(browser: Any) -> None:
    made = make.case("approved")
    client = browser(made.applicant)
    page = client.get("/studio/workshop")
    assert "000000000114" not in page.text
    values = {"bank": "Bank Lain", "holder": "Intan", "number": "12-3456789"}
    page = client.submit(page, values, form="account-form", follow=True)
    assert "Waits for confirmation" in page.text
    assert "3456789" not in page.text
    assert [row.state for row in accounts_of(made.artisan.id)] == ["proposed", "replaced"]
    assert events_of(made.artisan.id)[0].verb == "propose_account"


def test_a_member_without_the_owners_right_names_no_account(browser: Any) -> None:
    made = make.case("approved")
    helper = person(artisan_id=made.artisan.id, rights="member")
    client = browser(helper)
    page = client.get("/studio/workshop")
    assert "account-form" not in page.text
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    data = {"action_id": "x", "form_token": token, "bank": "B", "holder": "H", "number": "1"}
    assert client.post("/studio/workshop/account", data=data).status_code == 403


def test_a_suspended_workshop_reads_why(browser: Any) -> None:
    made = make.case("suspended")
    page = browser(made.applicant).get("/studio/workshop")
    assert "Pengaduan." in page.text
    with transaction():
        set_closed_period(made.artisan.id, None, None, made.applicant.id)
