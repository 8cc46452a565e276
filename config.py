"""Process settings: read once from the environment, typed, with defaults for a bare machine.

What the council may change while the shop runs lives in the database instead
(`storefront.kernel.settings`).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

import click

Environment = Literal["development", "test", "production"]

_SHORTEST_SECRET = 32
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class ConfigurationError(click.ClickException):
    """The process must not start; the text has one line per reason.

    A ClickException, so that every `flask` command says these lines and nothing else.
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def _about(default: str, text: str) -> str:
    """A field with a plain default and the sentence that docs/configuration.md shows."""
    return field(default=default, metadata={"about": text})


def _flag(default: bool, text: str) -> bool:
    return field(default=default, metadata={"about": text})


def _number(default: int, text: str) -> int:
    return field(default=default, metadata={"about": text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every process setting. The field's name is the name of the environment variable."""

    SHOP_ENV: Environment = field(
        default="development", metadata={"about": "development, test or production."}
    )
    SECRET_KEY: str = _about(
        "", "Signs cookies and form tokens; 32 characters or more. Made up in development."
    )
    ENCRYPTION_KEY: str = _about(
        "",
        "Comma list of keys (32 characters or more each) for encrypted fields; "
        "the first writes, all read. Made up in development.",
    )
    ALLOWED_HOSTS: str = _about(
        "", "Comma list of host names the shop answers to; development knows localhost."
    )
    DATABASE_URL: str = _about("", "SQLAlchemy address; default is SQLite inside DATA_DIR.")
    ALLOW_SQLITE: bool = _flag(False, "Allow SQLite in production (one machine, few writers).")
    REDIS_URL: str = _about("", "Store of the background queue; default is beside the database.")
    SEVERAL_HOSTS: bool = _flag(
        False,
        "The web runs on several machines: they tell each other of changes through REDIS_URL.",
    )
    DATA_DIR: str = _about("./var", "Folder for the database file, media and made-up keys.")
    MEDIA_URL: str = _about(
        "", "Folder or s3://bucket/prefix for pictures and papers; default DATA_DIR/media."
    )
    MEDIA_S3_ENDPOINT: str = _about(
        "", "Address of an S3-compatible store that is not Amazon's, https:// in production."
    )
    MEDIA_S3_REGION: str = _about("us-east-1", "Region of the S3 bucket.")
    MEDIA_S3_KEY: str = _about("", "Access key of the S3 bucket.")
    MEDIA_S3_SECRET: str = _about("", "Secret key of the S3 bucket.")
    MEDIA_PUBLIC_URL: str = _about(
        "",
        "Public address of the store, readable in its folder pictures/ only; browsers are sent "
        "there for pictures. Without it the shop serves them.",
    )
    MAIL_URL: str = _about(
        "database", "smtp://user:password@host:port, or database to keep mail readable locally."
    )
    MAIL_FROM: str = _about("shop@localhost", "Sender address of every mail.")
    STRIPE_SECRET_KEY: str = _about("", "Without it the rehearsal gateway stands in.")
    STRIPE_WEBHOOK_SECRET: str = _about(
        "", "Secret of the webhook endpoint; a comma list of two while it is being changed."
    )
    STRIPE_API_BASE: str = _about("https://api.stripe.com", "Base address behind the Stripe SDK.")
    SHOP_NAME: str = _about("Sentra Kriya Cilegon", "Name on every page, mail and paper.")
    SHOP_NAME_LINES: str = _about(
        "Sentra Kriya|Cilegon", "The name cut into lines for the wordmark, parted by |."
    )
    SHOP_OPERATOR: str = _about("Dekranasda Kota Cilegon", "The body that runs the shop.")
    BASE_URL: str = _about("", "Public address used in mails; default http://127.0.0.1:PORT.")
    PORT: int = _number(8000, "Port of the web server.")
    WEB_WORKERS: int = _number(2, "Web server processes.")
    PAGE_CACHE_MB: int = _number(
        64, "Memory of each web process for public pages kept ready, in megabytes; 0 keeps none."
    )
    TRUSTED_PROXIES: int = _number(0, "How many proxies in front may set X-Forwarded-*.")
    DEBUG: bool = _flag(False, "Reload templates and show traces; never in production.")
    DEV_PAGES: bool = _flag(False, "Serve /dev/*; on in development and test, never in production.")
    LOG_LEVEL: str = _about("INFO", "Least severity that is logged.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from an environment. Raises ConfigurationError for a value of a wrong type."""
        values: dict[str, object] = {}
        faults: list[str] = []
        for item in fields(cls):
            raw = environ.get(item.name)
            if raw is None:
                continue
            try:
                values[item.name] = _parse(item.name, str(item.type), raw.strip())
            except ValueError as error:
                faults.append(str(error))
        if faults:
            raise ConfigurationError(faults)
        if values.get("SHOP_ENV", "development") != "production":
            values.setdefault("DEV_PAGES", True)
        return cls(**values).with_local_secrets()  # type: ignore[arg-type]

    @property
    def is_production(self) -> bool:
        return self.SHOP_ENV == "production"

    @property
    def data_dir(self) -> Path:
        return Path(self.DATA_DIR).resolve()

    @property
    def database_url(self) -> str:
        if not self.DATABASE_URL:
            return f"sqlite:///{self.data_dir / 'shop.sqlite3'}"
        # Hosting services still hand out the old scheme, which SQLAlchemy no longer knows.
        scheme, _, rest = self.DATABASE_URL.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in _POSTGRES else self.DATABASE_URL

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def media_url(self) -> str:
        return self.MEDIA_URL or str(self.data_dir / "media")

    @property
    def media_is_remote(self) -> bool:
        return "://" in self.MEDIA_URL

    @property
    def base_url(self) -> str:
        return (self.BASE_URL or f"http://127.0.0.1:{self.PORT}").rstrip("/")

    @property
    def allowed_hosts(self) -> list[str]:
        given = _listed(self.ALLOWED_HOSTS)
        if given or self.is_production:
            return given
        return ["localhost", "127.0.0.1", "[::1]"]

    @property
    def encryption_keys(self) -> list[str]:
        return _listed(self.ENCRYPTION_KEY)

    @property
    def webhook_secrets(self) -> list[str]:
        return _listed(self.STRIPE_WEBHOOK_SECRET)

    @property
    def name_lines(self) -> list[str]:
        return [line.strip() for line in self.SHOP_NAME_LINES.split("|") if line.strip()]

    @property
    def payments_are_rehearsed(self) -> bool:
        return not self.STRIPE_SECRET_KEY

    def faults(self) -> list[str]:
        """One line per reason why the process must refuse to start, most of them in production."""
        if self.SEVERAL_HOSTS and not self.REDIS_URL:
            return ["SEVERAL_HOSTS is on, but REDIS_URL is missing."]
        if not self.is_production:
            return []
        checks = [
            (
                len(self.SECRET_KEY) < _SHORTEST_SECRET,
                f"SECRET_KEY is missing or shorter than {_SHORTEST_SECRET} characters.",
            ),
            (not self.encryption_keys, "ENCRYPTION_KEY is missing."),
            (
                any(len(key) < _SHORTEST_SECRET for key in self.encryption_keys),
                f"ENCRYPTION_KEY holds a key shorter than {_SHORTEST_SECRET} characters.",
            ),
            (not self.allowed_hosts, "ALLOWED_HOSTS is empty."),
            (
                self.is_sqlite and not self.ALLOW_SQLITE,
                "DATABASE_URL is SQLite; set ALLOW_SQLITE=1 if one machine is really enough.",
            ),
            (
                self.payments_are_rehearsed,
                "STRIPE_SECRET_KEY is missing: the rehearsal gateway moves no money.",
            ),
            (
                bool(self.STRIPE_SECRET_KEY) and not self.webhook_secrets,
                "STRIPE_WEBHOOK_SECRET is missing: payments could not be confirmed.",
            ),
            *self._media_faults(),
            (self.DEBUG, "DEBUG is on."),
            (self.DEV_PAGES, "DEV_PAGES is on: /dev/* would be served."),
        ]
        return [line for broken, line in checks if broken]

    def _media_faults(self) -> list[tuple[bool, str]]:
        """What is wrong with the store of pictures, in production."""
        return [
            (
                self.media_is_remote and not self.MEDIA_URL.startswith("s3://"),
                "MEDIA_URL is neither a folder nor s3://bucket/prefix.",
            ),
            (
                self.MEDIA_URL.startswith("s3://")
                and not (self.MEDIA_S3_KEY and self.MEDIA_S3_SECRET),
                "MEDIA_S3_KEY or MEDIA_S3_SECRET is missing: no picture could be stored.",
            ),
            (
                self.MEDIA_S3_ENDPOINT.startswith("http://"),
                "MEDIA_S3_ENDPOINT is not https: papers would travel in the open.",
            ),
            (
                bool(self.MEDIA_PUBLIC_URL) and not self.MEDIA_PUBLIC_URL.startswith("https://"),
                "MEDIA_PUBLIC_URL is not an https:// address.",
            ),
        ]

    def with_local_secrets(self) -> Settings:
        """Outside production, fill missing secrets with made-up ones kept in DATA_DIR."""
        if self.is_production or (self.SECRET_KEY and self.ENCRYPTION_KEY):
            return self
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in ("SECRET_KEY", "ENCRYPTION_KEY"):
            values[name] = values[name] or _kept_secret(self.data_dir / f"{name.lower()}.txt")
        return Settings(**values)


_POSTGRES = {"postgres", "postgresql"}


def _kept_secret(path: Path) -> str:
    """The secret in this file, made up at the first call. Two starters agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _parse(name: str, kind: str, raw: str) -> object:
    if kind == "bool":
        if raw.lower() in _TRUE | _FALSE:
            return raw.lower() in _TRUE
        raise ValueError(f"{name} must be 1 or 0, not {raw!r}.")
    if kind == "int":
        if raw.isdigit():
            return int(raw)
        raise ValueError(f"{name} must be a whole number, not {raw!r}.")
    if name == "SHOP_ENV" and raw not in ("development", "test", "production"):
        raise ValueError(f"SHOP_ENV must be development, test or production, not {raw!r}.")
    return raw
