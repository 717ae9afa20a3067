"""Writing to an index that may have been lost: it is built whole again, never begun anew with what waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from content_store.search.port import Document, SearchBusy, SearchIndex, SearchUnavailable


def put_or_rebuild(
    index: SearchIndex,
    documents: Collection[Document],
    gone: Collection[tuple[str, str]],
    everything: Callable[[], Iterable[Document]],
) -> bool:
    """Write one batch, or build the index out of everything where it is missing or damaged; tell whether it was built.

    A trouble that passes (another writer, a full disk) is raised: the index itself has nothing to say then.
    """
    try:
        if documents:
            index.put(documents)
        if gone:
            index.remove(gone)
    except SearchBusy:
        raise
    except SearchUnavailable:
        if index.check() is None:
            raise
        index.rebuild(everything())
        return True
    return False
