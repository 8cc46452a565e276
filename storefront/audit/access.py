"""Access and files: everything belongs to one owner, is seen by nobody else, and is there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from storefront import media
from storefront.artisans import Artisan, ArtisanDocument
from storefront.audit.invariant import Invariant, Row
from storefront.kernel.db import db
from storefront.media import MediaFile
from storefront.payments import Payment, TransferProof

Names = dict[str, Any]
PROBED = 10  # private files of each kind, the newest first
# What addresses of files contain, and what stands in them beside a name.
SERVING = ("/media/", "paper", "document", "proof", "file", "photo")
EVERYWHERE: Names = {"lang": "id", "width": 640, "ending": "webp", "number": 1}


def misplaced_files(_: Flask) -> Sequence[Row]:
    """Rows without bytes, old bytes without a row, public files that tell too much."""
    return [{"file": name, "fault": fault} for name, fault in media.misplaced_files()]


def papers_anyone_gets(app: Flask) -> Sequence[Row]:
    """Private files that a visitor without an account receives from any page that serves files."""
    names = _private_names()
    db.session.rollback()
    found = []
    for address in _addresses(app, names):
        status = _visit(app, address)
        if status == 200:
            found.append({"address": address, "status": status})
    return found


def _private_names() -> list[Names]:
    """What the newest private files are called in addresses: by themselves, as a workshop's paper,
    as the proof of a payment."""

    def newest(query: Any, *names: str) -> list[Names]:
        rows = db.session.execute(query.order_by(MediaFile.id.desc()).limit(PROBED)).all()
        return [{**EVERYWHERE, **dict(zip(names, row, strict=True))} for row in rows]

    private = MediaFile.is_private
    paper = ArtisanDocument
    return [
        *newest(sa.select(MediaFile.public_id, MediaFile.name).where(private), "public_id", "name"),
        *newest(
            sa.select(Artisan.public_id, paper.public_id)
            .join(paper, paper.artisan_id == Artisan.id)
            .join(MediaFile, MediaFile.id == paper.media_id)
            .where(private),
            "public_id",
            "paper_id",
        ),
        *newest(
            sa.select(Payment.public_id)
            .join(TransferProof, TransferProof.payment_id == Payment.id)
            .join(MediaFile, MediaFile.id == TransferProof.media_id),
            "public_id",
        ),
    ]


def _addresses(app: Flask, names: list[Names]) -> list[str]:
    """Every address under which one of these files could be asked for."""
    adapter = app.url_map.bind("")
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and {"public_id", "name"} & rule.arguments
        and any(word in rule.rule for word in SERVING)
    ]
    return sorted(
        {
            adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            for rule in rules
            for known in names
            if rule.arguments <= known.keys()
        }
    )


def _visit(app: Flask, address: str) -> int:
    """The status a visitor without any cookie gets."""
    host = app.config["SETTINGS"].allowed_hosts[0]
    log = logging.getLogger("request")
    level = log.level
    log.setLevel(logging.WARNING)  # these are no visits of people
    try:
        answer = Client(app).get(address, base_url=f"https://{host}")
        answer.close()
    finally:
        log.setLevel(level)
    return answer.status_code


CHECKS = [
    Invariant(
        "I31",
        "Nothing belongs to another workshop than what it is part of",
        (
            """SELECT l.id AS line, s.artisan_id AS part, p.artisan_id AS piece FROM order_line l
               JOIN sub_order s ON s.id = l.sub_order_id JOIN product p ON p.id = l.product_id
               WHERE s.artisan_id <> p.artisan_id OR s.order_id <> l.order_id""",
            """SELECT l.id AS line, l.product_id AS product, v.product_id AS variant
               FROM order_line l JOIN variant v ON v.id = l.variant_id
               WHERE v.product_id <> l.product_id""",
            """SELECT pl.id AS parcel_line FROM parcel_line pl
               JOIN parcel p ON p.id = pl.parcel_id JOIN order_line l ON l.id = pl.order_line_id
               WHERE p.sub_order_id <> l.sub_order_id""",
            """SELECT r.id AS refund FROM refund r JOIN sub_order s ON s.id = r.sub_order_id
               WHERE s.order_id <> r.order_id""",
            """SELECT r.id AS refund FROM refund r JOIN payment p ON p.id = r.payment_id
               WHERE p.order_id <> r.order_id""",
            """SELECT pp.id AS picture, p.artisan_id AS piece, m.artisan_id AS file
               FROM product_picture pp JOIN product p ON p.id = pp.product_id
               JOIN media_file m ON m.id = pp.media_id
               WHERE m.artisan_id IS NOT NULL AND m.artisan_id <> p.artisan_id""",
            """SELECT d.id AS paper, d.artisan_id AS workshop, m.artisan_id AS file
               FROM artisan_document d JOIN media_file m ON m.id = d.media_id
               WHERE m.artisan_id IS NULL OR m.artisan_id <> d.artisan_id OR NOT m.is_private""",
            """SELECT e.id AS entry, a.code FROM ledger_entry e
               JOIN ledger_account a ON a.id = e.account_id
               JOIN sub_order s ON s.id = e.sub_order_id
               WHERE a.artisan_id IS NOT NULL AND a.artisan_id <> s.artisan_id""",
        ),
    ),
    Invariant(
        "I32",
        "Who may not come in any more holds no session, no code and no right",
        (
            """SELECT s.id AS session, s.user_id AS person, u.state FROM user_session s
               JOIN "user" u ON u.id = s.user_id
               WHERE u.state <> 'active' AND s.ended_at IS NULL AND s.expires_at > :present""",
            """SELECT c.id AS code, c.purpose, c.user_id AS person FROM one_time_code c
               JOIN "user" u ON u.id = c.user_id
               WHERE u.state <> 'active' AND c.used_at IS NULL AND c.expires_at > :present""",
            """SELECT r.id AS user_right, r.user_id AS person FROM user_role r
               JOIN "user" u ON u.id = r.user_id WHERE u.state = 'erased'""",
        ),
    ),
    Invariant(
        "I33",
        "What staff did to rights, money, workshops and settings is written down",
        (
            """SELECT r.id AS user_right, r.user_id AS person, r.role FROM user_role r
               WHERE NOT EXISTS (SELECT 1 FROM audit_entry a
                                 WHERE a.action = 'accounts.grant_role'
                                   AND a.object_id = r.user_id)""",
            """SELECT s.key AS setting, s.updated_by AS person FROM setting s
               WHERE s.updated_by IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.action = 'setting.change'
                                 AND CAST(a.after AS TEXT) LIKE '%"key": "' || s.key || '"%')""",
            """SELECT r.id AS refund, r.state FROM refund r
               WHERE r.approved_by IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM order_event e
                                 WHERE e.order_id = r.order_id
                                   AND e.machine = 'refund' AND e.subject_id = r.id
                                   AND e.verb = 'approve' AND e.user_id = r.approved_by)""",
            """SELECT a.id AS workshop, a.state FROM artisan a
               WHERE a.state <> 'draft'
                 AND NOT EXISTS (SELECT 1 FROM artisan_event e WHERE e.artisan_id = a.id
                                 AND e.to_state = a.state)""",
            """SELECT d.id AS paper, d.state, d.checked_by AS person FROM artisan_document d
               WHERE d.checked_by IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM artisan_event e
                                 WHERE e.artisan_id = d.artisan_id AND e.user_id = d.checked_by
                                   AND e.verb IN ('verify_paper', 'reject_paper')
                                   AND CAST(e.detail AS TEXT)
                                       LIKE '%"paper_id": ' || CAST(d.id AS TEXT) || ',%')""",
            """SELECT b.id AS bank_account, b.state FROM bank_account b
               WHERE b.decided_by IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM audit_entry a
                                 WHERE a.action = 'artisans.bank_account'
                                   AND a.object_id = b.id)""",
            """SELECT r.currency, r.version, COUNT(a.id) AS entries FROM currency_rule r
               LEFT JOIN audit_entry a ON a.action = 'prices.rule' AND a.why = r.currency
               GROUP BY r.currency, r.version HAVING COUNT(a.id) < r.version - 1""",
            """SELECT t.id AS task, t.kind FROM finance_task t
               WHERE t.state = 'done' AND (t.closed_at IS NULL OR t.resolution = '')""",
        ),
    ),
    Invariant(
        "I34",
        "Every file has its row and every row its file; public ones tell nothing of their maker",
        (
            """SELECT id AS media, storage_key FROM media_file
               WHERE NOT is_private
                 AND (kind <> 'picture' OR mime NOT IN ('image/webp', 'image/jpeg'))""",
            """SELECT id AS media, storage_key FROM media_file
               WHERE kind = 'document' AND NOT is_encrypted""",
        ),
        (misplaced_files,),
    ),
    Invariant(
        "I35",
        "No private paper is given to a visitor",
        (),
        (papers_anyone_gets,),
    ),
    Invariant(
        "I36",
        "A person erased a day ago is found nowhere by name, address or number",
        (
            """SELECT id AS person FROM "user"
               WHERE state = 'erased' AND erased_at < :hours_24
                 AND (email IS NOT NULL OR phone IS NOT NULL OR name <> ''
                      OR password_hash IS NOT NULL OR totp_secret IS NOT NULL)""",
            """SELECT a.id AS address, a.user_id AS person FROM address a
               JOIN "user" u ON u.id = a.user_id
               WHERE u.state = 'erased' AND u.erased_at < :hours_24""",
            """SELECT c.order_id AS "order", o.user_id AS person FROM order_contact c
               JOIN "order" o ON o.id = c.order_id JOIN "user" u ON u.id = o.user_id
               WHERE u.state = 'erased' AND u.erased_at < :hours_24
                 AND (c.email <> '' OR c.recipient <> '' OR c.recipient_latin <> ''
                      OR c.phone <> '' OR c.street <> '' OR c.customs_code IS NOT NULL)""",
            """SELECT m.id AS mail, o.user_id AS person FROM mail m
               JOIN "order" o ON o.id = m.order_id JOIN "user" u ON u.id = o.user_id
               WHERE u.state = 'erased' AND u.erased_at < :hours_24 AND m.recipient <> ''
                 AND m.recipient NOT IN (SELECT email FROM "user" WHERE email IS NOT NULL)""",
            """SELECT f.order_id AS "order", o.user_id AS person FROM refund_account f
               JOIN "order" o ON o.id = f.order_id JOIN "user" u ON u.id = o.user_id
               WHERE u.state = 'erased' AND u.erased_at < :hours_24 AND f.holder <> ''""",
        ),
    ),
]
