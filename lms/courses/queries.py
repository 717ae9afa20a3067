"""Reading courses, runs and enrollments, always from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.core.paging import Page, decode_cursor, encode_cursor, take_page
from lms.courses.models import Course, Enrollment, Run, RunClass, Unit
from lms.courses.permissions import AUTHORS, can_edit_course, can_manage_run, can_read_course
from lms.orgs.models import Org
from lms.orgs.queries import reach
from lms.people.models import User

# Asked on every page of a learner: put together once, of the tables where no row of the models is wanted.
_run, _course, _place = Run.__table__.c, Course.__table__.c, Enrollment.__table__.c
_LEARNS = (_place.user_id == bindparam("user_id"), _place.role == "learner", _place.status == "active")
_LEARNING_IN = (
    select(Run)
    .join(Enrollment, Enrollment.run_id == Run.id)
    .where(*_LEARNS, Run.uuid == bindparam("run_uuid"))
    .options(joinedload(Run.course))
)
_LEARNING_NOW: Select[*tuple[Any, ...]] = (
    select(
        *(_run.id, _run.uuid, _run.title, _run.state, _run.starts_on, _run.ends_on),
        *(_course.title, _course.slug, _course.cover_ink, _course.subject),
    )
    .select_from(Enrollment.__table__)
    .join(Run.__table__, _run.id == _place.run_id)
    .join(Course.__table__, _course.id == _run.course_id)
    .where(*_LEARNS, _run.state == "open")
    .order_by(_place.id.desc())
    .limit(bindparam("most"))
)


_LEARNERS = (
    select(_place.run_id, func.count())
    .where(_place.run_id.in_(bindparam("run_ids", expanding=True)))
    .where(_place.role == "learner", _place.status == "active")
    .group_by(_place.run_id)
)


class CourseFace(NamedTuple):
    """What a line about a course shows of it."""

    title: str
    slug: str
    cover_ink: str | None
    subject: str | None


class LearningRun(NamedTuple):
    """A run in which someone learns, as a line of a list needs it: columns, no row of the models."""

    id: int
    uuid: UUID
    title: str
    state: str
    starts_on: date | None
    ends_on: date | None
    course: CourseFace


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Courses of the places where the actor is an author, and the actor's own."""
    in_reach = Course.org_id.in_(select(Org.id).where(reach(actor, *AUTHORS)))
    return or_(in_reach, Course.owner_id == actor.user_id)


def runs_managed_by(actor: Actor) -> ColumnElement[bool]:
    """Runs the actor teaches or whose course the actor owns."""
    taught = select(Enrollment.run_id).where(
        Enrollment.user_id == actor.user_id, Enrollment.role == "teacher", Enrollment.status == "active"
    )
    owned = select(Course.id).where(Course.owner_id == actor.user_id)
    return or_(Run.id.in_(taught), Run.course_id.in_(owned))


def get_course(actor: Actor, uuid: UUID, *, to_edit: bool = False) -> Course:
    """Return the course and check that the actor may read (or edit) it.

    Raises NotFound when it is not to be known, NotAllowed when it may be read but not edited.
    """
    found = db.session.execute(
        select(Course, Org).join(Org, Org.id == Course.org_id).where(Course.uuid == uuid)
    ).one_or_none()
    if found is None:
        raise NotFound()
    course, org = found
    if not can_read_course(actor, course, org.lineage_ids):
        raise NotFound()
    if to_edit and not can_edit_course(actor, course, org.lineage_ids):
        raise NotAllowed()
    return course


def get_run(actor: Actor, uuid: UUID) -> Run:
    """Return a run the actor manages, its course loaded. Raises NotFound otherwise."""
    return get_run_and_place(actor, uuid)[0]


def get_run_and_place(actor: Actor, uuid: UUID) -> tuple[Run, Org]:
    """Return a run the actor manages, its course loaded, and where it is held. Raises NotFound otherwise."""
    found = db.session.execute(_run_with_place(), {"uuid": uuid, "user_id": actor.user_id}).first()
    if found is None:
        raise NotFound()
    run, org, place = found
    if not can_manage_run(actor, run.course, org.lineage_ids, place):
        raise NotFound()
    return run, org


@lru_cache(maxsize=1)
def _run_with_place() -> Select[Run, Org, Enrollment]:
    own = (
        (Enrollment.run_id == Run.id)
        & (Enrollment.user_id == bindparam("user_id"))
        & (Enrollment.role == "teacher")
        & (Enrollment.status == "active")
    )
    return (
        select(Run, Org, Enrollment)
        .join(Org, Org.id == Run.org_id)
        .outerjoin(Enrollment, own)
        .where(Run.uuid == bindparam("uuid", type_=Run.uuid.type))
        .options(joinedload(Run.course))
    )


def get_learning(actor: Actor, run_uuid: UUID) -> Run:
    """Return a run in which the actor has an active learner's place, its course loaded. Raises NotFound."""
    run = db.session.scalar(_LEARNING_IN, {"user_id": actor.user_id, "run_uuid": run_uuid})
    if run is None:
        raise NotFound()
    return run


def list_courses(actor: Actor, *, after: str | None = None, size: int = 25) -> Page[Course]:
    """List courses the actor may see, latest changed first."""
    query = select(Course).where(visible_to(actor), Course.archived_at.is_(None))
    return take_page(
        db.session(), query, keys=(Course.updated_at, Course.id), after=after, size=size, descending=True
    )


def list_runs(actor: Actor, *, is_ended: bool = False, limit: int = 60) -> Sequence[Run]:
    """List runs the actor manages, latest first, courses loaded; the ended ones apart."""
    state = Run.state == "ended" if is_ended else Run.state != "ended"
    query = select(Run).where(runs_managed_by(actor), state).options(joinedload(Run.course))
    return db.session.scalars(query.order_by(Run.id.desc()).limit(limit)).all()


def list_course_runs(course: Course) -> Sequence[Run]:
    """List the runs of a course, latest first."""
    return db.session.scalars(
        select(Run).where(Run.course_id == course.id).order_by(Run.id.desc()).limit(200)
    ).all()


def list_learning(actor: Actor, *, limit: int = 60) -> list[LearningRun]:
    """List the open runs in which the actor learns, latest first."""
    rows = db.session.execute(_LEARNING_NOW, {"user_id": actor.user_id, "most": limit}).all()
    return [LearningRun._make((*row[:6], CourseFace._make(row[6:]))) for row in rows]


def outline_units(course_id: int) -> Sequence[Unit]:
    """Return the units of a course in order, without those in the trash."""
    query = select(Unit).where(Unit.course_id == course_id, Unit.trashed_at.is_(None))
    return db.session.scalars(query.order_by(Unit.position, Unit.id)).all()


def find_enrollment(run_id: int, user_id: int, role: str = "learner") -> Enrollment | None:
    """Return someone's place in a run, whatever its status."""
    return db.session.scalar(
        select(Enrollment).where(
            Enrollment.run_id == run_id, Enrollment.user_id == user_id, Enrollment.role == role
        )
    )


def find_users(logins: Collection[str]) -> dict[str, User]:
    """Return the active accounts of user names or mails (in lower case), found in a query for each five hundred."""
    found: dict[str, User] = {}
    wanted = list(dict.fromkeys(logins))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        named = or_(User.login.in_(part), User.email.in_(part))
        for user in db.session.scalars(select(User).where(named, User.status == "active")):
            found.update({key: user for key in (user.login, user.email) if key is not None})
    return found


def find_active_learners(run_id: int, user_ids: Collection[int]) -> set[int]:
    """Return those of `user_ids` who have an active learner's place in the run."""
    query = select(Enrollment.user_id).where(
        Enrollment.run_id == run_id, Enrollment.role == "learner", Enrollment.status == "active"
    )
    return set(user_ids) & set(db.session.scalars(query))


def count_teachers(run_id: int) -> int:
    """Count those who teach a run now."""
    query = select(func.count()).where(
        Enrollment.run_id == run_id, Enrollment.role == "teacher", Enrollment.status == "active"
    )
    return db.session.scalar(query) or 0


class Participant(NamedTuple):
    """One line of the participants' list: what is shown of the person and of the place, no rows of the models."""

    user_uuid: UUID
    full_name: str
    login: str | None
    source: str
    user_id: int
    sort_key: str


def list_participants(
    run: Run, *, role: str = "learner", after: str | None = None, size: int = 50
) -> Page[Participant]:
    """List active people of a run by given name, one query a page. Raises NotFound for a forged `after`."""
    values: dict[str, Any] = {"run_id": run.id, "role": role, "most": size + 1}
    if after:
        sort_key, user_id = decode_cursor(after, 2)
        if not isinstance(sort_key, str) or not isinstance(user_id, int):
            raise NotFound()
        values |= {"sort_key": sort_key, "user_id": user_id}
    found = db.session.execute(_participants(bool(after)), values).all()
    rows = [Participant._make(row) for row in found[:size]]
    more = len(found) > size
    return Page(rows, encode_cursor((rows[-1].sort_key, rows[-1].user_id)) if more else None)


@lru_cache(maxsize=2)
def _participants(is_continued: bool) -> Select[*tuple[Any, ...]]:
    """The statement of `list_participants`: its columns are those of Participant."""
    person = User.__table__.c
    query = (
        select(person.uuid, person.full_name, person.login, _place.source, person.id, person.sort_key)
        .select_from(Enrollment.__table__)
        .join(User.__table__, person.id == _place.user_id)
        .where(_place.run_id == bindparam("run_id"), _place.role == bindparam("role"))
        .where(_place.status == "active")
    )
    if is_continued:
        seen = tuple_(bindparam("sort_key", type_=person.sort_key.type), bindparam("user_id", type_=Integer))
        query = query.where(tuple_(person.sort_key, person.id) > seen)
    return query.order_by(person.sort_key, person.id).limit(bindparam("most"))


def count_learners(run_ids: Collection[int]) -> dict[int, int]:
    """Count active learners of several runs in one query."""
    return {row[0]: row[1] for row in db.session.execute(_LEARNERS, {"run_ids": list(run_ids)})}


class ClassLine(NamedTuple):
    """A homeroom class as a line of a list needs it."""

    id: int
    uuid: UUID
    name: str


_class = Org.__table__.c
_CLASSES = select(_class.id, _class.uuid, _class.name)
_SYNCED = (
    _CLASSES.join(RunClass.__table__, RunClass.__table__.c.org_id == _class.id)
    .where(RunClass.__table__.c.run_id == bindparam("run_id"))
    .order_by(_class.sort_key)
)


def list_run_classes(run_id: int) -> list[ClassLine]:
    """Return the homeroom classes kept in sync with a run."""
    return [ClassLine._make(row) for row in db.session.execute(_SYNCED, {"run_id": run_id})]


def list_teaching_places(actor: Actor, *, limit: int = 200) -> Sequence[Org]:
    """Return the places (not classes) where the actor may start a course."""
    query = select(Org).where(reach(actor, *AUTHORS), Org.kind != "class", Org.closed_on.is_(None))
    return db.session.scalars(query.order_by(Org.lineage).limit(limit)).all()


def list_own_classes(actor: Actor, org: Org) -> list[ClassLine]:
    """Return the homeroom classes below `org`'s school that a teacher may enroll."""
    below = _class.lineage.startswith(org.lineage)
    query = _CLASSES.where(_class.kind == "class", below, reach(actor, *AUTHORS), _class.closed_on.is_(None))
    return [ClassLine._make(row) for row in db.session.execute(query.order_by(_class.sort_key).limit(300))]
