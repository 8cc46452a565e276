"""Handing a mail to the server of MAIL_URL, and telling apart what can go wrong on the way."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from storefront.kernel import runtime
from storefront.notifications.models import Mail

SECONDS = 20  # a server that is silent for longer is taken as down


class Refused(Exception):
    """The mail server will never take this mail."""


class Unreachable(Exception):
    """The server is down or does not let us in. No fault of the mail: any other would fare so."""


class Unsure(Exception):
    """The connection broke after the mail was on its way: the server may have taken it."""


class _Server(smtplib.SMTP):
    """Remembers whether the mail itself was begun to be sent."""

    has_begun = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_begun = True
        return super().data(msg)


def send_by_smtp(mail: Mail) -> None:
    """Hand a mail over (smtp://user:password@host:port?tls=1).

    Raises Refused, Unreachable or Unsure; SMTPException or OSError when it may be taken later.
    """
    message = compose(mail)
    with _connected() as server:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            if code >= 500:
                raise Refused(f"{code} {said.decode(errors='replace')}") from error
            raise
        except smtplib.SMTPResponseException as error:
            if 500 <= error.smtp_code < 600:
                raise Refused(str(error)) from error
            raise
        except (OSError, smtplib.SMTPException) as error:
            if server.has_begun:
                raise Unsure(repr(error)) from error
            raise


def compose(mail: Mail) -> EmailMessage:
    """Text and HTML to exactly one reader. Raises Refused for what is not one address."""
    settings = runtime.settings()
    message = EmailMessage()
    try:
        message["To"] = Address(addr_spec=mail.recipient)
    except (ValueError, IndexError) as error:
        raise Refused(f"not an address: {mail.recipient!r}") from error
    message["Subject"] = " ".join(mail.subject.split())
    message["From"] = formataddr((settings.SHOP_NAME, settings.MAIL_FROM))
    domain = settings.MAIL_FROM.rpartition("@")[2] or "localhost"
    message["Message-ID"] = make_msgid(f"outbox-{mail.outbox_id}", domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:  # one click in the reader's mail program (RFC 8058)
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


@contextmanager
def _connected() -> Iterator[_Server]:
    """A session with the server; how it says goodbye does not matter."""
    try:
        server = _welcomed()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(repr(error)) from error
    try:
        yield server
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()


def _welcomed() -> _Server:
    url = urlsplit(runtime.settings().MAIL_URL)
    server = _Server(url.hostname or "localhost", url.port or 25, timeout=SECONDS)
    try:
        if parse_qs(url.query).get("tls", ["0"])[0] == "1":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server
