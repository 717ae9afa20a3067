"""Insert a row unless its unique key is taken: one statement, so that racing repeats cannot both win."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lms.core.db import Base, db, is_sqlite


def insert_if_new(model: type[Base], **values: Any) -> bool:
    """Insert a row of `model`; False when a unique key of it exists already."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    # The table, not the model: the ORM's batched inserts do not tell on PostgreSQL how many rows they made.
    statement = insert(model.__table__).values(**values).on_conflict_do_nothing()  # type: ignore[arg-type]
    return db.session.execute(statement).rowcount == 1  # type: ignore[attr-defined, no-any-return]
