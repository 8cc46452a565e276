"""The council's side: look at papers and work, decide, suspend, and undo it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import grant_role, record_audit
from storefront.artisans.actions.journal import locked, move, note, tell
from storefront.artisans.errors import ReasonNeeded, RequirementsUnmet
from storefront.artisans.models import Artisan
from storefront.artisans.queries import checklist_of
from storefront.artisans.rules import proposed_code, unmet
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.slugs import former_owner, slugify

MAKER = "maker"  # the kind under which former slugs are kept


def check_documents(artisan_id: int, user_id: int) -> Artisan:
    """Somebody of the council has begun with the papers. Raises NotAllowed."""
    artisan = locked(artisan_id)
    move(artisan, "check_documents", user_id)
    return artisan


def start_curation(artisan_id: int, user_id: int) -> Artisan:
    """The papers are looked through, now the work itself. Raises NotAllowed."""
    artisan = locked(artisan_id)
    move(artisan, "start_curation", user_id)
    return artisan


def approve(artisan_id: int, user_id: int, override_reason: str = "") -> Artisan:
    """Let a workshop sell: name, code and the applicant's right follow.

    Raises RequirementsUnmet when something required is missing and no reason is given for going
    on without; with a reason both stand in the event. Raises NotAllowed, NotFound.
    """
    artisan = locked(artisan_id)
    lacking = [item.key for item in unmet(checklist_of(artisan))]
    if lacking and not override_reason.strip():
        raise RequirementsUnmet()
    event = move(artisan, "approve", user_id, override_reason, unmet=lacking)
    artisan.decided_at = now()
    artisan.slug = artisan.slug or free_slug(artisan)
    artisan.code = artisan.code or _free_code(artisan)
    if artisan.applicant_id is not None:
        grant_role(artisan.applicant_id, "artisan", user_id, artisan_id=artisan.id)
    tell("approved", event)
    return artisan


def ask_revision(artisan_id: int, user_id: int, reason: str) -> Artisan:
    """Give the application back with what is to be changed. Raises ReasonNeeded, NotAllowed."""
    return _decide(artisan_id, "ask_revision", user_id, reason, "revision_asked")


def reject(artisan_id: int, user_id: int, reason: str) -> Artisan:
    """Not this workshop, or not now. Raises ReasonNeeded, NotAllowed."""
    artisan = _decide(artisan_id, "reject", user_id, reason, "rejected")
    artisan.decided_at = now()
    return artisan


def suspend(artisan_id: int, user_id: int, reason: str) -> Artisan:
    """Hide a workshop's pieces at once; what was ordered is still to be delivered.

    Nothing is written to its pieces, so that lifting shows exactly what was live before.
    Raises ReasonNeeded, NotAllowed.
    """
    if not reason.strip():
        raise ReasonNeeded()
    artisan = locked(artisan_id)
    event = move(artisan, "suspend", user_id, reason)
    artisan.state_before_suspension = event.from_state
    tell("suspended", event)
    return artisan


def lift_suspension(artisan_id: int, user_id: int, why: str = "") -> Artisan:
    """Show its pieces again. Raises NotAllowed."""
    artisan = locked(artisan_id)
    event = move(artisan, "lift_suspension", user_id, why)
    artisan.state_before_suspension = ""
    tell("lifted", event)
    return artisan


def archive(artisan_id: int, user_id: int, reason: str) -> Artisan:
    """Close the file for good; a running workshop is suspended first. Raises ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded()
    artisan = locked(artisan_id)
    move(artisan, "archive", user_id, reason)
    return artisan


def set_terms(
    artisan_id: int, user_id: int, *, commission_bp: int, grade: str, is_pkp: bool
) -> Artisan:
    """What the council agreed with a workshop. Commission in hundredths of a percent, for orders
    from now on: lines of earlier orders keep theirs."""
    artisan = locked(artisan_id)
    terms: dict[str, Any] = {"commission_bp": commission_bp, "grade": grade, "is_pkp": is_pkp}
    before = {name: getattr(artisan, name) for name in terms}
    if before == terms:
        return artisan
    for name, value in terms.items():
        setattr(artisan, name, value)
    artisan.version += 1
    note(artisan, "set_terms", user_id, **terms)
    record_audit(user_id, "artisans.set_terms", "artisan", artisan.id, before, terms)
    return artisan


def _decide(artisan_id: int, verb: str, user_id: int, reason: str, topic: str) -> Artisan:
    if not reason.strip():
        raise ReasonNeeded()
    artisan = locked(artisan_id)
    tell(topic, move(artisan, verb, user_id, reason))
    return artisan


def free_slug(artisan: Artisan) -> str:
    """An address nobody else has or had, from the name."""
    base = slugify(artisan.name) or f"workshop-{artisan.id}"
    for slug in (base, *(f"{base}-{number}" for number in range(2, 1000))):
        taken = db.session.scalar(sa.select(Artisan.id).where(Artisan.slug == slug))
        if taken is None and former_owner(MAKER, slug) in (None, artisan.id):
            return slug
    return f"{base}-{artisan.public_id}"


def _free_code(artisan: Artisan) -> str:
    taken = db.session.scalars(sa.select(Artisan.code).where(Artisan.code.is_not(None)))
    return proposed_code(artisan.name, [code for code in taken if code])
