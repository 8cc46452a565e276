"""Workshops, their papers and the decisions about them."""

from storefront.artisans import settings
from storefront.artisans.actions import privacy
from storefront.artisans.actions.application import (
    apply_again,
    save_application,
    start_application,
    submit_application,
)
from storefront.artisans.actions.bank import confirm_account, propose_account, refuse_account
from storefront.artisans.actions.decisions import (
    approve,
    archive,
    ask_revision,
    check_documents,
    lift_suspension,
    reject,
    set_terms,
    start_curation,
    suspend,
)
from storefront.artisans.actions.papers import add_paper, add_photos, reject_paper, verify_paper
from storefront.artisans.actions.profile import (
    Words,
    rename,
    save_texts,
    set_closed_period,
    set_cover,
)
from storefront.artisans.errors import (
    Incomplete,
    NotEditable,
    ReasonNeeded,
    RequirementsUnmet,
    SamePerson,
    TooManyFiles,
    WorkshopStillOpen,
    WrongPeriod,
)
from storefront.artisans.hooks import on_workshop_change
from storefront.artisans.models import (
    Artisan,
    ArtisanDocument,
    ArtisanEvent,
    ArtisanTranslation,
    BankAccount,
)
from storefront.artisans.queries import (
    accounts_to_confirm,
    artisan_of,
    checklist_of,
    counts_by_state,
    own_artisan,
    papers_of,
    payout_account,
    valid_papers,
    workshop_by_public_id,
    workshops,
)
from storefront.artisans.rules import WAITING, can_sell

__all__ = [
    "WAITING",
    "Artisan",
    "ArtisanDocument",
    "ArtisanEvent",
    "ArtisanTranslation",
    "BankAccount",
    "Incomplete",
    "NotEditable",
    "ReasonNeeded",
    "RequirementsUnmet",
    "SamePerson",
    "TooManyFiles",
    "Words",
    "WorkshopStillOpen",
    "WrongPeriod",
    "accounts_to_confirm",
    "add_paper",
    "add_photos",
    "apply_again",
    "approve",
    "archive",
    "artisan_of",
    "ask_revision",
    "can_sell",
    "check_documents",
    "checklist_of",
    "confirm_account",
    "counts_by_state",
    "lift_suspension",
    "on_workshop_change",
    "own_artisan",
    "papers_of",
    "payout_account",
    "privacy",
    "propose_account",
    "refuse_account",
    "reject",
    "reject_paper",
    "rename",
    "save_application",
    "save_texts",
    "set_closed_period",
    "set_cover",
    "set_terms",
    "settings",
    "start_application",
    "start_curation",
    "submit_application",
    "suspend",
    "valid_papers",
    "verify_paper",
    "workshop_by_public_id",
    "workshops",
]
