"""Pages for machines and developers: readiness, robots, sitemap, kept mail."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from storefront.catalogue import makers, public_slugs, vocabulary
from storefront.home.texts import PAGES
from storefront.home.views import system
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound
from storefront.kernel.paging import page_of
from storefront.kernel.translated import LANGS
from storefront.notifications import (
    Mail,
    condition,
    job_states,
    known_jobs,
    worker_is_silent,
)
from storefront.web import access, page_number, render
from storefront.web.rendering import absolute

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
MOST_ADDRESSES = 10_000
PRIVATE = (
    *("/studio", "/council", "/*/account", "/*/cart", "/*/wish-list", "/*/stock-notices"),
    *("/*/checkout", "/*/orders", "/webhooks"),
)


@system.get("/readyz")
@access("public")
def ready() -> ResponseReturnValue:
    """503 unless the database answers and is migrated; a silent worker is only reported."""
    try:
        is_migrated = _is_at_head()
        is_silent = worker_is_silent()
        jobs = _jobs()
    except SQLAlchemyError:
        current_app.logger.warning("not ready: the database does not answer", exc_info=True)
        db.session.rollback()
        return {"status": "unavailable", "database": "unreachable"}, 503
    if not is_migrated:
        return {"status": "unavailable", "database": "not migrated"}, 503
    is_troubled = any(job["state"] in ("failed", "late") for job in jobs.values())
    status = "degraded" if is_silent or is_troubled else "ok"
    worker = "silent" if is_silent else "ok"
    return {"status": status, "database": "ok", "worker": worker, "jobs": jobs}


def _jobs() -> dict[str, dict[str, str | None]]:
    """Every job of the schedule: how it stands and when it last went well. Errors stay inside."""
    rows = job_states()
    found: dict[str, dict[str, str | None]] = {}
    for job in known_jobs():
        row = rows.get(job.name)
        last_ok = row.last_ok_at.isoformat() if row and row.last_ok_at else None
        found[job.name] = {"state": condition(job, row), "last_ok_at": last_ok}
    return found


def _is_at_head() -> bool:
    """Whether the newest migration was applied."""
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == _heads()


@functools.cache
def _heads() -> set[str]:
    """The newest migration of this code; the files do not change while the process lives."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return set(ScriptDirectory.from_config(config).get_heads())


@system.get("/robots.txt")
@access("public")
def robots() -> ResponseReturnValue:
    """Rooms and what belongs to one visitor are not for search engines."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "Disallow: /*/search"]
    lines.append(f"Sitemap: {absolute(url_for('system.sitemap'))}")
    return _cached("\n".join(lines) + "\n", "text/plain")


@system.get("/sitemap.xml")
@access("public")
def sitemap() -> ResponseReturnValue:
    """Every public page with its four languages."""
    places: list[tuple[str, dict[str, Any]]] = [
        ("home.front", {}),
        ("catalogue.products", {}),
        ("catalogue.makers", {}),
    ]
    places += [("home.page", {"slug": slug}) for slug in PAGES]
    places += [("catalogue.category", {"slug": s.slug}) for s in vocabulary().shelves.values()]
    places += [("catalogue.maker", {"slug": line.slug}) for line in makers("en")]
    places += [("catalogue.product", {"slug": slug}) for slug in public_slugs(MOST_ADDRESSES)]
    pages = [
        {lang: absolute(url_for(endpoint, **{**values, "lang": lang})) for lang in LANGS}
        for endpoint, values in places
    ]
    return _cached(render("home/sitemap.xml", pages=pages), "application/xml")


def _cached(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@system.get("/dev/mail")
@access("development")
def mails() -> ResponseReturnValue:
    """Every kept mail, newest first."""
    return render("home/dev/mails.html", page=page_of(_mails(), page_number(), 50))


@system.get("/dev/mail/<int:mail_id>")
@access("development")
def mail(mail_id: int) -> ResponseReturnValue:
    """One kept mail: its text and its picture."""
    found = db.session.get(Mail, mail_id)
    if found is None:
        raise NotFound()
    return render("home/dev/mail.html", mail=found)


@system.get("/dev/mail/<int:mail_id>/html")
@access("development")
def mail_html(mail_id: int) -> ResponseReturnValue:
    """The mail as a mail program would show it. Its style sheet is its own."""
    found = db.session.get(Mail, mail_id)
    if found is None:
        raise NotFound()
    response = Response(found.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
    )
    return response


def _mails() -> sa.Select[Any]:
    return sa.select(Mail).order_by(Mail.id.desc())
