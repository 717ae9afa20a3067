"""`lms library import`: a folder or zip of files on this server, with the table that describes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from content_store import importing
from content_store.importing_checks import check_files, list_left_over
from content_store.importing_sheet import ImportRow
from content_store.importing_sources import Source
from lms.core.actor import Actor
from lms.core.db import db, write
from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import _
from lms.library.bulk import services as bulk_imports
from lms.library.cli import cli
from lms.library.door import open_store, saying_refusals
from lms.library.permissions import can_contribute, owner_token
from lms.library.refusal_words import words_of_code
from lms.orgs.queries import find_org
from lms.people.queries import build_actor, find_user

__all__ = ["cli"]


@cli.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--owner", "login", required=True, help="User name of the person the items will belong to.")
@click.option("--org", "code", help="Code of the unit the items are put in the name of.")
@click.option("--sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV or XLSX.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@with_appcontext
def import_files(path: Path, login: str, code: str | None, sheet: Path | None, dry_run: bool) -> None:
    """Put a folder or zip of files in as drafts. Safe to repeat and to kill: nothing is made twice."""
    user, home = find_user(login), find_org(code) if code else None
    if user is None or (code and home is None):
        raise NotFound(_("No account has this user name, or no unit has this code."))
    actor = build_actor(user)
    if not can_contribute(actor):
        raise NotAllowed()
    with saying_refusals():
        source, rows = importing.open_import(path, sheet)
    problems = [*importing.check_rows(rows, source.names()), *check_files(rows, source)]
    for name in list_left_over(rows, source.names()):
        click.echo(_("Not put in, for no row names it: %(name)s", name=name), err=True)
    wrong = {problem.number for problem in problems}
    good = [row for row in rows if row.number not in wrong]
    known = importing.list_known(db.session(), owner_token(actor), good)
    counts = {"create": len(good) - len(known), "update": len(known), "same": 0}
    if not dry_run:
        counts = {"create": 0, "update": 0, "same": 0}
        for done in _put_in(actor, good, source, str(home.uuid) if home else None):
            if done.problem is None:
                counts[done.deed] += 1
            else:
                problems.append(done.problem)
    for problem in problems:
        click.echo(f"row {problem.number}: {problem.value} {words_of_code(problem.code)}", err=True)
    click.echo(
        "\t".join(f"{deed} {count}" for deed, count in counts.items())
        + f"\terror {len({one.number for one in problems})}"
    )
    if problems:
        raise SystemExit(1)


def _put_in(
    actor: Actor, rows: Sequence[ImportRow], source: Source, home: str | None
) -> Iterator[importing.Written]:
    """Read rows together and write them a few at a time."""
    while rows:
        taken = importing.take_together(rows, source)
        rows = rows[len(taken) :]
        ready = importing.prepare_rows(open_store(), taken, source)
        for at in range(0, len(ready), importing.BATCH):
            with write():
                written = bulk_imports.write_rows(actor, ready[at : at + importing.BATCH], home)
            yield from written
