"""Public pictures, and the safe way to hand a private file to somebody who may have it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response

from storefront.media import storage
from storefront.media.models import MediaFile
from storefront.media.queries import copy_key, public_picture, read_document, read_picture
from storefront.media.rules import ENDINGS
from storefront.web import access

media = Blueprint("media", __name__)


@media.get("/media/<name>/<int:width>.<any(webp, jpg, avif):ending>")
@access("public")
def picture(name: str, width: int, ending: str) -> Response:
    """A copy of a public picture. The name never gets other bytes: kept for a year. Where the
    store has a public address of its own, browsers are sent there."""
    row = public_picture(name, width, ending)
    if row is None:
        abort(404)
    elsewhere = storage.public_address(copy_key(row, width, ending))
    if elsewhere:
        response: Response = redirect(elsewhere)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response
    response = make_response(read_picture(row, width, ending))
    response.mimetype = ENDINGS[ending]
    response.headers["Cache-Control"] = storage.YEAR
    response.set_etag(f"{name}-{width}-{ending}")
    return response.make_conditional(request.environ)


def send_document(row: MediaFile, name: str = "") -> Response:
    """A private file as a download. The caller has checked that this person may have it."""
    shown = name or row.original_name or "document"
    response = make_response(read_document(row))
    response.mimetype = row.mime
    plain = shown.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain or 'document'}\"; filename*=UTF-8''{quote(shown)}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def send_picture(row: MediaFile, width: int = 960) -> Response:
    """A private picture to look at, about `width` px wide. The caller has checked who asks."""
    fitting = [at for at in row.widths if at >= width]
    response = make_response(read_picture(row, min(fitting) if fitting else max(row.widths)))
    response.mimetype = ENDINGS["webp"]
    response.headers["Cache-Control"] = "no-store"
    return response
