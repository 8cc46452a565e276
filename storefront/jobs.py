"""What runs by itself: the whole schedule on one screen, and the doors through which it acts.

Each job takes its rows one by one in transactions of their own, so that one broken row neither
stops nor undoes the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from flask import Flask

from storefront import (
    accounts,
    cart,
    catalogue,
    checkout,
    media,
    notifications,
    orders,
    sharing,
    web,
)
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_

if TYPE_CHECKING:
    from storefront.worker import Worker

log = structlog.get_logger()
PICTURES_A_RUN = 20  # the worker makes them as they come; this is for who runs jobs by hand
KEPT_ACTIONS = dt.timedelta(days=3)  # longer than any form stays open in a browser


@dataclass(frozen=True)
class Job:
    """A job: its name, the minutes between runs, what it does, and a sentence for the council."""

    name: str
    minutes: int
    run: Callable[[], object]
    about: str


def for_each(ids: Iterable[int], verb: Callable[[int], object]) -> str:
    """Apply a verb to each row in its own transaction; says how many went well. A row refused by
    the rules (somebody was quicker) is passed over. Raises RuntimeError behind the last row when
    one broke, so that the diary names it."""
    done, broken = 0, []
    for row_id in list(ids):
        try:
            with transaction():
                verb(row_id)
            done += 1
        except ShopError as error:
            log.info("job_row_passed_over", row=row_id, reason=str(error))
        except Exception as error:  # one broken row must not keep the others waiting for ever
            log.exception("job_row_broke", row=row_id)
            broken.append(f"{row_id} ({error!r})")
    db.session.rollback()
    if broken:
        raise RuntimeError(f"{done} done, broken: {', '.join(broken)}")
    return f"{done}"


def send_outbox() -> object:
    return notifications.drain_all()


def make_pictures() -> object:
    return notifications.drain_slow(PICTURES_A_RUN)


def recover_outbox() -> object:
    with transaction():
        return notifications.release_abandoned()


def alert_about_silence() -> object:
    return for_each(orders.overdue_to_accept(), orders.alert_council)


def decline_silent_orders() -> object:
    return for_each(orders.silent_too_long(), orders.decline_for_silence)


def remind_of_payment() -> object:
    return for_each(orders.unpaid_near_deadline(), orders.remind_buyer)


def ask_about_instalments() -> object:
    return for_each(orders.part_paid_overdue(), orders.ask_finance)


def count_as_delivered() -> object:
    return for_each(orders.presumably_delivered(), orders.deliver_by_time)


def complete_delivered() -> object:
    return for_each(orders.past_claims(), orders.complete)


def recheck_food() -> object:
    return for_each(catalogue.food_out_of_step(), catalogue.recheck_food)


def tell_who_waits() -> object:
    return for_each(cart.watches_to_tell(), cart.tell)


def tidy_carts() -> object:
    with transaction():
        return cart.purge_carts() + cart.purge_watches()


def delete_customs_codes() -> object:
    with transaction():
        return orders.delete_customs_codes()


def tidy_sessions() -> object:
    with transaction():
        web.purge_limits()
        web.purge_replays(now() - KEPT_ACTIONS)
        return accounts.purge_accounts()


SCHEDULE = [
    Job("outbox", 1, send_outbox, N_("Sends mails and does what follows a commit")),
    Job("outbox_recovery", 5, recover_outbox, N_("Finds mails and tasks a dead worker left")),
    Job("payments", 2, checkout.finish_open_payments, N_("Asks providers about open payments")),
    Job("deadlines", 2, checkout.expire_unpaid_orders, N_("Frees stock of unpaid orders")),
    Job("reminders", 15, remind_of_payment, N_("Reminds buyers of a transfer that is due")),
    Job("instalments", 60, ask_about_instalments, N_("Tells finance of overdue instalments")),
    Job("refunds", 5, checkout.retry_refunds, N_("Sends refunds that got no answer again")),
    Job("silence", 15, alert_about_silence, N_("Tells the council of orders not accepted in time")),
    Job("declines", 15, decline_silent_orders, N_("Declines orders nobody answered")),
    Job("arrivals", 60, count_as_delivered, N_("Counts parcels as delivered after their time")),
    Job("completion", 60, complete_delivered, N_("Completes orders after the time for claims")),
    Job("food", 60, recheck_food, N_("Hides food whose papers ran out, shows it when valid again")),
    Job("customs_codes", 60, delete_customs_codes, N_("Deletes customs codes no longer needed")),
    Job("stock_watch", 5, tell_who_waits, N_("Writes to who waits for a piece that is back")),
    Job("carts", 60, tidy_carts, N_("Forgets removed lines, lost carts and unproven addresses")),
    Job("pictures", 10, make_pictures, N_("Makes the sizes of new photos")),
    Job("media", 60, media.remove_orphans, N_("Removes files that belong to nothing")),
    Job("previews", 2, sharing.make_previews, N_("Draws what chats show of a shared piece")),
    Job("sharing", 180, sharing.make_documents, N_("Writes site maps and feeds of a large shop")),
    Job("sessions", 60, tidy_sessions, N_("Forgets ended sessions and old counters")),
]


def init_jobs(app: Flask) -> None:
    """Let the council's page know the schedule."""
    notifications.announce_jobs(
        notifications.KnownJob(job.name, job.minutes, job.about) for job in SCHEDULE
    )


def run_and_note(job: Job) -> bool:
    """Run one job and note the outcome in the diary; False when it failed."""
    return notifications.run_job(job.name, job.run)


def make_worker(app: Flask) -> Worker:
    """The worker with the whole schedule."""
    # Imported here: the queue is large, and the web server never opens it.
    from storefront.worker import Worker

    def noted(job: Job) -> Callable[[], object]:
        return lambda: run_and_note(job)

    return Worker(app, {job.name: (job.minutes, noted(job)) for job in SCHEDULE})
