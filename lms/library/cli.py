"""`lms library`: the index and the files, at a terminal."""

from __future__ import annotations

from collections import Counter

import click
from flask.cli import with_appcontext

from content_store.errors import StoreError
from content_store.listings import PACKAGES
from content_store.verifying import Choice
from lms.core.actor import SYSTEM
from lms.core.db import write
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import _
from lms.library.jobs import index_items, rebuild_items
from lms.library.rereading import reread_files
from lms.library.storage.quotas import MIB, count_bytes, get_quota, set_quota
from lms.library.storage.verifying import verify_files
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


@cli.command("reread")
@with_appcontext
def reread() -> None:
    """Read packages (zip, SCORM, cmi5, H5P) anew: their table and passages become as this version makes them.

    Their versions, titles and licenses stay. Safe to kill and to repeat.
    """
    counts = Counter(reread_files(PACKAGES))
    for outcome in ("changed", "same", "failed"):
        click.echo(f"{outcome} {counts[outcome]}")
    if counts["failed"]:
        raise Conflict(_("Some files could not be read. They stay as they were; run `lms library verify`."))


@cli.command("verify")
@click.option("--sample", metavar="N|N%", help="Check only so many files, or such a share, chosen at random.")
@click.option("--newest", type=click.IntRange(1), help="Check only, or also, so many of the newest files.")
@with_appcontext
def verify(sample: str | None, newest: int | None) -> None:
    """Read every stored file and name those that are missing or damaged; `lms check` tells of them from then on."""
    try:
        choice = Choice.read(sample, newest)
    except StoreError as error:
        raise click.BadParameter(error.message, param_hint="--sample") from error
    found = 0
    for damage in verify_files(choice):
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
