"""Reading courses, runs and enrollments, always from what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.errors import NotAllowed, NotFound
from lms.core.paging import Page, take_page
from lms.courses.models import Course, Enrollment, Run, RunClass, Unit
from lms.courses.permissions import AUTHORS, can_edit_course, can_manage_run, can_read_course
from lms.orgs.models import Org
from lms.orgs.queries import reach
from lms.people.models import User

# Asked on every page of a learner: put together once.
_LEARNS = (
    Enrollment.user_id == bindparam("user_id"),
    Enrollment.role == "learner",
    Enrollment.status == "active",
)
_LEARNING_IN = (
    select(Run)
    .join(Enrollment, Enrollment.run_id == Run.id)
    .where(*_LEARNS, Run.uuid == bindparam("run_uuid"))
    .options(joinedload(Run.course))
)
_LEARNING_NOW: Select[*tuple[Any, ...]] = (
    select(
        *(Run.id, Run.uuid, Run.title, Run.state, Run.starts_on, Run.ends_on),
        *(Course.title, Course.slug, Course.cover_ink, Course.subject),
    )
    .select_from(Enrollment)
    .join(Run, Run.id == Enrollment.run_id)
    .join(Course, Course.id == Run.course_id)
    .where(*_LEARNS, Run.state == "open")
    .order_by(Enrollment.id.desc())
    .limit(bindparam("most"))
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
    found = db.session.execute(
        select(Run, Org, Enrollment)
        .join(Org, Org.id == Run.org_id)
        .outerjoin(Enrollment, _own_place(actor))
        .where(Run.uuid == uuid)
        .options(joinedload(Run.course))
    ).first()
    if found is None:
        raise NotFound()
    run, org, place = found
    if not can_manage_run(actor, run.course, org.lineage_ids, place):
        raise NotFound()
    return run


def _own_place(actor: Actor) -> ColumnElement[bool]:
    return (
        (Enrollment.run_id == Run.id)
        & (Enrollment.user_id == actor.user_id)
        & (Enrollment.role == "teacher")
        & (Enrollment.status == "active")
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


@dataclass(frozen=True, slots=True)
class Participant:
    """One line of the participants' list."""

    enrollment: Enrollment
    user: User


def list_participants(
    run: Run, *, role: str = "learner", after: str | None = None, size: int = 50
) -> Page[Participant]:
    """List active people of a run by given name, one query a page."""
    query = (
        select(Enrollment, User)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.run_id == run.id, Enrollment.role == role, Enrollment.status == "active")
    )
    page = take_page(
        db.session(),
        query,
        keys=(User.sort_key, User.id),
        after=after,
        size=size,
        scalars=False,
        row_key=lambda row: (row[1].sort_key, row[1].id),
    )
    return Page([Participant(row[0], row[1]) for row in page.rows], page.next)


def count_learners(run_ids: Collection[int]) -> dict[int, int]:
    """Count active learners of several runs in one query."""
    query = (
        select(Enrollment.run_id, func.count())
        .where(Enrollment.run_id.in_(run_ids), Enrollment.role == "learner", Enrollment.status == "active")
        .group_by(Enrollment.run_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_run_classes(run_id: int) -> Sequence[Org]:
    """Return the homeroom classes kept in sync with a run."""
    query = select(Org).join(RunClass, RunClass.org_id == Org.id).where(RunClass.run_id == run_id)
    return db.session.scalars(query.order_by(Org.sort_key)).all()


def list_teaching_places(actor: Actor, *, limit: int = 200) -> Sequence[Org]:
    """Return the places (not classes) where the actor may start a course."""
    query = select(Org).where(reach(actor, *AUTHORS), Org.kind != "class", Org.closed_on.is_(None))
    return db.session.scalars(query.order_by(Org.lineage).limit(limit)).all()


def list_own_classes(actor: Actor, org: Org) -> Sequence[Org]:
    """Return the homeroom classes below `org`'s school that a teacher may enroll."""
    below = Org.lineage.startswith(org.lineage)
    query = select(Org).where(Org.kind == "class", below, reach(actor, *AUTHORS), Org.closed_on.is_(None))
    return db.session.scalars(query.order_by(Org.sort_key).limit(300)).all()
