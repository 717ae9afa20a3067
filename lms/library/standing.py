"""How well items stand in search: in how many lessons learners met them, and what colleagues think of them.

Reckoned by a job once a day, in steps that need ever more, so that the index is written seldom. What few people did
counts nothing: an order must not tell of one class, nor be made by three friends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from content_store.models import Item
from content_store.standing import set_standings
from lms.core.db import db
from lms.core.jobs import enqueue
from lms.library.small_groups import LEAST
from lms.library.usage_models import ItemReach, ItemUsage
from lms.library.voices.models import ItemRating

LESSONS = (3, 10, 30)
"""Each of these numbers of lessons is a step."""

USUAL_MEAN, USUAL_RATINGS = 3.5, 5
"""Before anybody rated, an item counts as if so many had found it so good."""

GOOD, POOR = 4.2, 2.8
A_BATCH = 500


@dataclass(frozen=True, slots=True)
class Weighed:
    """The items of a batch whose steps changed, and where the next batch begins; None where this was the last."""

    changed: dict[UUID, int]
    after: int | None


def steps_of(lessons: int, learners: int, stars: int, ratings: int) -> int:
    """Return the steps of an item: by its lessons, one more where it is rated well, one less where poorly."""
    used = sum(lessons >= least for least in LESSONS) if learners >= LEAST else 0
    mean = (USUAL_MEAN * USUAL_RATINGS + stars) / (USUAL_RATINGS + ratings)
    return max(0, used + (mean >= GOOD) - (mean < POOR))


def weigh_items(after: int) -> Weighed:
    """Reckon the steps of the next batch of items anew; four queries, nothing is written."""
    query = select(Item.id, Item.uuid, Item.standing).where(Item.id > after)
    rows = db.session.execute(query.order_by(Item.id).limit(A_BATCH)).all()
    wanted = [row.uuid for row in rows]
    lessons = _by_item(select(ItemReach.item_uuid, ItemReach.lessons), ItemReach.item_uuid, wanted)
    learners = _by_item(
        select(ItemUsage.item_uuid, func.sum(ItemUsage.learners)).group_by(ItemUsage.item_uuid),
        ItemUsage.item_uuid,
        wanted,
    )
    rated = _by_item(
        select(ItemRating.item_uuid, func.sum(ItemRating.stars), func.count(ItemRating.id)).group_by(
            ItemRating.item_uuid
        ),
        ItemRating.item_uuid,
        wanted,
    )
    steps = {
        uuid: steps_of(*lessons.get(uuid, (0,)), *learners.get(uuid, (0,)), *rated.get(uuid, (0, 0)))
        for uuid in wanted
    }
    changed = {row.uuid: steps[row.uuid] for row in rows if row.standing != steps[row.uuid]}
    return Weighed(changed, rows[-1].id if len(rows) == A_BATCH else None)


def keep_standings(changed: dict[UUID, int]) -> None:
    """Write new steps, and have those items indexed again."""
    if set_standings(db.session(), changed):
        enqueue("index_items", key="index_items")


def _by_item(
    query: Any, column: InstrumentedAttribute[UUID], wanted: Sequence[UUID]
) -> dict[UUID, tuple[int, ...]]:
    found = db.session.execute(query.where(column.in_(wanted)))
    return {row[0]: tuple(map(int, row[1:])) for row in found}
