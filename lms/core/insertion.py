"""Insert a row unless its unique key is taken: one statement, so that racing repeats cannot both win."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lms.core.db import Base, db, is_sqlite


def insert_if_new(model: type[Base], **values: Any) -> bool:
    """Insert a row of `model`; False when a unique key of it exists already."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    # Asked by RETURNING: row counts of inserts are not told alike by all drivers.
    key = next(iter(model.__table__.primary_key))
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(key)
    return db.session.execute(statement).first() is not None


def insert_each_if_new(model: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose unique keys are free, many a statement; return how many. All name the same columns."""
    if not rows:
        return 0
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    key = next(iter(model.__table__.primary_key))
    statement = insert(model).on_conflict_do_nothing().returning(key)
    return len(db.session.execute(statement, list(rows)).all())
