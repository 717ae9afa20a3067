"""Marking pages stale and bringing the index up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, select

from content_store.search import Document
from content_store.search.mending import put_or_rebuild
from lms.core.db import after_commit, db, write
from lms.core.jobs import enqueue
from lms.core.page_cache import forget_pages
from lms.search.engine import page_index
from lms.search.models import SearchDirty
from lms.search.sources import all_sources, find_source

BATCH = 200


def mark_dirty(kind: str, uuid: UUID) -> None:
    """Note that a page changed; the worker will look at it after the commit."""
    db.session.add(SearchDirty(kind=kind, uuid=str(uuid)))
    enqueue("index_pages", key="index_pages")
    after_commit(forget_pages)


def index_dirty_pages() -> int:
    """Bring the stale documents of one batch up to date; return how many rows were settled."""
    rows = list(db.session.scalars(select(SearchDirty).order_by(SearchDirty.id).limit(BATCH)))
    if not rows:
        return 0
    by_kind: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_kind[row.kind].add(row.uuid)
    for kind, uuids in by_kind.items():
        source = find_source(kind)
        documents = list(source.load(sorted(uuids))) if source else []
        gone = uuids - {document.uuid for document in documents}
        put_or_rebuild(page_index(), documents, [(kind, uuid) for uuid in gone], _all_documents)
    forget_pages()
    with write():
        db.session.execute(delete(SearchDirty).where(SearchDirty.id.in_([row.id for row in rows])))
    return len(rows)


def rebuild_pages() -> int:
    """Build the index anew beside the old one, then swap; return how many documents it holds."""
    return page_index().rebuild(_all_documents())


def _all_documents() -> Iterator[Document]:
    for source in all_sources():
        uuids = source.all_uuids()
        while batch := list(islice(uuids, BATCH)):
            yield from source.load(batch)
