"""`lms people move`: a list of pupils who change class, from a terminal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.orgs.queries import find_org
from lms.people.import_cli import cli
from lms.people.moves_list import move_list, plan_list

__all__ = ["cli"]


@cli.command("move")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--org", "code", required=True, help="Code of the school or department of both classes.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="First day in the new class; today when missing."
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_appcontext
def move_pupils(file: Path, code: str, on: datetime | None, dry_run: bool) -> None:
    """Move the pupils of a CSV or XLSX list: pupil code or user name, new class. A day to come is waited for."""
    org = find_org(code)
    if org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    steps = plan_list(SYSTEM, org, file.read_bytes())
    if not dry_run:
        steps = move_list(SYSTEM, steps, on=on.date() if on else None)
    for step in steps:
        if step.error:
            click.echo(f"line {step.number}: {step.error}", err=True)
        elif step.user and step.source and step.target:
            click.echo(f"{step.user.login or step.user.uuid}\t{step.source.name}\t{step.target.name}")
    if any(step.error for step in steps):
        raise SystemExit(1)
