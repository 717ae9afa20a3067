"""A new installation, or one whose index was lost, gets its index from the worker."""

from flask import current_app

from lms.core.events import listens_to
from lms.core.jobs import enqueue
from lms.core.migrate import DatabaseRestored, DatabaseUpgraded


@listens_to(DatabaseUpgraded)
def build_missing_index(_event: DatabaseUpgraded) -> None:
    """Ask for a rebuild when the index cannot be read; it can always be made again from the rows."""
    if current_app.extensions["page_index"].check() is not None:
        enqueue("rebuild_pages", key="rebuild_pages")


@listens_to(DatabaseRestored)
def build_index_anew(_event: DatabaseRestored) -> None:
    """Ask for a rebuild: the index speaks of rows of another day."""
    enqueue("rebuild_pages", key="rebuild_pages")
