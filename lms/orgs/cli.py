"""`lms orgs`: the first nodes of a tree, before anyone can sign in to make them."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.orgs import services
from lms.orgs.models import KINDS, Org
from lms.orgs.queries import find_org, list_children, list_roots


@click.group(name="orgs", help="The tree of organizations.")
def cli() -> None:
    """Group of the room's commands."""


@cli.command("add")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--code", help="A code people know the unit by.")
@click.option("--under", help="Code of the parent unit; a new root when missing.")
@with_appcontext
def add_org(kind: str, name: str, code: str | None, under: str | None) -> None:
    """Open a unit."""
    parent = find_org(under) if under else None
    if under and parent is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    with write():
        org = services.create_org(SYSTEM, parent=parent, kind=kind, name=name, code=code)
    click.echo(f"{org.code or org.uuid}\t{org.kind}\t{org.name}")


@cli.command("list")
@click.option("--under", help="Code of the unit whose children to list; the roots when missing.")
@with_appcontext
def list_orgs(under: str | None) -> None:
    """List units: code, kind, name."""
    parent = find_org(under) if under else None
    found: list[Org] = list(list_children(parent, size=1000).rows) if parent is not None else list_roots()
    for org in found:
        click.echo(f"{org.code or org.uuid}\t{org.kind}\t{org.name}")


def _org(code: str) -> Org:
    org = find_org(code)
    if org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    return org


@cli.command("move")
@click.argument("code")
@click.option("--under", required=True, help="Code of the new parent unit.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="First day under the new parent; today when missing."
)
@with_appcontext
def move_org(code: str, under: str, on: datetime | None) -> None:
    """Put a unit with everything below it under another one."""
    org, parent = _org(code), _org(under)
    with write():
        services.move_org(SYSTEM, org, parent, on=on.date() if on else None)
    click.echo(f"{org.code}\t{org.kind}\t{org.name}")


@cli.command("close")
@click.argument("code")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day it ends; today when missing.")
@with_appcontext
def close_org(code: str, on: datetime | None) -> None:
    """End a unit; roles held there end with it, its past stays readable."""
    org = _org(code)
    with write():
        services.close_org(SYSTEM, org, on=on.date() if on else None)
    click.echo(f"{org.code}\tclosed\t{org.name}")
