"""The council looks at papers, numbers and accounts. Each reading of them is written down."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import record_audit
from storefront.artisans.actions.bank import confirm_account, refuse_account
from storefront.artisans.actions.papers import reject_paper, verify_paper
from storefront.artisans.errors import ReasonNeeded, SamePerson
from storefront.artisans.forms import PaperCheck
from storefront.artisans.models import Artisan, ArtisanDocument
from storefront.artisans.queries import (
    accounts_of,
    own_paper,
    papers_of,
    workshop_by_public_id,
)
from storefront.artisans.views import council
from storefront.artisans.views.council_desk import (
    address,
    decision_form,
    detail_page,
    message,
    paper_name,
    reader_lang,
    refused_here,
)
from storefront.kernel.db import transaction
from storefront.media import MediaFile, files, send_document, send_picture
from storefront.web import access, once, signed_in


@council.post("/workshops/<public_id>/reveal")
@access("council:curator,finance")
def reveal(public_id: str) -> ResponseReturnValue:
    """Show one masked number, once, and write down who read it."""
    artisan = workshop_by_public_id(public_id)
    what = request.form.get("what", "")
    number = _number(artisan, what)
    if number is None:
        abort(404)
    with transaction():
        record_audit(
            signed_in().user_id, "personal.read", "artisan", artisan.id, after={"what": what}
        )
    return detail_page(artisan, revealed={what: number})


@council.get("/workshops/<public_id>/papers/<paper_id>/file")
@access("council:curator,finance")
def file(public_id: str, paper_id: str) -> ResponseReturnValue:
    """Open a paper; written down."""
    paper, media = _file(public_id, paper_id)
    if media.kind != "document":
        abort(404)
    with transaction():
        record_audit(
            signed_in().user_id,
            "personal.read",
            "artisan_document",
            paper.id,
            after={"what": paper.kind},
        )
    return send_document(media)


@council.get("/workshops/<public_id>/photos/<paper_id>")
@access("council")
def photo(public_id: str, paper_id: str) -> ResponseReturnValue:
    """A photo of the work, to look at."""
    _paper, media = _file(public_id, paper_id)
    if media.kind != "picture":
        abort(404)
    return send_picture(media, 960)


@council.post("/workshops/<public_id>/papers/<paper_id>/verify")
@access("council:curator")
def verify(public_id: str, paper_id: str) -> ResponseReturnValue:
    """The paper is what it says."""
    artisan = workshop_by_public_id(public_id)
    user_id, form = signed_in().user_id, PaperCheck()
    until = form.expires_on.data if form.accepted() else None
    return once(
        lambda: verify_paper(artisan.id, paper_id, user_id, until),
        then=lambda _: address(artisan) + "#papers",
        say=_("The paper counts as checked."),
    )


@council.post("/workshops/<public_id>/papers/<paper_id>/reject")
@access("council:curator")
def reject(public_id: str, paper_id: str) -> ResponseReturnValue:
    """Not this paper; the reason stands beside it on the workshop's page."""
    artisan = workshop_by_public_id(public_id)
    paper = own_paper(artisan.id, paper_id)
    lang = reader_lang(artisan)
    name = paper_name(paper.kind, lang)
    user_id, form = signed_in().user_id, decision_form("document", lang, name)
    if form.accepted():
        why = message(form, "document", lang, name)
        try:
            return once(
                lambda: reject_paper(artisan.id, paper_id, why, user_id),
                then=lambda _: address(artisan) + "#papers",
                say=_("The paper is rejected."),
            )
        except ReasonNeeded as error:
            return refused_here(error, artisan)
    return detail_page(artisan), 422


@council.post("/workshops/<public_id>/accounts/<account_id>/<any(confirm,refuse):verb>")
@access("council:finance")
def account(public_id: str, account_id: str, verb: str) -> ResponseReturnValue:
    """Finance confirms or refuses a bank account."""
    artisan = workshop_by_public_id(public_id)
    user_id, why = signed_in().user_id, request.form.get("words", "")[:1000].strip()

    def decide() -> object:
        if verb == "confirm":
            return confirm_account(artisan.id, account_id, user_id)
        return refuse_account(artisan.id, account_id, why, user_id)

    try:
        return once(
            decide,
            then=lambda _: address(artisan) + "#accounts",
            say=_("The account is confirmed.")
            if verb == "confirm"
            else _("The account is refused."),
        )
    except (SamePerson, ReasonNeeded) as error:
        return refused_here(error, artisan)


def _number(artisan: Artisan, what: str) -> str | None:
    """The number a button names: nik, npwp, nib, paper:<id>, account:<id>."""
    kind, _colon, public_id = what.partition(":")
    if kind in ("nik", "npwp", "nib") and not public_id:
        number: str | None = getattr(artisan, kind)
        return number
    rows: list[object] = []
    if kind == "paper":
        rows = list(papers_of(artisan.id))
    elif kind == "account":
        rows = list(accounts_of(artisan.id))
    found = (row for row in rows if getattr(row, "public_id", None) == public_id)
    return getattr(next(found, None), "number", None)


def _file(public_id: str, paper_id: str) -> tuple[ArtisanDocument, MediaFile]:
    paper = own_paper(workshop_by_public_id(public_id).id, paper_id)
    media = files([paper.media_id]).get(paper.media_id or 0)
    if media is None:
        abort(404)
    return paper, media
