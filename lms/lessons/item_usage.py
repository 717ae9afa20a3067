"""Counts how far library items reach: which learners met them in a lesson, and who finished one.

Deeds are read as they come and only mark the items they concern; an hour later each marked item is counted anew from
progress, one after the other. So a day of work on a thousand lessons costs a thousand counts, whatever the number of
learners in the land.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, func, select

from lms.core.db import db, write
from lms.core.jobs import enqueue, job
from lms.core.schedule import every
from lms.courses.models import Run
from lms.lessons.models import LessonProgress, Revision, RevisionPin, RunLesson
from lms.library.usage import has_marked, keep_usage, list_marked, list_pins, mark_items
from lms.records.cursors import Cursor, follow_statements, has_unread
from lms.records.models import Statement

FOLLOWER = "lessons.item_usage"
COUNTED = frozenset({"viewed", "answered", "completed"})
A_STEP = 50


@job("count_item_usage", lane="count_item_usage")
def count_item_usage() -> None:
    """Mark what new deeds concern, then count some of the marked items; comes back soon while more wait."""
    if db.session.get(Cursor, FOLLOWER) is None:
        with write():
            _mark_all()
    follow_statements(FOLLOWER, _mark)
    marked = list_marked(A_STEP)
    for one in marked:
        lessons, rows = _count(one.item_uuid)
        db.session.rollback()
        with write():
            keep_usage(one, lessons, rows)
    if len(marked) == A_STEP:
        with write():
            enqueue("count_item_usage", key="count_item_usage")


def _mark(statements: Sequence[Statement]) -> None:
    taught = {
        one.revision_uuid
        for one in statements
        if one.verb in COUNTED and one.object_kind == "activity" and one.revision_uuid is not None
    }
    if not taught:
        return
    pins = db.session.scalars(
        select(RevisionPin.pin)
        .join(Revision, Revision.id == RevisionPin.revision_id)
        .where(Revision.uuid.in_(taught))
        .distinct()
    )
    mark_items(UUID(pin.partition("@")[0]) for pin in pins)


def _mark_all() -> None:
    """Before the first deed is followed: progress of earlier days counts as well, without reading it deed by deed."""
    pins = db.session.scalars(select(RevisionPin.pin).distinct())
    mark_items(UUID(pin.partition("@")[0]) for pin in pins)


def _count(item_uuid: UUID) -> tuple[int, list[tuple[int, int, int]]]:
    """Return in how many lessons learners met an item, and (place, learners, finished); three queries."""
    pins = list_pins(item_uuid)
    met = (
        select(Run.org_id)
        .select_from(RevisionPin)
        .join(Revision, Revision.id == RevisionPin.revision_id)
        .join(RunLesson, RunLesson.lesson_id == Revision.lesson_id)
        .join(
            LessonProgress,
            (LessonProgress.run_id == RunLesson.run_id)
            & (LessonProgress.lesson_id == Revision.lesson_id)
            & (LessonProgress.revision_id == Revision.id),
        )
        .join(Run, Run.id == LessonProgress.run_id)
        .where(RevisionPin.pin.in_(pins))
    )
    lessons = db.session.scalar(met.with_only_columns(func.count(func.distinct(Revision.lesson_id)))) or 0
    done = case((LessonProgress.completed_at.is_not(None), LessonProgress.user_id))
    by_place = met.with_only_columns(
        Run.org_id, func.count(func.distinct(LessonProgress.user_id)), func.count(func.distinct(done))
    ).group_by(Run.org_id)
    return lessons, [(row[0], row[1], row[2]) for row in db.session.execute(by_place)]


every("count_item_usage", minutes=60, has_work=lambda: has_marked() or has_unread(FOLLOWER))
