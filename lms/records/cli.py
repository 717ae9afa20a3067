"""`lms records`: rebuild what is derived from statements."""

import click
from flask.cli import with_appcontext

from lms.core.db import write
from lms.records.services import replay_statements


@click.group("records", help="Learning records.")
def cli() -> None:
    """Group of the room's commands."""


@cli.command("replay", help="Rebuild progress and everything else derived from the statements.")
@with_appcontext
def replay() -> None:
    """Replay all statements in one transaction: others see the old figures until the new ones are whole."""
    with write():
        count = replay_statements()
    click.echo(f"{count} statements replayed.")
