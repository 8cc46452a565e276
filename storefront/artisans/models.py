"""Workshops: application, papers, words in four languages, and what was decided about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.kernel.clock import now
from storefront.kernel.crypto import EncryptedText
from storefront.kernel.db import Base, public_id


class Artisan(Base):
    """One workshop. High-risk numbers are encrypted, with a keyed hash beside those to be matched.

    `commission_bp` is in hundredths of a percent of the rupiah price.
    """

    __tablename__ = "artisan"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'documents_check', 'curation', 'approved',"
            " 'revision_asked', 'rejected', 'suspended', 'archived')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    slug: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    code: Mapped[str | None] = mapped_column(sa.String(6), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    kind: Mapped[str] = mapped_column(sa.String(10), default="sanggar")
    state: Mapped[str] = mapped_column(sa.String(16), default="draft", index=True)
    state_before_suspension: Mapped[str] = mapped_column(sa.String(16), default="")
    applicant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    contact_name: Mapped[str] = mapped_column(sa.String(120), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    street: Mapped[str] = mapped_column(sa.String(200), default="")
    subdistrict: Mapped[str] = mapped_column(sa.String(80), default="")
    district: Mapped[str] = mapped_column(sa.String(80), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(10), default="")
    craft: Mapped[str] = mapped_column(sa.String(200), default="")
    techniques: Mapped[list[Any]] = mapped_column(default=list)
    plants: Mapped[list[Any]] = mapped_column(default=list)
    makers_f: Mapped[int] = mapped_column(default=0)
    makers_m: Mapped[int] = mapped_column(default=0)
    since_year: Mapped[int | None]
    kbli: Mapped[str] = mapped_column(sa.String(5), default="")
    kbli_version: Mapped[str] = mapped_column(sa.String(4), default="2020")
    grade: Mapped[str] = mapped_column(sa.String(1), default="")
    is_pkp: Mapped[bool] = mapped_column(default=False)
    commission_bp: Mapped[int] = mapped_column(default=1500)
    nik: Mapped[str | None] = mapped_column(EncryptedText(hashed_as="nik_hash"))
    nik_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    npwp: Mapped[str | None] = mapped_column(EncryptedText)
    nib: Mapped[str | None] = mapped_column(EncryptedText(hashed_as="nib_hash"))
    nib_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    # No foreign key: the file's row already points to its workshop, and a circle of two tables
    # could be neither created nor restored in one order on both engines.
    cover_id: Mapped[int | None]
    source_lang: Mapped[str] = mapped_column(sa.String(2), default="id")
    closed_from: Mapped[dt.date | None]
    closed_until: Mapped[dt.date | None]
    submitted_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    translations: Mapped[list[ArtisanTranslation]] = relationship(
        order_by="ArtisanTranslation.lang"
    )


class ArtisanTranslation(Base):
    """The workshop's tagline and story in one language."""

    __tablename__ = "artisan_translation"
    __table_args__ = (sa.UniqueConstraint("artisan_id", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"))
    lang: Mapped[str] = mapped_column(sa.String(2))
    tagline: Mapped[str] = mapped_column(sa.String(200), default="")
    story: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    source_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    updated_at: Mapped[dt.datetime] = mapped_column(default=now)


class BankAccount(Base):
    """A workshop's account for payouts. A change waits for a second person; old ones are kept."""

    __tablename__ = "bank_account"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('proposed', 'confirmed', 'replaced', 'refused')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"), index=True)
    bank: Mapped[str] = mapped_column(sa.String(60))
    holder: Mapped[str] = mapped_column(sa.String(120))
    number: Mapped[str] = mapped_column(EncryptedText(hashed_as="number_hash"))
    number_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="proposed")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    decided_at: Mapped[dt.datetime | None]


class ArtisanDocument(Base):
    """One paper of a workshop: its number, its file, how long it is valid, who checked it."""

    __tablename__ = "artisan_document"
    __table_args__ = (
        sa.CheckConstraint("state in ('submitted', 'verified', 'rejected')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    number: Mapped[str | None] = mapped_column(EncryptedText)
    holder: Mapped[str] = mapped_column(sa.String(120), default="")
    media_id: Mapped[int | None] = mapped_column(sa.ForeignKey("media_file.id"))
    # The file would do something when opened; whoever checks it is warned.
    is_active: Mapped[bool] = mapped_column(default=False)
    issued_on: Mapped[dt.date | None]
    expires_on: Mapped[dt.date | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="submitted")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    checked_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class ArtisanEvent(Base):
    """Who moved a workshop from which state to which, and why. Append only."""

    __tablename__ = "artisan_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    artisan_id: Mapped[int] = mapped_column(sa.ForeignKey("artisan.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(sa.String(30))
    from_state: Mapped[str] = mapped_column(sa.String(16), default="")
    to_state: Mapped[str] = mapped_column(sa.String(16), default="")
    why: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
