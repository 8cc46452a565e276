"""A line break in a name stays out of headers, subjects and logs."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from storefront.accounts import User
from storefront.artisans import ArtisanDocument
from storefront.notifications import Mail, drain_all, smtp
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.factories.artisans import case, pdf
from tests.rig.client import PageClient

BREAK = "Sari\r\nBcc: everyone@example.org\r\n\r\nzq"


def test_in_names_that_are_typed(client: PageClient, database: Any) -> None:
    sign_in(client, person(name="Sari", lang="en"))
    for separator in ("\r\n", "\n", "\r", "\u2028"):
        typed = BREAK.replace("\r\n", separator)
        answer = client.submit(client.get("/en/account/profile"), {"name": typed})
        assert answer.status_code == 422, repr(separator)
    client.submit(client.get("/en/orders/find"), {"number": BREAK, "email": BREAK})
    database.session.rollback()
    assert database.session.scalars(sa.select(User.name)).all() == ["Sari"]


@pytest.mark.parametrize(
    "name",
    [
        'filename="a\\r\\nSet-Cookie: zq=1.pdf"',
        "filename*=UTF-8''a%0D%0ASet-Cookie:%20zq=1.pdf",
        "filename*=UTF-8''%22%3B%20x%3D%22.pdf",
        "filename*=UTF-8''..%2F..%2Fetc%2Fpasswd.pdf",
        "filename*=UTF-8''%ED%95%9C%EA%B8%80.pdf",
    ],
)
def test_in_names_of_files(client: PageClient, database: Any, name: str) -> None:
    made = case("approved")
    sign_in(client, made.applicant)
    page = client.get("/studio/papers").text
    fields = {
        key: page.partition(f'name="{key}" value="')[2].partition('"')[0]
        for key in ("form_token", "action_id")
    } | {"kind": "npwp", "number": "0012"}
    parts = [
        f'--zz\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = f'--zz\r\nContent-Disposition: form-data; name="file"; {name}\r\n'
    body = "".join(parts).encode() + head.encode() + b"Content-Type: application/pdf\r\n\r\n"
    body += pdf().read() + b"\r\n--zz--\r\n"
    kind = "multipart/form-data; boundary=zz"
    sent = client.post("/studio/papers", input_stream=io.BytesIO(body), content_type=kind,
                       content_length=len(body))  # fmt: skip
    assert sent.status_code in (303, 422), sent.status_code
    if sent.status_code == 422:
        return
    database.session.rollback()
    paper = database.session.query(ArtisanDocument).order_by(ArtisanDocument.id.desc()).first()
    back = client.get(f"/studio/papers/{paper.public_id}/file")
    assert back.status_code == 200
    assert "zq" not in str(back.headers.getlist("Set-Cookie"))
    told = back.headers["Content-Disposition"]
    assert told.startswith("attachment; ") and told.count('"') == 2 and "\n" not in told


def test_in_mails(database: Any, monkeypatch: Any) -> None:
    """What is handed to the mail server is one message with one recipient."""
    monkeypatch.setattr(make, "ADDRESS", make.ADDRESS | {"recipient": BREAK})
    make.paid_order(lang="en", buyer_note=BREAK)
    drain_all()
    mails = list(database.session.scalars(sa.select(Mail)))
    database.session.expunge_all()
    assert mails
    for mail in mails:
        mail.subject = BREAK
        message = smtp.compose(mail)
        assert message["Bcc"] is None and "\n" not in message["Subject"]
        assert "\nBcc:" not in message.as_string().partition("\n\n")[0]
        mail.recipient = "a@example.org\r\nBcc: everyone@example.org"
        with pytest.raises(smtp.Refused):
            smtp.compose(mail)


def test_in_logs(client: PageClient) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/en/search?q=%0d%0alevel=info%20event=forged")
        client.get("/en/orders/secret-token-of-an-order")
    assert lines
    assert "forged" not in repr(lines) and "secret-token" not in repr(lines)
