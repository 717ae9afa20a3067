"""Progress is a projection: these listeners are the only writers of its two tables, and replay calls them again.

Nothing here may read the clock or decide by anything but the statement and rows made from earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from lms.core.db import db, is_sqlite, open_write
from lms.core.errors import NotFound
from lms.core.events import listens_to
from lms.courses.events import RunCreated
from lms.courses.models import Run
from lms.lessons.models import DONE, SEEN, TRIED, LessonProgress, Progress
from lms.lessons.progress_rows import activity_deed, lesson_deed
from lms.lessons.queries import load_snapshot, locate_revision, locate_run
from lms.lessons.services.publishing import take_lessons
from lms.lessons.snapshots import Snapshot
from lms.people.merge_model import UserAlias
from lms.people.models import User
from lms.records.events import AccountReplayStarted, RecordedStatement, ReplayStarted, StatementRecorded

COUNTED = frozenset({"viewed", "answered", "completed"})

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
    _follow_activity(statement, where)
    _follow_lesson(statement, where)


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


def _follow_activity(statement: RecordedStatement, where: _Where) -> None:
    row: dict[str, Any] = {
        "run_id": where.run_id,
        "user_id": where.user_id,
        "lesson_id": where.lesson_id,
        "activity_uuid": statement.object_uuid,
        "status": DONE if statement.verb == "completed" else SEEN,
        "tries": 0,
        "tried": "",
        "first_at": statement.at,
        "last_at": statement.at,
    }
    if statement.verb == "viewed":
        row["viewed_at"] = statement.at
    elif statement.verb == "answered":
        row |= _first_answer(statement)
    open_write().execute(activity_deed(statement.verb, is_sqlite()), row)


def _first_answer(statement: RecordedStatement) -> dict[str, Any]:
    return {
        "status": DONE if statement.completion else TRIED,
        "tries": 1,
        "tried": ",".join(statement.body.get("choices", ())),
        "is_correct": bool(statement.success),
        "first_correct": statement.success,
        "score": max(statement.score or 0.0, 0.0),
        "max_score": statement.max_score,
        "first_statement_id": statement.id,
        "last_statement_id": statement.id,
    }


def _follow_lesson(statement: RecordedStatement, where: _Where) -> None:
    activities = where.snapshot.activities
    row = {
        "run_id": where.run_id,
        "user_id": where.user_id,
        "lesson_id": where.lesson_id,
        "revision_id": where.revision_id,
        "total": len(activities),
        "max_score": sum(activity.points for activity in activities),
        "at_activity": statement.object_uuid,
        "started_at": statement.at,
        "last_at": statement.at,
        "kept": [activity.uuid for activity in activities],
    }
    open_write().execute(lesson_deed(is_sqlite()), row)
