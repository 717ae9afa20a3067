"""Keeping the search index up to date: documents out of versions, and the queue of changed items.

The index is secondary: a change writes a queue row in its own transaction, and the worker alone
writes to the index. That goes in three steps - read what waits, write the engine, settle the queue -
because an engine takes seconds and must not do so inside a transaction that holds the database's
writer. A crash between the steps repeats the work, and repeating it is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session, undefer

from content_store import catalogue, curriculum, taxonomy
from content_store.models import Item, Reading, SearchQueueRow, Version, VersionFile
from content_store.oai.stamping import note_change
from content_store.search import Document, SearchIndex
from content_store.search.mending import put_or_rebuild
from content_store.standing import standing_of

KIND = "item"
LONGEST_BODY = 2_000_000
_WHOLE = 0.9  # passages that hold less of the text than this have lost some of it
_BATCH = 100
_LOOKED_AT, _SHOWN_FIRST = 200, 20
_AT_ONCE = 500  # ids in one statement


def document_of(version: Version, topics: Iterable[str] = ()) -> Document:
    """The search document of an item that stands in these topics. A draft is found by its owner alone."""
    item = version.item
    body, places = body_of(version)
    tokens = item.audiences if item.state == "published" else frozenset[str]()
    return Document(
        kind=KIND,
        uuid=str(item.uuid),
        title=version.title,
        keywords=" \n".join([*version.keywords, *version.authors]),
        body=body,
        places=places,
        facets=facets_of(version, topics),
        audiences=tokens | {item.owner},
        updated=item.updated_at.timestamp(),
        standing=standing_of(version),
    )


def body_of(version: Version) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return the text to search, and from which letter on it is which place of the file (`page 3`, '' for none).

    A passage that is found can then open there. Only the main file and its captions have such places: those are what
    the page of an item shows.
    """
    parts: list[str] = []
    places: list[tuple[int, str]] = []
    at = 0
    for place, text in _pieces(version):
        if at >= LONGEST_BODY:
            break
        if place != (places[-1][1] if places else ""):
            places.append((at, place))
        parts.append(text[: LONGEST_BODY - at])
        at += len(text) + 2
    return "\n\n".join(parts), tuple(places)


def _pieces(version: Version) -> Iterator[tuple[str, str]]:
    """Every piece of text with its place; the description first, which has none."""
    if version.description:
        yield "", version.description
    for file in version.files:
        passages = file.reading.passages if _has_places(version, file) else []
        if passages and _is_whole(file.reading):
            yield from ((locator, text) for locator, text in passages)
        elif file.reading.text:
            yield "", file.reading.text


def _has_places(version: Version, file: VersionFile) -> bool:
    return file.format == "captions" or file is version.main


def _is_whole(reading: Reading) -> bool:
    return sum(len(text) for _, text in reading.passages) >= _WHOLE * len(reading.text)


def facets_of(version: Version, topics: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """The facet values of a version. Its source is the place it is put in the name of."""
    band = taxonomy.duration_band(version.duration_s)
    return {
        "subject": (version.subject,) if version.subject else (),
        "topic": curriculum.facet_topics(version.subject, topics),
        "grade": tuple(taxonomy.grade_id(grade) for grade in version.grades),
        "level": taxonomy.levels_of(version.grades),
        "type": (version.type,),
        "language": (version.language,),
        "license": (version.license_id,),
        "source": (version.item.home,) if version.item.home else (),
        "duration": (band,) if band else (),
        "reviewed": ("reviewed",) if version.item.reviewed_number == version.number else (),
        "state": (version.item.state,),
    }


def mark_dirty(session: Session, item_uuid: UUID) -> None:
    """Note in this transaction that the item's document is out of date, and so is what harvesters hear of it."""
    session.add(SearchQueueRow(item_uuid=item_uuid))
    note_change(session, item_uuid)


def count_pending(session: Session) -> int:
    """How many changes wait for the worker."""
    return session.scalar(select(func.count()).select_from(SearchQueueRow)) or 0


@dataclass(frozen=True)
class Pending:
    """The oldest waiting changes: the documents to put, the keys to remove, and the rows that asked."""

    row_ids: tuple[int, ...] = ()
    documents: tuple[Document, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many items they are about."""
        return len(self.documents) + len(self.gone)


@dataclass(frozen=True)
class Rebuilt:
    """How many documents a new index holds, and the queue rows that it takes in."""

    count: int
    row_ids: tuple[int, ...]


def read_pending(session: Session, limit: int = _BATCH) -> Pending:
    """Read the oldest changes, after those that many people wait for, and the documents of their items.

    Changes nothing.
    """
    rows = session.execute(
        select(SearchQueueRow.id, SearchQueueRow.item_uuid).order_by(SearchQueueRow.id).limit(limit)
    ).all()
    if not rows:
        return Pending()
    if len(rows) == limit:
        rows = [*_shown_lately(session, rows[-1].id), *rows]
    uuids = list(dict.fromkeys(row.item_uuid for row in rows))
    documents = {document.uuid: document for document in _documents(session, uuids)}
    gone = tuple((KIND, str(uuid)) for uuid in uuids if str(uuid) not in documents)
    return Pending(tuple(row.id for row in rows), tuple(documents.values()), gone)


def _shown_lately(session: Session, after: int) -> Sequence[Row[int, UUID]]:
    """The newest changes of published items: they wait for no thousand drafts that came before them."""
    newest = (
        select(SearchQueueRow.id, SearchQueueRow.item_uuid)
        .where(SearchQueueRow.id > after)
        .order_by(SearchQueueRow.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    shown = select(newest.c.id, newest.c.item_uuid).join(Item, Item.uuid == newest.c.item_uuid)
    return session.execute(shown.where(Item.state == "published").limit(_SHOWN_FIRST)).all()


def put_pending(session: Session, index: SearchIndex, pending: Pending) -> tuple[int, ...]:
    """Write the changes to the engine; return the rows that are settled by it. Slow: keep it out of every transaction.

    An index that was lost is built whole, and takes in all that waits.
    """
    waiting: list[int] = []

    def everything() -> Iterator[Document]:
        waiting.extend(session.scalars(select(SearchQueueRow.id)))
        yield from all_documents(session)

    built = put_or_rebuild(index, pending.documents, pending.gone, everything)
    return tuple(waiting) if built else pending.row_ids


def settle_pending(session: Session, row_ids: Iterable[int]) -> None:
    """Forget the queue rows that the engine has taken in; later rows of the same items stay."""
    wanted = list(row_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        session.execute(delete(SearchQueueRow).where(SearchQueueRow.id.in_(part)))


def rebuild_index(session: Session, index: SearchIndex) -> Rebuilt:
    """Build the whole index anew. Reads rows only; changes made meanwhile stay in the queue.

    It remembers the rows themselves: on PostgreSQL one with a lower id may be committed later.
    """
    waiting = tuple(session.scalars(select(SearchQueueRow.id)))
    return Rebuilt(index.rebuild(all_documents(session)), waiting)


def settle_rebuilt(session: Session, rebuilt: Rebuilt) -> None:
    """Forget the queue rows that were waiting when the rebuild began."""
    settle_pending(session, rebuilt.row_ids)


def count_documents(session: Session) -> int:
    """How many documents the index has when it is whole and nothing waits."""
    shown = select(func.count()).select_from(Version).join(Version.item)
    return session.scalar(shown.where(catalogue.is_shown(), Item.state != "retired")) or 0


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
        texts = (
            select(Reading)
            .where(Reading.id.in_(readings))
            .options(undefer(Reading.text), undefer(Reading.passages))
        )
        session.scalars(texts.execution_options(populate_existing=True)).all()
    placed = curriculum.topics_of(session, {version.item_id for version in wanted}) if wanted else {}
    for version in wanted:
        yield document_of(version, placed.get(version.item_id, ()))
