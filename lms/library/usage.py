"""How far an item reaches: kept by the rooms above through `mark_items` and `keep_usage`, shown to its keepers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from content_store.models import Item, Version
from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.insertion import insert_each_if_new
from lms.library.permissions import owner_token
from lms.library.queries import is_keeper
from lms.library.small_groups import Group, Guarded, guard_groups, round_down
from lms.library.usage_models import ItemReach, ItemUsage
from lms.orgs.models import Org


@dataclass(frozen=True, slots=True)
class Usage:
    """What its keepers are told of an item: lessons that learners met it in, learners in whole steps, by place."""

    lessons: int
    people: Guarded
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """An item that waits to be counted."""

    item_uuid: UUID
    marked_at: datetime


def mark_items(item_uuids: Iterable[UUID]) -> None:
    """Note that learners met these items: their numbers are to be counted anew. Two statements."""
    wanted = sorted(set(item_uuids))
    if not wanted:
        return
    moment = now()
    insert_each_if_new(ItemReach, [{"item_uuid": uuid, "lessons": 0, "marked_at": moment} for uuid in wanted])
    db.session.execute(update(ItemReach).where(ItemReach.item_uuid.in_(wanted)).values(marked_at=moment))


def list_marked(size: int) -> list[Marked]:
    """Return items that wait, the longest waiting first."""
    query = (
        select(ItemReach.item_uuid, ItemReach.marked_at)
        .where(ItemReach.marked_at.is_not(None))
        .order_by(ItemReach.marked_at, ItemReach.item_uuid)
        .limit(size)
    )
    return [Marked(uuid, at) for uuid, at in db.session.execute(query) if at is not None]


def list_pins(item_uuid: UUID) -> list[str]:
    """Return every pin that an item may be used by: stored ones are found by equality, which any index serves."""
    latest = db.session.scalar(select(Item.latest_number).where(Item.uuid == item_uuid)) or 0
    return [f"{item_uuid}@{number}" for number in range(1, latest + 1)]


def has_marked() -> bool:
    """Tell whether any item waits to be counted."""
    return bool(list_marked(1))


def keep_usage(marked: Marked, lessons: int, rows: Sequence[tuple[int, int, int]]) -> None:
    """Replace what is known of an item by (place, learners, finished). What was marked meanwhile stays marked."""
    uuid = marked.item_uuid
    db.session.execute(delete(ItemUsage).where(ItemUsage.item_uuid == uuid))
    db.session.add_all(
        ItemUsage(item_uuid=uuid, org_id=org_id, learners=learners, completed=completed)
        for org_id, learners, completed in rows
    )
    kept = update(ItemReach).where(ItemReach.item_uuid == uuid)
    db.session.execute(kept.values(lessons=lessons, counted_at=now()))
    db.session.execute(kept.where(ItemReach.marked_at == marked.marked_at).values(marked_at=None))
    db.session.flush()


def find_usage(actor: Actor, version: Version) -> Usage | None:
    """Return how far an item reaches, for its owner and the librarians of its place; None for all others. One query."""
    if not is_keeper(actor, version):
        return None
    query = (
        select(ItemReach.lessons, ItemReach.counted_at, Org.name, ItemUsage.learners, ItemUsage.completed)
        .outerjoin(ItemUsage, ItemUsage.item_uuid == ItemReach.item_uuid)
        .outerjoin(Org, Org.id == ItemUsage.org_id)
        .where(ItemReach.item_uuid == version.item.uuid, ItemReach.counted_at.is_not(None))
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    groups = [Group(row.name, row.learners, row.completed) for row in rows if row.name is not None]
    return Usage(rows[0].lessons, guard_groups(groups), rows[0].counted_at)


def count_learners(actor: Actor, versions: Iterable[Version]) -> dict[UUID, int]:
    """Return how many learners each of the actor's own items reaches, in whole steps; one query."""
    own = [version.item.uuid for version in versions if version.item.owner == owner_token(actor)]
    if not own:
        return {}
    query = (
        select(ItemUsage.item_uuid, func.sum(ItemUsage.learners))
        .where(ItemUsage.item_uuid.in_(own))
        .group_by(ItemUsage.item_uuid)
    )
    return {uuid: round_down(int(people)) for uuid, people in db.session.execute(query)}
