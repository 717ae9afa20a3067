"""`lms library harvest`: harvesting at a terminal."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.i18n import _
from lms.interop.oai_pmh.jobs import harvest_source, stamp_harvest
from lms.interop.oai_pmh.queries import list_sources


@click.command("harvest", help="Harvest other libraries now, and let others hear of what changed here.")
@click.argument("names", nargs=-1)
@with_appcontext
def harvest(names: tuple[str, ...]) -> None:
    """Harvest the sources of these names; without a name all that are not paused."""
    stamp_harvest()
    wanted = [
        (source.id, source.name)
        for source in list_sources(SYSTEM)
        if (source.name in names if names else not source.is_paused)
    ]
    db.session.rollback()
    failed = 0
    for source_id, name in wanted:
        harvest_source(source_id)
        found = next(source for source in list_sources(SYSTEM) if source.id == source_id)
        failed += bool(found.error)
        click.echo(f"{name}: {found.taken} (+{found.skipped}) {found.error or ''}".rstrip())
        db.session.rollback()
    if failed:
        raise Conflict(_("Some libraries could not be harvested. The lines above say why."))
