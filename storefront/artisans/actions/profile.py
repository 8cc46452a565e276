"""What a workshop shows of itself: texts, picture, name, closed period."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping
from typing import NamedTuple

from storefront.artisans.actions.decisions import MAKER, free_slug
from storefront.artisans.actions.journal import locked, note
from storefront.artisans.errors import WrongPeriod
from storefront.artisans.hooks import tell_hooks
from storefront.artisans.models import Artisan, ArtisanTranslation
from storefront.kernel.clock import now
from storefront.kernel.slugs import remember_slug
from storefront.kernel.translated import LANGS, TranslationState, mark_stale
from storefront.media import PreparedFile, add_file


class Words(NamedTuple):
    """A workshop's texts in one language."""

    tagline: str
    story: str


def save_texts(
    artisan_id: int,
    texts: Mapping[str, Words],
    user_id: int,
    *,
    version: object = None,
    reviewed: Collection[str] = (),
) -> Artisan:
    """Write texts by language. A changed text is a draft again unless its language is among
    `reviewed`; when the source changes, reviewed translations become stale.

    Raises StaleVersion.
    """
    artisan = locked(artisan_id, version)
    rows = {row.lang: row for row in artisan.translations}
    changed = []
    for lang in (at for at in LANGS if at in texts):
        row = rows.get(lang)
        if row is None:
            if not any(texts[lang]):
                continue
            row = rows[lang] = ArtisanTranslation(lang=lang, tagline="", story="")
            artisan.translations.append(row)
        if (row.tagline, row.story) != tuple(texts[lang]):
            row.tagline, row.story = texts[lang]
            row.state, row.updated_at = TranslationState.DRAFT, now()
            changed.append(lang)
    if artisan.source_lang in changed:
        mark_stale([row for row in rows.values() if row.lang not in changed], artisan.source_lang)
    for lang in reviewed:
        if lang in rows and (rows[lang].tagline or rows[lang].story):
            rows[lang].state = TranslationState.REVIEWED
    _note_source(artisan, rows, {*changed, *reviewed})
    artisan.version += 1
    note(artisan, "save_texts", user_id, changed=changed, reviewed=sorted(reviewed))
    return artisan


def set_closed_period(
    artisan_id: int, start: dt.date | None, end: dt.date | None, user_id: int
) -> Artisan:
    """Days (both included) on which pieces are shown but not sold; no end: until further notice.

    Open orders stay. Raises WrongPeriod.
    """
    if start and end and end < start:
        raise WrongPeriod()
    artisan = locked(artisan_id)
    artisan.closed_from, artisan.closed_until = start, end if start else None
    artisan.version += 1
    shown = {"from": start.isoformat() if start else "", "until": end.isoformat() if end else ""}
    note(artisan, "set_closed_period", user_id, **shown)
    return artisan


def set_cover(artisan_id: int, picture: PreparedFile, user_id: int) -> Artisan:
    """The picture of the workshop's page."""
    artisan = locked(artisan_id)
    media = add_file(picture, artisan_id=artisan_id, user_id=user_id, is_private=False)
    artisan.cover_id = media.id
    artisan.version += 1
    note(artisan, "set_cover", user_id, media_id=media.id)
    return artisan


def rename(artisan_id: int, name: str, user_id: int) -> Artisan:
    """Give a workshop another name; its old address goes on answering."""
    artisan = locked(artisan_id)
    if artisan.name == name:
        return artisan
    former, artisan.name = artisan.slug, name
    if former:
        artisan.slug = None
        artisan.slug = free_slug(artisan)
        if artisan.slug != former:
            remember_slug(MAKER, former, artisan.id)
    artisan.version += 1
    tell_hooks(artisan.id)
    note(artisan, "rename", user_id)
    return artisan


def _note_source(artisan: Artisan, rows: dict[str, ArtisanTranslation], langs: set[str]) -> None:
    """Translations remember the source they were made from."""
    source = rows.get(artisan.source_lang)
    text = f"{source.tagline}\0{source.story}" if source else ""
    digest = hashlib.sha256(text.encode()).hexdigest()
    for lang in langs & set(rows) - {artisan.source_lang}:
        rows[lang].source_hash = digest
