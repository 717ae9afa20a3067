"""`lms demo`: fill an empty site with a small world to look around in."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.demo.accounts import accounts_table, is_built
from lms.demo.build import build_demo

STEPS = {
    "places": "Places: department, ward, schools, classes",
    "people": "People: pupils, teachers, citizens",
    "library": "Library: making files and putting them in",
    "courses": "Courses: writing and publishing lessons",
    "learning": "Learning: answers of the first weeks",
    "together": "Together: ratings, remixes, reviews, a shelf",
    "search": "Search: indexing",
    "news": "Notices: what is new",
}


@click.command("demo", help="Fill an empty site with demo data; run again, it changes nothing.")
@click.option("--accounts", is_flag=True, help="Only show the demo accounts, if there are any.")
@with_appcontext
def cli(accounts: bool) -> None:
    """Build the demo and show its accounts."""
    if accounts:
        if is_built():
            click.echo(accounts_table())
        return
    made = build_demo(_tell)
    click.echo("The demo is ready." if made else "The demo is here already; nothing was changed.")
    click.echo(f"\n{accounts_table()}\n")


def _tell(step: str) -> None:
    if step in STEPS:
        click.echo(STEPS[step])
