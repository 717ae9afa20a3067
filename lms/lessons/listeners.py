"""Progress is a projection: these listeners are the only writers of its two tables, and replay calls them again.

Nothing here may read the clock or decide by anything but the statement and rows made from earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.events import listens_to
from lms.courses.events import RunCreated
from lms.courses.models import Run
from lms.lessons.models import DONE, SEEN, TRIED, LessonProgress, Progress
from lms.lessons.queries import (
    find_lesson_progress,
    list_progress,
    load_snapshot,
    locate_revision,
    locate_run,
)
from lms.lessons.services.publishing import take_lessons
from lms.lessons.snapshots import Snapshot
from lms.people.merge_model import UserAlias
from lms.people.models import User
from lms.records.events import AccountReplayStarted, RecordedStatement, ReplayStarted, StatementRecorded

COUNTED = frozenset({"viewed", "answered", "completed"})
MOST_KEPT = 12  # tries whose choices are kept for the results page


_COUNTS_FOR = (
    select(func.coalesce(UserAlias.kept_id, User.id))
    .outerjoin_from(User, UserAlias, UserAlias.merged_id == User.id)
    .where(User.uuid == bindparam("account"))
)


@dataclass(frozen=True, slots=True)
class _Where:
    run_id: int
    user_id: int
    revision_id: int
    lesson_id: int
    snapshot: Snapshot


@listens_to(ReplayStarted)
def forget_progress(_event: ReplayStarted) -> None:
    """Empty both tables; the statements that follow fill them again."""
    for model in (Progress, LessonProgress):
        db.session.execute(delete(model))
    db.session.expire_all()


@listens_to(AccountReplayStarted)
def forget_progress_of(event: AccountReplayStarted) -> None:
    """Empty what is held of some learners; their statements follow."""
    for model in (Progress, LessonProgress):
        db.session.execute(delete(model).where(model.user_id.in_(event.user_ids)))
    db.session.expire_all()


@listens_to(StatementRecorded)
def follow_statement(event: StatementRecorded) -> None:
    """Carry a learner's deed into progress."""
    statement = event.statement
    if statement.verb not in COUNTED or statement.object_kind != "activity":
        return
    where = _find_where(statement, event.user_id)
    if where is None or where.snapshot.find(statement.object_uuid) is None:
        return
    rows = list_progress(where.run_id, where.user_id, where.lesson_id)
    _follow_activity(statement, where, rows)
    _follow_lesson(statement, where, rows)
    db.session.flush()


@listens_to(RunCreated)
def fill_run(event: RunCreated) -> None:
    """A new run teaches what its course has published."""
    take_lessons(db.session.get_one(Run, event.run_id))


def _find_where(statement: RecordedStatement, user_id: int | None) -> _Where | None:
    if statement.context_uuid is None or statement.revision_uuid is None:
        return None
    if user_id is None:
        user_id = db.session.scalar(_COUNTS_FOR, {"account": statement.account})
    if user_id is None:
        return None
    try:
        run_id = locate_run(statement.context_uuid)
        revision_id, lesson_id, digest = locate_revision(statement.revision_uuid)
    except NotFound:
        return None
    return _Where(run_id, user_id, revision_id, lesson_id, load_snapshot(revision_id, digest))


def _follow_activity(statement: RecordedStatement, where: _Where, rows: dict[UUID, Progress]) -> None:
    progress = rows.get(statement.object_uuid)
    if progress is None:
        progress = rows[statement.object_uuid] = Progress(
            run_id=where.run_id,
            user_id=where.user_id,
            lesson_id=where.lesson_id,
            activity_uuid=statement.object_uuid,
            status=SEEN,
            tries=0,
            tried="",
            first_at=statement.at,
        )
        db.session.add(progress)
    progress.last_at = statement.at
    if statement.verb == "viewed":
        progress.viewed_at = statement.at
    elif statement.verb == "completed":
        progress.status = DONE
    else:
        _follow_answer(statement, progress)


def _follow_answer(statement: RecordedStatement, progress: Progress) -> None:
    """The best try counts; the first one is remembered for the results page."""
    chosen = ",".join(statement.body.get("choices", ()))
    if progress.tries == 0:
        progress.first_correct = statement.success
        progress.first_statement_id = statement.id
        progress.tried = chosen
    elif progress.tries < MOST_KEPT:
        progress.tried = f"{progress.tried};{chosen}"
    progress.tries += 1
    progress.last_statement_id = statement.id
    progress.is_correct = bool(progress.is_correct) or bool(statement.success)
    progress.score = max(progress.score or 0.0, statement.score or 0.0)
    progress.max_score = statement.max_score
    if statement.completion:
        progress.status = DONE
    elif progress.status != DONE:
        progress.status = TRIED


def _follow_lesson(statement: RecordedStatement, where: _Where, rows: dict[UUID, Progress]) -> None:
    with db.session.no_autoflush:  # both rows go in one flush
        progress = find_lesson_progress(where.run_id, where.user_id, where.lesson_id)
    if progress is None:
        progress = LessonProgress(
            run_id=where.run_id,
            user_id=where.user_id,
            lesson_id=where.lesson_id,
            revision_id=where.revision_id,
            started_at=statement.at,
        )
        db.session.add(progress)
    elif progress.completed_at is not None:
        progress.revision_id = where.revision_id
    progress.at_activity = statement.object_uuid
    progress.last_at = statement.at
    _count(progress, where.snapshot, rows)
    if progress.completed_at is None and progress.done == progress.total:
        progress.completed_at = statement.at


def _count(progress: LessonProgress, snapshot: Snapshot, rows: dict[UUID, Progress]) -> None:
    kept = [rows[activity.uuid] for activity in snapshot.activities if activity.uuid in rows]
    progress.total = len(snapshot.activities)
    progress.done = sum(row.status == DONE for row in kept)
    progress.score = round(sum(row.score or 0.0 for row in kept), 4)
    progress.max_score = sum(activity.points for activity in snapshot.activities)
