"""What someone did in all runs, the ended ones too: the summary that goes along from class to class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.paging import Page, take_page
from lms.courses.models import Enrollment, Run
from lms.lessons.models import Lesson, LessonProgress, Revision, RunLesson
from lms.orgs.models import Org
from lms.people.models import User

MOST = 200


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One place in a run: where it was, whether it goes on, what is done and what it gave."""

    run: Run
    org: Org
    place: Enrollment
    done: int
    total: int
    score: float
    max_score: float

    @property
    def is_over(self) -> bool:
        """True once the place or the run itself has ended."""
        return self.place.status != "active" or self.run.state == "ended"


@dataclass(frozen=True, slots=True)
class LeaverRow:
    """Someone who was in a run, with what was done there."""

    user: User
    ended_at: datetime | None
    done: int
    score: float


def list_run_records(user_id: int, *, only_over: bool = False) -> list[RunRecord]:
    """Return the runs in which someone learns or learnt, the latest first. Three queries for any number."""
    query = (
        select(Enrollment, Run, Org)
        .join(Run, Run.id == Enrollment.run_id)
        .join(Org, Org.id == Run.org_id)
        .where(Enrollment.user_id == user_id, Enrollment.role == "learner")
        .options(joinedload(Enrollment.run).joinedload(Run.course))
    )
    if only_over:
        query = query.where((Enrollment.status != "active") | (Run.state == "ended"))
    found = db.session.execute(query.order_by(Enrollment.id.desc()).limit(MOST)).all()
    sizes, sums = _run_sizes([run.id for _place, run, _org in found]), _own_sums(user_id)
    records = []
    for place, run, org in found:
        (total, points), (done, score) = sizes.get(run.id, (0, 0.0)), sums.get(run.id, (0, 0.0))
        records.append(RunRecord(run, org, place, min(done, total), total, score, points))
    return records


def _run_sizes(run_ids: list[int]) -> dict[int, tuple[int, float]]:
    query = (
        select(RunLesson.run_id, func.sum(Revision.size), func.sum(Revision.points))
        .join(Revision, Revision.id == RunLesson.revision_id)
        .join(Lesson, Lesson.id == RunLesson.lesson_id)
        .where(RunLesson.run_id.in_(run_ids), Lesson.trashed_at.is_(None))
        .group_by(RunLesson.run_id)
    )
    return {run_id: (int(size), float(points)) for run_id, size, points in db.session.execute(query)}


def _own_sums(user_id: int) -> dict[int, tuple[int, float]]:
    query = (
        select(LessonProgress.run_id, func.sum(LessonProgress.done), func.sum(LessonProgress.score))
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.user_id == user_id, Lesson.trashed_at.is_(None))
        .group_by(LessonProgress.run_id)
    )
    return {run_id: (int(done), float(score)) for run_id, done, score in db.session.execute(query)}


def list_leavers(run: Run, after: str | None = None, size: int = 50) -> Page[LeaverRow]:
    """Return who left a run, by given name, with what they did while they were in it."""
    own = (
        select(
            LessonProgress.user_id,
            func.sum(LessonProgress.done).label("done"),
            func.sum(LessonProgress.score).label("score"),
        )
        .where(LessonProgress.run_id == run.id)
        .group_by(LessonProgress.user_id)
        .subquery()
    )
    query = (
        select(User, Enrollment.ended_at, own.c.done, own.c.score)
        .join(Enrollment, Enrollment.user_id == User.id)
        .outerjoin(own, own.c.user_id == User.id)
        .where(Enrollment.run_id == run.id, Enrollment.role == "learner", Enrollment.status == "ended")
    )
    page = take_page(
        db.session(),
        query,
        keys=(User.sort_key, User.id),
        after=after,
        size=size,
        scalars=False,
        row_key=lambda row: (row[0].sort_key, row[0].id),
    )
    rows = [LeaverRow(user, ended_at, done or 0, score or 0.0) for user, ended_at, done, score in page.rows]
    return Page(rows, page.next)
