"""Public pictures, and the safe way to hand a private file to somebody who may have it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from storefront.media.models import MediaFile
from storefront.media.queries import public_picture, read_document, read_picture
from storefront.web import access

media = Blueprint("media", __name__)


@media.get("/media/<public_id>/<int:width>.webp")
@access("public")
def picture(public_id: str, width: int) -> Response:
    """A public picture at one of its widths. The name never gets other bytes: kept for a year."""
    row = public_picture(public_id)
    if row is None or width not in row.widths:
        abort(404)
    response = make_response(read_picture(row, width))
    response.mimetype = "image/webp"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(f"{row.content_hash[:20]}-{width}")
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
    response.mimetype = "image/webp"
    response.headers["Cache-Control"] = "no-store"
    return response
