"""How a workshop comes to sell: states, papers, what is still missing. Plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from storefront.kernel.states import Machine
from storefront.kernel.translated import N_

WORKSHOP: Final = Machine(
    "workshop",
    start={"draft"},
    moves=[
        ("draft", "submit", "submitted"),
        ("draft", "archive", "archived"),
        ("submitted", "check_documents", "documents_check"),
        ("submitted", "ask_revision", "revision_asked"),
        ("submitted", "reject", "rejected"),
        ("submitted", "archive", "archived"),
        ("documents_check", "start_curation", "curation"),
        ("documents_check", "ask_revision", "revision_asked"),
        ("documents_check", "reject", "rejected"),
        ("documents_check", "archive", "archived"),
        ("curation", "approve", "approved"),
        ("curation", "ask_revision", "revision_asked"),
        ("curation", "reject", "rejected"),
        ("curation", "archive", "archived"),
        ("revision_asked", "submit", "submitted"),
        ("revision_asked", "reject", "rejected"),
        ("revision_asked", "archive", "archived"),
        ("rejected", "apply_again", "draft"),
        ("rejected", "archive", "archived"),
        ("approved", "suspend", "suspended"),
        ("suspended", "lift_suspension", "approved"),
        ("suspended", "archive", "archived"),
    ],
)
PAPER: Final = Machine(
    "paper",
    start={"submitted"},
    moves=[
        ("submitted", "verify", "verified"),
        ("submitted", "reject", "rejected"),
        ("verified", "reject", "rejected"),
        ("rejected", "verify", "verified"),
    ],
)
BANK_ACCOUNT: Final = Machine(
    "bank_account",
    start={"proposed"},
    moves=[
        ("proposed", "confirm", "confirmed"),
        ("proposed", "refuse", "refused"),
        ("proposed", "replace", "replaced"),
        ("confirmed", "replace", "replaced"),
    ],
)

EDITABLE: Final = frozenset({"draft", "revision_asked"})
WAITING: Final = ("submitted", "documents_check", "curation")
RUNNING: Final = frozenset({"approved", "suspended"})

STATE_LABELS: Final[dict[str, str]] = {
    "draft": N_("Draft"),
    "submitted": N_("Sent"),
    "documents_check": N_("Papers are checked"),
    "curation": N_("Work is looked at"),
    "approved": N_("Approved"),
    "revision_asked": N_("Changes asked"),
    "rejected": N_("Rejected"),
    "suspended": N_("Suspended"),
    "archived": N_("Archived"),
}
VERB_LABELS: Final[dict[str, str]] = {
    "start": N_("Application begun"),
    "submit": N_("Sent"),
    "check_documents": N_("Papers taken up"),
    "start_curation": N_("Work taken up"),
    "approve": N_("Approved"),
    "ask_revision": N_("Changes asked"),
    "reject": N_("Rejected"),
    "apply_again": N_("Applied again"),
    "suspend": N_("Suspended"),
    "lift_suspension": N_("Suspension lifted"),
    "archive": N_("Archived"),
    "set_terms": N_("Terms changed"),
    "rename": N_("Name changed"),
    "save_texts": N_("Texts changed"),
    "set_closed_period": N_("Closed period changed"),
    "set_cover": N_("Picture changed"),
    "add_paper": N_("Paper handed in"),
    "add_photos": N_("Photos handed in"),
    "remove_paper": N_("Paper taken back"),
    "verify_paper": N_("Paper checked"),
    "reject_paper": N_("Paper rejected"),
    "propose_account": N_("Bank account named"),
    "confirm_account": N_("Bank account confirmed"),
    "refuse_account": N_("Bank account refused"),
}
WORKSHOP_KINDS: Final[dict[str, str]] = {
    "sanggar": N_("Sanggar (cloth, leather, plaiting)"),
    "bengkel": N_("Bengkel (metal, wood)"),
    "dapur": N_("Dapur (food)"),
}
PAPER_KINDS: Final[dict[str, str]] = {
    "ktp": N_("Identity card (KTP)"),
    "nib": N_("Business number (NIB)"),
    "npwp": N_("Tax number (NPWP)"),
    "halal": N_("Halal certificate"),
    "pirt": N_("Home food licence (P-IRT)"),
    "bpom_md": N_("Food licence (BPOM MD)"),
    "trademark": N_("Trademark"),
    "copyright": N_("Copyright or geographical indication"),
    "batikmark": N_("Batikmark certificate"),
    "siinas": N_("SIINAS account"),
    "other": N_("Another paper"),
}
WORK_PHOTO: Final = "work_photo"
FOOD_LICENCES: Final = frozenset({"pirt", "bpom_md"})

MOST_PAPERS: Final = 40
MOST_PHOTOS: Final = 12
REMIND_DAYS: Final = 183

ITEM_LABELS: Final[dict[str, str]] = PAPER_KINDS | {
    "contact": N_("Contact"),
    "address": N_("Address in Cilegon"),
    "craft": N_("What is made"),
    "story": N_("Story of the workshop"),
    "bank": N_("Bank account"),
    "food_licence": N_("Food licence (P-IRT or BPOM MD)"),
    WORK_PHOTO: N_("Photos of the work"),
}
ITEM_STATES: Final[dict[str, str]] = {
    "missing": N_("Missing"),
    "complete": N_("Complete"),
    "submitted": N_("Waits for a check"),
    "verified": N_("Checked"),
    "rejected": N_("Rejected"),
    "expiring": N_("Expires soon"),
    "expired": N_("Expired"),
}
MET: Final = frozenset({"complete", "verified", "expiring"})


class Workshop(Protocol):
    """What the rules look at."""

    state: str
    kind: str
    contact_name: str
    email: str
    phone: str
    street: str
    subdistrict: str
    craft: str
    closed_from: dt.date | None
    closed_until: dt.date | None


class Paper(Protocol):
    """One paper of a workshop, as far as the rules look at it."""

    kind: str
    state: str
    expires_on: dt.date | None
    reason: str


@dataclass(frozen=True)
class Item:
    """One line of the checklist. `label` is an English sentence to be translated."""

    key: str
    state: str
    is_required: bool
    reason: str = ""
    expires_on: dt.date | None = None

    @property
    def label(self) -> str:
        return ITEM_LABELS[self.key]

    @property
    def state_label(self) -> str:
        return ITEM_STATES[self.state]

    @property
    def is_met(self) -> bool:
        return self.state in MET


def can_sell(workshop: Workshop, today: dt.date) -> bool:
    """Whether buyers may buy from it on this day: approved, and not in a closed period."""
    return workshop.state == "approved" and not is_closed(workshop, today)


def is_closed(workshop: Workshop, today: dt.date) -> bool:
    """Whether the day lies in the closed period; without an end it stays closed."""
    start, end = workshop.closed_from, workshop.closed_until
    return bool(start and start <= today and (end is None or today <= end))


def paper_state(paper: Paper, today: dt.date) -> str:
    """The paper's state on a day: verified ones are expiring half a year before their end."""
    if paper.state != "verified" or paper.expires_on is None:
        return paper.state
    if paper.expires_on < today:
        return "expired"
    soon = paper.expires_on - dt.timedelta(days=REMIND_DAYS) <= today
    return "expiring" if soon else "verified"


def newest_per_kind(papers: Iterable[Paper]) -> dict[str, Paper]:
    """The paper of each kind that counts: the one handed in last (papers come oldest first)."""
    return {paper.kind: paper for paper in papers}


def valid_kinds(papers: Iterable[Paper], today: dt.date) -> set[str]:
    """Kinds of papers that are checked and have not run out. A renewal that still waits for its
    check does not undo the paper before it."""
    return {paper.kind for paper in papers if paper_state(paper, today) in MET}


def missing_basics(workshop: Workshop) -> list[str]:
    """Fields without which an application cannot even be read; nothing else blocks sending."""
    found = [
        name
        for name in ("contact_name", "street", "subdistrict", "craft")
        if not getattr(workshop, name)
    ]
    return found if workshop.email or workshop.phone else [*found, "phone"]


def checklist(
    workshop: Workshop,
    papers: Iterable[Paper],
    *,
    has_story: bool,
    bank_state: str,
    today: dt.date,
) -> list[Item]:
    """What a workshop must and may hand in, and how far each thing is.

    `bank_state` is the newest account's state, '' without one.
    """
    newest = newest_per_kind(papers)
    lacking = set(missing_basics(workshop))
    facts = {
        "contact": not lacking & {"contact_name", "phone"},
        "address": not lacking & {"street", "subdistrict"},
        "craft": "craft" not in lacking,
        "story": has_story,
    }
    items = [Item(key, "complete" if there else "missing", True) for key, there in facts.items()]
    bank = {"confirmed": "verified", "proposed": "submitted", "refused": "rejected"}
    items.append(Item("bank", bank.get(bank_state, "missing"), False))
    photo = "complete" if WORK_PHOTO in newest else "missing"
    items.append(Item(WORK_PHOTO, photo, True))
    wanted = ["ktp", "nib", "halal"] if workshop.kind == "dapur" else ["ktp", "nib"]
    items += [_paper_item(key, newest, True, today) for key in wanted]
    if workshop.kind == "dapur":
        items.append(_licence_item(newest, today))
    optional = [kind for kind in PAPER_KINDS if kind == "npwp" or kind in newest]
    covered = {*wanted, *(FOOD_LICENCES if workshop.kind == "dapur" else ())}
    items += [_paper_item(key, newest, False, today) for key in optional if key not in covered]
    return items


def unmet(items: Iterable[Item]) -> list[Item]:
    """What approval still needs."""
    return [item for item in items if item.is_required and not item.is_met]


def masked(number: str | None) -> str:
    """A number as it is shown to others: its last four signs."""
    if not number:
        return ""
    return "•" * max(0, len(number) - 4) + number[-4:] if len(number) > 4 else "••••"


def proposed_code(name: str, taken: Iterable[str]) -> str:
    """Three letters for article numbers: initials, else the name's letters, else a number."""
    words = ["".join(at for at in word if at.isascii() and at.isalpha()) for word in name.split()]
    words = [word.upper() for word in words if word]
    used = set(taken)
    flat = "".join(words) or "W"
    first = "".join(word[0] for word in words)[:3]
    for code in (first, flat[:3], flat[:1] + flat[-2:]):
        if len(code) == 3 and code not in used:
            return code
    return next(code for at in range(1, 10_000) if (code := f"{flat[:2]}{at}"[:6]) not in used)


def _paper_item(key: str, newest: Mapping[str, Paper], is_required: bool, today: dt.date) -> Item:
    paper = newest.get(key)
    if paper is None:
        return Item(key, "missing", is_required)
    return Item(key, paper_state(paper, today), is_required, paper.reason, paper.expires_on)


def _licence_item(newest: Mapping[str, Paper], today: dt.date) -> Item:
    """Either food licence will do: the better one counts."""
    items = [_paper_item(kind, newest, True, today) for kind in sorted(FOOD_LICENCES)]
    best = next((item for item in items if item.is_met), None) or next(
        (item for item in items if item.state != "missing"), items[0]
    )
    return Item("food_licence", best.state, True, best.reason, best.expires_on)
