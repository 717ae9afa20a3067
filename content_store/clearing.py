"""Clearing away stored bytes that no row refers to. Versions are never deleted, and so nothing authored is.

What refers to bytes is asked of the database itself, by its foreign keys: a table that this code never
heard of protects its files as well. The storage is verified first, for a damaged store is one to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from sqlalchemy import ColumnClause, Connection, column, inspect, select, table
from sqlalchemy.orm import Session

from content_store import clock
from content_store.blobs import Blobs
from content_store.errors import BlobMissing, StoreError
from content_store.models import Blob
from content_store.upkeep import find_damage

LEAST_GRACE = timedelta(days=1)
_BATCH = 200
Keep = Callable[[Sequence[str]], set[str]]


@dataclass(frozen=True)
class Cleared:
    """Bytes that nobody needs: removed, or in a dry run, to be removed."""

    sha256: str
    size: int


def clear_orphans(
    session: Session,
    blobs: Blobs,
    *,
    grace: timedelta,
    dry_run: bool = False,
    sample: int | None = 200,
    keep: Keep | None = None,
) -> Iterator[Cleared]:
    """Remove stored bytes that no row has referred to for longer than `grace`. Raises StoreError before the first.

    `keep` is the application's word: of the names given, those that its own pins need.
    """
    if grace < LEAST_GRACE:
        raise StoreError("Leave a day at least: uploads under way have no rows yet.", code="grace-too-short")
    if (damage := next(find_damage(session, blobs, sample=sample), None)) is not None:
        raise StoreError(
            f"Stored files are damaged ({damage.sha256}). Run `verify`, restore them, then clear.",
            code="blob-damaged",
        )
    return _clear(session, blobs, grace=grace, dry_run=dry_run, keep=keep)


def _clear(
    session: Session, blobs: Blobs, *, grace: timedelta, dry_run: bool, keep: Keep | None
) -> Iterator[Cleared]:
    columns = _referring_columns(session.connection())
    limit = clock.now() - grace
    names = iter(list(blobs.list()))
    while batch := list(islice(names, _BATCH)):
        needed = _needed(session, columns, batch) | (keep(batch) if keep else set())
        for name in batch:
            if name in needed:
                continue
            try:
                if blobs.stored_at(name) > limit:
                    continue
                found = Cleared(name, blobs.size(name))
            except BlobMissing:
                continue
            if not dry_run:
                if _needed(session, columns, [name]):
                    continue  # somebody put it in meanwhile
                blobs.delete(name)
            yield found


def _referring_columns(connection: Connection) -> list[tuple[str, str]]:
    """Every column of the database with a foreign key to a blob."""
    found = inspect(connection)
    return [
        (name, key["constrained_columns"][0])
        for name in found.get_table_names()
        for key in found.get_foreign_keys(name)
        if key["referred_table"] == Blob.__tablename__
    ]


def _needed(session: Session, columns: Sequence[tuple[str, str]], names: Sequence[str]) -> set[str]:
    needed: set[str] = set()
    for table_name, column_name in columns:
        there: ColumnClause[str] = column(column_name)
        query = select(there).select_from(table(table_name, there)).where(there.in_(names))
        needed |= set(session.scalars(query))
    return needed
