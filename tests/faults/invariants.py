"""What must hold after every fault: nothing acknowledged is lost, nothing is half made, the index equals the rows.

Asked in a fresh process, from rows, bytes and the index themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import and_, exists, func, inspect, or_, select, text

from content_store.errors import BlobMissing
from content_store.models import Item, ItemAudience, Reading, Version, VersionFile
from content_store.search import Query
from lms.core.db import db, is_sqlite, write
from lms.core.jobs import Job
from lms.courses.models import Enrollment, Run
from lms.lessons.models import LessonProgress, Progress, Revision, RunLesson
from lms.lessons.snapshots import digest_of
from lms.library.door import open_store
from lms.people.models import User
from lms.records.models import Statement, StatementKey, StatementText
from lms.records.services import replay_statements

Told = dict[str, Any]


def tell_losses(app: Flask, acknowledged: Iterable[Told]) -> Iterator[Told]:
    """Yield every acknowledged deed that is not there."""
    for told in acknowledged:
        if not _is_there(told):
            yield {"lost": told}


def _is_there(told: Told) -> bool:
    if told["deed"] == "upload":
        item = db.session.scalar(select(Item).where(Item.uuid == UUID(told["item"])))
        kept = db.session.scalar(select(VersionFile.id).where(VersionFile.sha256 == told["sha256"]))
        shown = item is not None and item.state == told.get("state", item.state)
        return shown and kept is not None and open_store().blobs.exists(told["sha256"])
    if told["deed"] == "publish":
        found = db.session.scalar(select(Revision).where(Revision.uuid == UUID(told["revision"])))
        return found is not None and found.digest == told["digest"]
    if told["deed"] == "enroll":
        place = select(Enrollment.id).where(
            Enrollment.user_id == told["user"],
            Enrollment.run_id == told["run"],
            Enrollment.status == "active",
        )
        return db.session.scalar(place) is not None
    if told["deed"] == "answer":
        key = db.session.get(StatementKey, (UUID(told["account"]), told["key"]))
        return key is not None and _statement(key.statement_uuid) is not None
    return True


def _statement(uuid: UUID) -> int | None:
    return db.session.scalar(select(Statement.id).where(Statement.uuid == uuid))


def tell_halves(app: Flask) -> Iterator[Told]:
    """Yield everything that is half made. To be asked after the worker has settled."""
    for find in (_damaged_tables, _loose_rows, _broken_items, _broken_files, _broken_lessons, _open_jobs):
        yield from ({"half": sentence} for sentence in find())
    yield from ({"half": sentence} for sentence in _index_differences(app))
    yield from ({"half": sentence} for sentence in _progress_differences())


def _damaged_tables() -> Iterator[str]:
    if not is_sqlite():
        return
    for pragma, good in (("quick_check", "ok"), ("foreign_key_check", None)):
        for row in db.session.execute(text(f"PRAGMA {pragma}")):
            if row[0] != good:
                yield f"{pragma}: {tuple(row)}"


def _loose_rows() -> Iterator[str]:
    for what, query in {
        "key without statement": select(StatementKey.key).where(
            ~exists().where(Statement.uuid == StatementKey.statement_uuid)
        ),
        "text without statement": select(StatementText.statement_id).where(
            ~exists().where(Statement.id == StatementText.statement_id)
        ),
        "place without run or person": select(Enrollment.id).where(
            or_(~exists().where(Run.id == Enrollment.run_id), ~exists().where(User.id == Enrollment.user_id))
        ),
        "lesson taught without its revision": select(RunLesson.run_id).where(
            ~exists().where(Revision.id == RunLesson.revision_id)
        ),
    }.items():
        yield from (f"{what}: {value}" for value in db.session.scalars(query))


def _broken_items() -> Iterator[str]:
    newest = and_(Version.item_id == Item.id, Version.number == Item.latest_number)
    for item in db.session.scalars(select(Item).where(~exists().where(newest))):
        yield f"item without its newest version: {item.uuid}"
    bare = select(Version.id).where(
        Version.source_url.is_(None), ~exists().where(VersionFile.version_id == Version.id)
    )
    yield from (f"version without a file: {value}" for value in db.session.scalars(bare))
    unread = select(VersionFile.id).where(~exists().where(Reading.id == VersionFile.reading_id))
    yield from (f"file without its text: {value}" for value in db.session.scalars(unread))
    audible = select(Item.uuid).where(
        Item.state == "published", ~exists().where(ItemAudience.item_id == Item.id)
    )
    yield from (f"published to nobody: {value}" for value in db.session.scalars(audible))


def _broken_files() -> Iterator[str]:
    blobs = open_store().blobs
    wanted = dict(db.session.execute(select(VersionFile.sha256, VersionFile.size)).all())
    for (preview,) in db.session.execute(
        select(Reading.preview_sha256).where(Reading.preview_sha256.is_not(None))
    ):
        wanted.setdefault(preview, None)
    for sha256, size in wanted.items():
        try:
            found = blobs.size(sha256)
        except BlobMissing:
            yield f"no bytes for {sha256}"
            continue
        if size is not None and found != size:
            yield f"{found} bytes instead of {size} for {sha256}"
    for damage in open_store().verify(None):
        yield f"{damage.code} {damage.sha256}"


def _broken_lessons() -> Iterator[str]:
    for revision in db.session.scalars(select(Revision)):
        if digest_of(revision.snapshot) != revision.digest:
            yield f"revision {revision.uuid} is not what its digest says"
    for lesson_id, count, highest in db.session.execute(
        select(Revision.lesson_id, func.count(), func.max(Revision.number)).group_by(Revision.lesson_id)
    ):
        if count != highest:
            yield f"lesson {lesson_id} has {count} revisions, the last is number {highest}"


def _open_jobs() -> Iterator[str]:
    for job in db.session.scalars(select(Job).where(Job.state.in_(["running", "failed"]))):
        yield f"job {job.name} is {job.state}: {job.error}"


def _index_differences(app: Flask) -> Iterator[str]:
    tokens = {
        "public",
        "sector",
        *db.session.scalars(select(Item.owner)),
        *db.session.scalars(select(ItemAudience.token)),
    }
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        page = app.extensions["item_index"].search(
            Query(text="", audiences=frozenset(tokens), sort="newest", size=50, after=after)
        )
        found.update({hit.uuid: hit.title.text for hit in page.hits})
        after = page.next
        if after is None:
            break
    titles = (
        select(Item.uuid, Version.title)
        .join(Version, and_(Version.item_id == Item.id, Version.number == Item.latest_number))
        .where(Item.state != "retired")
    )
    rows = {str(uuid): title for uuid, title in db.session.execute(titles)}
    if rows != found:
        missing, extra = len(rows.keys() - found.keys()), len(found.keys() - rows.keys())
        yield f"the index lacks {missing} items, has {extra} too many, {len(rows)} rows"


def _progress_differences() -> Iterator[str]:
    """Replay the statements and compare: progress must be what they say."""
    before = _progress()
    with write():
        replay_statements()
    if _progress() != before:
        yield "progress is not what the statements say"


def _progress() -> list[str]:
    return sorted(
        json.dumps(
            {c.key: str(getattr(row, c.key)) for c in inspect(row).mapper.column_attrs if c.key != "id"},
            sort_keys=True,
        )
        for model in (Progress, LessonProgress)
        for row in db.session.scalars(select(model))
    )
