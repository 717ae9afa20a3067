"""Reading statements as they come: each follower has a row that says how far it has read.

What depends on statements and may be a minute late (notices, later grades and badges) follows them here, in a job:
a bug there can never roll back a learner's answer. A batch and the move of the cursor are one transaction, so a
follower that is killed has done nothing, and one that is repeated does nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import String, bindparam, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.clock import now
from lms.core.db import Base, db, is_sqlite, write
from lms.core.insertion import insert_if_new
from lms.records.models import BigId, Statement

BATCH = 500
PATIENCE_S = 2.0
LOOK_AGAIN_S = 0.02
WRITERS = text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted"
    " AND relation = CAST('statement' AS regclass) AND mode = 'RowExclusiveLock'"
)
STILL_THERE = text(
    f"SELECT count(*) FROM ({WRITERS.text}) AS held WHERE virtualtransaction IN :writers"
).bindparams(bindparam("writers", expanding=True))


class Cursor(Base):
    """How far a follower has read: the id of the last statement it has dealt with."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int] = mapped_column(BigId)
    moved_at: Mapped[datetime] = mapped_column(default=now)


def find_settled_id() -> int | None:
    """Return an id up to which no statement can appear any more; None when this cannot be known at the moment.

    SQLite has one writer, so the last id is settled. PostgreSQL gives ids before the commit: a lower one may come
    later. Whoever holds a lower one has the table locked for writing at this moment, so we wait, without being in
    anybody's way, until those are through (as CREATE INDEX CONCURRENTLY does).
    """
    last = db.session.scalar(select(func.max(Statement.id))) or 0
    if is_sqlite() or last == 0:
        return last
    writers = list(db.session.scalars(WRITERS))
    end = time.monotonic() + PATIENCE_S
    while writers and db.session.scalar(STILL_THERE, {"writers": writers}):
        if time.monotonic() > end:
            return None
        time.sleep(LOOK_AGAIN_S)
    return last


def has_unread(name: str) -> bool:
    """Tell whether the follower `name` has statements to read (or has never read)."""
    position = db.session.scalar(select(Cursor.position).where(Cursor.name == name))
    return position is None or (db.session.scalar(select(func.max(Statement.id))) or 0) > position


def follow_statements(
    name: str, handle: Callable[[Sequence[Statement]], None], *, from_start: bool = False
) -> int:
    """Give `handle` every statement that the follower `name` has not dealt with; return how many there were.

    In batches, each a write transaction of its own with the cursor's move inside. `handle` changes rows of our
    database and nothing else. A new follower begins with what comes from now on, or `from_start`.
    """
    settled = find_settled_id()
    db.session.rollback()
    count = 0
    while settled is not None:
        with write():
            read = _read_batch(name, handle, settled, 0 if from_start else settled)
        count += read
        if read < BATCH:
            break
    return count


def _read_batch(name: str, handle: Callable[[Sequence[Statement]], None], settled: int, begin: int) -> int:
    insert_if_new(Cursor, name=name, position=begin, moved_at=now())
    cursor = db.session.scalars(select(Cursor).where(Cursor.name == name).with_for_update()).one()
    page = select(Statement).where(Statement.id > cursor.position, Statement.id <= settled)
    rows = db.session.scalars(page.order_by(Statement.id).limit(BATCH)).all()
    if rows:
        handle(rows)
        cursor.position, cursor.moved_at = rows[-1].id, now()
        db.session.flush()
    return len(rows)
