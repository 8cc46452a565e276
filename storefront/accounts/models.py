"""Who may do what: users, roles, sessions that can be ended, one-time codes, addresses, audit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.crypto import EncryptedText
from storefront.kernel.db import Base, public_id


class User(Base):
    """A person, known by mail address or phone number (E.164). Erasure blanks it, keeps the id."""

    __tablename__ = "user"
    __table_args__ = (
        sa.CheckConstraint("state in ('active', 'disabled', 'erased')", name="state"),
        sa.CheckConstraint(
            "email is not null or phone is not null or state = 'erased'", name="reachable"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    lang: Mapped[str] = mapped_column(sa.String(2), default="id")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(10), default="active")
    email_confirmed_at: Mapped[dt.datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    totp_confirmed_at: Mapped[dt.datetime | None]
    totp_last_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    erased_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    roles: Mapped[list[UserRole]] = relationship(
        foreign_keys="UserRole.user_id", order_by="UserRole.id"
    )


class UserRole(Base):
    """One right of one person. `artisan_id` is set for role 'artisan' and only there."""

    __tablename__ = "user_role"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "role", "artisan_id"),
        sa.CheckConstraint(
            "role in ('artisan', 'curator', 'finance', 'translator', 'admin')", name="role"
        ),
        sa.CheckConstraint("(role = 'artisan') = (artisan_id is not null)", name="artisan"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(12))
    artisan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("artisan.id"), index=True)
    rights: Mapped[str] = mapped_column(sa.String(10), default="owner")  # owner | member
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    granted_at: Mapped[dt.datetime] = mapped_column(default=now)


class UserSession(Base):
    """One signed-in device. The cookie carries the token; here stands only its hash."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    last_seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    second_factor_at: Mapped[dt.datetime | None]
    device: Mapped[str] = mapped_column(sa.String(120), default="")
    network: Mapped[str] = mapped_column(sa.String(64), default="")


class OneTimeCode(Base):
    """A code or link of one purpose, used once: confirm, reset, sign-in card, order access."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    code_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(254), default="")
    digits: Mapped[int] = mapped_column(default=0)  # 0: a token in a link
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """One of the codes that stand in for a lost second factor; hashed, used once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[dt.datetime | None]


class AddressColumns:
    """The columns of a postal address; which of them are asked depends on the country."""

    country: Mapped[str] = mapped_column(sa.String(2), default="ID")
    recipient: Mapped[str] = mapped_column(sa.String(120), default="")
    recipient_latin: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    street: Mapped[str] = mapped_column(sa.String(200), default="")
    extra: Mapped[str] = mapped_column(sa.String(200), default="")
    rt_rw: Mapped[str] = mapped_column(sa.String(12), default="")
    subdistrict: Mapped[str] = mapped_column(sa.String(80), default="")
    district: Mapped[str] = mapped_column(sa.String(80), default="")
    city: Mapped[str] = mapped_column(sa.String(80), default="")
    province: Mapped[str] = mapped_column(sa.String(80), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(16), default="")
    customs_code: Mapped[str | None] = mapped_column(EncryptedText)


class Address(AddressColumns, Base):
    """An entry of a buyer's address book."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(60), default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)


class AuditEntry(Base):
    """What staff did outside an order, and each reading of high-risk data. Append only, by id."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    object_type: Mapped[str] = mapped_column(sa.String(40), default="")
    object_id: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    why: Mapped[str] = mapped_column(sa.Text, default="")


class Consent(Base):
    """That someone agreed to a text: which version, in which language, when, and when withdrawn."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    text_version: Mapped[str] = mapped_column(sa.String(20))
    lang: Mapped[str] = mapped_column(sa.String(2))
    given_at: Mapped[dt.datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[dt.datetime | None]
