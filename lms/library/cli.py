"""`lms library`: the index and the files, at a terminal."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import _
from lms.library.door import open_store
from lms.library.jobs import index_items, rebuild_items
from lms.library.quotas import MIB, count_bytes, get_quota, set_quota
from lms.orgs.queries import find_org


@click.group("library", help="The library: its search index and its files.")
def cli() -> None:
    """Root of the room's commands."""


@cli.command("index")
@with_appcontext
def index() -> None:
    """Bring the search index up to date now, instead of waiting for the worker."""
    index_items()
    click.echo(_("The index is up to date."))


@cli.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the search index anew. Searches go on meanwhile."""
    rebuild_items()
    click.echo(_("The index is built anew."))


@cli.command("verify")
@click.option("--sample", type=click.IntRange(1), help="Check only this many files, chosen at random.")
@with_appcontext
def verify(sample: int | None) -> None:
    """Read every stored file and name those that are missing or damaged."""
    found = 0
    for damage in open_store().verify(sample):
        found += 1
        click.echo(f"{damage.code}  {damage.sha256}  {' '.join(damage.pins)}")
    if found:
        raise Conflict(_("Some files are damaged. Restore them from a backup."))
    click.echo(_("Every file is as it was stored."))


@cli.command("quota")
@click.argument("code")
@click.argument("megabytes", required=False)
@with_appcontext
def quota(code: str, megabytes: str | None) -> None:
    """Show how much the unit of this code keeps, or set how much it may keep (MB, or `none`)."""
    org = find_org(code)
    if org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    if megabytes is not None:
        if megabytes != "none" and not (megabytes.isascii() and megabytes.isdigit()):
            raise click.BadParameter("a whole number of MB, or none", param_hint="MEGABYTES")
        with write():
            set_quota(SYSTEM, org, None if megabytes == "none" else int(megabytes) * MIB)
    limit = get_quota(org)
    click.echo(f"{org.name}\t{count_bytes(org) // MIB} MB\t{limit // MIB if limit is not None else 'none'}")
