"""`lms search`: rebuild the index of pages."""

import click
from flask.cli import with_appcontext

from lms.core.errors import Conflict
from lms.core.i18n import _l
from lms.search.engine import page_index
from lms.search.queries import SearchUnavailable
from lms.search.services import rebuild_pages


@click.group("search", help="The index of pages: courses and whatever else has a page to find.")
def cli() -> None:
    """Group of the room's commands."""


@cli.command("rebuild", help="Build the index of pages anew; readers keep the old one until it is whole.")
@with_appcontext
def rebuild() -> None:
    """Build anew beside the old index, then swap."""
    try:
        count = rebuild_pages()
    except SearchUnavailable as error:
        raise Conflict(_l("The index cannot be written now. Try again in a minute.")) from error
    click.echo(f"{count} pages are in the index.")


@cli.command("check", help="Say whether the index of pages can be read; exit 1 when it must be rebuilt.")
@with_appcontext
def check() -> None:
    """Print one line."""
    fault = page_index().check()
    click.echo(
        f"{fault} The command for it: lms search rebuild" if fault else "The index of pages looks right."
    )
    if fault:
        raise SystemExit(1)
