"""What the teachers of a run see: who is where, what was answered, and all of it as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select

from lms.core.clock import now
from lms.core.db import db
from lms.core.paging import Page, take_page
from lms.courses.models import Enrollment
from lms.lessons.models import DONE, Lesson, LessonProgress, Progress, Revision, RunLesson
from lms.lessons.queries import load_snapshot
from lms.lessons.question_kind import frozen_spec
from lms.lessons.snapshots import FrozenActivity
from lms.people.models import User

CSV_BATCH = 500
STATES = ("not-begun", "behind", "done")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner in a run: what is done, what it gave, where and when last."""

    user: User
    lessons_done: int
    done: int
    total: int
    score: float
    max_score: float
    last_at: datetime | None
    at_lesson: str | None

    @property
    def percent(self) -> int:
        """How much of what is published is done."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def list_run_progress(
    run_id: int, after: str | None = None, size: int = 50, *, state: str = "", sort: str = "name"
) -> Page[LearnerRow]:
    """List the active learners of a run with their progress; the same three queries on every page.

    `state` keeps one of STATES; `sort` is "name" (given name) or "done" (who has done least comes first).
    """
    total, points = _run_size(run_id)
    own = _own_progress(run_id)
    learners = _learners(run_id, own)
    if state in STATES:
        learners = learners.where(_in_state(run_id, own, total)[state])
    least = sort == "done"
    page = take_page(
        db.session(),
        learners,
        keys=(func.coalesce(own.c.done, 0), User.sort_key, User.id) if least else (User.sort_key, User.id),
        after=after,
        size=size,
        scalars=False,
        row_key=lambda row: ((row[2] or 0,) if least else ()) + (row[0].sort_key, row[0].id),
    )
    last = _last_lessons(run_id, [row[0].id for row in page.rows])
    rows = [
        LearnerRow(
            user=user,
            lessons_done=lessons_done or 0,
            done=done or 0,
            total=total,
            score=score or 0.0,
            max_score=points,
            last_at=last_at,
            at_lesson=last.get(user.id),
        )
        for user, lessons_done, done, score, last_at in page.rows
    ]
    return Page(rows, page.next)


def count_run_states(run_id: int) -> dict[str, int]:
    """Return how many active learners stand in each of STATES, in two queries."""
    own = _own_progress(run_id)
    states = _in_state(run_id, own, _run_size(run_id)[0])
    counted = (func.coalesce(func.sum(case((states[name], 1), else_=0)), 0) for name in STATES)
    row = db.session.execute(_learners(run_id, own).with_only_columns(*counted)).one()
    return dict(zip(STATES, map(int, row), strict=True))


def _own_progress(run_id: int) -> Subquery:
    return (
        select(
            LessonProgress.user_id,
            func.count(LessonProgress.completed_at).label("lessons"),
            func.sum(LessonProgress.done).label("done"),
            func.sum(LessonProgress.score).label("score"),
            func.max(LessonProgress.last_at).label("last_at"),
        )
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.run_id == run_id, Lesson.trashed_at.is_(None))
        .group_by(LessonProgress.user_id)
        .subquery()
    )


def _learners(run_id: int, own: Subquery) -> Select[User, int, int, float, datetime]:
    return (
        select(User, own.c.lessons, own.c.done, own.c.score, own.c.last_at)
        .join(Enrollment, Enrollment.user_id == User.id)
        .outerjoin(own, own.c.user_id == User.id)
        .where(Enrollment.run_id == run_id, Enrollment.role == "learner", Enrollment.status == "active")
    )


def _in_state(run_id: int, own: Subquery, total: int) -> dict[str, ColumnElement[bool]]:
    overdue = (
        select(RunLesson.lesson_id)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .outerjoin(
            LessonProgress,
            and_(
                LessonProgress.run_id == run_id,
                LessonProgress.lesson_id == RunLesson.lesson_id,
                LessonProgress.user_id == User.id,
            ),
        )
        .where(RunLesson.run_id == run_id, RunLesson.due_at < now(), Lesson.trashed_at.is_(None))
        .where(LessonProgress.completed_at.is_(None))
        .correlate(User)
    )
    return {
        "not-begun": own.c.last_at.is_(None),
        "behind": overdue.exists(),
        "done": func.coalesce(own.c.done, 0) >= max(total, 1),
    }


def _run_size(run_id: int) -> tuple[int, float]:
    query = (
        select(func.coalesce(func.sum(Revision.size), 0), func.coalesce(func.sum(Revision.points), 0.0))
        .join(RunLesson, RunLesson.revision_id == Revision.id)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .where(RunLesson.run_id == run_id, Lesson.trashed_at.is_(None))
    )
    total, points = db.session.execute(query).one()
    return int(total), float(points)


def _last_lessons(run_id: int, user_ids: Sequence[int]) -> dict[int, str]:
    """Return the title of the lesson each learner saw last."""
    query = (
        select(LessonProgress.user_id, Lesson.title)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.run_id == run_id, LessonProgress.user_id.in_(user_ids))
        .order_by(LessonProgress.last_at)
    )
    return {row.user_id: row.title for row in db.session.execute(query)}


@dataclass(frozen=True, slots=True)
class ChoiceResult:
    """How often a wrong choice was made, over all tries."""

    id: str
    html: str
    count: int


@dataclass(frozen=True, slots=True)
class ActivityResult:
    """One activity of a lesson over all learners of a run."""

    activity: FrozenActivity
    seen: int = 0
    done: int = 0
    answered: int = 0
    right_first: int = 0
    right: int = 0
    tries: int = 0
    wrong_choices: tuple[ChoiceResult, ...] = field(default=())

    @property
    def right_first_percent(self) -> int | None:
        """Of those who answered, how many were right at the first try."""
        return round(100 * self.right_first / self.answered) if self.answered else None


def activity_results(run_id: int, lesson_id: int) -> list[ActivityResult]:
    """Return the results of each activity of the revision a run teaches now, in four queries."""
    query = (
        select(Revision.id, Revision.digest)
        .join(RunLesson, RunLesson.revision_id == Revision.id)
        .where(RunLesson.run_id == run_id, RunLesson.lesson_id == lesson_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        return []
    snapshot = load_snapshot(found[0], found[1])
    counts, chosen = _activity_counts(run_id, lesson_id), _chosen_counts(run_id, lesson_id)
    return [
        ActivityResult(
            activity,
            *counts.get(activity.uuid, (0, 0, 0, 0, 0, 0)),
            wrong_choices=_wrong_choices(activity, chosen.get(activity.uuid, {})),
        )
        for activity in snapshot.activities
    ]


def _of_learners(run_id: int, lesson_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Progress.run_id == run_id, Progress.lesson_id == lesson_id)


def _here(run_id: int) -> ColumnElement[bool]:
    return and_(
        Enrollment.run_id == run_id,
        Enrollment.user_id == Progress.user_id,
        Enrollment.role == "learner",
        Enrollment.status == "active",
    )


def _activity_counts(run_id: int, lesson_id: int) -> dict[UUID, tuple[int, int, int, int, int, int]]:
    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    query = (
        select(
            Progress.activity_uuid,
            func.count(),
            count(Progress.status == DONE),
            count(Progress.tries > 0),
            count(Progress.first_correct.is_(True)),
            count(Progress.is_correct.is_(True)),
            func.sum(Progress.tries),
        )
        .join(Enrollment, _here(run_id))
        .where(*_of_learners(run_id, lesson_id))
        .group_by(Progress.activity_uuid)
    )
    return {row[0]: tuple(map(int, row[1:])) for row in db.session.execute(query)}  # type: ignore[misc]


def _chosen_counts(run_id: int, lesson_id: int) -> dict[UUID, dict[str, int]]:
    """Count every choice over all tries; equal rows of tries are counted by the database."""
    query = (
        select(Progress.activity_uuid, Progress.tried, func.count())
        .join(Enrollment, _here(run_id))
        .where(*_of_learners(run_id, lesson_id), Progress.tried != "")
        .group_by(Progress.activity_uuid, Progress.tried)
    )
    found: dict[UUID, dict[str, int]] = {}
    for uuid, tried, times in db.session.execute(query):
        tally = found.setdefault(uuid, {})
        for choice in filter(None, tried.replace(";", ",").split(",")):
            tally[choice] = tally.get(choice, 0) + times
    return found


def _wrong_choices(activity: FrozenActivity, tally: dict[str, int]) -> tuple[ChoiceResult, ...]:
    if activity.kind != "question":
        return ()
    wrong = [
        choice for choice in frozen_spec(activity).choices if not choice.correct and tally.get(choice.id)
    ]
    rows = [ChoiceResult(c.id, activity.body["choices_html"].get(c.id, ""), tally[c.id]) for c in wrong]
    return tuple(sorted(rows, key=lambda row: -row.count))


def progress_csv_rows(run_id: int, header: Sequence[str], titles: Sequence[str]) -> Iterator[list[str]]:
    """Yield the run's progress for a spreadsheet, page by page: `header`, then a line per learner.

    After the fixed columns come two per lesson: percent and points. Cells cannot start a formula.
    """
    lessons = list(db.session.execute(_lesson_columns(run_id)))
    yield [safe_cell(cell) for cell in (*header, *(f"{t}: {x}" for _i, t, _s in lessons for x in titles))]
    after: str | None = None
    while True:
        page = list_run_progress(run_id, after, CSV_BATCH)
        own = _lesson_cells(run_id, [row.user.id for row in page.rows])
        for row in page.rows:
            cells: list[object] = [row.user.full_name, row.user.login or row.user.email or ""]
            cells += [row.lessons_done, row.percent, row.score, row.max_score]
            cells.append(row.last_at.isoformat(timespec="minutes") if row.last_at else "")
            for lesson_id, _title, size in lessons:
                done, score = own.get((row.user.id, lesson_id), (0, 0.0))
                cells += [min(100, 100 * done // size) if size else 0, score]
            yield [safe_cell(cell) for cell in cells]
        if page.next is None:
            return
        after = page.next


def safe_cell(value: object) -> str:
    """Return text that no spreadsheet takes for a formula: a leading sign gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text


def _lesson_columns(run_id: int) -> Select[int, str, int]:
    return (
        select(Lesson.id, Lesson.title, Revision.size)
        .join(RunLesson, RunLesson.lesson_id == Lesson.id)
        .join(Revision, Revision.id == RunLesson.revision_id)
        .where(RunLesson.run_id == run_id, Lesson.trashed_at.is_(None))
        .order_by(Lesson.unit_id, Lesson.position, Lesson.id)
    )


def _lesson_cells(run_id: int, user_ids: Sequence[int]) -> dict[tuple[int, int], tuple[int, float]]:
    query = select(
        LessonProgress.user_id, LessonProgress.lesson_id, LessonProgress.done, LessonProgress.score
    ).where(LessonProgress.run_id == run_id, LessonProgress.user_id.in_(user_ids))
    return {(user, lesson): (done, score) for user, lesson, done, score in db.session.execute(query)}
