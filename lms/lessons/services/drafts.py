"""Writing drafts: lessons of a unit, activities of a lesson. Nothing here reaches learners before publishing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _l
from lms.courses.events import CourseChanged
from lms.courses.models import Course, Unit
from lms.lessons.kinds import get_kind
from lms.lessons.models import Activity, Lesson
from lms.lessons.permissions import can_edit_lesson
from lms.orgs.queries import get_org_by_id

LONGEST_TITLE, LONGEST_GOAL, MOST_MINUTES, MOST_ACTIVITIES = 200, 1000, 600, 100
Row = TypeVar("Row", Lesson, Activity)


class LessonMoved(Conflict):
    """Another save came between."""

    code = "lesson_changed"
    default = _l("Someone else saved this meanwhile. Load the page again to see both versions.")


def allow_edit(actor: Actor, unit_id: int) -> Course:
    """Return the course of a unit. Raises NotAllowed unless the actor edits it."""
    course = db.session.scalars(
        select(Course).join(Unit, Unit.course_id == Course.id).where(Unit.id == unit_id)
    ).one()
    if not can_edit_lesson(actor, course, get_org_by_id(course.org_id).lineage_ids):
        raise NotAllowed()
    return course


def create_lesson(
    actor: Actor,
    unit: Unit,
    title: str,
    *,
    goal: str = "",
    minutes: int | None = None,
    free_preview: bool = False,
) -> Lesson:
    """Append a lesson to a unit, as an empty draft. Raises NotAllowed, Invalid."""
    course = allow_edit(actor, unit.id)
    lesson = Lesson(
        unit_id=unit.id,
        position=len(_lessons_of(unit.id)) + 1,
        title=_checked(title, LONGEST_TITLE, "title"),
        goal=_checked(goal, LONGEST_GOAL, "goal", required=False),
        minutes=_minutes(minutes),
        free_preview=free_preview,
    )
    db.session.add(lesson)
    db.session.flush()
    announce(CourseChanged(course.id))
    return lesson


def update_lesson(
    actor: Actor,
    lesson: Lesson,
    *,
    title: str | None = None,
    goal: str | None = None,
    minutes: int | None = None,
    free_preview: bool | None = None,
) -> Lesson:
    """Change what is said of a lesson; what is None stays as it is."""
    course = allow_edit(actor, lesson.unit_id)
    if title is not None:
        lesson.title = _checked(title, LONGEST_TITLE, "title")
    if goal is not None:
        lesson.goal = _checked(goal, LONGEST_GOAL, "goal", required=False)
    if minutes is not None:
        lesson.minutes = _minutes(minutes)
    if free_preview is not None:
        lesson.free_preview = free_preview
    _touch(lesson)
    announce(CourseChanged(course.id))
    return lesson


def move_lesson(actor: Actor, lesson: Lesson, *, unit: Unit, place: int) -> None:
    """Put a lesson at `place` (0 is first) among the lessons of `unit`, which may be another unit of the course."""
    course = allow_edit(actor, lesson.unit_id)
    if unit.course_id != course.id:
        raise NotFound()
    lesson.unit_id = unit.id
    _arrange(_lessons_of(unit.id), lesson, place)
    announce(CourseChanged(course.id))


def trash_lesson(actor: Actor, lesson: Lesson) -> None:
    """Take a lesson away, from learners too; results stay and `restore_lesson` brings all back."""
    _set_trashed(actor, lesson, True)


def restore_lesson(actor: Actor, lesson: Lesson) -> None:
    """Undo `trash_lesson`."""
    _set_trashed(actor, lesson, False)


def _set_trashed(actor: Actor, lesson: Lesson, trashed: bool) -> None:
    course = allow_edit(actor, lesson.unit_id)
    lesson.trashed_at = now() if trashed else None
    db.session.flush()
    announce(CourseChanged(course.id))


def add_activity(
    actor: Actor,
    lesson: Lesson,
    *,
    kind: str,
    data: Mapping[str, Any],
    title: str = "",
    pin: str | None = None,
    after: Activity | None = None,
) -> Activity:
    """Add an activity at the end, or right after `after`. Raises NotAllowed, Invalid.

    `pin` comes from `lms.library.services.pin_item`, which has checked that the item may be used.
    """
    allow_edit(actor, lesson.unit_id)
    the_kind = get_kind(kind)
    listed = activities_of(lesson.id)
    if len(listed) >= MOST_ACTIVITIES:
        raise Invalid({"kind": _l("This lesson is full. Continue in a new lesson.")})
    if the_kind.needs_pin and not pin:
        raise Invalid({"pin": _l("Choose something from the library first.")})
    if after is not None and after.lesson_id != lesson.id:
        raise NotFound()
    activity = Activity(
        lesson_id=lesson.id,
        position=len(listed) + 1,
        kind=kind,
        title=_checked(title, LONGEST_TITLE, "title", required=False),
        data=the_kind.parse(data),
        pin=pin,
    )
    db.session.add(activity)
    db.session.flush()
    if after is not None:
        _arrange(listed, activity, next(i for i, row in enumerate(listed) if row.id == after.id) + 1)
    _touch(lesson)
    return activity


def update_activity(
    actor: Actor,
    activity: Activity,
    *,
    data: Mapping[str, Any] | None = None,
    title: str | None = None,
    pin: str | None = None,
    version: int,
) -> Activity:
    """Save a draft; `version` is the one that was edited. Raises LessonMoved when another save came between."""
    lesson = _lesson_of(activity)
    allow_edit(actor, lesson.unit_id)
    if activity.version != version:
        raise LessonMoved()
    if data is not None:
        kept = get_kind(activity.kind).parse(data)
        if "bank" in activity.data:
            kept["bank"] = activity.data["bank"]
        activity.data = kept
    if title is not None:
        activity.title = _checked(title, LONGEST_TITLE, "title", required=False)
    if pin is not None:
        activity.pin = pin
    activity.version += 1
    _touch(lesson)
    return activity


def move_activity(actor: Actor, activity: Activity, *, place: int) -> None:
    """Put an activity at `place` (0 is first) in its lesson."""
    lesson = _lesson_of(activity)
    allow_edit(actor, lesson.unit_id)
    _arrange(activities_of(lesson.id), activity, place)
    _touch(lesson)


def trash_activity(actor: Actor, activity: Activity) -> None:
    """Take an activity out of the draft; it keeps its place for `restore_activity`."""
    _trash_activity(actor, activity, True)


def restore_activity(actor: Actor, activity: Activity) -> None:
    """Undo `trash_activity`."""
    _trash_activity(actor, activity, False)


def _trash_activity(actor: Actor, activity: Activity, trashed: bool) -> None:
    lesson = _lesson_of(activity)
    allow_edit(actor, lesson.unit_id)
    activity.trashed_at = now() if trashed else None
    _touch(lesson)


def activities_of(lesson_id: int) -> list[Activity]:
    """Return the draft's activities in order, without the trash."""
    query = select(Activity).where(Activity.lesson_id == lesson_id, Activity.trashed_at.is_(None))
    return list(db.session.scalars(query.order_by(Activity.position, Activity.id)))


def _lessons_of(unit_id: int) -> list[Lesson]:
    query = select(Lesson).where(Lesson.unit_id == unit_id, Lesson.trashed_at.is_(None))
    return list(db.session.scalars(query.order_by(Lesson.position, Lesson.id)))


def _lesson_of(activity: Activity) -> Lesson:
    return db.session.get_one(Lesson, activity.lesson_id)


def _arrange(listed: list[Row], moved: Row, place: int) -> None:
    order = [row for row in listed if row.id != moved.id]
    order.insert(max(0, min(place, len(order))), moved)
    for position, row in enumerate(order, start=1):
        row.position = position
    db.session.flush()


def _touch(lesson: Lesson) -> None:
    lesson.version += 1
    lesson.updated_at = now()
    db.session.flush()


def _checked(text: str, longest: int, field: str, *, required: bool = True) -> str:
    cleaned = unicodedata.normalize("NFC", text).replace("\x00", "").strip()
    if required and not cleaned:
        raise Invalid({field: _l("Give it a title.")})
    if len(cleaned) > longest:
        raise Invalid({field: _l("This is too long. Shorten it.")})
    return cleaned


def _minutes(minutes: int | None) -> int | None:
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise Invalid({"minutes": _l("Write a number of minutes from 1 to 600.")})
    return minutes
