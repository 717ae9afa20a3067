"""Keeping the search index up to date: documents out of versions, and the queue of changed items.

The index is secondary: a change writes a queue row in its own transaction, and the worker alone
writes to the index. A crash between the two repeats the work, and repeating it is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from content_store import catalogue, taxonomy
from content_store.models import Item, Reading, SearchQueueRow, Version
from content_store.search import Document, SearchIndex

KIND = "item"
LONGEST_BODY = 2_000_000
_BATCH = 100


def document_of(version: Version) -> Document:
    """The search document of an item. A draft is found by its owner alone."""
    item = version.item
    tokens = item.audiences if item.state == "published" else frozenset[str]()
    return Document(
        kind=KIND,
        uuid=str(item.uuid),
        title=version.title,
        keywords=" \n".join([*version.keywords, *version.authors]),
        body="\n\n".join(part for part in (version.description, version.text()) if part)[:LONGEST_BODY],
        facets=facets_of(version),
        audiences=tokens | {item.owner},
        updated=item.updated_at.timestamp(),
    )


def facets_of(version: Version) -> dict[str, tuple[str, ...]]:
    """The facet values of a version."""
    return {
        "subject": (version.subject,) if version.subject else (),
        "grade": tuple(taxonomy.grade_id(grade) for grade in version.grades),
        "type": (version.type,),
        "language": (version.language,),
        "license": (version.license_id,),
        "state": (version.item.state,),
    }


def mark_dirty(session: Session, item_uuid: UUID) -> None:
    """Note in this transaction that the item's document is out of date."""
    session.add(SearchQueueRow(item_uuid=item_uuid))


def count_pending(session: Session) -> int:
    """How many changes wait for the worker."""
    return session.scalar(select(func.count()).select_from(SearchQueueRow)) or 0


def index_pending(session: Session, index: SearchIndex, *, limit: int = _BATCH) -> int:
    """Bring the index up to date with the oldest changes; returns how many items it took."""
    rows = session.execute(
        select(SearchQueueRow.id, SearchQueueRow.item_uuid).order_by(SearchQueueRow.id).limit(limit)
    ).all()
    if not rows:
        return 0
    uuids = list(dict.fromkeys(row.item_uuid for row in rows))
    documents = {UUID(document.uuid): document for document in _documents(session, uuids)}
    if documents:
        index.put(documents.values())
    gone = [(KIND, str(uuid)) for uuid in uuids if uuid not in documents]
    if gone:
        index.remove(gone)
    session.execute(delete(SearchQueueRow).where(SearchQueueRow.id.in_([row.id for row in rows])))
    return len(uuids)


def rebuild_index(session: Session, index: SearchIndex) -> int:
    """Build the whole index anew; changes made meanwhile stay in the queue."""
    last = session.scalar(select(func.max(SearchQueueRow.id)))
    count = index.rebuild(all_documents(session))
    if last is not None:
        session.execute(delete(SearchQueueRow).where(SearchQueueRow.id <= last))
    return count


def all_documents(session: Session) -> Iterator[Document]:
    """Every document that belongs in the index, in batches, so that memory stays flat."""
    last = 0
    while True:
        rows = session.execute(
            select(Item.id, Item.uuid)
            .where(Item.id > last, Item.state != "retired")
            .order_by(Item.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        yield from _documents(session, [row.uuid for row in rows])


def _documents(session: Session, uuids: Iterable[UUID]) -> Iterator[Document]:
    versions = catalogue.get_shown_versions(session, uuids).values()
    wanted = [version for version in versions if version.item.state != "retired"]
    readings = {file.reading_id for version in wanted for file in version.files}
    if readings:
        texts = select(Reading).where(Reading.id.in_(readings)).options(undefer(Reading.text))
        session.scalars(texts.execution_options(populate_existing=True)).all()
    for version in wanted:
        yield document_of(version)
