"""Which records and sets a request names. Every list goes on after a key, so its last page costs what its first does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from content_store import catalogue, taxonomy
from content_store.models import Collection, CollectionItem, Item, ItemAudience, Version
from content_store.oai.models import HarvestRecord, HarvestSet
from content_store.oai.stamping import COLLECTION, PUBLIC, SUBJECT, is_open_to_all
from content_store.oai.tokens import Place


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it may be told now; `version` is None where it is deleted."""

    uuid: UUID
    stamp: datetime
    specs: tuple[str, ...]
    version: Version | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One set: its name for programs and for people."""

    spec: str
    name: str
    description: str = ""


def list_records(session: Session, place: Place, size: int) -> tuple[list[Record], bool]:
    """One page of records in order of their stamps, and whether more follow."""
    if place.spec is None:
        query, stamp = select(HarvestRecord.item_uuid, HarvestRecord.stamp), HarvestRecord.stamp
    else:
        query, stamp = select(HarvestSet.item_uuid, HarvestSet.stamp), HarvestSet.stamp
        query = query.where(HarvestSet.spec == place.spec)
    if place.window.start is not None:
        query = query.where(stamp >= place.window.start)
    if place.window.end is not None:
        query = query.where(stamp < place.window.end)
    if place.after is not None:
        query = query.where(stamp > place.after)
    rows = session.execute(query.order_by(stamp).limit(size + 1)).all()
    return _with_versions(session, rows[:size]), len(rows) > size


def find_record(session: Session, uuid: UUID) -> Record | None:
    """The record of one item; None where strangers never could see it."""
    query = select(HarvestRecord.item_uuid, HarvestRecord.stamp).where(HarvestRecord.item_uuid == uuid)
    return next(iter(_with_versions(session, session.execute(query).all())), None)


def find_earliest(session: Session) -> datetime | None:
    """A moment before which no record is stamped."""
    return session.scalar(select(func.min(HarvestRecord.stamp)))


def _with_versions(session: Session, rows: Sequence[Row[UUID, datetime]]) -> list[Record]:
    """Join what is shown now. An item withdrawn a moment ago is told as deleted, though its stamp still is the old one."""
    uuids = [row.item_uuid for row in rows]
    shown = catalogue.get_shown_versions(session, uuids)
    specs = _specs(session, uuids)
    return [
        Record(
            uuid=row.item_uuid,
            stamp=row.stamp,
            specs=tuple(specs[row.item_uuid]),
            version=version if (version := shown.get(row.item_uuid)) and is_open_to_all(version) else None,
        )
        for row in rows
    ]


def _specs(session: Session, uuids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    query = select(HarvestSet.item_uuid, HarvestSet.spec).where(HarvestSet.item_uuid.in_(uuids))
    for uuid, spec in session.execute(query.order_by(HarvestSet.item_uuid, HarvestSet.spec)) if uuids else ():
        found[uuid].append(spec)
    return found


def list_sets(session: Session, after: str | None, size: int) -> tuple[list[Shelf], bool]:
    """One page of sets: the subjects, then the collections of places that hold something for everyone."""
    shelves = [] if after else list(_subjects())
    public = exists().where(
        CollectionItem.collection_id == Collection.id,
        CollectionItem.item_id == Item.id,
        Item.state == "published",
        ItemAudience.item_id == Item.id,
        ItemAudience.token == PUBLIC,
    )
    query = select(Collection).where(Collection.home.is_not(None), public)
    if after:
        query = query.where(Collection.uuid > UUID(after.removeprefix(COLLECTION)))
    rows = session.scalars(query.order_by(Collection.uuid).limit(size + 1)).all()
    shelves += [Shelf(f"{COLLECTION}{row.uuid}", row.title, row.description) for row in rows[:size]]
    return shelves, len(rows) > size


def _subjects() -> Iterable[Shelf]:
    for term in taxonomy.SUBJECTS.values():
        yield Shelf(f"{SUBJECT}{term.id}", f"{term.label('vi')} - {term.label('en')}")
