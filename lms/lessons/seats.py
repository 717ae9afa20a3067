"""A learner's seat: what the player shows of it, and what a deed must know before it is recorded; each read at once."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from lms.core.actor import Actor
from lms.core.db import db, is_sqlite, open_write
from lms.core.errors import NotFound
from lms.courses.models import Course, Enrollment, Run, Unit
from lms.courses.queries import CourseFace, LearningRun
from lms.lessons.models import Activity, Lesson, LessonProgress, Progress, Revision, RunLesson
from lms.lessons.queries import load_snapshot, taught_revision
from lms.lessons.snapshots import Snapshot
from lms.records.models import StatementKey


class Seat(NamedTuple):
    """The run as it is now, the lesson as this learner has it, and where he stands with the activity.

    `is_repeated` tells that the deed he brings was recorded before.
    """

    user_id: int
    run_id: int
    run_uuid: UUID
    state: str
    starts_on: date | None
    ends_on: date | None
    lesson_id: int
    lesson_uuid: UUID
    opens_at: datetime | None
    revision_uuid: UUID
    status: str | None
    tries: int
    is_repeated: bool
    snapshot: Snapshot


class OwnProgress(NamedTuple):
    """Where a learner stands with one activity: what is shown of the row of `progress`, as plain values."""

    status: str
    tries: int
    tried: str
    is_correct: bool | None
    score: float | None
    first_statement_id: int | None
    last_statement_id: int | None
    viewed_at: datetime | None


def get_place(actor: Actor, run_uuid: UUID, lesson_uuid: UUID) -> tuple[LearningRun, dict[UUID, OwnProgress]]:
    """Return a run in which the actor learns, and his progress in a lesson of it. Raises NotFound without a place."""
    values = {"user_id": actor.user_id, "run_uuid": run_uuid, "lesson_uuid": lesson_uuid}
    rows = db.session.execute(_place_with_progress(), values).all()
    if not rows:
        raise NotFound()
    run = LearningRun._make((*rows[0][:6], CourseFace._make(rows[0][6:10])))
    return run, {row[10]: OwnProgress._make(row[11:]) for row in rows if row[10] is not None}


@lru_cache(maxsize=1)
def _place_with_progress() -> Select[*tuple[Any, ...]]:
    """The statement of `get_place`: the columns of LearningRun, of its CourseFace, an activity, those of OwnProgress."""
    place, run, course = Enrollment.__table__.c, Run.__table__.c, Course.__table__.c
    lesson, own = Lesson.__table__.c, Progress.__table__.c
    is_own = and_(own.run_id == run.id, own.user_id == place.user_id, own.lesson_id == lesson.id)
    return (
        select(
            *(run.id, run.uuid, run.title, run.state, run.starts_on, run.ends_on),
            *(course.title, course.slug, course.cover_ink, course.subject),
            *(own.activity_uuid, *(own[name] for name in OwnProgress._fields)),
        )
        .select_from(Enrollment.__table__)
        .join(Run.__table__, run.id == place.run_id)
        .join(Course.__table__, course.id == run.course_id)
        .outerjoin(Lesson.__table__, lesson.uuid == bindparam("lesson_uuid"))
        .outerjoin(Progress.__table__, is_own)
        .where(place.user_id == bindparam("user_id"), run.uuid == bindparam("run_uuid"))
        .where(place.role == "learner", place.status == "active")
    )


def take_seat(actor: Actor, run_uuid: UUID, activity_uuid: UUID, key: str | None = None) -> Seat:
    """Return the seat of a learner at an activity of a run and hold it, so that his deeds follow each other.

    Inside a write only. Raises NotFound for anyone without a place and for anything forged or unpublished.
    """
    write = open_write()
    values = {"account": actor.uuid, "user_id": actor.user_id, "run_uuid": run_uuid}
    if (
        not is_sqlite()
    ):  # there this write is the only one; here what stands beside a lock may be from before it
        write.execute(_hold(), values)
    found = write.execute(_find(), {**values, "activity_uuid": activity_uuid, "key": key}).first()
    if found is None:
        raise NotFound()
    *columns, tries, known, revision_id, digest = found
    snapshot = load_snapshot(revision_id, digest)
    if snapshot.find(activity_uuid) is None:
        raise NotFound()
    return Seat._make((*columns, tries or 0, known is not None, snapshot))


@lru_cache(maxsize=1)
def _hold() -> Select[int]:
    place, run = Enrollment.__table__, Run.__table__
    return (
        select(place.c.id)
        .join_from(place, run, run.c.id == place.c.run_id)
        .where(run.c.uuid == bindparam("run_uuid"), place.c.user_id == bindparam("user_id"))
        .with_for_update(of=place)
    )


@lru_cache(maxsize=1)
def _find() -> Select[*tuple[Any, ...]]:
    """The statement of `take_seat`: the first columns are those of Seat."""
    place, run, taught = Enrollment.__table__.c, Run.__table__.c, RunLesson.__table__.c
    lesson, activity, revision = Lesson.__table__.c, Activity.__table__.c, Revision.__table__.c
    unit, own, key = Unit.__table__.c, Progress.__table__.c, StatementKey.__table__.c
    own_lesson = LessonProgress.__table__.c
    in_lesson = (own_lesson.run_id == run.id, own_lesson.user_id == place.user_id)
    at_activity = (own.run_id == run.id, own.user_id == place.user_id)
    return (
        select(
            *(place.user_id, run.id, run.uuid, run.state, run.starts_on, run.ends_on),
            *(lesson.id, lesson.uuid, taught.opens_at, revision.uuid, own.status),
            *(own.tries, key.statement_uuid, revision.id, revision.digest),
        )
        .select_from(Enrollment.__table__)
        .join(Run.__table__, run.id == place.run_id)
        .join(RunLesson.__table__, taught.run_id == run.id)
        .join(Lesson.__table__, lesson.id == taught.lesson_id)
        .join(Unit.__table__, unit.id == lesson.unit_id)
        .join(Activity.__table__, activity.lesson_id == lesson.id)
        .outerjoin(LessonProgress.__table__, and_(*in_lesson, own_lesson.lesson_id == lesson.id))
        .join(Revision.__table__, revision.id == taught_revision())
        .outerjoin(Progress.__table__, and_(*at_activity, own.activity_uuid == activity.uuid))
        .outerjoin(
            StatementKey.__table__,
            and_(key.account == bindparam("account"), key.key == bindparam("key")),
        )
        .where(place.user_id == bindparam("user_id"), run.uuid == bindparam("run_uuid"))
        .where(place.role == "learner", place.status == "active", activity.uuid == bindparam("activity_uuid"))
        .where(lesson.trashed_at.is_(None), unit.trashed_at.is_(None))
    )
