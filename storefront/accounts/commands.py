"""Commands about accounts: `flask user create` and what an operator needs when all else is lost."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from storefront.accounts import rules
from storefront.accounts.actions.factor import remove_factor
from storefront.accounts.actions.people import create_user, grant_role
from storefront.accounts.queries import find_user
from storefront.kernel.db import transaction
from storefront.kernel.errors import ShopError
from storefront.kernel.translated import LANGS
from storefront.web.forms import e164

user_group = AppGroup("user", help="People with an account.")


@user_group.command("create")
@click.option("--email", default="", help="Mail address to sign in with.")
@click.option("--phone", default="", help="Phone number to sign in with, +62… or 08….")
@click.option("--name", default="", help="Name as others read it.")
@click.option("--lang", type=click.Choice(LANGS), default="id", help="Language of our messages.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(rules.COUNCIL_ROLES),
    multiple=True,
    help="A right of the council; may be given several times.",
)
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    envvar="USER_PASSWORD",
    help="12 characters or more; asked for when left out, also read from USER_PASSWORD.",
)
def create(
    email: str, phone: str, name: str, lang: str, roles: tuple[str, ...], password: str
) -> None:
    """Create an account, also the first admin: `flask user create --email … --role admin`."""
    if not email and not phone:
        raise click.UsageError("Give --email or --phone.")
    if fault := rules.password_fault(password, (name, email)):
        raise click.BadParameter(_FAULTS[fault], param_hint="--password")
    try:
        number = e164(phone, "ID") if phone else None
    except ValueError as error:
        raise click.BadParameter("This is not a phone number.", param_hint="--phone") from error
    try:
        with transaction():
            user = create_user(email or None, number, name, lang, password, is_confirmed=True)
            for role in roles:
                grant_role(user.id, role, by=None)
    except ShopError as error:
        raise click.ClickException(str(error)) from error
    told = f"{email or number} can sign in"
    click.echo(f"{told} ({', '.join(roles)})." if roles else f"{told}.")
    if roles:
        click.echo("The second step is set up at the first sign-in.")


@user_group.command("reset-factor")
@click.argument("identifier")
def reset_factor(identifier: str) -> None:
    """Take the second step away from a person who lost phone and recovery codes."""
    user = find_user(rules.normal_email(identifier), identifier)
    if user is None:
        raise click.ClickException("No account has this mail address or number.")
    with transaction():
        remove_factor(user.id, by=None, why="command line")
    click.echo("Done. The person sets it up again at the next sign-in.")


_FAULTS = {
    "short": "12 characters or more, please.",
    "long": "128 characters at most, please.",
    "common": "This password is easy to guess.",
}
