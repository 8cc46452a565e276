"""From the first wish to sell to the council's answer: one page, whatever the state."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.artisans import formats, rules
from storefront.artisans.actions.application import (
    apply_again,
    save_application,
    start_application,
    submit_application,
)
from storefront.artisans.errors import Incomplete, NotEditable
from storefront.artisans.forms import Application, Paper, Photos
from storefront.artisans.models import Artisan, BankAccount
from storefront.artisans.queries import (
    accounts_of,
    artisan_of,
    checklist_of,
    last_reason,
    own_artisan,
    papers_of,
    today,
)
from storefront.artisans.views import studio
from storefront.kernel.clock import now
from storefront.kernel.db import transaction
from storefront.kernel.errors import StaleVersion
from storefront.kernel.translated import pick
from storefront.web import access, once, render, say, signed_in


@studio.get("/apply")
@access("signed_in")
def apply() -> ResponseReturnValue:
    """Begin, go on, or see where the application stands."""
    person = signed_in()
    artisan = artisan_of(person)
    if artisan is None:
        return render("artisans/studio/start.html")
    if person.artisan_id is not None:
        return redirect(url_for("artisans_studio.workshop"), 303)
    if artisan.state not in rules.EDITABLE:
        return _status_page(artisan)
    return _form_page(artisan, _form_of(artisan))


@studio.post("/apply/start")
@access("signed_in")
def start() -> ResponseReturnValue:
    """Open an application."""
    person = signed_in()
    return once(
        lambda: start_application(person.user_id), then=lambda _: url_for("artisans_studio.apply")
    )


@studio.post("/apply")
@access("signed_in")
def keep() -> ResponseReturnValue:
    """Keep the draft, or send it (button `step=send`)."""
    person = signed_in()
    artisan = own_artisan(person)
    form = _form_of(artisan)
    is_sent = request.form.get("step") == "send"
    if is_sent and not form.agrees.data:
        form.validate()
        form.agrees.errors = [_("Please agree before sending.")]
    elif form.accepted():
        try:
            return once(
                lambda: _keep(artisan.id, person.user_id, person.lang, form, is_sent),
                then=lambda _: url_for("artisans_studio.apply"),
                say=_("Your application was sent.") if is_sent else _("The draft is kept."),
            )
        except Incomplete as error:
            for name in error.fields:
                form[name].errors = [_("Please fill this in before sending.")]
        except StaleVersion as error:
            form.form_errors = [say(error)]
            form.version.data = str(artisan.version)
    return _form_page(artisan, form), 422


@studio.post("/apply/draft")
@access("signed_in")
def autosave() -> ResponseReturnValue:
    """Keep the draft while it is written; answers with what the next sending needs."""
    person = signed_in()
    artisan = own_artisan(person)
    form = _form_of(artisan)
    if not form.accepted():
        return jsonify(say=_("Not kept yet: something in the form needs your attention.")), 422
    try:
        with transaction():
            version = form.version.data
            artisan = save_application(artisan.id, form.facts(), person.user_id, version)
    except (StaleVersion, NotEditable) as error:
        return jsonify(say=say(error)), 409
    return jsonify(version=artisan.version, say=_("Draft kept."))


@studio.post("/apply/again")
@access("signed_in")
def again() -> ResponseReturnValue:
    """Open a rejected application once more."""
    person = signed_in()
    artisan = own_artisan(person)
    return once(
        lambda: apply_again(artisan.id, person.user_id),
        then=lambda _: url_for("artisans_studio.apply"),
    )


def doubts(artisan: Artisan, account: BankAccount | None) -> dict[str, str]:
    """Field -> English sentence about what looks odd in the kept draft."""
    holder = account.holder if account else ""
    found = {
        "phone": formats.phone_doubt(artisan.phone),
        "nik": formats.nik_doubt(artisan.nik or ""),
        "npwp": formats.npwp_doubt(artisan.npwp or ""),
        "nib": formats.nib_doubt(artisan.nib or ""),
        "kbli": formats.kbli_doubt(artisan.kbli),
        "account_holder": formats.holder_doubt(holder, artisan.contact_name, artisan.name),
    }
    return {name: doubt for name, doubt in found.items() if doubt}


def _keep(artisan_id: int, user_id: int, lang: str, form: Application, is_sent: bool) -> Artisan:
    artisan = save_application(artisan_id, form.facts(), user_id, form.version.data)
    return submit_application(artisan_id, user_id, lang) if is_sent else artisan


def _form_of(artisan: Artisan) -> Application:
    source = artisan.source_lang
    account = next(iter(accounts_of(artisan.id)), None)
    own = [row for row in artisan.translations if row.lang == source]
    return Application(
        obj=artisan,
        tagline=pick(own, "tagline", source).value,
        story=pick(own, "story", source).value,
        account_bank=account.bank if account else "",
        account_holder=account.holder if account else "",
        account_number=account.number if account else "",
    )


def _form_page(artisan: Artisan, form: Application) -> str:
    papers, accounts = papers_of(artisan.id), accounts_of(artisan.id)
    return render(
        "artisans/studio/apply.html",
        artisan=artisan,
        form=form,
        doubts=doubts(artisan, accounts[0] if accounts else None),
        reason=last_reason(artisan.id, "ask_revision"),
        kept_at=now(),
        **papers_context(artisan, papers, accounts),
    )


def _status_page(artisan: Artisan) -> str:
    verbs = {"rejected": "reject", "suspended": "suspend", "archived": "archive"}
    verb = verbs.get(artisan.state)
    return render(
        "artisans/studio/status.html",
        artisan=artisan,
        label=rules.STATE_LABELS[artisan.state],
        reason=last_reason(artisan.id, verb) if verb else "",
        steps=_steps(artisan),
        **papers_context(artisan, papers_of(artisan.id), accounts_of(artisan.id)),
    )


def _steps(artisan: Artisan) -> list[tuple[str, Any, str]]:
    """The way to approval for the timeline: label, day, done/now/ahead."""
    way = [*rules.WAITING, "approved"]
    at = way.index(artisan.state) if artisan.state in way else len(way)
    steps = []
    for number, state in enumerate(way):
        when = artisan.submitted_at if state == "submitted" else None
        place = "done" if number < at else "now" if number == at else "ahead"
        steps.append((_(rules.STATE_LABELS[state]), when, place))
    return steps


def papers_context(artisan: Artisan, papers: list[Any], accounts: list[Any]) -> dict[str, Any]:
    """What the parts about papers and the checklist show."""
    day = today()
    return {
        "checklist": checklist_of(artisan, papers, accounts),
        "papers": [paper for paper in papers if paper.kind != rules.WORK_PHOTO],
        "photos": [paper for paper in papers if paper.kind == rules.WORK_PHOTO],
        "paper_kinds": rules.PAPER_KINDS,
        "paper_state": lambda paper: rules.paper_state(paper, day),
        "paper_doubt": lambda paper: formats.paper_doubt(
            paper.kind, paper.number or "", expires_on=paper.expires_on, today=day
        ),
        "states": rules.ITEM_STATES,
        "state_labels": rules.STATE_LABELS,
        "paper_form": Paper(),
        "photos_form": Photos(),
        "masked": rules.masked,
        "can_upload": artisan.state not in ("rejected", "archived"),
    }
