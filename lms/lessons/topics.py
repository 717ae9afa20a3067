"""What learners are told of lessons: a new one, one that is due soon; and that a course is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, column, or_, select, tuple_, values

from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.events import listens_to
from lms.core.i18n import _, _l, show_moment
from lms.core.jobs import job
from lms.core.schedule import every
from lms.courses.models import Course, Enrollment, Run
from lms.lessons.events import LessonPublished
from lms.lessons.models import Lesson, LessonProgress, RunLesson
from lms.notices.queries import was_told
from lms.notices.services import News, notify_people, tell
from lms.notices.topics import Topic, register_topic
from lms.people.models import User
from lms.records.cursors import follow_statements, has_unread
from lms.records.models import Statement

DAY = timedelta(days=1)
LATE_WORKER = timedelta(hours=3)
LESSONS_A_STEP, LEARNERS_A_STEP = 100, 500
FINISHING = frozenset({"answered", "completed"})


def _published_words(about: Mapping[str, Any]) -> str:
    return _("New lesson in %(course)s: %(lesson)s.", course=about["course"], lesson=about["lesson"])


def _due_words(about: Mapping[str, Any]) -> str:
    when = show_moment(datetime.fromisoformat(about["due_at"]))
    return _(
        "Due %(when)s in %(course)s: %(lesson)s.", when=when, course=about["course"], lesson=about["lesson"]
    )


def _done_words(about: Mapping[str, Any]) -> str:
    return _("You have done every lesson of %(course)s. Well done!", course=about["course"])


def _learners(who: Mapping[str, Any]) -> Select[int]:
    """Select the learners of a run to whom a lesson is open."""
    return (
        select(Enrollment.user_id)
        .join(Run, Run.id == Enrollment.run_id)
        .join(RunLesson, RunLesson.run_id == Run.id)
        .where(Run.id == who["run_id"], RunLesson.lesson_id == who["lesson_id"], *_is_learning(), _is_open())
    )


def _is_learning() -> tuple[ColumnElement[bool], ...]:
    return (Enrollment.role == "learner", Enrollment.status == "active")


def _is_open() -> ColumnElement[bool]:
    """The run goes on and the lesson may be looked at."""
    return and_(
        Run.state == "open",
        or_(Run.starts_on.is_(None), Run.starts_on <= today()),
        or_(Run.ends_on.is_(None), Run.ends_on >= today()),
        or_(RunLesson.opens_at.is_(None), RunLesson.opens_at <= now()),
    )


PUBLISHED = register_topic(
    Topic(
        "lesson_published",
        _l("A course has a new lesson"),
        _published_words,
        icon="book-open-text",
        endpoint="lessons.lesson",
        address=("run_uuid", "lesson_uuid"),
        people=_learners,
    )
)
DUE_SOON = register_topic(
    Topic(
        "due_soon",
        _l("A lesson is due soon"),
        _due_words,
        icon="clock",
        endpoint="lessons.lesson",
        address=("run_uuid", "lesson_uuid"),
        mail="at_once",
    )
)
COURSE_DONE = register_topic(
    Topic(
        "course_done",
        _l("You have done a whole course"),
        _done_words,
        icon="badge-check",
        endpoint="lessons.outline",
        address=("run_uuid",),
    )
)


@listens_to(LessonPublished)
def tell_published(event: LessonPublished) -> None:
    """Tell the learners of the runs that teach it; once for each lesson, corrections are no news."""
    _tell_new(RunLesson.lesson_id == event.lesson_id, Run.id.in_(event.run_ids))


@job("tell_opened")
def tell_opened() -> None:
    """Tell of lessons that were published before and opened by their date in the last hours."""
    with write():
        _tell_new(RunLesson.opens_at > now() - LATE_WORKER, RunLesson.opens_at <= now())


def _tell_new(*which: ColumnElement[bool]) -> None:
    for run, lesson, title in db.session.execute(_taught().where(*which, _is_open())):
        about = {
            "run_uuid": str(run.uuid),
            "lesson_uuid": str(lesson.uuid),
            "course": title,
            "lesson": lesson.title,
        }
        who = {"run_id": run.id, "lesson_id": lesson.id}
        tell(PUBLISHED.key, key=f"{run.uuid}:{lesson.uuid}", about=about, who=who)


def _taught() -> Select[Run, Lesson, str]:
    return (
        select(Run, Lesson, Course.title)
        .join(RunLesson, RunLesson.run_id == Run.id)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .join(Course, Course.id == Run.course_id)
        .where(Lesson.trashed_at.is_(None))
    )


@job("tell_due_soon", lane="due_soon")
def tell_due_soon() -> None:
    """Tell those who have not done a lesson two days and one day before it is due; safe to repeat at any time."""
    moment = now()
    soon = (
        _taught()
        .add_columns(RunLesson.due_at)
        .where(RunLesson.due_at > moment, RunLesson.due_at <= moment + 2 * DAY, _is_open())
    )
    rows = db.session.execute(soon.order_by(Run.id, Lesson.id)).all()
    due = {
        (run.id, lesson.id): (
            f"{run.uuid}:{lesson.uuid}:{due_at:%Y%m%d%H%M}:{1 if due_at <= moment + DAY else 2}",
            {
                "run_uuid": str(run.uuid),
                "lesson_uuid": str(lesson.uuid),
                "course": title,
                "lesson": lesson.title,
                "due_at": due_at.isoformat(),
            },
        )
        for run, lesson, title, due_at in rows
    }
    pairs = list(due)
    for start in range(0, len(pairs), LESSONS_A_STEP):
        _tell_due({pair: due[pair] for pair in pairs[start : start + LESSONS_A_STEP]})


def _tell_due(due: Mapping[tuple[int, int], tuple[str, Mapping[str, Any]]]) -> None:
    """Tell the learners who are missing, a batch a step, in the order of (key, learner)."""
    about = dict(due.values())
    after: tuple[str, int] | None = ("", 0)
    while after is not None:
        missing = db.session.execute(_not_done(due, after).limit(LEARNERS_A_STEP)).all()
        with write():
            notify_people(DUE_SOON.key, [News(user_id, key, about[key]) for key, user_id in missing])
        after = (missing[-1][0], missing[-1][1]) if len(missing) == LEARNERS_A_STEP else None


def _not_done(
    due: Mapping[tuple[int, int], tuple[str, Mapping[str, Any]]], after: tuple[str, int]
) -> Select[str, int]:
    """Select (key, learner) of learners who have not done one of the due lessons and were not told so."""
    lessons = (
        values(column("run_id", Integer), column("lesson_id", Integer), column("key", String))
        .data([(run_id, lesson_id, key) for (run_id, lesson_id), (key, _about) in due.items()])
        .cte("due")
    )
    mine = and_(
        LessonProgress.run_id == lessons.c.run_id,
        LessonProgress.lesson_id == lessons.c.lesson_id,
        LessonProgress.user_id == Enrollment.user_id,
    )
    return (
        select(lessons.c.key, Enrollment.user_id)
        .join(Enrollment, Enrollment.run_id == lessons.c.run_id)
        .outerjoin(LessonProgress, mine)
        .where(
            *_is_learning(),
            LessonProgress.completed_at.is_(None),
            ~was_told(Enrollment.user_id, DUE_SOON.key, lessons.c.key),
            tuple_(lessons.c.key, Enrollment.user_id) > tuple_(*after),
        )
        .order_by(lessons.c.key, Enrollment.user_id)
    )


@job("follow_finished", lane="follow_finished")
def follow_finished() -> None:
    """Read the new statements and tell those whose last lesson of a course is done."""
    follow_statements("lessons.finished", _tell_finished)


def _tell_finished(statements: Sequence[Statement]) -> None:
    """Tell whoever, by these deeds, may have finished and has; progress is read, not counted here.

    Only in open courses: a class course grows from week to week, so having done what there is says little.
    """
    deeds = {
        (one.account, one.context_uuid)
        for one in statements
        if one.verb in FINISHING and one.context_uuid is not None
    }
    if not deeds:
        return
    left = (
        select(RunLesson.lesson_id)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .outerjoin(
            LessonProgress,
            and_(
                LessonProgress.run_id == RunLesson.run_id,
                LessonProgress.lesson_id == RunLesson.lesson_id,
                LessonProgress.user_id == User.id,
            ),
        )
        .where(RunLesson.run_id == Run.id, Lesson.trashed_at.is_(None), LessonProgress.completed_at.is_(None))
    )
    finished = (
        select(User.id, Run.uuid, Course.title)
        .select_from(Enrollment)
        .join(User, User.id == Enrollment.user_id)
        .join(Run, Run.id == Enrollment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(
            tuple_(User.uuid, Run.uuid).in_(sorted(deeds)),
            Run.kind == "open",
            *_is_learning(),
            ~left.exists(),
        )
    )
    news = [
        News(user_id, str(uuid), {"run_uuid": str(uuid), "course": title})
        for user_id, uuid, title in db.session.execute(finished)
    ]
    notify_people(COURSE_DONE.key, news)


every("tell_opened", minutes=60)
every("tell_due_soon", minutes=60)
every("follow_finished", minutes=1, has_work=lambda: has_unread("lessons.finished"))
