"""The worker's side: rendering mails in their reader's language and handing them over."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from flask import current_app, g
from flask_babel import force_locale
from jinja2 import Template

from storefront.kernel import runtime
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.notifications import outbox
from storefront.notifications.models import Mail, Outbox
from storefront.notifications.outbox import MailDraft

log = structlog.get_logger()
SECONDS = 20


class Refused(Exception):
    """The mail server will never take this mail."""


def drain(limit: int = 20) -> int:
    """Do what is due in the outbox; returns how many rows were taken. Opens its transactions."""
    if not outbox.is_due():
        return 0
    with transaction():
        rows = outbox.claim(limit)
    for row in rows:
        if row.kind == "mail":
            _deliver(row)
        else:
            _do_task(row)
    return len(rows)


def drain_all() -> int:
    """Drain until nothing is due."""
    total = 0
    while taken := drain():
        total += taken
    return total


def _do_task(row: Outbox) -> None:
    try:
        outbox.task_handlers[row.topic](row.payload)
    except Exception as error:  # one broken task must not stop the others; it is kept and shown
        db.session.rollback()
        log.exception("task_failed", topic=row.topic, outbox_id=row.id)
        with transaction():
            outbox.try_later(row.id, row.attempts, repr(error))
        return
    with transaction():
        outbox.finish(row.id)


def _deliver(row: Outbox) -> None:
    try:
        mail_id = _write_mail(row)
    except Exception as error:  # a mail that cannot be rendered is kept and shown, not lost
        db.session.rollback()
        log.exception("mail_not_rendered", topic=row.topic, outbox_id=row.id)
        with transaction():
            outbox.try_later(row.id, row.attempts, repr(error))
        return
    if mail_id is None or runtime.settings().MAIL_URL.startswith("database"):
        return
    _hand_over(row, mail_id)


def _write_mail(row: Outbox) -> int | None:
    """Render and store the mail. Kept in the database by default: then it is sent herewith."""
    with transaction():
        draft = outbox.mail_builders[row.topic](row.payload)
        if draft is None:
            outbox.finish(row.id, "cancelled")
            return None
        subject, text, html = render_mail(draft)
        mail = db.session.query(Mail).filter_by(outbox_id=row.id).one_or_none() or Mail(
            outbox_id=row.id
        )
        mail.topic, mail.order_id = row.topic, draft.order_id
        mail.recipient, mail.lang = draft.to, draft.lang
        mail.subject, mail.text, mail.html = subject, text, html
        db.session.add(mail)
        if runtime.settings().MAIL_URL.startswith("database"):
            mail.sent_at = now()
            outbox.finish(row.id)
        db.session.flush()
        return mail.id


def _hand_over(row: Outbox, mail_id: int) -> None:
    mail = db.session.get_one(Mail, mail_id)
    try:
        send_by_smtp(mail)
    except Refused as error:
        with transaction():
            outbox.finish(row.id, "failed", str(error))
        return
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            outbox.try_later(row.id, row.attempts, repr(error))
        return
    with transaction():
        db.session.get_one(Mail, mail_id).sent_at = now()
        outbox.finish(row.id)


def render_mail(draft: MailDraft) -> tuple[str, str, str]:
    """Subject, text and HTML of a draft, rendered in the draft's language outside any request."""
    base = runtime.settings().base_url
    with (
        current_app.test_request_context(f"/{draft.lang}/", base_url=base),
        force_locale(draft.lang),
    ):
        g.lang = draft.lang
        environment = current_app.jinja_env
        context: dict[str, Any] = dict(draft.context)
        current_app.update_template_context(context)
        words = environment.get_template(f"{draft.template}.txt")
        subject = _block(words, "subject", context)
        text = words.render(context)
        html = _twin(words, draft.template, subject, context)
    return subject, text.strip() + "\n", html


def _twin(words: Template, name: str, subject: str, context: dict[str, Any]) -> str:
    """The HTML of a mail: a template of its own, or the text's paragraphs in the mail's layout."""
    environment = current_app.jinja_env
    own, shared = f"{name}.html", "layouts/email_words.html"
    template = environment.select_template([own, shared])
    return template.render(
        context,
        subject=subject,
        paragraphs=[part.strip().split("\n") for part in _content(words, context)],
        action=(_block(words, "action_label", context), _block(words, "action_url", context)),
    )


def _content(words: Template, context: dict[str, Any]) -> list[str]:
    blocks = words.blocks["content"](words.new_context(context))
    return [part for part in "".join(blocks).split("\n\n") if part.strip()]


def _block(words: Template, name: str, context: dict[str, Any]) -> str:
    """One block of a text template on one line; '' where it has none."""
    if name not in words.blocks:
        return ""
    return " ".join("".join(words.blocks[name](words.new_context(context))).split())


def send_by_smtp(mail: Mail) -> None:
    """Hand a mail to the server of MAIL_URL (smtp://user:password@host:port?tls=1).

    Raises Refused when the server will never take it, OSError or SMTPException when it may later.
    """
    settings = runtime.settings()
    url = urlsplit(settings.MAIL_URL)
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = formataddr((settings.SHOP_NAME, settings.MAIL_FROM))
    message["To"] = mail.recipient
    message["Message-ID"] = make_msgid(f"outbox-{mail.outbox_id}", domain=_domain(settings))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    try:
        with smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=SECONDS) as server:
            if parse_qs(url.query).get("tls", ["0"])[0] == "1":
                server.starttls(context=ssl.create_default_context())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(answer[0] for answer in error.recipients.values())
        if code >= 500:
            raise Refused(str(error.recipients)) from error
        raise
    except smtplib.SMTPResponseException as error:
        if 500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError):
            raise Refused(str(error)) from error
        raise


def _domain(settings: Any) -> str:
    return str(settings.MAIL_FROM).rpartition("@")[2] or "localhost"
