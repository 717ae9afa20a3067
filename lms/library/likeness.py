"""Items that are the same or nearly so: found out by the worker, shown to whoever puts one in."""

from __future__ import annotations

from collections.abc import Sequence

from content_store import near
from content_store.models import Version
from content_store.near import Alike
from lms.core.actor import Actor
from lms.core.db import db, write
from lms.core.jobs import job
from lms.core.schedule import every
from lms.core.web import actor
from lms.library.blueprint import bp
from lms.library.door import open_store
from lms.library.queries import tokens_of

STEP = 50


@job("note_likeness", is_apart=True)
def note_likeness() -> None:
    """Find out what new files are like."""
    blobs = open_store().blobs
    while told := near.read_untold(db.session(), blobs, STEP):
        db.session.rollback()
        with write():
            near.keep_told(db.session(), told)


def has_untold() -> bool:
    """Tell whether a file waits to be compared."""
    found = near.has_untold(db.session())
    db.session.rollback()
    return found


def list_alike(who: Actor, version: Version) -> list[Alike]:
    """Return items with the same or nearly the same content, among those the actor may find."""
    return near.find_alike(db.session(), version, tokens_of(who))


def find_most_alike(who: Actor, versions: Sequence[Version]) -> dict[int, Alike]:
    """Return what is most like each version, by its id, among what the actor may find; a few statements in all."""
    return near.find_most_alike(db.session(), versions, tokens_of(who))


@bp.app_template_global("items_alike_of")
def items_alike_of(version: Version) -> list[Alike]:
    """Return for a page what the reader may find that is like a version."""
    return list_alike(actor(), version)


every("note_likeness", minutes=5, has_work=has_untold)
