"""Giving changed items their stamps, one transaction after the other, so that stamps are commit order.

`read_moment` and `stamp_changes` shut each other out (a lock of PostgreSQL, the one writer of SQLite). So whatever is
stamped after a harvester's `responseDate` bears a later stamp, and everything before it is visible: a harvest `from`
that date misses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from content_store import catalogue, clock
from content_store.models import Collection, CollectionItem, Item, Version
from content_store.oai.models import HarvestChange, HarvestRecord, HarvestSet

PUBLIC = "public"
SUBJECT, COLLECTION = "subject-", "collection-"
_TICK = timedelta(microseconds=1)


def note_change(session: Session, item_uuid: UUID) -> None:
    """Note in this transaction that strangers may have to hear of the item."""
    session.add(HarvestChange(item_uuid=item_uuid))


def has_changes(session: Session) -> bool:
    """Whether anything waits for its stamp."""
    return session.scalar(select(HarvestChange.id).limit(1)) is not None


def read_moment(session: Session) -> datetime:
    """The moment of an answer. Call it in a write transaction of its own, and read rows after that one has ended."""
    _shut_out(session, "pg_advisory_xact_lock_shared")
    return _now(session)


def is_open_to_all(version: Version) -> bool:
    """Whether a stranger may hear of this version."""
    item = version.item
    is_shown = item.state == "published" and version.recall is None
    return is_shown and PUBLIC in item.audiences and not version.license.sector_only


def stamp_changes(session: Session, limit: int = 500) -> int:
    """Stamp the oldest changes, in their order; how many were read. The caller commits before it calls again."""
    _shut_out(session, "pg_advisory_xact_lock")
    rows = session.execute(
        select(HarvestChange.id, HarvestChange.item_uuid).order_by(HarvestChange.id).limit(limit)
    ).all()
    if not rows:
        return 0
    uuids = list(dict.fromkeys(row.item_uuid for row in rows))
    known = {
        record.item_uuid: record.is_deleted
        for record in session.execute(
            select(HarvestRecord.item_uuid, HarvestRecord.is_deleted).where(
                HarvestRecord.item_uuid.in_(uuids)
            )
        )
    }
    shown = {uuid: version for uuid, version in _shown(session, uuids).items() if is_open_to_all(version)}
    gone = {uuid for uuid in uuids if uuid not in shown and known.get(uuid) is False}
    stamps = _stamps(session, [uuid for uuid in uuids if uuid in shown or uuid in gone])
    _write_records(session, stamps, known, shown)
    _write_sets(session, stamps, shown, gone)
    session.execute(delete(HarvestChange).where(HarvestChange.id.in_([row.id for row in rows])))
    session.flush()
    return len(rows)


def _shown(session: Session, uuids: list[UUID]) -> dict[UUID, Version]:
    """The shown versions as they are in the database now, whatever the session read before."""
    session.flush()
    session.expire_all()
    return catalogue.get_shown_versions(session, uuids)


def _stamps(session: Session, uuids: list[UUID]) -> dict[UUID, datetime]:
    last = session.scalar(select(func.max(HarvestRecord.stamp)))
    moment = _now(session)
    first = moment if last is None or last < moment else last + _TICK
    return {uuid: first + position * _TICK for position, uuid in enumerate(uuids)}


def _write_records(
    session: Session, stamps: dict[UUID, datetime], known: dict[UUID, bool], shown: dict[UUID, Version]
) -> None:
    rows = [
        {"item_uuid": uuid, "stamp": stamp, "is_deleted": uuid not in shown} for uuid, stamp in stamps.items()
    ]
    if new := [row for row in rows if row["item_uuid"] not in known]:
        session.execute(insert(HarvestRecord), new)
    if old := [row for row in rows if row["item_uuid"] in known]:
        session.execute(update(HarvestRecord), old)


def _write_sets(
    session: Session, stamps: dict[UUID, datetime], shown: dict[UUID, Version], gone: set[UUID]
) -> None:
    """Write anew the sets of what is shown; what is gone stays in the sets it was in, for their harvesters' sake."""
    shelves = _shelves(session, shown)
    rows: list[dict[str, Any]] = []
    for uuid, version in shown.items():
        specs = [f"{COLLECTION}{shelf}" for shelf in shelves[uuid]]
        specs += [f"{SUBJECT}{version.subject}"] if version.subject else []
        rows += [{"item_uuid": uuid, "spec": spec, "stamp": stamps[uuid]} for spec in specs]
    if shown:
        session.execute(delete(HarvestSet).where(HarvestSet.item_uuid.in_(list(shown))))
    if rows:
        session.execute(insert(HarvestSet), rows)
    if gone:
        table = HarvestSet.__table__
        moved = (
            update(table)  # type: ignore[arg-type]
            .where(table.c.item_uuid == bindparam("gone"))
            .values(stamp=bindparam("moved"))
        )
        session.connection().execute(moved, [{"gone": uuid, "moved": stamps[uuid]} for uuid in gone])


def _shelves(session: Session, uuids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The collections that a place (not a person) keeps, of each item."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    query = (
        select(Item.uuid, Collection.uuid)
        .join(CollectionItem, CollectionItem.item_id == Item.id)
        .join(Collection, Collection.id == CollectionItem.collection_id)
        .where(Item.uuid.in_(list(uuids)), Collection.home.is_not(None))
    )
    for item, shelf in session.execute(query):
        found[item].append(shelf)
    return found


def _now(session: Session) -> datetime:
    """The moment by one clock for all nodes: the database's where there is a server."""
    if session.get_bind().dialect.name != "postgresql":
        return clock.now()
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def _shut_out(session: Session, lock: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT {lock}(hashtext('harvest stamps'))"))  # a name of this module's own
