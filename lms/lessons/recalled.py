"""A library version was recalled: the teachers who write or teach lessons with it are told, and when it is back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, or_, select

from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.courses.models import Course, Enrollment, Run, Unit
from lms.lessons.models import Activity, Lesson, Revision, RevisionPin, RunLesson
from lms.library.events import RecallLifted, VersionsRecalled
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import STAFF_ROLES, User


def _words(about: Mapping[str, Any]) -> str:
    if about.get("is_back"):
        return _("“%(title)s”, which your lesson uses, may be used again.", title=about["title"])
    return _("“%(title)s”, which your lesson uses, was recalled. Choose another one.", title=about["title"])


def _teachers(who: Mapping[str, Any]) -> Select[int]:
    """Select who writes a lesson whose draft shows one of the pins, or teaches a run that is taught with one."""
    pins = list(who["pins"])
    drafts = (
        select(Course.owner_id)
        .join(Unit, Unit.course_id == Course.id)
        .join(Lesson, Lesson.unit_id == Unit.id)
        .join(Activity, Activity.lesson_id == Lesson.id)
        .where(Activity.pin.in_(pins), Activity.trashed_at.is_(None), Lesson.trashed_at.is_(None))
    )
    taught = (
        select(Run.id)
        .join(RunLesson, RunLesson.run_id == Run.id)
        .join(Revision, Revision.id == RunLesson.revision_id)
        .join(RevisionPin, RevisionPin.revision_id == Revision.id)
        .where(RevisionPin.pin.in_(pins), Run.state != "ended")
    )
    owners = select(Course.owner_id).join(Run, Run.course_id == Course.id).where(Run.id.in_(taught))
    teachers = select(Enrollment.user_id).where(
        Enrollment.run_id.in_(taught), Enrollment.role == "teacher", Enrollment.status == "active"
    )
    return select(User.id).where(or_(User.id.in_(drafts), User.id.in_(owners), User.id.in_(teachers)))


RECALLED = register_topic(
    Topic(
        "item_recalled",
        _l("Something your lesson uses was recalled"),
        _words,
        icon="circle-alert",
        endpoint="library.item",
        address=("item_uuid", "version"),
        mail="at_once",
        roles=STAFF_ROLES,
        people=_teachers,
    )
)


@listens_to(VersionsRecalled)
def tell_recalled(event: VersionsRecalled) -> None:
    """Tell the teachers, from the worker."""
    _tell(event, is_back=False)


@listens_to(RecallLifted)
def tell_lifted(event: RecallLifted) -> None:
    """Tell them that the version may be used again."""
    _tell(event, is_back=True)


def _tell(event: VersionsRecalled | RecallLifted, *, is_back: bool) -> None:
    tell(
        RECALLED.key,
        key=f"{event.item_uuid}@{event.numbers[-1]}:{event.moment}",
        about={
            "item_uuid": event.item_uuid,
            "version": event.numbers[-1],
            "title": event.title,
            "is_back": is_back,
        },
        who={"pins": [f"{event.item_uuid}@{number}" for number in event.numbers]},
    )
