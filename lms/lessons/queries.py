"""Reading what is taught: snapshots, the outline of a run, one learner's seat in a lesson, drafts for the editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.courses.models import Course, Run, Unit
from lms.courses.permissions import can_read_course
from lms.lessons.models import DONE, Activity, Lesson, LessonProgress, Progress, Revision, RunLesson
from lms.lessons.outlines import OutlineMemory, is_changing
from lms.lessons.permissions import can_edit_lesson
from lms.lessons.snapshots import Snapshot, parse_snapshot, remember, remembered
from lms.orgs.models import Org

# Put together once. The rows are written past the session, so they are read anew.
_OWN = (Progress.run_id == bindparam("run_id"), Progress.user_id == bindparam("user_id"))
_ANEW = {"populate_existing": True}
_OF_ACTIVITY = (
    select(Progress)
    .where(*_OWN, Progress.activity_uuid == bindparam("activity_uuid"))
    .execution_options(**_ANEW)
)
_LESSON = (
    select(LessonProgress)
    .where(
        LessonProgress.run_id == bindparam("run_id"),
        LessonProgress.user_id == bindparam("user_id"),
        LessonProgress.lesson_id == bindparam("lesson_id"),
    )
    .execution_options(**_ANEW)
)


def load_snapshot(revision_id: int, digest: str) -> Snapshot:
    """Return a revision's snapshot; no query when this process has read it lately."""
    found = remembered(digest)
    if found is None:
        data = db.session.scalars(select(Revision.snapshot).where(Revision.id == revision_id)).one()
        found = remember(parse_snapshot(data, digest))
    return found


@lru_cache(maxsize=10_000)
def locate_run(uuid: UUID) -> int:
    """Return the id of a run; remembered, as it never changes. Raises NotFound."""
    found = db.session.scalar(select(Run.id).where(Run.uuid == uuid))
    if found is None:
        raise NotFound()
    return found


@lru_cache(maxsize=10_000)
def locate_revision(uuid: UUID) -> tuple[int, int, str]:
    """Return id, lesson id and digest of a revision; remembered, as a revision never changes. Raises NotFound."""
    query = select(Revision.id, Revision.lesson_id, Revision.digest).where(Revision.uuid == uuid)
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    return found[0], found[1], found[2]


class Standing(NamedTuple):
    """Where a learner stands with a lesson: the row of `lesson_progress` as plain values."""

    done: int
    total: int
    score: float
    max_score: float
    at_activity: UUID
    completed_at: datetime | None
    last_at: datetime


class Stop(NamedTuple):
    """One lesson in a run's outline, as it stands for one learner.

    A tuple of columns and no row of the models: a learner's home reads them by the hundred.
    """

    lesson_id: int
    lesson_uuid: UUID
    title: str
    goal: str
    minutes: int | None
    unit_id: int
    unit_title: str
    opens_at: datetime | None
    due_at: datetime | None
    revision_id: int
    digest: str
    size: int
    points: float
    progress: Standing | None

    @property
    def done(self) -> int:
        """How many activities are done."""
        return self.progress.done if self.progress else 0

    @property
    def total(self) -> int:
        """How many activities there are."""
        return (self.progress.total if self.progress else 0) or self.size

    @property
    def is_complete(self) -> bool:
        """True once the learner has been through the lesson."""
        return self.progress is not None and self.progress.completed_at is not None

    @property
    def is_begun(self) -> bool:
        """True between the first view and completion."""
        return self.progress is not None and not self.is_complete


_outlines: OutlineMemory[Stop] = OutlineMemory()


def taught_revision() -> ColumnElement[int]:
    """The revision a learner is shown: the one begun until it is completed, then the run's present one."""
    inside = and_(LessonProgress.id.is_not(None), LessonProgress.completed_at.is_(None))
    return case((inside, LessonProgress.revision_id), else_=RunLesson.revision_id)


def list_stops(run_ids: Sequence[int], user_id: int | None) -> dict[int, list[Stop]]:
    """Return the lessons of each run in order, with the learner's progress.

    One query; a second one for outlines that this process does not know as they are now, and a third one for a learner
    inside a lesson that has been published anew since.
    """
    stamps: dict[int, int] = {}
    standings: dict[tuple[int, int], tuple[int, Standing]] = {}
    values = {"run_ids": list(run_ids), "user_id": user_id}
    for run_id, stamp, lesson_id, revision_id, *own in db.session.execute(_standings_in_runs(), values).all():
        stamps[run_id] = stamp
        if lesson_id is not None:
            standings[run_id, lesson_id] = revision_id, Standing(*own)
    outlines = _load_outlines(stamps)
    found = {
        run_id: [_as_it_stands(stop, standings.get((run_id, stop.lesson_id))) for stop in outlines[run_id]]
        if run_id in outlines
        else []
        for run_id in run_ids
    }
    return _on_begun_revisions(found, standings)


def _as_it_stands(stop: Stop, own: tuple[int, Standing] | None) -> Stop:
    return stop if own is None else Stop._make((*stop[:-1], own[1]))


def _on_begun_revisions(
    found: dict[int, list[Stop]], standings: dict[tuple[int, int], tuple[int, Standing]]
) -> dict[int, list[Stop]]:
    """Put the revision that was begun in place of the run's present one, where a learner is inside a lesson."""
    begun = {
        (run_id, place): standings[run_id, stop.lesson_id][0]
        for run_id, stops in found.items()
        for place, stop in enumerate(stops)
        if stop.is_begun and standings[run_id, stop.lesson_id][0] != stop.revision_id
    }
    if begun:
        columns = select(Revision.id, Revision.digest, Revision.size, Revision.points)
        query = columns.where(Revision.id.in_(set(begun.values())))
        rows = {row.id: row._asdict() for row in db.session.execute(query)}
        for (run_id, place), revision_id in begun.items():
            row = dict(rows[revision_id])
            found[run_id][place] = found[run_id][place]._replace(revision_id=row.pop("id"), **row)
    return found


@lru_cache(maxsize=1)
def _standings_in_runs() -> Select[*tuple[Any, ...]]:
    """How far someone is in runs: run and stamp always, then one row for each lesson begun; the end is Standing."""
    run, course, own = Run.__table__.c, Course.__table__.c, LessonProgress.__table__.c
    is_own = and_(own.run_id == run.id, own.user_id == bindparam("user_id", type_=own.user_id.type))
    return (
        select(
            *(run.id, course.outline_stamp, own.lesson_id, own.revision_id),
            *(own.done, own.total, own.score, own.max_score, own.at_activity, own.completed_at, own.last_at),
        )
        .select_from(Run.__table__)
        .join(Course.__table__, course.id == run.course_id)
        .outerjoin(LessonProgress.__table__, is_own)
        .where(run.id.in_(bindparam("run_ids", expanding=True)))
    )


def _load_outlines(stamps: dict[int, int]) -> dict[int, tuple[Stop, ...]]:
    """Return the outlines of runs as they are under these stamps, read where this process does not know them."""
    if is_changing():
        return _read_outlines(list(stamps))
    found = {run_id: _outlines.get(run_id, stamp) for run_id, stamp in stamps.items()}
    known = {run_id: outline for run_id, outline in found.items() if outline is not None}
    missing = [run_id for run_id in stamps if run_id not in known]
    if missing:
        for run_id, outline in _read_outlines(missing).items():
            _outlines.put(run_id, stamps[run_id], outline)
            known[run_id] = outline
    return known


def _read_outlines(run_ids: list[int]) -> dict[int, tuple[Stop, ...]]:
    """Read the outlines of runs, in one query."""
    found: dict[int, list[Stop]] = {run_id: [] for run_id in run_ids}
    for run_id, *of_lesson in db.session.execute(_stops_of_runs(), {"run_ids": run_ids}).all():
        found[run_id].append(Stop._make((*of_lesson, None)))
    return {run_id: tuple(stops) for run_id, stops in found.items()}


@lru_cache(maxsize=1)
def _stops_of_runs() -> Select[*tuple[Any, ...]]:
    """The statement of `_read_outlines`: its columns are those of Stop."""
    taught, lesson, unit = RunLesson.__table__.c, Lesson.__table__.c, Unit.__table__.c
    revision = Revision.__table__.c
    return (
        select(
            taught.run_id,
            *(lesson.id, lesson.uuid, lesson.title, lesson.goal, lesson.minutes),
            *(unit.id.label("unit_id"), unit.title.label("unit_title"), taught.opens_at, taught.due_at),
            *(revision.id, revision.digest, revision.size, revision.points),
        )
        .select_from(RunLesson.__table__)
        .join(Lesson.__table__, lesson.id == taught.lesson_id)
        .join(Unit.__table__, unit.id == lesson.unit_id)
        .join(Revision.__table__, revision.id == taught.revision_id)
        .where(taught.run_id.in_(bindparam("run_ids", expanding=True)))
        .where(lesson.trashed_at.is_(None), unit.trashed_at.is_(None))
        .order_by(taught.run_id, unit.position, unit.id, lesson.position, lesson.id)
    )


def list_done(run_id: int, user_id: int | None, lesson_id: int) -> frozenset[UUID]:
    """Return the activities of a lesson that a learner is through with."""
    query = select(Progress.activity_uuid).where(
        Progress.run_id == run_id,
        Progress.user_id == user_id,
        Progress.lesson_id == lesson_id,
        Progress.status == DONE,
    )
    return frozenset(db.session.scalars(query))


def find_progress(run_id: int, user_id: int, activity_uuid: UUID) -> Progress | None:
    """Return a learner's progress in one activity."""
    values = {"run_id": run_id, "user_id": user_id, "activity_uuid": activity_uuid}
    return db.session.scalar(_OF_ACTIVITY, values)


def find_lesson_progress(run_id: int, user_id: int, lesson_id: int) -> LessonProgress | None:
    """Return a learner's progress in one lesson."""
    return db.session.scalar(_LESSON, {"run_id": run_id, "user_id": user_id, "lesson_id": lesson_id})


def get_lesson(actor: Actor, uuid: UUID, *, to_edit: bool = True) -> tuple[Lesson, Unit, Course]:
    """Return a draft with its unit and course. Raises NotFound for strangers, NotAllowed for readers who edit."""
    query = (
        select(Lesson, Unit, Course, Org)
        .join(Unit, Unit.id == Lesson.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .join(Org, Org.id == Course.org_id)
    )
    found = db.session.execute(query.where(Lesson.uuid == uuid)).first()
    if found is None:
        raise NotFound()
    lesson, unit, course, org = found
    if not can_read_course(actor, course, org.lineage_ids):
        raise NotFound()
    if to_edit and not can_edit_lesson(actor, course, org.lineage_ids):
        raise NotAllowed()
    return lesson, unit, course


def get_activity(lesson: Lesson, uuid: UUID) -> Activity:
    """Return an activity of the lesson, trashed or not. Raises NotFound."""
    query = select(Activity).where(Activity.uuid == uuid, Activity.lesson_id == lesson.id)
    activity = db.session.scalar(query)
    if activity is None:
        raise NotFound()
    return activity


@dataclass(frozen=True, slots=True)
class LessonState:
    """One lesson of a course for its authors: the draft, and what was published of it."""

    lesson: Lesson
    activities: int
    revision: Revision | None

    @property
    def has_changes(self) -> bool:
        """True when the draft was saved after it was last published."""
        return self.revision is None or self.lesson.updated_at > self.revision.published_at


def list_lessons(course_id: int) -> dict[int, list[LessonState]]:
    """Return the lessons of a course in order, by unit id, with their publishing state, in one query."""
    counts = (
        select(Activity.lesson_id, func.count().label("size"))
        .where(Activity.trashed_at.is_(None))
        .group_by(Activity.lesson_id)
        .subquery()
    )
    latest = (
        select(Revision.lesson_id, func.max(Revision.id).label("id")).group_by(Revision.lesson_id).subquery()
    )
    query = (
        select(Lesson, func.coalesce(counts.c.size, 0), Revision)
        .join(Unit, Unit.id == Lesson.unit_id)
        .outerjoin(counts, counts.c.lesson_id == Lesson.id)
        .outerjoin(latest, latest.c.lesson_id == Lesson.id)
        .outerjoin(Revision, Revision.id == latest.c.id)
        .where(Unit.course_id == course_id, Lesson.trashed_at.is_(None))
        .order_by(Lesson.position, Lesson.id)
    )
    found: dict[int, list[LessonState]] = {}
    for lesson, size, revision in db.session.execute(query):
        found.setdefault(lesson.unit_id, []).append(LessonState(lesson, size, revision))
    return found


def get_preview(lesson_uuid: UUID) -> tuple[Revision, Snapshot]:
    """Return the latest revision of a free lesson taught in an open run, for anyone. Raises NotFound otherwise."""
    query = (
        select(Revision)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Unit, Unit.id == Lesson.unit_id)
        .join(RunLesson, RunLesson.revision_id == Revision.id)
        .join(Run, Run.id == RunLesson.run_id)
        .where(
            Lesson.uuid == lesson_uuid,
            Lesson.free_preview,
            Lesson.trashed_at.is_(None),
            Unit.trashed_at.is_(None),
            Run.kind == "open",
            Run.state == "open",
        )
    )
    revision = db.session.scalar(query.order_by(Revision.number.desc()).limit(1))
    if revision is None:
        raise NotFound()
    return revision, load_snapshot(revision.id, revision.digest)
