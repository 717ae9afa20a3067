"""`lms orgs rollover`: a school steps into the next year, from a terminal."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.orgs.cli import cli
from lms.orgs.models import Org
from lms.orgs.queries import find_org
from lms.orgs.year_names import first_day_after
from lms.people.rollover_model import KEEP, MOVE
from lms.people.rollover_plan import (
    RowView,
    draft_rollover,
    guess_rows,
    list_plans,
    list_rows,
    show_rows,
    update_plan,
)
from lms.people.rollover_undo import undo_rollover
from lms.people.rollovers import confirm_rollover, run_rollover

__all__ = ["cli"]


def _school(code: str) -> Org:
    org = find_org(code)
    if org is None:
        raise NotFound(_("No unit has this code. Check it with `lms orgs list`."))
    return org


def _print(views: list[RowView]) -> None:
    """Print a line for each class: what becomes of it, where to, how many; then the sums."""
    for view in views:
        target = view.row.target_name if view.row.action == MOVE else "-"
        click.echo(f"{view.row.action}\t{view.org.name}\t{target}\t{view.members}")
    rolled = sum(view.row.action != KEEP for view in views)
    click.echo(f"classes {rolled}\tpupils moving {sum(view.moving for view in views)}")


@cli.command("rollover")
@click.argument("code")
@click.option("--year", type=int, required=True, help="The school year that ends: 2026 for 2026-2027.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="First day of the next year; 1 August when missing."
)
@click.option("--without-staff", is_flag=True, help="Homeroom teachers do not go along.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_appcontext
def rollover(code: str, year: int, on: datetime | None, without_staff: bool, dry_run: bool) -> None:
    """Move every class of a school up a year: 6A1 ends, 7A1 begins. A plan made on the site is carried out as it is."""
    org, day = _school(code), on.date() if on else first_day_after(year)
    if dry_run:
        standing = list_plans(org, "draft", "queued")
        _print(show_rows(list_rows(standing[0]) if standing else guess_rows(org, day), org))
        return
    with write():
        is_new = not list_plans(org, "draft", "queued")
        plan = draft_rollover(SYSTEM, org, year=year, starts_on=day)
        if is_new:
            update_plan(SYSTEM, plan, starts_on=None, carry_staff=not without_staff, rows={})
        confirm_rollover(SYSTEM, plan)
    run_rollover(plan.id)
    db.session.refresh(plan)
    views = show_rows(list_rows(plan), org)
    click.echo(f"{plan.state}\t{plan.starts_on.isoformat()}\t{sum(view.row.moved for view in views)}")


@cli.command("rollover-undo")
@click.argument("code")
@with_appcontext
def rollover_undo(code: str) -> None:
    """Take the latest rollover of a school back; refused once the new classes are in use."""
    plans = list_plans(_school(code), "applied")
    if not plans:
        raise NotFound(_("No rollover of this school was carried out."))
    with write():
        undo_rollover(SYSTEM, plans[0])
    click.echo(f"{plans[0].state}\t{plans[0].starts_on.isoformat()}")
