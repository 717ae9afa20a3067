"""The worker's part: only it writes the index of items."""

from lms.core.db import db, write
from lms.core.jobs import job
from lms.library.door import open_store


@job("index_items")
def index_items() -> None:
    """Bring the index up to date with everything that waits."""
    while True:
        with write():
            settled = open_store().index_pending(limit=50)
        if not settled:
            return


@job("rebuild_items", max_attempts=2)
def rebuild_items() -> None:
    """Build the whole index anew, aside, and swap."""
    open_store().rebuild_index()
    db.session.rollback()
