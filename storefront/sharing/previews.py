"""Preview pictures of pieces, made by the worker: what is missing or has changed, newest first.

Files are named by the stamp of what they show, so that a changed piece has a new address at once
and shows the shop's picture until its own is made. These are doors: they open transactions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import sqlalchemy as sa
import structlog
from flask_babel import force_locale, gettext

from storefront.artisans import Artisan, ArtisanEvent
from storefront.catalogue import Product, ProductEvent, product_cards, visible
from storefront.kernel import runtime
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.translated import LANGS
from storefront.media import MediaFile, read_picture
from storefront.sharing import documents
from storefront.sharing.drawing import NoFont, draw_plate, draw_shop
from storefront.sharing.models import SharePicture
from storefront.sharing.plates import Plate, plate_of_card

log = structlog.get_logger()
MOST_NEW, MOST_CHECKED = 40, 200
CHECKED_AGAIN = dt.timedelta(hours=6)
TRIED_AGAIN = dt.timedelta(minutes=10)
CLOTH = Path(__file__).resolve().parents[2] / "static" / "img" / "home" / "cloth-1760.webp"
SOURCE_WIDTH = 640  # px; a plate shows 504 of them


def make_previews() -> str:
    """Make what is missing of some pieces: new ones, changed ones, then those looked at longest
    ago. Says how many pictures were made."""
    made = sum(_follow(product_id) for product_id in _waiting())
    return f"{made}"


def preview_file(stamp: str) -> Path:
    """Where the picture with this stamp is, if it was made."""
    return documents.folder("previews") / stamp[:2] / f"{stamp}.jpg"


def shop_file() -> Path | None:
    """The shop's own preview, drawn at the first question; None where no font is at hand."""
    lines = runtime.settings().name_lines
    named = hashlib.sha256("|".join(lines).encode()).hexdigest()[:16]
    path = documents.folder("previews") / f"shop-{named}.jpg"
    if not path.exists():
        try:
            documents.write_whole(path, draw_shop(CLOTH.read_bytes(), lines))
        except NoFont:
            return None
    return path


def _waiting() -> list[int]:
    """Ids of pieces to look at; three statements."""
    shown = sa.select(Product.id).join(Artisan, Artisan.id == Product.artisan_id).where(visible())
    new = shown.where(~sa.exists().where(SharePicture.product_id == Product.id))
    ids = list(db.session.scalars(new.order_by(Product.id.desc()).limit(MOST_NEW)))
    known = shown.join(SharePicture, SharePicture.product_id == Product.id)
    changed = sa.or_(
        sa.exists().where(
            ProductEvent.product_id == Product.id, ProductEvent.at > SharePicture.checked_at
        ),
        sa.exists().where(
            ArtisanEvent.artisan_id == Artisan.id, ArtisanEvent.at > SharePicture.checked_at
        ),
    )
    ids += db.session.scalars(known.where(changed).limit(MOST_CHECKED))
    old = known.where(SharePicture.checked_at < now() - CHECKED_AGAIN)
    ids += db.session.scalars(old.order_by(SharePicture.checked_at).limit(MOST_CHECKED))
    db.session.rollback()
    return list(dict.fromkeys(ids))


def _follow(product_id: int) -> int:
    """Make a piece's missing pictures, forget those that no longer show it; how many were made."""
    moment = now()  # before reading: what changes meanwhile is looked at again
    made, stamps, is_whole = 0, [], True
    for lang in LANGS:
        plate = _plate(product_id, lang)
        if plate is None:
            continue
        stamps.append(plate.stamp())
        if not preview_file(plate.stamp()).exists():
            is_done = _make(plate)
            made, is_whole = made + is_done, is_whole and is_done
    db.session.rollback()
    with transaction():
        row = db.session.get(SharePicture, product_id)
        if row is None:
            row = SharePicture(product_id=product_id)
            db.session.add(row)
        former, row.stamps = row.stamps or [], stamps
        # A photo still on its way, a font not yet installed: soon again, but not before new pieces.
        row.checked_at = moment if is_whole else moment - CHECKED_AGAIN + TRIED_AGAIN
    for stamp in set(former) - set(stamps):
        preview_file(stamp).unlink(missing_ok=True)
    return made


def _plate(product_id: int, lang: str) -> Plate | None:
    """What the piece's picture shows in a language; None where it has no words or no picture."""
    card = next(iter(product_cards([product_id], lang, "IDR")), None)
    if card is None or card.picture is None or card.name.lang != lang:
        return None
    return plate_of_card(card, lang)


def _make(plate: Plate) -> bool:
    """Draw one picture; False where its photo or a font is not there."""
    media = db.session.scalars(
        sa.select(MediaFile).where(
            MediaFile.public_id == plate.picture, MediaFile.is_private.is_(False)
        )
    ).one_or_none()
    if media is None:
        return False
    wide = [at for at in media.widths if at >= SOURCE_WIDTH]
    try:
        photo = read_picture(media, min(wide) if wide else max(media.widths))
        with force_locale(plate.lang):
            number = gettext("No. %(number)s", number=f"{plate.number:04d}")
            place = gettext("%(district)s, Cilegon", district=plate.district)
        place = place if plate.district else "Cilegon"
        data = draw_plate(plate, photo, runtime.settings().name_lines, number, place)
    except (NoFont, OSError) as error:
        log.warning("preview_not_made", product=plate.number, lang=plate.lang, why=repr(error))
        return False
    path = preview_file(plate.stamp())
    path.parent.mkdir(parents=True, exist_ok=True)
    documents.write_whole(path, data)
    return True
