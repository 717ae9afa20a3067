"""The worker's part: only it writes the index."""

from datetime import timedelta

from content_store.search import SearchBusy
from lms.core.db import write
from lms.core.jobs import enqueue, job
from lms.search.services import index_dirty_pages, rebuild_pages

LANE = "page index"  # one writer at a time
PATIENT = 10_000  # an index that is behind is tried until it succeeds: every half hour in the end
LOOK_AGAIN = timedelta(seconds=2)


@job("index_pages", max_attempts=PATIENT, lane=LANE)
def index_pages() -> None:
    """Settle every stale document; look again soon when another one is writing the index."""
    try:
        while index_dirty_pages():
            pass
    except SearchBusy:
        with write():
            enqueue("index_pages", key="index_pages", delay=LOOK_AGAIN)


@job("rebuild_pages", lane=LANE, is_long=True, is_apart=True)
def rebuild() -> None:
    """Build the whole index anew."""
    rebuild_pages()
