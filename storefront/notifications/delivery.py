"""The worker's side: rendering mails in their reader's language and handing them over."""

from __future__ import annotations

import re
import smtplib
import threading
from typing import Any, NamedTuple

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
from storefront.notifications.smtp import Refused, Unreachable, Unsure, send_by_smtp

log = structlog.get_logger()
_slow = threading.Lock()  # slow work takes one core at most


class Rendered(NamedTuple):
    """A mail as it leaves; `unsubscribe` is the address that ends such mails, or ''."""

    subject: str
    text: str
    html: str
    unsubscribe: str = ""


def drain(limit: int = 20) -> int:
    """Do what is due in the outbox; returns how many rows were taken. Opens its transactions."""
    if not outbox.is_due():
        return 0
    with transaction():
        rows = outbox.claim(limit)
    unreachable = ""
    for row in rows:
        if row.kind != "mail":
            _do_task(row)
        elif unreachable:
            with transaction():
                outbox.wait_for_server(row, unreachable)
        else:
            unreachable = _deliver(row)
    return len(rows)


def drain_slow(limit: int = 1) -> int:
    """Do up to `limit` slow tasks, unless this process is at one already; returns how many."""
    total = 0
    if not _slow.acquire(blocking=False):
        return total
    try:
        while total < limit and outbox.is_due(slow=True):
            with transaction():
                rows = outbox.claim(1, slow=True)
            for row in rows:
                _do_task(row)
            total += len(rows)
    finally:
        db.session.rollback()
        _slow.release()
    return total


def drain_all() -> int:
    """Drain until nothing is due; slow tasks have a line of their own."""
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


def _deliver(row: Outbox) -> str:
    """Render a mail and send it; answers why the server could not be reached, else ''."""
    try:
        mail_id = _write_mail(row)
    except Exception as error:  # a mail that cannot be rendered is kept and shown, not lost
        db.session.rollback()
        log.exception("mail_not_rendered", topic=row.topic, outbox_id=row.id)
        with transaction():
            outbox.try_later(row.id, row.attempts, repr(error))
        return ""
    if mail_id is None or runtime.settings().MAIL_URL.startswith("database"):
        return ""
    return _hand_over(row, mail_id)


def _write_mail(row: Outbox) -> int | None:
    """Render and store the mail. Kept in the database by default: then it is sent herewith."""
    with transaction():
        draft = outbox.mail_builders[row.topic](row.payload)
        if draft is None:
            outbox.finish(row.id, "cancelled")
            return None
        made = render_mail(draft)
        mail = db.session.query(Mail).filter_by(outbox_id=row.id).one_or_none() or Mail(
            outbox_id=row.id
        )
        mail.topic, mail.order_id = row.topic, draft.order_id
        mail.recipient, mail.lang = draft.to, draft.lang
        mail.subject, mail.text, mail.html, mail.unsubscribe = made
        db.session.add(mail)
        if runtime.settings().MAIL_URL.startswith("database"):
            mail.sent_at = now()
            outbox.finish(row.id)
        db.session.flush()
        return mail.id


def _hand_over(row: Outbox, mail_id: int) -> str:
    mail = db.session.get_one(Mail, mail_id)
    db.session.expunge(mail)
    db.session.rollback()  # no transaction stays open while the server takes its time
    try:
        send_by_smtp(mail)
    except Refused as error:
        with transaction():
            outbox.finish(row.id, "failed", str(error))
        return ""
    except Unsure as error:
        with transaction():
            outbox.finish(row.id, "unknown", str(error))
        return ""
    except Unreachable as error:
        log.warning("mail_server_unreachable", reason=str(error))
        with transaction():
            outbox.wait_for_server(row, str(error))
        return str(error)
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            outbox.try_later(row.id, row.attempts, repr(error))
        return ""
    with transaction():
        db.session.get_one(Mail, mail_id).sent_at = now()
        outbox.finish(row.id)
    return ""


def render_mail(draft: MailDraft) -> Rendered:
    """A draft rendered in its own language, outside of any request."""
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
        text = re.sub(r"\n{3,}", "\n\n", words.render(context))
        html = _twin(words, draft.template, subject, context)
        unsubscribe = _block(words, "unsubscribe_url", context)
    return Rendered(subject, text.strip() + "\n", html, unsubscribe)


def _twin(words: Template, name: str, subject: str, context: dict[str, Any]) -> str:
    """The HTML of a mail from the words of its text: in the mail's layout, or, where it lists
    goods, in the one of its folder that draws them."""
    folder = name.rpartition("/")[0]
    layout = f"{folder}/goods.html" if "goods" in words.blocks else "layouts/email_words.html"
    return current_app.jinja_env.get_template(layout).render(
        context,
        subject=subject,
        opening=_paragraphs(words, "opening", context),
        closing=_paragraphs(words, "closing", context),
        action=(_block(words, "action_label", context), _block(words, "action_url", context)),
        foot=_block(words, "foot", context),
        unsubscribe=_block(words, "unsubscribe_url", context),
    )


def _paragraphs(words: Template, block: str, context: dict[str, Any]) -> list[list[str]]:
    """The lines of each paragraph of a block; none where the template leaves the block out."""
    if block not in words.blocks:
        return []
    said = "".join(words.blocks[block](words.new_context(context)))
    parts = [part.strip() for part in re.split(r"\n[ \t]*\n", said)]
    return [[line.strip() for line in part.split("\n")] for part in parts if part]


def _block(words: Template, name: str, context: dict[str, Any]) -> str:
    """One block of a text template on one line; '' where it has none."""
    if name not in words.blocks:
        return ""
    return " ".join("".join(words.blocks[name](words.new_context(context))).split())
