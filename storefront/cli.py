"""The commands: `flask --help` lists them, `flask <command> --help` tells each one's options.

A command opens the transactions, says in one line what it did or why it could not, and ends with
1 on failure. What it needs is imported when it is called, so that each pays only for itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from config import ConfigurationError
from storefront.kernel.db import Base, db, transaction
from storefront.kernel.errors import ShopError

if TYPE_CHECKING:
    from storefront.jobs import Job

P = ParamSpec("P")
R = TypeVar("R")

user_group = AppGroup("user", help="People who sign in.")
demo_group = AppGroup("demo", help="The fictional shop to look at and to test with.")
jobs_group = AppGroup("jobs", help="What runs by itself.")
search_group = AppGroup("search", help="The search index.")
keys_group = AppGroup("keys", help="The keys of sealed fields.")


def init_cli(app: Flask) -> None:
    """Called by the wiring. Raises ConfigurationError in production where demo accounts exist."""
    for command in (
        setup,
        audit,
        user_group,
        demo_group,
        jobs_group,
        search_group,
        keys_group,
    ):
        app.cli.add_command(command)
    if app.config["SETTINGS"].is_production:
        from storefront.demo import is_loaded

        with app.app_context():
            if is_loaded():
                raise ConfigurationError(
                    ["The database holds demo accounts, whose password is public."]
                )


def one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the shop or a value refuses into one line and exit code 1."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (ShopError, ValueError) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"{reason} (is `flask db upgrade` done?)") from error

    return guarded


def never_in_production(command: Callable[P, R]) -> Callable[P, R]:
    """Refuse a demo command where real people buy."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_app.config["SETTINGS"].is_production:
            raise click.ClickException("The demo is never touched in production.")
        return command(*args, **kwargs)

    return guarded


def counter(label: str) -> Callable[[int, int], None]:
    """A progress line for `function(done, total)`: drawn anew on a terminal, sparse in a log."""
    is_terminal = sys.stdout.isatty()
    step, said = (1, -1) if is_terminal else (10, -10)

    def show(done: int, total: int) -> None:
        nonlocal said
        percent = 100 * done // max(total, 1)
        if percent >= said + step or done >= total:
            said = percent
            line = f"{label}: {done:,} of {total:,}"
            click.echo(f"\r{line}" if is_terminal else line, nl=not is_terminal or done >= total)

    return show


@click.command("setup")
@with_appcontext
@one_line
def setup() -> None:
    """Bring reference data in line with the files. Repeatable; what the council set stays."""
    from storefront import catalogue, shipping

    for load in (catalogue.load_reference, shipping.load_reference):
        with transaction():
            load()
    click.echo("Reference data is up to date.")


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@with_appcontext
def audit(as_json: bool) -> None:
    """Check what must hold at every moment; exit code 1 and the rows where it does not."""
    from storefront.audit import run_audit

    findings = run_audit(current_app)
    broken = [finding for finding in findings if finding.rows]
    if as_json:
        click.echo(json.dumps({finding.id: finding.as_json() for finding in findings}, indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.id:4} {'BROKEN' if finding.rows else 'ok':6} {finding.sentence}")
            for row in finding.rows:
                click.echo(f"            {row}")
        click.echo(f"{len(findings) - len(broken)} of {len(findings)} hold.")
    if broken:
        raise SystemExit(1)


# -- people -----------------------------------------------------------------------------------


@user_group.command("create")
@click.option("--email", help="Mail address to sign in with.")
@click.option("--phone", help="Phone number to sign in with, like +6281200000101.")
@click.option("--name", default="", help="Shown to colleagues.")
@click.option("--lang", type=click.Choice(["id", "en", "ko", "fr"]), default="id")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(["admin", "curator", "finance", "translator"]),
    help="May be given several times.",
)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@one_line
def create_user(
    email: str | None,
    phone: str | None,
    name: str,
    lang: str,
    roles: tuple[str, ...],
    password: str,
) -> None:
    """Open an account; `--role admin` makes the first admin.

    Council roles set up their second factor at the first sign-in.
    """
    from storefront import accounts
    from storefront.web.forms import e164

    if not email and not phone:
        raise click.ClickException("Give --email or --phone.")
    if fault := accounts.password_fault(password, (email or "", name)):
        raise click.ClickException(f"This password is too {fault}.")
    try:
        number = e164(phone, "ID") if phone else None
    except ValueError as error:
        raise click.ClickException(f"{phone} is not a phone number.") from error
    with transaction():
        user = accounts.create_user(email, number, name, lang, password, is_confirmed=True)
        for role in roles:
            accounts.grant_role(user.id, role, None)
    click.echo(f"{user.email or user.phone} may sign in{': ' if roles else ''}{', '.join(roles)}.")


@user_group.command("reset-factor")
@click.argument("identifier")
@one_line
def reset_factor(identifier: str) -> None:
    """Take the second step from a person who lost phone and codes; IDENTIFIER is mail or phone."""
    from storefront import accounts

    user = accounts.find_user(identifier.strip().lower(), identifier.strip())
    if user is None:
        raise click.ClickException("No account has this mail address or number.")
    with transaction():
        accounts.remove_factor(user.id, None, why="command line")
    click.echo("Done. The person sets the second step up again at the next sign-in.")


# -- the demo ---------------------------------------------------------------------------------


@demo_group.command("load")
@never_in_production
@one_line
def load_demo() -> None:
    """Fill a fresh database with the fictional shop."""
    from storefront import demo

    demo.load(say=click.echo)
    list_accounts()


@demo_group.command("reset")
@click.option("--yes", is_flag=True, help="Also when the database holds accounts of your own.")
@never_in_production
@one_line
def reset_demo(yes: bool) -> None:
    """Throw EVERYTHING in the database away and load the demo anew."""
    from storefront import demo

    if not yes and demo.has_own_accounts():
        raise click.ClickException("The database holds accounts of your own; add --yes to lose it.")
    demo.empty_database(say=click.echo)
    current_app.test_cli_runner().invoke(setup, catch_exceptions=False)
    demo.load(say=click.echo)
    list_accounts()


@demo_group.command("scale")
@click.option("--artisans", default=2312, show_default=True, help="Workshops to add.")
@click.option("--products", default=50, show_default=True, help="Pieces of each.")
@never_in_production
@one_line
def scale_demo(artisans: int, products: int) -> None:
    """Add many made-up workshops and pieces, for measuring."""
    from storefront import demo

    demo.scale(artisans, products, counter("Pieces added"), counter("Pieces indexed"))


@demo_group.command("otp")
@click.argument("email")
@never_in_production
@one_line
def show_code(email: str) -> None:
    """Print the present second-factor code of a council account."""
    from storefront import demo

    click.echo(demo.second_factor(email))


@demo_group.command("accounts")
@never_in_production
def accounts_command() -> None:
    """List the demo's accounts with their shared password."""
    list_accounts()


def list_accounts() -> None:
    """Who can sign in, council first; nothing when the demo is not loaded."""
    from storefront import demo

    rows = demo.accounts()
    if not rows:
        return
    click.echo(f"Demo accounts, all with the password {demo.PASSWORD}")
    for email, what, name in rows:
        click.echo(f"  {email:28} {what:26} {name}")
    click.echo("Council accounts also need the code of: flask demo otp <email>")


@demo_group.command("pictures")
@click.option("--only", default="", help="One piece or workshop by its code: GDK-01, GDK.")
@click.option("--missing", is_flag=True, help="Only those that are not there yet.")
@never_in_production
@one_line
def draw_pictures(only: str, missing: bool) -> None:
    """Draw the demo's pictures into storefront/demo/masters; needs requirements-dev.txt."""
    from storefront import demo

    click.echo(f"{demo.draw(only, missing, click.echo)} pictures drawn.")


# -- what runs by itself ------------------------------------------------------------------------


@jobs_group.command("run")
@click.option("--threads", default=2, show_default=True, help="Jobs at the same time.")
def run_jobs(threads: int) -> None:
    """Run the worker until it is stopped: the schedule, the outbox, wishes of the council."""
    from storefront.jobs import make_worker

    make_worker(current_app._get_current_object()).run(threads)  # type: ignore[attr-defined]


@jobs_group.command("once")
@click.argument("name", required=False)
def run_once(name: str | None) -> None:
    """Run one job now, or all of them in their order."""
    from storefront.jobs import SCHEDULE, run_and_note

    chosen = [job for job in SCHEDULE if name in (None, job.name)]
    if not chosen:
        known = ", ".join(job.name for job in SCHEDULE)
        raise click.ClickException(f"There is no job {name}. There are: {known}.")
    failed = [job.name for job in chosen if not _run_aloud(run_and_note, job)]
    if failed:
        raise click.ClickException(f"Failed: {', '.join(failed)}. `flask jobs list` says why.")


def _run_aloud(run: Callable[[Job], bool], job: Job) -> bool:
    good = run(job)
    click.echo(f"{job.name}: {'done' if good else 'failed'}")
    return good


@jobs_group.command("list")
def list_jobs() -> None:
    """Every job with its interval, its last run and its last error."""
    from storefront.jobs import SCHEDULE
    from storefront.notifications import job_states

    states = job_states()
    for job in SCHEDULE:
        state = states.get(job.name)
        last = f"{state.last_ok_at:%Y-%m-%d %H:%M}Z" if state and state.last_ok_at else "never"
        error = f"  failed: {state.last_error}" if state and state.last_error else ""
        click.echo(f"{job.name:16} every {job.minutes:3} min  {last:18} {job.about}{error}")


# -- upkeep -------------------------------------------------------------------------------------


@search_group.command("rebuild")
def rebuild_search() -> None:
    """Write the search index of all pieces anew; the shop stays open meanwhile."""
    from storefront.catalogue import rebuild_index

    click.echo(f"{rebuild_index(progress=counter('Pieces')):,} pieces are indexed.")


@keys_group.command("rotate")
def rotate_keys() -> None:
    """Seal all sealed fields anew with the first key of ENCRYPTION_KEY; then drop the old ones."""
    from storefront.kernel.crypto import Undecipherable, rotate
    from storefront.media import reseal_files
    from storefront.orders import rehash_contacts

    try:
        files = reseal_files()
        with transaction():
            rows = rotate(db.session(), Base.metadata)
            orders = rehash_contacts()
    except Undecipherable as error:
        raise click.ClickException(f"{error}; put the dropped key back into the list.") from error
    click.echo(f"{rows} rows, {files} files and {orders} orders follow the first key.")
    click.echo(
        "The old keys may be dropped now. Recovery codes and printed cards made under them end "
        "with them: people make new ones."
    )
