"""A workshop's own page: texts, picture, closed period, bank account."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.artisans import rules
from storefront.artisans.actions.bank import propose_account
from storefront.artisans.actions.profile import Words, save_texts, set_closed_period, set_cover
from storefront.artisans.errors import WrongPeriod
from storefront.artisans.forms import Account, Closed, Cover, sent, texts_form
from storefront.artisans.models import Artisan, BankAccount
from storefront.artisans.queries import (
    accounts_of,
    checklist_of,
    last_reason,
    own_artisan,
    today,
)
from storefront.artisans.views import studio
from storefront.kernel.errors import StaleVersion
from storefront.kernel.translated import LANGS
from storefront.media import BadFile, pictures, prepare_picture
from storefront.web import access, hit, once, render, say, signed_in

Texts = texts_form()


@studio.get("/workshop")
@access("studio")
def workshop() -> ResponseReturnValue:
    """Everything a workshop says of itself."""
    return _page(own_artisan(signed_in()))


@studio.post("/workshop/texts")
@access("studio")
def texts() -> ResponseReturnValue:
    """Keep the texts; only Indonesian is needed, the council helps with the others."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Texts(obj=artisan, **texts_of(artisan))
    if form.accepted():
        try:
            return once(
                lambda: save_texts(
                    artisan.id, typed_texts(form), person.user_id, version=form.version.data
                ),
                then=lambda _: url_for("artisans_studio.workshop") + "#texts",
                say=_("Your texts are kept."),
            )
        except StaleVersion as error:
            form.form_errors = [say(error)]
            form.version.data = str(artisan.version)
    return _page(artisan, texts_form=form), 422


@studio.post("/workshop/closed")
@access("studio")
def closed() -> ResponseReturnValue:
    """Close for a while, or open again (both days empty)."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Closed(obj=artisan)
    if form.accepted():
        first, last = form.closed_from.data, form.closed_until.data
        try:
            return once(
                lambda: set_closed_period(artisan.id, first, last, person.user_id),
                then=lambda _: url_for("artisans_studio.workshop") + "#closed",
                say=_("The closed period is set.") if first else _("Your workshop is open."),
            )
        except WrongPeriod as error:
            form.closed_until.errors = [say(error)]
    return _page(artisan, closed_form=form), 422


@studio.post("/workshop/picture")
@access("studio")
def cover() -> ResponseReturnValue:
    """Another picture on top of the workshop's page."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Cover()
    hit("upload", f"user:{person.user_id}", 80, 3600)
    upload = form.picture.data
    if not sent(upload):
        form.picture.errors = [_("Please choose a picture.")]
    elif form.accepted():
        try:
            ready = prepare_picture(upload.stream, upload.filename or "")
            return once(
                lambda: set_cover(artisan.id, ready, person.user_id),
                then=lambda _: url_for("artisans_studio.workshop"),
                say=_("The picture is shown."),
            )
        except BadFile as error:
            form.picture.errors = [say(error)]
    return _page(artisan, cover_form=form), 422


@studio.post("/workshop/account")
@access("studio:owner")
def account() -> ResponseReturnValue:
    """Propose another bank account; finance confirms it."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Account()
    if form.accepted():
        values = (form.bank.data or "", form.holder.data or "", form.number.data or "")
        return once(
            lambda: propose_account(artisan.id, *values, person.user_id),
            then=lambda _: url_for("artisans_studio.workshop") + "#account",
            say=_("The account waits for confirmation by the council."),
        )
    return _page(artisan, account_form=form), 422


def texts_of(artisan: Artisan) -> dict[str, str]:
    """The kept texts as a form's fields."""
    values = {}
    for row in artisan.translations:
        values[f"tagline_{row.lang}"] = row.tagline
        values[f"story_{row.lang}"] = row.story
    return values


def typed_texts(form: Any) -> dict[str, Words]:
    """The form's fields as texts by language."""
    return {
        lang: Words(form[f"tagline_{lang}"].data or "", form[f"story_{lang}"].data or "")
        for lang in LANGS
    }


def _page(artisan: Artisan, **forms: Any) -> str:
    refused = next((form for form in forms.values() if form.errors), None)
    accounts = accounts_of(artisan.id)
    shown: dict[str, Any] = {
        "texts_form": forms.get("texts_form") or Texts(obj=artisan, **texts_of(artisan)),
        "closed_form": forms.get("closed_form") or Closed(obj=artisan),
        "cover_form": forms.get("cover_form") or Cover(),
        "account_form": forms.get("account_form") or Account(),
    }
    return render(
        "artisans/studio/workshop.html",
        artisan=artisan,
        state_label=rules.STATE_LABELS[artisan.state],
        reason=last_reason(artisan.id, "suspend") if artisan.state == "suspended" else "",
        is_closed=rules.is_closed(artisan, today()),
        cover=pictures([artisan.cover_id]).get(artisan.cover_id or 0),
        accounts=[row for row in accounts if row.state in ("confirmed", "proposed")],
        refused_account=accounts[0] if accounts and accounts[0].state == "refused" else None,
        open_items=_open_items(artisan, accounts),
        text_states={row.lang: row.state for row in artisan.translations if any(_words(row))},
        is_owner="owner" in signed_in().artisan_rights,
        masked=rules.masked,
        refused=refused,
        **shown,
    )


def _open_items(artisan: Artisan, accounts: list[BankAccount]) -> list[rules.Item]:
    """What the workshop itself has to do: things missing, refused or running out."""
    items = checklist_of(artisan, accounts=accounts)
    own = {"rejected", "expiring", "expired"}
    return [at for at in items if at.state in own or (at.is_required and at.state == "missing")]


def _words(row: Any) -> tuple[str, str]:
    return row.tagline, row.story
