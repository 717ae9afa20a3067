"""Files at addresses that a person named: fetched by the worker, bounded, and never from inside our own network."""

from __future__ import annotations

from typing import BinaryIO

from content_store.errors import RefusedFile
from lms.core.fetching import ComeBackLater, FetchFailed, fetch_work


def fetch_file(address: str, target: BinaryIO) -> str:
    """Write the file at an address to `target`, also where a page says that its file lies elsewhere; return its name.

    Raises RefusedFile: nothing there can be had, or there is only a page.
    """
    try:
        name = fetch_work(address, target)
    except (FetchFailed, ComeBackLater) as error:
        raise RefusedFile(f"Nothing could be fetched: {error}", code="not-fetched") from error
    if name is None:
        raise RefusedFile("There is a page at this address, not a file.", code="page-at-address")
    return name
