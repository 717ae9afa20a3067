"""Progress is a projection: these listeners are the only writers of its two tables, and replay calls them again.

Nothing here may read the clock or decide by anything but the statement and rows made from earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from lms.core.db import db
from lms.core.events import listens_to
from lms.courses.events import RunCreated
from lms.courses.models import Run
from lms.lessons.models import DONE, SEEN, TRIED, LessonProgress, Progress, Revision
from lms.lessons.queries import find_lesson_progress, find_progress, list_progress, load_snapshot
from lms.lessons.services.publishing import take_lessons
from lms.lessons.snapshots import Snapshot
from lms.people.merge_model import UserAlias
from lms.people.models import User
from lms.records.events import AccountReplayStarted, RecordedStatement, ReplayStarted, StatementRecorded

COUNTED = frozenset({"viewed", "answered", "completed"})
MOST_KEPT = 12  # tries whose choices are kept for the results page


_WHERE = (
    select(
        Run.id,
        func.coalesce(UserAlias.kept_id, User.id),
        Revision.id,
        Revision.lesson_id,
        Revision.digest,
    )
    .select_from(Run)
    .join(User, User.uuid == bindparam("account"))
    .outerjoin(UserAlias, UserAlias.merged_id == User.id)
    .join(Revision, Revision.uuid == bindparam("revision_uuid"))
    .where(Run.uuid == bindparam("run_uuid"))
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
    where = _find_where(statement)
    if where is None or where.snapshot.find(statement.object_uuid) is None:
        return
    _follow_activity(statement, where)
    _follow_lesson(statement, where)
    db.session.flush()


@listens_to(RunCreated)
def fill_run(event: RunCreated) -> None:
    """A new run teaches what its course has published."""
    take_lessons(db.session.get_one(Run, event.run_id))


def _find_where(statement: RecordedStatement) -> _Where | None:
    if statement.context_uuid is None or statement.revision_uuid is None:
        return None
    values = {
        "account": statement.account,
        "run_uuid": statement.context_uuid,
        "revision_uuid": statement.revision_uuid,
    }
    found = db.session.execute(_WHERE, values).first()
    if found is None:
        return None
    run_id, user_id, revision_id, lesson_id, digest = found
    return _Where(run_id, user_id, revision_id, lesson_id, load_snapshot(revision_id, digest))


def _follow_activity(statement: RecordedStatement, where: _Where) -> None:
    progress = find_progress(where.run_id, where.user_id, statement.object_uuid)
    if progress is None:
        progress = Progress(
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
    db.session.flush()


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


def _follow_lesson(statement: RecordedStatement, where: _Where) -> None:
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
    with db.session.no_autoflush:
        rows = list_progress(where.run_id, where.user_id, where.lesson_id)
    _count(progress, where.snapshot, rows)
    if progress.completed_at is None and progress.done == progress.total:
        progress.completed_at = statement.at


def _count(progress: LessonProgress, snapshot: Snapshot, rows: dict[UUID, Progress]) -> None:
    kept = [rows[activity.uuid] for activity in snapshot.activities if activity.uuid in rows]
    progress.total = len(snapshot.activities)
    progress.done = sum(row.status == DONE for row in kept)
    progress.score = round(sum(row.score or 0.0 for row in kept), 4)
    progress.max_score = sum(activity.points for activity in snapshot.activities)
