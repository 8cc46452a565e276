"""The photos of a piece in its editor: taking them in, their order, how far their sizes are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.catalogue.listing_rules import MOST_PICTURES, Payload
from storefront.catalogue.queries.listings import (
    editable_payload,
    open_change,
    own_product,
    pictures_of,
)
from storefront.catalogue.views import studio
from storefront.kernel.translated import N_
from storefront.media import (
    BadFile,
    PictureView,
    PreparedFile,
    add_file,
    prepare_picture,
    try_again,
)
from storefront.web import access, hit, say, signed_in


class TooManyPhotos(BadFile):
    """More photos than a piece may have."""

    message = N_("A piece has at most %(most)s photos. Choose fewer, or take some out first.")


class CannotBeMade(BadFile):
    """A photo whose sizes failed too often."""

    message = N_("This photo cannot be processed. Please take it out and choose another one.")


@studio.get("/products/<public_id>/photos")
@access("studio")
def photos(public_id: str) -> ResponseReturnValue:
    """How far the photos' sizes are, for the editor's script: what it says about all and each."""
    product = own_product(signed_in(), public_id)
    views = pictures_of(editable_payload(product, open_change(product.id))).values()
    told = progress(views)
    told["say"] = told["say"] or _("All photos are ready.")
    return jsonify(
        told
        | {
            "photos": [
                {"id": view.public_id, "state": view.state, "say": state_words(view.state)}
                for view in views
            ]
        }
    )


def progress(views: Iterable[PictureView]) -> dict[str, Any]:
    """How many of the photos (`total`) are `done` (ready or given up), and in words what is still
    to come or to do; '' when all are ready."""
    states = [view.state for view in views]
    waiting, failed = states.count("processing"), states.count("failed")
    ready, total = states.count("ready"), len(states)
    words = ""
    if waiting:
        words = ngettext(
            "%(ready)s of %(num)s photo is ready. The others follow within a minute.",
            "%(ready)s of %(num)s photos are ready. The others follow within a minute.",
            total,
            ready=ready,
        )
    elif failed:
        words = ngettext(
            "%(num)s photo needs your attention.", "%(num)s photos need your attention.", failed
        )
    return {"done": total - waiting, "total": total, "say": words}


def state_words(state: str) -> str:
    """A photo's state as its maker reads it."""
    words: dict[str, str] = {
        "ready": _("Ready"),
        "processing": _("Sizes are being made …"),
        "failed": _("The sizes could not be made. Buyers see a small copy for now."),
    }
    return words[state]


def prepared(uploads: list[Any], payload: Payload) -> list[PreparedFile]:
    """Check and store the photos' bytes before the transaction; no row names them yet. Raises
    BadFile, with `file` naming which of several it was."""
    if not uploads:
        return []
    hit("upload", f"user:{signed_in().user_id}", 120, 3600)
    if len(uploads) > MOST_PICTURES - len(payload["pictures"]):
        raise TooManyPhotos(most=MOST_PICTURES)
    ready = []
    for upload in uploads:
        try:
            ready.append(prepare_picture(upload.stream, upload.filename or ""))
        except BadFile as error:
            if len(uploads) > 1:
                error.facts = {**error.facts, "file": upload.filename}
            raise
    return ready


def photo_error(error: BadFile) -> str:
    """What was wrong with an upload, behind the file's name where several came."""
    words = say(error)
    return f"{error.facts['file']}: {words}" if error.facts.get("file") else words


def add_pictures(
    payload: Payload, ready: list[PreparedFile], artisan_id: int, user_id: int
) -> None:
    """Hang prepared photos behind the others."""
    for file in ready:
        media = add_file(file, artisan_id=artisan_id, user_id=user_id)
        payload["pictures"].append({"media_id": media.id, "alt": {}})


def arrange(payload: Payload, step: str, place: str) -> None:
    """Move a picture up or down by one place, or take it out. Unknown places change nothing."""
    shots, at = payload["pictures"], _at(payload, place)
    if at is None:
        return
    if step == "remove":
        del shots[at]
    other = at + {"up": -1, "down": 1}.get(step, 0)
    if step in {"up", "down"} and 0 <= other < len(shots):
        shots[at], shots[other] = shots[other], shots[at]


def again(payload: Payload, place: str) -> None:
    """Try a failed photo's sizes once more. Raises CannotBeMade when that was done often enough."""
    at = _at(payload, place)
    if at is None:
        return
    media_id = payload["pictures"][at]["media_id"]
    if not try_again(media_id) and _view(payload, media_id).state == "failed":
        raise CannotBeMade()


def _view(payload: Payload, media_id: int) -> PictureView:
    return pictures_of(payload)[media_id]


def _at(payload: Payload, place: str) -> int | None:
    at = int(place) if place.isdecimal() and len(place) < 4 else -1
    return at if 0 <= at < len(payload["pictures"]) else None
