"""What waits for the council, counted in one statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue import ListingChange
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.translated import N_
from storefront.notifications import JobRun, Outbox
from storefront.orders import Refund, SubOrder
from storefront.payments import FinanceTask

OPEN_STATES = ("to_confirm", "accepted", "making", "ready", "partly_shipped")


@dataclass(frozen=True)
class Waiting:
    """A pile of work: its name, how much of it, and the page that shows it (may not exist)."""

    label: str
    count: int
    endpoint: str
    values: dict[str, str]


@dataclass(frozen=True)
class Pile:
    """How a pile is counted and where it is worked off."""

    label: str
    count: Callable[[], sa.Select[Any]]
    endpoint: str
    values: dict[str, str]


PILES = [
    Pile(
        N_("Artisan applications to look at"),
        lambda: _count(Artisan, Artisan.state.in_(("submitted", "documents_check", "curation"))),
        "artisans_council.workshops",
        {},
    ),
    Pile(
        N_("Listings waiting for review"),
        lambda: _count(ListingChange, ListingChange.state == "submitted"),
        "catalogue_council.listings",
        {},
    ),
    Pile(
        N_("Order parts past their date"),
        lambda: _count(SubOrder, SubOrder.state.in_(OPEN_STATES), SubOrder.due_at < now()),
        "orders_council.orders",
        {"late": "1"},
    ),
    Pile(
        N_("Refunds to decide"),
        lambda: _count(Refund, Refund.state == "requested"),
        "orders_council.orders",
        {},
    ),
    Pile(
        N_("Finance tasks"),
        lambda: _count(FinanceTask, FinanceTask.state == "open"),
        "payments_council.tasks",
        {},
    ),
    Pile(
        N_("Mails and tasks that failed"),
        lambda: _count(Outbox, Outbox.state.in_(("failed", "unknown"))),
        "home_council.outbox",
        {},
    ),
    Pile(
        N_("Jobs that failed"),
        lambda: _count(JobRun, JobRun.last_error != ""),
        "home_council.jobs",
        {},
    ),
]


def waiting() -> list[Waiting]:
    """Every pile with its count."""
    counts = [pile.count().scalar_subquery().label(f"pile_{at}") for at, pile in enumerate(PILES)]
    row = db.session.execute(sa.select(*counts)).one()
    return [
        Waiting(pile.label, count, pile.endpoint, pile.values)
        for pile, count in zip(PILES, row, strict=True)
    ]


def _count(model: type[Any], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(model).where(*where)
