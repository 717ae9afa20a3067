"""What learners are told of courses: that someone gave them a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from lms.core.clock import now
from lms.core.db import db, write
from lms.core.events import listens_to
from lms.core.i18n import _, _l
from lms.core.jobs import enqueue, job
from lms.courses.events import LearnerEnrolled
from lms.courses.models import Course, Enrollment, Run
from lms.notices.services import tell
from lms.notices.topics import Topic, register_topic

GIVEN = ("teacher", "class", "csv")  # whoever takes a place knows it already
LONGEST_WRITE = timedelta(minutes=10)


def _words(about: Mapping[str, Any]) -> str:
    return _("You have a place in the course %(course)s.", course=about["course"])


def _newcomers(who: Mapping[str, Any]) -> Select[int]:
    """Select whoever got a place from someone since the moment in `who`."""
    since = datetime.fromisoformat(who["since"])
    return (
        select(Enrollment.user_id)
        .join(Run, Run.id == Enrollment.run_id)
        .where(
            Enrollment.run_id == who["run_id"],
            Enrollment.role == "learner",
            Enrollment.status == "active",
            Enrollment.source.in_(GIVEN),
            Enrollment.started_at >= since,
            Run.state != "ended",
        )
    )


ENROLLED = register_topic(
    Topic(
        "enrolled",
        _l("Someone gives you a place in a course"),
        _words,
        icon="book-open",
        endpoint="lessons.outline",
        address=("run_uuid",),
        people=_newcomers,
    )
)


@listens_to(LearnerEnrolled)
def follow_enrollment(event: LearnerEnrolled) -> None:
    """Leave a mark for the worker: one for a whole class."""
    since = (now() - LONGEST_WRITE).isoformat()
    enqueue("tell_enrolled", key=f"tell_enrolled:{event.run_id}", run_id=event.run_id, since=since)


@job("tell_enrolled")
def tell_enrolled(run_id: int, since: str) -> None:
    """Tell those who got a place in a run since that moment."""
    found = select(Run.uuid, Course.title).join(Course, Course.id == Run.course_id).where(Run.id == run_id)
    with write():
        uuid, title = db.session.execute(found).one()
        about = {"run_uuid": str(uuid), "course": title}
        tell(ENROLLED.key, key=str(uuid), about=about, who={"run_id": run_id, "since": since})
