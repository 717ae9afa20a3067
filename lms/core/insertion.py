"""Insert a row unless its unique key is taken: one statement, so that racing repeats cannot both win."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert

from lms.core.db import Base, is_sqlite, open_write


def insert_if_new(model: type[Base], **values: Any) -> bool:
    """Insert a row of `model`; False when a unique key of it exists already."""
    return open_write().execute(_unless_taken(model, is_sqlite()), values).first() is not None


def insert_each_if_new(model: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose unique keys are free, many a statement; return how many. All name the same columns."""
    if not rows:
        return 0
    return len(open_write().execute(_unless_taken(model, is_sqlite()), list(rows)).all())


def insert_into(model: type[Base], sqlite: bool) -> SqliteInsert | PostgresqlInsert:
    """Return an INSERT that knows ON CONFLICT, in the dialect of the database."""
    table = table_of(model)
    return sqlite_insert(table) if sqlite else postgresql_insert(table)


def table_of(model: type[Base]) -> Table:
    """Return the table of a model, for statements that need no rows of it."""
    return cast(Table, model.__table__)


@lru_cache(maxsize=64)
def _unless_taken(model: type[Base], sqlite: bool) -> ReturningInsert[Any]:
    # Asked by RETURNING: row counts of inserts are not told alike by all drivers.
    key = next(iter(model.__table__.primary_key))
    return insert_into(model, sqlite).on_conflict_do_nothing().returning(key)
