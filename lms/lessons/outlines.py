"""Outlines of runs, remembered in this process: what stands in them is the same for every learner.

An outline is remembered under its run and under `Course.outline_stamp`, which a reader asks the database for every
time. Whatever changes a unit, a lesson or what a run teaches gives the course another stamp in the same transaction
(`_mark`, `_stamp`), here or in another process: the next reader finds nothing under it and reads the outline anew. So
an outline is never stale, and never of a transaction that was taken back: stamps are drawn, not counted, and a session
that has itself changed an outline (`is_changing`) neither remembers nor asks the memory until it commits.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Generic, TypeVar

from sqlalchemy import event, inspect, or_, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from lms.core.db import db
from lms.courses.models import Course, Run, Unit, draw_stamp
from lms.lessons.models import Lesson, RunLesson

T = TypeVar("T")
MOST_LESSONS = 10_000  # about a kilobyte each
_MARKS = "changed outlines"
_WATCHED = frozenset({Unit, Lesson, RunLesson})


class OutlineMemory(Generic[T]):
    """Outlines by run, each with its stamp; the one longest unused makes room."""

    def __init__(self, most: int = MOST_LESSONS) -> None:
        self._room = most
        self._kept: OrderedDict[int, tuple[int, tuple[T, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, run_id: int, stamp: int) -> tuple[T, ...] | None:
        """Return the outline of a run as it is under this stamp."""
        with self._lock:
            found = self._kept.get(run_id)
            if found is None or found[0] != stamp:
                return None
            self._kept.move_to_end(run_id)
            return found[1]

    def put(self, run_id: int, stamp: int, outline: tuple[T, ...]) -> None:
        """Keep the outline of a run in place of an earlier one."""
        with self._lock:
            self._drop(self._kept.pop(run_id, None))
            self._kept[run_id] = stamp, outline
            self._room -= 1 + len(outline)
            while self._room < 0 and self._kept:
                self._drop(self._kept.popitem(last=False)[1])

    def _drop(self, kept: tuple[int, tuple[T, ...]] | None) -> None:
        if kept is not None:
            self._room += 1 + len(kept[1])


def is_changing() -> bool:
    """Tell whether the present transaction has changed an outline and may still be taken back."""
    return _MARKS in db.session().info


@event.listens_for(Session, "after_flush")
def _mark(session: Session, _work: UOWTransaction) -> None:
    """Note the units and runs whose outlines this flush has changed."""
    for changed in (session.new, session.dirty, session.deleted):
        for row in changed:
            if type(row) in _WATCHED:
                units, runs = session.info.setdefault(_MARKS, (set(), set()))
                if isinstance(row, RunLesson):
                    runs.add(row.run_id)
                elif isinstance(row, Unit):
                    units.add(row.id)
                elif isinstance(row, Lesson):
                    units.update((row.unit_id, *inspect(row).attrs.unit_id.history.deleted))


@event.listens_for(Session, "before_commit")
def _stamp(session: Session) -> None:
    """Give the courses of the marked units and runs another stamp: last of all, so that their rows are locked shortly."""
    session.flush()
    marks: tuple[set[int], set[int]] | None = session.info.pop(_MARKS, None)
    if marks is None:
        return
    units, runs = marks
    concerned = or_(
        Course.id.in_(select(Unit.course_id).where(Unit.id.in_(units))),
        Course.id.in_(select(Run.course_id).where(Run.id.in_(runs))),
    )
    session.connection().execute(update(Course).where(concerned).values(outline_stamp=draw_stamp()))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_MARKS, None)


@event.listens_for(Session, "do_orm_execute")
def _refuse_unseen(state: ORMExecuteState) -> None:
    """Refuse statements that would change outlines behind `_mark`: change rows one by one."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    mapper: Any = state.bind_mapper
    if mapper is not None and mapper.class_ in _WATCHED:
        raise RuntimeError(
            "Units, lessons and what runs teach are changed row by row (lms/lessons/outlines.py)."
        )
