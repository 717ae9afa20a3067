"""The worker's part: only it writes the index of items.

The engine is written outside `write()`: it takes seconds, and SQLite has one writer.
"""

from datetime import timedelta

from content_store import indexing
from content_store.indexing import Pending
from content_store.pacing import Pace
from content_store.search import SearchBusy
from content_store.store import ContentStore
from lms.core.db import db, write
from lms.core.jobs import enqueue, job
from lms.core.schedule import every
from lms.library.door import open_store
from lms.library.standing import keep_standings, weigh_items

LANE = "item index"  # one writer at a time
PATIENT = 10_000  # an index that is behind is tried until it succeeds: every half hour in the end
LOOK_AGAIN = timedelta(seconds=2)
A_BATCH = 50
PACE = Pace()


@job("index_items", max_attempts=PATIENT, lane=LANE, is_apart=True)
def index_items() -> None:
    """Bring the index up to date with everything that waits; look again soon when another one is writing it."""
    try:
        _index_all()
    except SearchBusy:
        with write():
            enqueue("index_items", key="index_items", delay=LOOK_AGAIN)


def _index_all() -> None:
    store = open_store()
    while (pending := _what_waits(store)).row_ids:
        db.session.rollback()
        with PACE.writing():
            taken_in = store.index_pending(pending)
        with write():
            store.settle_pending(taken_in)


def _what_waits(store: ContentStore) -> Pending:
    """The next changes, after the rest that the last write asks for: a few may be more by then, many need not wait."""
    if PACE.left_s() and 0 < indexing.count_pending(db.session()) < A_BATCH:
        db.session.rollback()
        PACE.rest()
    return store.read_pending(limit=A_BATCH)


@job("rebuild_items", lane=LANE, is_long=True, is_apart=True)
def rebuild_items() -> None:
    """Build the whole index anew, aside, and swap."""
    store = open_store()
    rebuilt = store.rebuild_index()
    with write():
        store.settle_rebuilt(rebuilt)


@job("weigh_items")
def weigh_all_items() -> None:
    """Reckon anew how well items stand in search; only those that came a step further are written and indexed."""
    after: int | None = 0
    while after is not None:
        weighed = weigh_items(after)
        db.session.rollback()
        if weighed.changed:
            with write():
                keep_standings(weighed.changed)
        after = weighed.after


every("weigh_items", minutes=24 * 60)
