"""A mail server on loopback whose moods a test chooses, and a shop that sends through it."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from storefront.kernel.db import transaction
from storefront.notifications import MailDraft, mail_topic, outbox, queue_mail, task_topic
from tests.rig import shop
from tests.rig.postgres import free_port


class PostOffice:
    """Takes mails; refuses `unknown@…` for good and `busy@…` for now; may hang up after taking."""

    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.hangs_up = False
        self._controller: Controller | None = None

    def open(self) -> None:
        """Begin to answer."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Stop answering."""
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("unknown@"):
            return "550 no such mailbox"
        if address.startswith("busy@"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.letters.append((list(envelope.rcpt_tos), message))
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture
def app(database_url: str, tmp_path: Path, post: PostOffice) -> Iterator[Flask]:
    """A shop that sends by SMTP."""
    app = shop.build(database_url, tmp_path, MAIL_URL=f"smtp://127.0.0.1:{post.port}")
    yield app
    shop.close(app)


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Topics of the tests' own; answers which of the tasks ran."""
    monkeypatch.setattr(outbox, "mail_builders", dict(outbox.mail_builders))
    monkeypatch.setattr(outbox, "task_handlers", dict(outbox.task_handlers))
    ran: list[str] = []

    @mail_topic("test.code")
    def code(payload: dict[str, Any]) -> MailDraft:
        return MailDraft(
            payload["to"], payload.get("lang", "ko"), "accounts/mail/sign_up", {"token": "t"}
        )

    @mail_topic("test.broken")
    def broken(payload: dict[str, Any]) -> MailDraft:
        raise KeyError("gone")

    @mail_topic("test.nobody")
    def nobody(payload: dict[str, Any]) -> None:
        return None

    @task_topic("test.task")
    def task(payload: dict[str, Any]) -> None:
        ran.append(payload["name"])
        if payload["name"] == "broken":
            raise ValueError("no")

    return ran


def queue(to: str, key: str = "", **payload: Any) -> None:
    """Queue the tests' mail to an address."""
    with transaction():
        queue_mail("test.code", key or f"code:{to}", {"to": to, **payload})
