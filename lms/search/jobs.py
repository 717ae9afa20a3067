"""The worker's part: only it writes the index."""

from lms.core.jobs import job
from lms.search.services import index_dirty_pages, rebuild_pages


@job("index_pages")
def index_pages() -> None:
    """Settle every stale document."""
    while index_dirty_pages():
        pass


@job("rebuild_pages", max_attempts=2)
def rebuild() -> None:
    """Build the whole index anew."""
    rebuild_pages()
