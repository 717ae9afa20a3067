"""How a deed changes the two tables of progress: one statement each, which the database does whole.

Each inserts the row of a first deed and carries a later one into the row that stands there, so nothing is read before.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Insert,
    Numeric,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
)

from lms.core.insertion import insert_into
from lms.lessons.models import DONE, LessonProgress, Progress

MOST_KEPT = 12  # tries whose choices are kept for the results page


@cache
def activity_deed(verb: str, sqlite: bool) -> Insert:
    """Return the statement that carries a deed into `progress`; its values are those of a first deed."""
    row = insert_into(Progress, sqlite)
    old, new = Progress.__table__.c, row.excluded
    changed: dict[str, Any] = {"last_at": new.last_at}
    if verb == "viewed":
        changed["viewed_at"] = new.viewed_at
    elif verb == "completed":
        changed["status"] = new.status
    else:
        changed |= _by_answer(old, new)
    return row.on_conflict_do_update(index_elements=["run_id", "user_id", "activity_uuid"], set_=changed)


def _by_answer(old: Any, new: Any) -> dict[str, Any]:
    """The best try counts; the first one is remembered for the results page."""
    best = func.coalesce(old.score, 0.0)
    is_first = old.tries == 0
    return {
        "first_correct": case((is_first, new.first_correct), else_=old.first_correct),
        "first_statement_id": case((is_first, new.first_statement_id), else_=old.first_statement_id),
        "tried": case(
            (is_first, new.tried), (old.tries < MOST_KEPT, old.tried + ";" + new.tried), else_=old.tried
        ),
        "tries": old.tries + 1,
        "last_statement_id": new.last_statement_id,
        "is_correct": case((old.is_correct.is_(True), old.is_correct), else_=new.is_correct),
        "score": case((best > new.score, best), else_=new.score),
        "max_score": new.max_score,
        "status": case((old.status == DONE, old.status), else_=new.status),
    }


@cache
def lesson_deed(sqlite: bool) -> Insert:
    """Return the statement that carries a deed into `lesson_progress`; it counts `kept`, the revision's activities."""
    table, own = LessonProgress.__table__, Progress.__table__.c
    columns: dict[str, ColumnElement[Any]] = {
        name: bindparam(name, type_=table.c[name].type) for name in _GIVEN
    }
    done = func.count(case((own.status == DONE, 1)))
    score = func.round(cast(func.coalesce(func.sum(own.score), 0.0), Numeric), 4)
    columns |= {"done": done, "score": cast(score, Float)}
    columns["completed_at"] = case((done == columns["total"], columns["last_at"]), else_=null())
    counted = select(*columns.values()).where(
        own.run_id == columns["run_id"],
        own.user_id == columns["user_id"],
        own.activity_uuid.in_(bindparam("kept", expanding=True)),
    )
    row = insert_into(LessonProgress, sqlite).from_select(list(columns), counted)
    old, new = table.c, row.excluded
    return row.on_conflict_do_update(
        index_elements=["run_id", "user_id", "lesson_id"],
        set_={
            "revision_id": case((old.completed_at.is_not(None), new.revision_id), else_=old.revision_id),
            "completed_at": func.coalesce(old.completed_at, new.completed_at),
            **{name: new[name] for name in ("done", "total", "score", "max_score", "at_activity", "last_at")},
        },
    )


_GIVEN = (
    "run_id",
    "user_id",
    "lesson_id",
    "revision_id",
    "total",
    "max_score",
    "at_activity",
    "started_at",
    "last_at",
)
