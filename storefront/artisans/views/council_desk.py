"""The council's list of workshops, and one workshop with everything about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from storefront.accounts import User
from storefront.artisans import rules
from storefront.artisans.actions import decisions
from storefront.artisans.actions.profile import rename, save_texts
from storefront.artisans.errors import ReasonNeeded, RequirementsUnmet
from storefront.artisans.forms import Approval, Decision, Terms, texts_form
from storefront.artisans.models import Artisan
from storefront.artisans.queries import (
    accounts_of,
    accounts_to_confirm,
    checklist_of,
    counts_by_state,
    events_of,
    papers_of,
    queue,
    same_numbers,
    today,
    workshop_by_public_id,
)
from storefront.artisans.reasons import reason as ready_reason
from storefront.artisans.reasons import reasons
from storefront.artisans.views import council
from storefront.artisans.views.applying import doubts, papers_context
from storefront.artisans.views.workshop import texts_of, typed_texts
from storefront.kernel.clock import WIB
from storefront.kernel.db import db
from storefront.kernel.errors import NotAllowed, ShopError, StaleVersion
from storefront.kernel.paging import page_of
from storefront.kernel.translated import LANGS
from storefront.web import access, once, page_number, render, say, signed_in

Texts = texts_form(reviews=True)

LISTS: dict[str, tuple[str, ...]] = {
    "waiting": rules.WAITING,
    "revision_asked": ("revision_asked",),
    "draft": ("draft",),
    "approved": ("approved",),
    "suspended": ("suspended",),
    "closed": ("rejected", "archived"),
    "all": (),
}
STEPS: dict[str, Callable[[int, int], Artisan]] = {
    "check_documents": decisions.check_documents,
    "start_curation": decisions.start_curation,
    "lift_suspension": decisions.lift_suspension,
}
# Verb -> kind of its ready reasons.
REFUSALS = {
    "ask_revision": "revision",
    "reject": "reject",
    "suspend": "suspend",
    "archive": "",
}


@council.get("/workshops")
@access("council")
def workshops() -> ResponseReturnValue:
    """Applications by age, workshops by state; search over all of them."""
    words = request.args.get("q", "")[:100]
    shown = request.args.get("list", "all" if words else "waiting")
    shown = shown if shown in LISTS else "waiting"
    counts = counts_by_state()
    person = signed_in()
    return render(
        "artisans/council/workshops.html",
        page=page_of(queue(LISTS[shown], words), page_number()),
        words=words,
        shown=shown,
        totals={
            name: sum(counts.get(state, 0) for state in states) if states else sum(counts.values())
            for name, states in LISTS.items()
        },
        state_labels=rules.STATE_LABELS,
        days_waiting=_days_waiting,
        accounts=accounts_to_confirm() if person.roles & {"finance", "admin"} else [],
    )


@council.get("/workshops/<public_id>")
@access("council")
def workshop(public_id: str) -> ResponseReturnValue:
    """One workshop: facts, papers, money, texts, decisions, history. Numbers are masked."""
    return detail_page(workshop_by_public_id(public_id))


@council.post("/workshops/<public_id>/<any(check_documents,start_curation,lift_suspension):verb>")
@access("council:curator")
def step(public_id: str, verb: str) -> ResponseReturnValue:
    """A step that needs no reason."""
    artisan = workshop_by_public_id(public_id)
    user_id = signed_in().user_id
    return once(lambda: STEPS[verb](artisan.id, user_id), then=address, say=_("Done."))


@council.post("/workshops/<public_id>/approve")
@access("council:curator")
def approve(public_id: str) -> ResponseReturnValue:
    """Let it sell; what is missing is passed over with a reason only."""
    artisan = workshop_by_public_id(public_id)
    user_id, form = signed_in().user_id, Approval()
    if form.accepted():
        try:
            return once(
                lambda: decisions.approve(artisan.id, user_id, form.override.data or ""),
                then=address,
                say=_("The workshop is approved."),
            )
        except RequirementsUnmet as error:
            form.override.errors = [say(error)]
    return detail_page(artisan, approval=form), 422


@council.post("/workshops/<public_id>/<any(ask_revision,reject,suspend,archive):verb>")
@access("council:curator")
def refuse(public_id: str, verb: str) -> ResponseReturnValue:
    """A decision the workshop is told the reason of."""
    artisan = workshop_by_public_id(public_id)
    lang, papers = reader_lang(artisan), _papers_concerned(artisan)
    user_id, form = signed_in().user_id, decision_form(REFUSALS[verb], lang, papers)
    if form.accepted():
        try:
            why = message(form, REFUSALS[verb], lang, papers)
            act: Callable[[int, int, str], Artisan] = getattr(decisions, verb)
            return once(
                lambda: act(artisan.id, user_id, why),
                then=address,
                say=_("The decision is kept and the workshop is told."),
            )
        except ReasonNeeded as error:
            form.words.errors = [say(error)]
    refused: dict[str, Any] = {verb: form}
    return detail_page(artisan, **refused), 422


@council.post("/workshops/<public_id>/terms")
@access("council:curator,finance")
def terms(public_id: str) -> ResponseReturnValue:
    """Commission, grade, tax, and the name."""
    artisan = workshop_by_public_id(public_id)
    user_id, form = signed_in().user_id, Terms()
    if form.accepted():

        def write() -> Artisan:
            rename(artisan.id, form.name.data or "", user_id)
            return decisions.set_terms(
                artisan.id,
                user_id,
                commission_bp=int((form.commission.data or 0) * 100),
                grade=form.grade.data,
                is_pkp=form.is_pkp.data,
            )

        return once(write, then=address, say=_("The terms are kept."))
    return detail_page(artisan, terms_form=form), 422


@council.post("/workshops/<public_id>/texts")
@access("council:curator,translator")
def texts(public_id: str) -> ResponseReturnValue:
    """The texts in four languages, and which of them were checked."""
    artisan = workshop_by_public_id(public_id)
    form = Texts(obj=artisan, **texts_of(artisan))
    user_id = signed_in().user_id
    if form.accepted():
        ticked = [lang for lang in LANGS if form[f"reviewed_{lang}"].data]
        try:
            return once(
                lambda: save_texts(
                    artisan.id,
                    typed_texts(form),
                    user_id,
                    version=form.version.data,
                    reviewed=ticked,
                ),
                then=lambda done: address(done) + "#texts",
                say=_("The texts are kept."),
            )
        except StaleVersion as error:
            form.form_errors = [say(error)]
            form.version.data = str(artisan.version)
    return detail_page(artisan, texts_form=form), 422


def address(artisan: Artisan) -> str:
    """The workshop's page on this desk."""
    return url_for("artisans_council.workshop", public_id=artisan.public_id)


def decision_form(kind: str, lang: str, papers: str) -> Decision:
    """A form whose ready reasons carry the sentence in the applicant's language, naming the
    papers concerned."""
    form = Decision()
    form.reason.choices = [SelectChoice("", _("In own words"))] + [
        SelectChoice(
            at.key, at.labels[g.lang], render_kw={"data-message": at.message(lang, papers)}
        )
        for at in reasons(kind)
    ]
    return form


def message(form: Decision, kind: str, lang: str, papers: str) -> str:
    """What the workshop reads: the officer's words, else the ready sentence."""
    words = (form.words.data or "").strip()
    chosen = ready_reason(kind, form.reason.data or "")
    return words if words or chosen is None else chosen.message(lang, papers)


def reader_lang(artisan: Artisan) -> str:
    """The language the workshop is written to."""
    user = db.session.get(User, artisan.applicant_id) if artisan.applicant_id else None
    return user.lang if user else "id"


def paper_name(kind: str, lang: str) -> str:
    """A paper's name in the workshop's language."""
    with force_locale(lang):
        return str(_(rules.ITEM_LABELS.get(kind, kind)))


def detail_page(artisan: Artisan, revealed: dict[str, str] | None = None, **forms: Any) -> str:
    """The whole page; `forms` are refused ones to be shown with what was typed."""
    papers, accounts = papers_of(artisan.id), accounts_of(artisan.id)
    events = events_of(artisan.id)
    shown: dict[str, Any] = {
        "texts_form": _fresh(Texts(obj=artisan, **texts_of(artisan)), artisan),
        "terms_form": _fresh(Terms(), artisan),
        "approval": Approval(),
    }
    verbs = rules.WORKSHOP.verbs(artisan.state)
    context, lang = papers_context(artisan, papers, accounts), reader_lang(artisan)
    named = _names(context["checklist"], lang)
    refusals = {
        verb: decision_form(REFUSALS[verb], lang, named) for verb in verbs if verb in REFUSALS
    }
    refusals |= {verb: form for verb, form in forms.items() if verb in REFUSALS}
    return render(
        "artisans/council/workshop.html",
        artisan=artisan,
        accounts=accounts,
        events=events,
        people=_people({event.user_id for event in events}),
        doubts=doubts(artisan, accounts[0] if accounts else None),
        same=same_numbers(artisan, accounts),
        lacking=rules.unmet(context["checklist"]),
        verbs=verbs,
        refusals=refusals,
        document_forms={
            kind: decision_form("document", lang, paper_name(kind, lang))
            for kind in {paper.kind for paper in context["papers"]}
        },
        text_states={row.lang: row.state for row in artisan.translations},
        revealed=revealed or {},
        kinds=rules.WORKSHOP_KINDS,
        verb_labels=rules.VERB_LABELS,
        item_labels=rules.ITEM_LABELS,
        roles=signed_in().roles,
        refused=next((form for form in forms.values() if form.errors), None),
        **(context | shown | {name: at for name, at in forms.items() if name not in REFUSALS}),
    )


def _fresh(form: Any, artisan: Artisan) -> Any:
    """The form filled from the row, whatever another form of the page has sent."""
    values = texts_of(artisan) | {"commission": artisan.commission_bp / 100}
    form.process(None, artisan, **values)
    return form


def _days_waiting(artisan: Artisan) -> int | None:
    """Days since an application came that still waits; None when it does not."""
    if artisan.state not in rules.WAITING or artisan.submitted_at is None:
        return None
    return (today() - artisan.submitted_at.astimezone(WIB).date()).days


def _papers_concerned(artisan: Artisan) -> str:
    """Required papers that are missing, refused or run out, in the workshop's language."""
    return _names(checklist_of(artisan), reader_lang(artisan))


def _names(items: list[rules.Item], lang: str) -> str:
    kinds = [item.key for item in rules.unmet(items) if item.key not in _NO_PAPERS]
    return ", ".join(paper_name(kind, lang) for kind in kinds) or "–"


_NO_PAPERS = {"contact", "address", "craft", "story", "bank"}


def _people(ids: set[int | None]) -> dict[int, str]:
    """Names of those who did something, for the history."""
    wanted = {at for at in ids if at is not None}
    if not wanted:
        return {}
    query = sa.select(User.id, User.name).where(User.id.in_(wanted))
    return {row[0]: row[1] for row in db.session.execute(query)}


def refused_here(error: ShopError, artisan: Artisan) -> tuple[str, int]:
    """The page again, with the reason why something was not done."""
    status = 409 if isinstance(error, NotAllowed) else 422
    form = Approval()
    form.form_errors = [say(error)]
    return detail_page(artisan, problem=form), status
