"""Mails as the mail server gets them, and what happens when it is down, slow or says no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail, Outbox, drain_all, outbox, smtp
from tests.factories import orders as make
from tests.notifications.conftest import PostOffice, queue
from tests.rig import shop


@pytest.fixture(autouse=True)
def inside(app: Flask, topics: list[str]) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Outbox.state).order_by(Outbox.id)))


def test_korean_text_and_its_twin_arrive_whole(post: PostOffice) -> None:
    queue("garam@example.org")
    assert drain_all() == 1
    ((to, letter),) = post.letters
    mail = db.session.scalars(sa.select(Mail)).one()
    assert to == ["garam@example.org"] and letter["To"] == "garam@example.org"
    assert letter["Subject"] == mail.subject and "회원가입" in mail.subject
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert text.get_content_type() == "text/plain" and html.get_content_type() == "text/html"
    assert text.get_content().replace("\r\n", "\n") == mail.text
    assert 'lang="ko"' in html.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert mail.sent_at is not None and states() == ["done"]


@pytest.mark.parametrize(
    "recipient",
    [
        "one@example.org\r\nBcc: thief@example.org",
        "one@example.org, thief@example.org",
        "one@example.org\nSubject: hello",
        "",
        "한@example.org",
    ],
)
def test_a_recipient_is_one_address_or_none(post: PostOffice, recipient: str) -> None:
    queue(recipient, key="k")
    assert drain_all() == 1
    assert post.letters == [] and states() == ["failed"]


def test_a_subject_cannot_add_headers(post: PostOffice) -> None:
    with transaction():
        row = Outbox(kind="mail", topic="test.code", dedupe_key="s", payload={})
        mail = Mail(
            topic="test.code",
            recipient="one@example.org",
            lang="en",
            subject="Hello\r\nBcc: thief@example.org\n\nbody",
            text="text",
            html="<p>text</p>",
        )
        db.session.add_all([row, mail])
    smtp.send_by_smtp(mail)
    ((to, letter),) = post.letters
    assert to == ["one@example.org"] and letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: thief@example.org body"


def test_each_mail_is_in_its_order_s_language(post: PostOffice) -> None:
    for lang in ("id", "en", "ko", "fr"):
        make.paid_order(lang=lang, email=f"{lang}@example.org")
    with force_locale("fr"):  # whatever the worker's own language is
        drain_all()
    confirmed = sa.select(Mail).where(Mail.topic == "orders.confirmed").order_by(Mail.id)
    mails = db.session.scalars(confirmed).all()
    assert [mail.lang for mail in mails] == ["id", "en", "ko", "fr"]
    assert len({mail.subject.split(":")[-1] for mail in mails}) == 4
    words = {"id": "Pesanan", "en": "Order", "ko": "주문", "fr": "Commande"}
    for mail in mails:
        assert words[mail.lang].lower() in mail.subject.lower()
        assert f'<html lang="{mail.lang}"' in mail.html
        assert f"/{mail.lang}/orders/" in mail.text
    assert set(states()) == {"done"}


def test_each_paid_order_has_one_confirmation_and_one_notice_per_workshop(
    post: PostOffice,
) -> None:
    make.paid_order()
    drain_all()
    topics = db.session.scalars(sa.select(Mail.topic)).all()
    assert topics.count("orders.confirmed") == 1
    assert topics.count("orders.new_for_artisan") == 2


# -- when it goes wrong ---------------------------------------------------------------------------


def test_six_hours_without_a_server_lose_nothing(post: PostOffice) -> None:
    post.close()
    started = now()
    for number in range(3):
        queue(f"one{number}@example.org")
    for minutes in range(0, 6 * 60, 3):
        with as_if_at(started + dt.timedelta(minutes=minutes)):
            drain_all()
    assert states() == ["pending"] * 3
    post.open()
    with as_if_at(started + dt.timedelta(hours=6, minutes=5)):
        drain_all()
    assert states() == ["done"] * 3 and len(post.letters) == 3


def test_one_mail_finds_out_for_all_that_the_server_is_down(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocks: list[str] = []

    def knock(mail: Mail) -> None:
        knocks.append(mail.recipient)
        raise smtp.Unreachable("timed out")

    monkeypatch.setattr("storefront.notifications.delivery.send_by_smtp", knock)
    for number in range(5):
        queue(f"one{number}@example.org")
    drain_all()
    assert knocks == ["one0@example.org"] and states() == ["pending"] * 5


def test_after_days_without_a_server_a_person_is_told(post: PostOffice) -> None:
    post.close()
    queue("one@example.org")
    with as_if_at(now() + dt.timedelta(days=4)):
        drain_all()
    assert states() == ["failed"]


def test_a_refused_address_is_marked_and_others_leave(post: PostOffice) -> None:
    queue("unknown@example.org")
    queue("one@example.org")
    assert drain_all() == 2
    assert states() == ["failed", "done"]
    error = sa.select(Outbox.last_error).where(Outbox.state == "failed")
    assert "no such mailbox" in db.session.scalars(error).one()


def test_a_busy_mailbox_is_tried_again(post: PostOffice) -> None:
    queue("busy@example.org")
    drain_all()
    assert states() == ["pending"]
    assert db.session.scalars(sa.select(Outbox.attempts)).one() == 1


def test_a_line_cut_after_the_mail_was_given_is_not_sent_again(post: PostOffice) -> None:
    post.hangs_up = True
    queue("one@example.org")
    drain_all()
    assert len(post.letters) == 1 and states() == ["unknown"]
    with as_if_at(now() + dt.timedelta(days=1)):
        assert drain_all() == 0
    assert outbox.is_due() is False


def test_a_mail_is_kept_in_the_database_by_default(
    database_url: str, tmp_path: Path, post: PostOffice, topics: list[str]
) -> None:
    other = shop.build(database_url, tmp_path)
    assert other.config["SETTINGS"].MAIL_URL.startswith("database")
    with other.app_context():
        queue("one@example.org")
        assert drain_all() == 1
        mail = db.session.scalars(sa.select(Mail)).one()
        assert mail.sent_at is not None and mail.text
        assert states() == ["done"]
    assert post.letters == []
    shop.close(other)
