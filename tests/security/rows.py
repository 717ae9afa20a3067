"""The whole database as values, to see whether anything was changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from content_store.models import Base as StoreBase
from lms.core.db import Base, db

# What every request may touch, whoever comes: sessions in use, work that waits.
RESTLESS = {"user_session", "job", "statement", "cs_search_queue"}
PATIENT = {"user": ("last_seen_on",)}


def picture() -> dict[str, list[Any]]:
    """Return every row of every table but the restless ones."""
    rows: dict[str, list[Any]] = {}
    for metadata in (Base.metadata, StoreBase.metadata):
        for table in metadata.sorted_tables:
            if table.name in RESTLESS:
                continue
            kept = [column for column in table.columns if column.name not in PATIENT.get(table.name, ())]
            rows[table.name] = sorted(map(repr, db.session.execute(select(*kept))))
    db.session.rollback()
    return rows
