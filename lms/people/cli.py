"""`lms people`: the first administrator, and a way back in for one who is locked out."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import _
from lms.orgs.queries import find_org, list_roots
from lms.people import services
from lms.people.queries import find_user


@click.group(name="people", help="Accounts and roles.")
def cli() -> None:
    """Group of the room's commands."""


@cli.command("add-admin")
@click.argument("full_name")
@click.option("--login", help="User name; made from the name when missing.")
@click.option("--email", help="Mail address.")
@click.option("--org", "code", help="Code of the unit; the first root when missing.")
@with_appcontext
def add_admin(full_name: str, login: str | None, email: str | None, code: str | None) -> None:
    """Make a system administrator and print the one-time password."""
    roots = list_roots()
    org = find_org(code) if code else roots[0] if roots else None
    if org is None and code:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    if org is None:
        raise Conflict(_("There is no unit yet. Make the first one with `lms orgs add`."))
    with write():
        user, password = services.create_user(
            SYSTEM, full_name=full_name, login=login, email=email, home_org=org
        )
        services.grant_role(SYSTEM, user, "sysadmin", org)
    click.echo(f"{user.login or user.email}\t{password}")


@cli.command("reset-password")
@click.argument("login")
@with_appcontext
def reset_password(login: str) -> None:
    """Give an account a one-time password and print it."""
    user = find_user(login)
    if user is None:
        raise NotFound(_("No account has this user name or mail address."))
    click.echo(f"{user.login or user.email}\t{services.set_password_for(SYSTEM, user)}")


@cli.command("reset-second-step")
@click.argument("login")
@with_appcontext
def reset_second_step(login: str) -> None:
    """Remove the second step of an account whose owner lost it; the password alone signs in again."""
    user = find_user(login)
    if user is None:
        raise NotFound(_("No account has this user name or mail address."))
    with write():
        services.reset_factor(SYSTEM, user)
    click.echo(user.login or user.email)
