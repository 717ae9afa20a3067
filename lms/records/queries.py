"""Reading statements in order, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select

from lms.core.db import db
from lms.records.models import Statement, StatementText

BATCH = 1000


def iter_statements(after_id: int = 0, verbs: frozenset[str] | None = None) -> Iterator[Statement]:
    """Yield statements in the order of their ids, loading a thousand at a time."""
    while True:
        page = select(Statement).where(Statement.id > after_id).order_by(Statement.id).limit(BATCH)
        if verbs is not None:
            page = page.where(Statement.verb.in_(verbs))
        rows = list(db.session.scalars(page))
        if not rows:
            return
        after_id = rows[-1].id
        for row in rows:
            yield row
        db.session.flush()
        for row in rows:
            db.session.expunge(row)


def count_statements(context_uuid: UUID | None = None) -> int:
    """Count all statements, or those of one run."""
    query = select(func.count(Statement.id))
    if context_uuid is not None:
        query = query.where(Statement.context_uuid == context_uuid)
    return db.session.scalar(query) or 0


def list_responses(statement_ids: list[int]) -> dict[int, str]:
    """Return what was written, by statement id, in one query."""
    rows = db.session.scalars(select(StatementText).where(StatementText.statement_id.in_(statement_ids)))
    return {row.statement_id: row.text for row in rows}
