"""The council's desk: what waits today, what failed, what runs by itself."""

from __future__ import annotations

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from storefront.accounts import record_audit
from storefront.home.desk import waiting
from storefront.home.outbox import failed
from storefront.home.views import council
from storefront.kernel.clock import today
from storefront.kernel.paging import page_of
from storefront.notifications import (
    job_states,
    known_jobs,
    request_run,
    send_again,
    worker_is_silent,
)
from storefront.web import access, once, page_number, render, signed_in


@council.get("/")
@access("council")
def desk() -> ResponseReturnValue:
    """What waits for a person of the council today."""
    return render(
        "home/council/desk.html", piles=waiting(), is_silent=worker_is_silent(), today=today()
    )


@council.get("/jobs")
@access("council")
def jobs() -> ResponseReturnValue:
    """What runs by itself: last run, last error, run now."""
    states = job_states()
    return render(
        "home/council/jobs.html",
        jobs=[(job, states.get(job.name)) for job in known_jobs()],
        worker=states.get("worker"),
        is_silent=worker_is_silent(),
    )


@council.post("/jobs/<name>/run")
@access("council:admin")
def run_now(name: str) -> ResponseReturnValue:
    """Ask the worker to run a job at once."""
    if name not in {job.name for job in known_jobs()}:
        abort(404)
    person = signed_in()

    def ask() -> None:
        request_run(name)
        record_audit(person.user_id, "job.run", "job", after={"name": name})

    return once(
        ask,
        then=lambda _: url_for("home_council.jobs"),
        say=gettext("The job starts within a few seconds."),
    )


@council.get("/outbox")
@access("council")
def outbox() -> ResponseReturnValue:
    """Mails and tasks that failed or of which nobody knows whether they left."""
    return render("home/council/outbox.html", page=page_of(failed(), page_number()))


@council.post("/outbox/<int:row_id>/again")
@access("council")
def again(row_id: int) -> ResponseReturnValue:
    """Try a failed mail or task once more."""
    person = signed_in()

    def retry() -> bool:
        record_audit(person.user_id, "outbox.again", "outbox", row_id)
        return send_again(row_id)

    return once(
        retry,
        then=lambda _: url_for("home_council.outbox"),
        say=lambda done: (
            gettext("It is tried again now.")
            if done
            else gettext("This was already sent or is being sent.")
        ),
    )
