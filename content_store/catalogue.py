"""Queries over items and versions. They read, and never change a row."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection as Several
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from content_store.errors import BadCursor, ItemNotFound
from content_store.models import (
    Item,
    ItemAudience,
    UtcDateTime,
    Version,
    VersionFile,
)
from content_store.values import Page

LARGEST_PAGE = 200


def select_versions() -> Select[Version]:
    """Versions with item, files and readings in one query, for lists must not ask again per row."""
    return (
        select(Version)
        .join(Version.item)
        .options(contains_eager(Version.item))
        .options(joinedload(Version.files).joinedload(VersionFile.reading, innerjoin=True))
    )


def select_one() -> Select[Version]:
    """As `select_versions`, with the item's audiences in the same query: for one version they are few rows more."""
    return select_versions().options(contains_eager(Version.item).joinedload(Item.audience_rows))


def is_shown() -> ColumnElement[bool]:
    """This version is the one that lists and searches show."""
    return Version.number == func.coalesce(Item.published_number, Item.latest_number)


def visible_to(audiences: Several[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """Items that someone with these tokens may see: published ones shared with him, and his own."""
    shared = exists().where(ItemAudience.item_id == Item.id, ItemAudience.token.in_(audiences))
    return or_(Item.owner.in_(audiences), and_(Item.state == "published", shared))


def get_item(session: Session, uuid: UUID, *, lock: bool = False) -> Item:
    """The item; with `lock`, as it is in the database now, and nobody else changes it until the end.

    What the session read before is replaced: an old `latest_number` would give a number twice.
    """
    query = select(Item).where(Item.uuid == uuid)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    item = session.scalar(query)
    if item is None:
        raise ItemNotFound(item=str(uuid))
    return item


def get_version(session: Session, uuid: UUID, number: int | None = None) -> Version:
    """One version; without a number the newest."""
    wanted = Version.number == (Item.latest_number if number is None else number)
    version = session.scalars(select_one().where(Item.uuid == uuid, wanted)).unique().one_or_none()
    if version is None:
        raise ItemNotFound(item=str(uuid), number=number)
    return version


def get_shown_version(session: Session, uuid: UUID) -> Version:
    """The version that readers see: the published one, or a draft's newest."""
    version = session.scalars(_select_shown(), {"uuid": uuid}).unique().one_or_none()
    if version is None:
        raise ItemNotFound(item=str(uuid))
    return version


@lru_cache(maxsize=1)
def _select_shown() -> Select[Version]:
    """Put together once: every page of an item asks it."""
    return select_one().where(Item.uuid == bindparam("uuid"), is_shown())


def note_shown(session: Session, version: Version) -> None:
    """Keep to whom a version is published. By a statement: the row says no more of the work, and is else refused."""
    circles = sorted(version.item.audiences.union(version.shown_to or ()))
    if circles != version.shown_to:
        session.execute(update(Version).where(Version.id == version.id).values(shown_to=circles))


def list_versions(session: Session, uuid: UUID) -> list[Version]:
    """Every version of an item, newest first. Whom it is shown to is asked only when somebody wants to know."""
    plain = contains_eager(Version.item).lazyload(Item.audience_rows)
    query = select_versions().options(plain).where(Item.uuid == uuid).order_by(Version.number.desc())
    versions = list(session.scalars(query).unique())
    if not versions:
        raise ItemNotFound(item=str(uuid))
    return versions


def get_shown_versions(session: Session, uuids: Iterable[UUID]) -> dict[UUID, Version]:
    """The shown version of each item that exists, in one query."""
    wanted = list(uuids)
    if not wanted:
        return {}
    found = session.scalars(select_versions().where(Item.uuid.in_(wanted), is_shown())).unique()
    return {version.item.uuid: version for version in found}


def get_pinned_versions(
    session: Session, pins: Iterable[tuple[UUID, int]]
) -> dict[tuple[UUID, int], Version]:
    """Each pinned version that exists, in one query."""
    wanted = list(pins)
    if not wanted:
        return {}
    same = or_(*(and_(Item.uuid == uuid, Version.number == number) for uuid, number in wanted))
    found = session.scalars(select_versions().where(same)).unique()
    return {(version.item.uuid, version.number): version for version in found}


def list_items(
    session: Session,
    *,
    owner: str | None = None,
    audiences: Several[str] | None = None,
    state: str | None = None,
    home: str | None = None,
    after: str | None = None,
    size: int = 20,
) -> Page:
    """Shown versions, the last changed first, page by page."""
    size = max(1, min(size, LARGEST_PAGE))
    query = _matching(owner, audiences, state, home)
    if after:
        moment, uuid = _read_cursor(after)
        place = tuple_(literal(moment, UtcDateTime()), literal(uuid, Item.uuid.type))
        query = query.where(tuple_(Item.updated_at, Item.uuid) < place)
    ids = list(session.scalars(query.order_by(Item.updated_at.desc(), Item.uuid.desc()).limit(size + 1)))
    found = get_shown_versions(session, ids[:size])
    versions = tuple(found[uuid] for uuid in ids[:size] if uuid in found)
    return Page(versions, _write_cursor(versions[-1].item) if len(ids) > size and versions else None)


def count_items(
    session: Session,
    *,
    owner: str | None = None,
    audiences: Several[str] | None = None,
    state: str | None = None,
    home: str | None = None,
) -> int:
    """How many items `list_items` would go through."""
    query = _matching(owner, audiences, state, home)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _matching(
    owner: str | None, audiences: Several[str] | None, state: str | None, home: str | None
) -> Select[UUID]:
    query = select(Item.uuid)
    if owner is not None:
        query = query.where(Item.owner == owner)
    if audiences is not None:
        query = query.where(visible_to(audiences))
    if home is not None:
        query = query.where(Item.home == home)
    return query.where(Item.state == state) if state else query.where(Item.state != "retired")


def _write_cursor(item: Item) -> str:
    raw = f"{item.updated_at.isoformat()}|{item.uuid}"
    return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, uuid = raw.partition("|")
        return datetime.fromisoformat(moment), UUID(uuid)
    except (ValueError, binascii.Error):
        raise BadCursor() from None


def get_file(session: Session, uuid: UUID) -> VersionFile:
    """One file of a version, by its own uuid."""
    query = select(VersionFile).where(VersionFile.uuid == uuid).options(joinedload(VersionFile.version))
    file = session.scalar(query)
    if file is None:
        raise ItemNotFound(file=str(uuid))
    return file
