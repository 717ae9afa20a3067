"""`lms library`: the index and the files, at a terminal."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.library.door import open_store
from lms.library.jobs import index_items, rebuild_items


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
