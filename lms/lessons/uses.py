"""Which lessons use a library item: by name for those who may see the course, as a number for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select, union

from lms.core.actor import Actor
from lms.core.db import db
from lms.courses.models import Course, Unit
from lms.courses.queries import visible_to
from lms.lessons.models import Activity, Lesson, Revision, RevisionPin, RunLesson
from lms.lessons.sharing_models import LessonOrigin
from lms.library.where_used import Use, Uses, register_uses

MOST_NAMED = 20
Pins = Sequence[str] | BindParameter[Any]


def find_lessons(actor: Actor, pins: Sequence[str]) -> Uses:
    """Return the lessons whose draft shows one of the pins, or which a class is taught with one.

    One query where none does, as of most items; else four at most.
    """
    total = db.session.scalar(_count_all(), {"pins": list(pins)})
    if not total:
        return Uses()
    known = _used(pins).where(visible_to(actor))
    named = func.count().over().label("named")
    listed = known.add_columns(
        Lesson.uuid, Lesson.title, Course.title.label("course"), Course.owner_id, named
    )
    rows = db.session.execute(listed.order_by(Lesson.updated_at.desc(), Lesson.id).limit(MOST_NAMED)).all()
    numbers = _numbers(pins, [row.id for row in rows])
    seen = [
        Use(
            row.title,
            row.course,
            "lessons.preview_draft",
            {"lesson_uuid": row.uuid},
            tuple(sorted(numbers.get(row.id, ()))),
            "lessons.edit_lesson" if row.owner_id == actor.user_id else "",
        )
        for row in rows
    ]
    count = rows[0].named if rows else 0
    return Uses(seen, count, total - count)


@lru_cache(maxsize=1)
def _count_all() -> Select[int]:
    """Put together once: every page of an item asks it."""
    return _used(bindparam("pins", expanding=True)).with_only_columns(func.count())


def _used(pins: Pins) -> Select[int]:
    """Select the lessons that use one of the pins and are neither in the trash nor of a course put away."""
    return (
        select(Lesson.id)
        .join(Unit, Unit.id == Lesson.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(Lesson.id.in_(select(_using(pins).subquery().c.lesson_id)), Lesson.trashed_at.is_(None))
        .where(Unit.trashed_at.is_(None), Course.archived_at.is_(None))
    )


def _using(pins: Pins) -> Select[int, str]:
    """Select (lesson, pin) of drafts, of what is taught now, and of lessons made from a shared one."""
    drafts = select(Activity.lesson_id.label("lesson_id"), Activity.pin.label("pin")).where(
        Activity.pin.in_(pins), Activity.trashed_at.is_(None)
    )
    taught = (
        select(Revision.lesson_id.label("lesson_id"), RevisionPin.pin.label("pin"))
        .join(RevisionPin, RevisionPin.revision_id == Revision.id)
        .join(RunLesson, RunLesson.revision_id == Revision.id)
        .where(RevisionPin.pin.in_(pins))
    )
    made = select(LessonOrigin.lesson_id.label("lesson_id"), LessonOrigin.pin.label("pin")).where(
        LessonOrigin.pin.in_(pins)
    )
    both = union(drafts, taught, made).subquery()
    return select(both.c.lesson_id, both.c.pin)


def _numbers(pins: Sequence[str], lesson_ids: list[int]) -> dict[int, set[int]]:
    if not lesson_ids:
        return {}
    using = _using(pins).subquery()
    found: dict[int, set[int]] = {}
    for lesson_id, pin in db.session.execute(select(using).where(using.c.lesson_id.in_(lesson_ids))):
        found.setdefault(lesson_id, set()).add(int(pin.partition("@")[2]))
    return found


register_uses("lessons", find_lessons, lambda: _count_all().scalar_subquery())
