"""What the outline builder and the lesson editor read: parts of a course by their outside names, who teaches what."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.vietnamese import fold
from lms.courses.models import Course, Run, Unit
from lms.courses.queries import visible_to
from lms.lessons.models import Activity, Lesson, Revision, RunLesson
from lms.lessons.permissions import can_edit_lesson
from lms.orgs.models import Org

MOST_TRASHED, MOST_SOUGHT, MOST_SHOWN = 20, 400, 60


def get_unit(course: Course, uuid: UUID) -> Unit:
    """Return a unit of the course, trashed or not. Raises NotFound."""
    unit = db.session.scalar(select(Unit).where(Unit.uuid == uuid, Unit.course_id == course.id))
    if unit is None:
        raise NotFound()
    return unit


def list_trashed_units(course: Course) -> list[Unit]:
    """Return the units in the trash of a course, last thrown away first."""
    query = select(Unit).where(Unit.course_id == course.id, Unit.trashed_at.is_not(None))
    return list(db.session.scalars(query.order_by(Unit.trashed_at.desc()).limit(MOST_TRASHED)))


def list_trashed_lessons(course: Course) -> list[Lesson]:
    """Return the lessons in the trash whose unit is still there, last thrown away first."""
    query = (
        select(Lesson)
        .join(Unit, Unit.id == Lesson.unit_id)
        .where(Unit.course_id == course.id, Unit.trashed_at.is_(None), Lesson.trashed_at.is_not(None))
    )
    return list(db.session.scalars(query.order_by(Lesson.trashed_at.desc()).limit(MOST_TRASHED)))


def list_trashed_activities(lesson: Lesson) -> list[Activity]:
    """Return the blocks in the trash of a lesson, last edited first."""
    query = select(Activity).where(Activity.lesson_id == lesson.id, Activity.trashed_at.is_not(None))
    return list(db.session.scalars(query.order_by(Activity.trashed_at.desc()).limit(MOST_TRASHED)))


def list_taught(lesson: Lesson) -> dict[int, int]:
    """Return the number of the revision each run teaches of a lesson, by run id."""
    query = (
        select(RunLesson.run_id, Revision.number)
        .join(Revision, Revision.id == RunLesson.revision_id)
        .where(RunLesson.lesson_id == lesson.id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_takers(course: Course) -> list[Run]:
    """Return the runs of a course that can still take a revision, latest first."""
    query = select(Run).where(Run.course_id == course.id, Run.state != "ended")
    return list(db.session.scalars(query.order_by(Run.id.desc()).limit(200)))


def count_lessons_of(unit_id: int) -> int:
    """Count the lessons of a unit, without the trash."""
    query = select(Lesson.id).where(Lesson.unit_id == unit_id, Lesson.trashed_at.is_(None))
    return len(db.session.scalars(query).all())


@dataclass(frozen=True, slots=True)
class OwnLesson:
    """A lesson its author may put something into, and where it stands."""

    lesson: Lesson
    unit: Unit
    course: Course


def list_own_lessons(actor: Actor, q: str = "") -> list[OwnLesson]:
    """Return the lessons the actor may edit, last changed first; `q` narrows by words of lesson or course."""
    query = (
        select(Lesson, Unit, Course, Org)
        .join(Unit, Unit.id == Lesson.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .join(Org, Org.id == Course.org_id)
        .where(visible_to(actor), Course.archived_at.is_(None))
        .where(Lesson.trashed_at.is_(None), Unit.trashed_at.is_(None))
        .order_by(Lesson.updated_at.desc())
        .limit(MOST_SOUGHT)
    )
    words = fold(q[:100]).split()
    found = []
    for lesson, unit, course, org in db.session.execute(query):
        text = fold(f"{lesson.title} {course.title}")
        if all(word in text for word in words) and can_edit_lesson(actor, course, org.lineage_ids):
            found.append(OwnLesson(lesson, unit, course))
    return found[:MOST_SHOWN]


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A unit its author may put a lesson into."""

    unit: Unit
    course: Course


def list_own_units(actor: Actor, q: str = "") -> list[OwnUnit]:
    """Return the units the actor may write in, of the last changed courses first; `q` narrows by words."""
    query = (
        select(Unit, Course, Org)
        .join(Course, Course.id == Unit.course_id)
        .join(Org, Org.id == Course.org_id)
        .where(visible_to(actor), Course.archived_at.is_(None), Unit.trashed_at.is_(None))
        .order_by(Course.updated_at.desc(), Course.id, Unit.position, Unit.id)
        .limit(MOST_SOUGHT)
    )
    words = fold(q[:100]).split()
    rows = (
        OwnUnit(unit, course)
        for unit, course, org in db.session.execute(query)
        if can_edit_lesson(actor, course, org.lineage_ids)
    )
    return [one for one in rows if _has_words(words, f"{one.unit.title} {one.course.title}")][:MOST_SHOWN]


def _has_words(words: list[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def get_own_unit(actor: Actor, uuid: UUID) -> Unit:
    """Return a unit the actor may write in. Raises NotFound for any other."""
    found = db.session.execute(
        select(Unit, Course, Org)
        .join(Course, Course.id == Unit.course_id)
        .join(Org, Org.id == Course.org_id)
        .where(Unit.uuid == uuid, Unit.trashed_at.is_(None), Course.archived_at.is_(None), visible_to(actor))
    ).first()
    if found is None or not can_edit_lesson(actor, found[1], found[2].lineage_ids):
        raise NotFound()
    unit: Unit = found[0]
    return unit
