"""Designing courses: create, describe, order the units."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from lms.core.actor import Actor
from lms.core.clock import new_token, now
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.courses.events import CourseChanged
from lms.courses.models import Course, Unit
from lms.courses.permissions import can_create_course, can_edit_course
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """What a teacher says of a course."""

    title: str
    summary: str = ""
    language: str = "vi"
    subject: str | None = None
    grades: tuple[int, ...] = ()
    cover_ink: str | None = None


def make_slug(title: str) -> str:
    """Return a readable, unaccented address part that is not taken."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(title)).split()
    stem = "-".join(words)[:80].strip("-") or "course"
    taken = set(db.session.scalars(select(Course.slug).where(Course.slug.startswith(stem))))
    if stem not in taken:
        return stem
    return f"{stem}-{new_token(4).lower().replace('_', 'x').replace('-', 'y')}"


def create_course(actor: Actor, *, org: Org, draft: CourseDraft, slug: str | None = None) -> Course:
    """Start a course at `org`, owned by the actor. Raises NotAllowed, Invalid."""
    if actor.user_id is None or not can_create_course(actor, org.lineage_ids):
        raise NotAllowed()
    _check_draft(draft)
    course = Course(org_id=org.id, owner_id=actor.user_id, slug=slug or make_slug(draft.title))
    _describe(course, draft)
    db.session.add(course)
    db.session.flush()
    announce(CourseChanged(course.id))
    return course


def update_course(actor: Actor, course: Course, draft: CourseDraft) -> Course:
    """Change what is said of a course."""
    _allow_edit(actor, course)
    _check_draft(draft)
    _describe(course, draft)
    return _changed(course)


def archive_course(actor: Actor, course: Course) -> None:
    """Put a course away; its runs and results stay."""
    _allow_edit(actor, course)
    course.archived_at = now()
    _changed(course)


def restore_course(actor: Actor, course: Course) -> None:
    """Take a course out of the archive."""
    _allow_edit(actor, course)
    course.archived_at = None
    _changed(course)


def _check_draft(draft: CourseDraft) -> None:
    if not draft.title.strip():
        raise Invalid({"title": _("Give the course a title.")})
    if len(draft.title) > 200:
        raise Invalid({"title": _("At most %(count)s characters.", count=200)})
    if any(grade not in range(1, 13) for grade in draft.grades):
        raise Invalid({"grades": _("Grades go from 1 to 12.")})


def _describe(course: Course, draft: CourseDraft) -> None:
    course.title, course.summary = draft.title.strip(), draft.summary.strip()
    course.language, course.subject = draft.language, draft.subject
    course.grades, course.cover_ink = list(draft.grades), draft.cover_ink


def _allow_edit(actor: Actor, course: Course) -> None:
    if not can_edit_course(actor, course, get_org_by_id(course.org_id).lineage_ids):
        raise NotAllowed()


def _changed(course: Course) -> Course:
    course.updated_at = now()
    db.session.flush()
    announce(CourseChanged(course.id))
    return course


def add_unit(actor: Actor, course: Course, title: str) -> Unit:
    """Append a unit."""
    _allow_edit(actor, course)
    last = db.session.scalar(select(func.max(Unit.position)).where(Unit.course_id == course.id)) or 0
    unit = Unit(course_id=course.id, position=last + 1, title=_unit_title(title))
    db.session.add(unit)
    _changed(course)
    return unit


def rename_unit(actor: Actor, course: Course, unit: Unit, title: str) -> None:
    """Give a unit another title."""
    _allow_edit_unit(actor, course, unit)
    unit.title = _unit_title(title)
    _changed(course)


def move_unit(actor: Actor, course: Course, unit: Unit, place: int) -> None:
    """Put a unit at `place` (0 is first) among those of the course."""
    _allow_edit_unit(actor, course, unit)
    listed = select(Unit).where(Unit.course_id == course.id, Unit.trashed_at.is_(None), Unit.id != unit.id)
    order = list(db.session.scalars(listed.order_by(Unit.position, Unit.id)))
    order.insert(max(0, min(place, len(order))), unit)
    for position, each in enumerate(order, start=1):
        each.position = position
    _changed(course)


def trash_unit(actor: Actor, course: Course, unit: Unit) -> None:
    """Take a unit out of the course; `restore_unit` brings it back with its lessons."""
    _allow_edit_unit(actor, course, unit)
    unit.trashed_at = now()
    _changed(course)


def restore_unit(actor: Actor, course: Course, unit: Unit) -> None:
    """Bring a unit back from the trash."""
    _allow_edit_unit(actor, course, unit)
    unit.trashed_at = None
    _changed(course)


def _allow_edit_unit(actor: Actor, course: Course, unit: Unit) -> None:
    if unit.course_id != course.id:
        raise NotFound()
    _allow_edit(actor, course)


def _unit_title(title: str) -> str:
    cleaned = " ".join(title.split())[:200]
    if not cleaned:
        raise Invalid({"title": _("Give the unit a title.")})
    return cleaned
