"""Opening a course to everyone, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.i18n import _
from lms.courses.models import Course
from lms.courses.services import open_course_run
from lms.lessons.services import update_lesson
from lms.mooc.models import AUDIENCES, OpenCourse
from lms.mooc.permissions import can_open_course
from lms.mooc.queries import find_by_course, list_preview_choices
from lms.orgs.queries import get_org_by_id
from lms.search.services import mark_dirty


@dataclass(frozen=True, slots=True)
class PublicFace:
    """What the catalogue says of a course."""

    promise: str
    receives: tuple[str, ...] = ()
    teachers: tuple[str, ...] = ()
    audience: str = "everyone"
    effort_hours: int = 1
    provider: str = ""
    preview_lesson: UUID | None = field(default=None)


def open_course(actor: Actor, course: Course, face: PublicFace) -> OpenCourse:
    """Give a course its public face and its open run; calling again changes the face. Raises NotAllowed, Invalid."""
    org = get_org_by_id(course.org_id)
    if not can_open_course(actor, org.lineage_ids):
        raise NotAllowed()
    _check_face(face)
    _open_preview(actor, course, face.preview_lesson)
    found = find_by_course(course.id)
    if found is None:
        run = open_course_run(course, org, course.title)
        found = OpenCourse(course=course, run=run, updated_at=now())
        db.session.add(found)
    found.promise, found.receives, found.teachers = face.promise, list(face.receives), list(face.teachers)
    found.audience, found.effort_hours = face.audience, face.effort_hours
    found.provider, found.preview_lesson = face.provider or org.name, face.preview_lesson
    found.updated_at = now()
    db.session.flush()
    mark_dirty("course", found.uuid)
    return found


def _check_face(face: PublicFace) -> None:
    if not face.promise.strip():
        raise Invalid({"promise": _("Say in one sentence what people will be able to do.")})
    if face.audience not in AUDIENCES:
        raise Invalid({"audience": _("Choose whom the course is for.")})
    if not 1 <= face.effort_hours <= 500:
        raise Invalid({"effort_hours": _("Give the whole hours a learner needs, from 1 to 500.")})


def _open_preview(actor: Actor, course: Course, lesson_uuid: UUID | None) -> None:
    """Let everyone look at the lesson that was chosen for it."""
    if lesson_uuid is None:
        return
    lesson = next((one for one in list_preview_choices(course.id) if one.uuid == lesson_uuid), None)
    if lesson is None:
        raise Invalid({"preview_lesson": _("Choose one of the published lessons.")})
    if not lesson.free_preview:
        update_lesson(actor, lesson, free_preview=True)


def list_course(actor: Actor, open_course: OpenCourse) -> None:
    """Show the course in the public catalogue. Raises NotAllowed, Conflict for a course in the archive."""
    course = _allow(actor, open_course)
    if course.archived_at is not None:
        raise Conflict(_("The course is in the archive. Take it out of there first."))
    if open_course.listed_at is None:
        open_course.listed_at = now()
        db.session.flush()
        mark_dirty("course", open_course.uuid)
        record_audit(actor, "list", "open_course", open_course.uuid)


def withdraw_course(actor: Actor, open_course: OpenCourse) -> None:
    """Take the course out of the catalogue; those inside go on learning."""
    _allow(actor, open_course)
    open_course.listed_at = None
    db.session.flush()
    mark_dirty("course", open_course.uuid)
    record_audit(actor, "withdraw", "open_course", open_course.uuid)


def _allow(actor: Actor, open_course: OpenCourse) -> Course:
    course = db.session.get_one(Course, open_course.course_id)
    if not can_open_course(actor, get_org_by_id(course.org_id).lineage_ids):
        raise NotAllowed()
    return course
