"""Wiring: settings, extensions, blueprints. Nothing else happens here."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SessionInterface, SessionMixin
from flask_compress import Compress
from flask_migrate import Migrate
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ConfigurationError, Settings
from storefront.kernel import runtime
from storefront.kernel.db import ask_after_rest, db
from storefront.kernel.marks import MappedMarks, Marks, watch
from storefront.web import init_front, init_web

ROOT = Path(__file__).resolve().parents[1]
LOCK_MILLISECONDS = 8000

# Where tables are, lowest floor first; a slice's face brings in its own.
TABLES: list[str] = [
    "storefront.kernel.settings",
    "storefront.kernel.slugs",
    "storefront.media",
    "storefront.notifications",
    "storefront.accounts",
    "storefront.artisans",
    "storefront.ledger",
    "storefront.catalogue",
    "storefront.cart",
    "storefront.shipping",
    "storefront.payments",
    "storefront.orders",
    "storefront.council",
    "storefront.sharing",
]

# Tables no public page shows anything of: writing them leaves the kept pages as they are. A table
# that is not named here makes them all old, which is the safe side.
UNSEEN: frozenset[str] = frozenset(
    "limit_count action_replay outbox mail job_run "
    "user user_role user_session one_time_code recovery_code address audit_entry consent "
    "bank_account listing_change cart cart_line set_aside stock_watch search_document "
    "ledger_account ledger_transaction ledger_entry "
    "payment payment_event provider_event transfer_proof rehearsal_session finance_task "
    "order order_contact sub_order order_line parcel parcel_line instalment order_event "
    "refund refund_line refund_account invoice_series invoice".split()
)

# Every slice with pages, lowest floor first: (module, name of the blueprint in it).
BLUEPRINTS: list[tuple[str, str]] = [
    ("storefront.media.views", "media"),
    ("storefront.accounts.views", "shop"),
    ("storefront.accounts.views", "council"),
    ("storefront.artisans.views", "studio"),
    ("storefront.artisans.views", "council"),
    ("storefront.catalogue.views", "shop"),
    ("storefront.catalogue.views", "studio"),
    ("storefront.catalogue.views", "council"),
    ("storefront.cart.views", "shop"),
    ("storefront.shipping.views", "council"),
    ("storefront.checkout.views.page", "shop"),
    ("storefront.checkout.views.paying", "shop"),
    ("storefront.checkout.views.finance", "council"),
    ("storefront.orders.views", "shop"),
    ("storefront.orders.views", "studio"),
    ("storefront.orders.views", "council"),
    ("storefront.council.views", "shop"),
    ("storefront.council.views", "council"),
    ("storefront.webhooks", "webhooks"),
    ("storefront.sharing.views", "sharing"),
    ("storefront.home.views", "shop"),
    ("storefront.home.views", "council"),
    ("storefront.home.views", "system"),
]

# Where mails are made; importing a module makes its topics known.
MAILS: list[str] = [
    "storefront.orders.mails",
    "storefront.accounts.mails",
    "storefront.artisans.mails",
    "storefront.catalogue.mails",
    "storefront.cart.mails",
]

# Whoever registers something else (commands, loaders, guards): (module, function of the app).
SETUPS: list[tuple[str, str]] = [
    ("storefront.cart.visitor", "init_cart"),
    ("storefront.checkout.views.estimates", "init_estimates"),
    ("storefront.accounts.loader", "init_accounts"),
    ("storefront.catalogue.labels", "init_catalogue"),
    ("storefront.catalogue.narrowing", "init_narrowing"),
    ("storefront.sharing.abouts", "init_sharing"),
    ("storefront.backup", "init_backup"),
    ("storefront.jobs", "init_jobs"),
    ("storefront.cli", "init_cli"),
]

migrate = Migrate()
compress = Compress()


def create_app(settings: Settings | None = None) -> Flask:
    """The shop. Raises ConfigurationError, one line per fault, where production must refuse."""
    settings = settings or Settings.from_env(os.environ)
    if faults := settings.faults():
        raise ConfigurationError(faults)
    runtime.configure(settings)
    app = Flask(
        "storefront",
        static_folder=None,
        template_folder=str(ROOT / "templates"),
        root_path=str(ROOT / "storefront"),
    )
    app.session_interface = NoCookieSession()
    app.config.from_mapping(_flask_config(settings))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(
        app, db, directory=str(ROOT / "migrations"), render_as_batch=settings.is_sqlite
    )
    compress.init_app(app)
    init_web(app)
    for module in TABLES:
        importlib.import_module(module)
    for module, name in BLUEPRINTS:
        app.register_blueprint(getattr(importlib.import_module(module), name))
    for module in MAILS:
        importlib.import_module(module)
    for module, name in SETUPS:
        getattr(importlib.import_module(module), name)(app)
    configure_mappers()
    _stand_in_front(app, settings)
    return app


def _stand_in_front(app: Flask, settings: Settings) -> None:
    """What answers before Flask does: first the proxy's word, then files, then kept pages."""
    marks = _marks(settings)
    with app.app_context():
        for engine in db.engines.values():
            watch(engine, marks)
            if not settings.is_sqlite:
                ask_after_rest(engine)
    init_front(app, marks)
    if count := settings.TRUSTED_PROXIES:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _marks(settings: Settings) -> Marks:
    if settings.SEVERAL_HOSTS:
        from storefront.kernel.marks_in_redis import RedisMarks

        return RedisMarks(settings.REDIS_URL, UNSEEN)
    return MappedMarks(settings.data_dir / "marks", UNSEEN)


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": settings.DEBUG,
        "TESTING": settings.SHOP_ENV == "test",
        "TEMPLATES_AUTO_RELOAD": not settings.is_production,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "storefront" / "translations"),
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "application/xml",
            "image/svg+xml",
        ],
        "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        return {}
    return {
        "connect_args": {"options": f"-c lock_timeout={LOCK_MILLISECONDS}"},
    }


class NoCookieSession(SessionInterface):
    """No session in a cookie: sessions are rows that can be ended. Writing to it is an error."""

    def open_session(self, app: Flask, request: Any) -> SessionMixin:
        return self.make_null_session(app)

    def save_session(self, app: Flask, session: SessionMixin, response: Any) -> None:
        return None
