"""A workshop's own papers and photos."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.artisans import rules
from storefront.artisans.actions.papers import add_paper, add_photos, remove_paper
from storefront.artisans.errors import NotEditable, TooManyFiles
from storefront.artisans.forms import Paper, Photos, sent
from storefront.artisans.models import Artisan
from storefront.artisans.queries import accounts_of, own_artisan, own_paper, papers_of
from storefront.artisans.views import studio
from storefront.artisans.views.applying import papers_context
from storefront.media import (
    BadFile,
    files,
    is_active,
    prepare_document,
    prepare_picture,
    send_document,
    send_picture,
)
from storefront.web import access, hit, once, render, say, signed_in

UPLOADS_PER_HOUR = 80


@studio.get("/papers")
@access("signed_in")
def papers() -> ResponseReturnValue:
    """What was handed in, how far it is, and the way to hand in more."""
    return _page(own_artisan(signed_in()))


@studio.post("/papers")
@access("signed_in")
def add() -> ResponseReturnValue:
    """Hand in one paper."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Paper()
    hit("upload", f"user:{person.user_id}", UPLOADS_PER_HOUR, 3600)
    if form.accepted():
        try:
            upload = form.file.data if sent(form.file.data) else None
            flagged = upload is not None and _looks_active(upload)
            file = prepare_document(upload.stream, upload.filename or "") if upload else None
            return once(
                lambda: add_paper(
                    artisan.id,
                    form.kind.data,
                    person.user_id,
                    file=file,
                    is_active=flagged,
                    number=form.number.data or "",
                    holder=form.holder.data or "",
                    issued_on=form.issued_on.data,
                    expires_on=form.expires_on.data,
                ),
                then=lambda _: _back(),
                say=_("The paper was handed in."),
            )
        except (BadFile, TooManyFiles, NotEditable) as error:
            form.file.errors = [say(error)]
    return _page(artisan, paper_form=form), 422


@studio.post("/papers/photos")
@access("signed_in")
def add_work_photos() -> ResponseReturnValue:
    """Hand in photos of the work; either all of them or none."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Photos()
    hit("upload", f"user:{person.user_id}", UPLOADS_PER_HOUR, 3600)
    chosen = [upload for upload in form.photos.data or [] if sent(upload)]
    if not chosen:
        form.photos.errors = [_("Please choose at least one photo.")]
    elif form.accepted():
        try:
            if len(chosen) > rules.MOST_PHOTOS:
                raise TooManyFiles()
            ready = [
                prepare_picture(upload.stream, upload.filename or "", private=True)
                for upload in chosen
            ]
            return once(
                lambda: add_photos(artisan.id, ready, person.user_id),
                then=lambda _: _back(),
                say=_("The photos were handed in."),
            )
        except (BadFile, TooManyFiles, NotEditable) as error:
            form.photos.errors = [say(error)]
    return _page(artisan, photos_form=form), 422


@studio.post("/papers/<public_id>/remove")
@access("signed_in")
def remove(public_id: str) -> ResponseReturnValue:
    """Take one back that was not decided on."""
    person = signed_in()
    artisan = own_artisan(person)
    return once(
        lambda: remove_paper(artisan.id, public_id, person.user_id),
        then=lambda _: _back(),
        say=_("It was removed."),
    )


@studio.get("/papers/<public_id>/file")
@access("signed_in")
def file(public_id: str) -> ResponseReturnValue:
    """One's own paper back as a download, one's own photo to look at."""
    paper = own_paper(own_artisan(signed_in()).id, public_id)
    media = files([paper.media_id]).get(paper.media_id or 0)
    if media is None:
        abort(404)
    return send_picture(media, 480) if media.kind == "picture" else send_document(media)


def _looks_active(upload: object) -> bool:
    stream = upload.stream  # type: ignore[attr-defined]
    found = is_active(stream.read(16 * 1024 * 1024))
    stream.seek(0)
    return found


def _back() -> str:
    """Where the form came from: the application or the page of papers."""
    is_application = request.form.get("back") == "apply"
    page = "artisans_studio.apply" if is_application else "artisans_studio.papers"
    return url_for(page) + "#papers"


def _page(artisan: Artisan, **forms: object) -> str:
    context = papers_context(artisan, papers_of(artisan.id), accounts_of(artisan.id))
    refused = next((form for form in forms.values() if getattr(form, "errors", None)), None)
    context |= {"artisan": artisan, "refused": refused, **forms}
    return render("artisans/studio/papers.html", **context)
