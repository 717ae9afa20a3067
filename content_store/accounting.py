"""How much is kept, for whom and of which type: sums made by the database, in a handful of questions.

Equal bytes are stored once, however many items and places keep them. A row of the account therefore says what its
place would need alone; the whole says what is there, and `shared` is what makes the two differ.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from content_store.models import Blob, Item, Reading, Version, VersionFile

Homes = Collection[str] | None
"""The places that are counted, by the token of their items' home; None counts every item."""


@dataclass(frozen=True)
class Share:
    """What one place or type keeps: items, different files, and their bytes, each file once."""

    key: str | None
    items: int
    files: int
    size: int


@dataclass(frozen=True)
class Whole:
    """What all of them keep together: different files and their bytes, pictures made of them, what several share."""

    items: int
    files: int
    size: int
    pictures: int
    shared_files: int
    shared_size: int


def list_shares_by_home(session: Session, homes: Homes) -> list[Share]:
    """What each place keeps, the most first; items of no place stand under None."""
    return _shares(session, Item.home, homes)


def list_shares_by_type(session: Session, homes: Homes) -> list[Share]:
    """What is kept of each type, the most first."""
    return _shares(session, Version.type, homes)


def sum_up(session: Session, homes: Homes) -> Whole:
    """What the places keep together, every file once."""
    files = _kept(select(VersionFile.sha256, VersionFile.size), homes).distinct().subquery()
    summed = select(func.count(), func.coalesce(func.sum(files.c.size), 0)).select_from(files)
    count, size = session.execute(summed).one()
    items = session.scalar(select(func.count()).select_from(Item).where(_of(homes))) or 0
    shared = (
        _kept(select(VersionFile.sha256, func.max(VersionFile.size).label("size")), homes)
        .group_by(VersionFile.sha256)
        .having(func.count(func.distinct(func.coalesce(Item.home, ""))) > 1)
        .subquery()
    )
    shared_files, shared_size = session.execute(
        select(func.count(), func.coalesce(func.sum(shared.c.size), 0)).select_from(shared)
    ).one()
    made = _kept(select(Reading.preview_sha256), homes, reading=True).where(
        Reading.preview_sha256.is_not(None)
    )
    pictures = session.scalar(select(func.coalesce(func.sum(Blob.size), 0)).where(Blob.sha256.in_(made))) or 0
    return Whole(items, count, int(size), int(pictures), shared_files, int(shared_size))


def count_stored(session: Session) -> tuple[int, int]:
    """How many files the storage is known to hold for whatever purpose, and their bytes."""
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(Blob.size), 0)).select_from(Blob)
    ).one()
    return count, int(size)


def _shares(session: Session, key: InstrumentedAttribute[Any], homes: Homes) -> list[Share]:
    files = _kept(select(key.label("key"), VersionFile.sha256, VersionFile.size), homes).distinct().subquery()
    kept = select(files.c.key, func.count(), func.sum(files.c.size)).group_by(files.c.key)
    sizes = {found: (count, int(size)) for found, count, size in session.execute(kept)}
    held = select(key, func.count(func.distinct(Item.id))).join_from(Version, Item).where(_of(homes))
    items = {row[0]: row[1] for row in session.execute(held.group_by(key))}
    shares = [Share(found, count, *sizes.get(found, (0, 0))) for found, count in items.items()]
    return sorted(shares, key=lambda share: (-share.size, -share.items, share.key or ""))


def _kept(
    columns: Select[*tuple[Any, ...]], homes: Homes, *, reading: bool = False
) -> Select[*tuple[Any, ...]]:
    statement = (
        columns.select_from(VersionFile)
        .join(Version, Version.id == VersionFile.version_id)
        .join(Item, Item.id == Version.item_id)
        .where(_of(homes))
    )
    return statement.join(Reading, Reading.id == VersionFile.reading_id) if reading else statement


def _of(homes: Homes) -> ColumnElement[bool]:
    return true() if homes is None else Item.home.in_(homes)
