"""Runs as administrators see them: those at the places they oversee."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.paging import Page, take_page
from lms.courses.models import Course, Enrollment, Run, RunClass
from lms.courses.permissions import KEEPERS, OVERSEERS
from lms.orgs.models import Org
from lms.orgs.queries import reach
from lms.people.models import User

STATES = ("open", "planned", "ended")


def list_overseen_runs(
    actor: Actor,
    *,
    state: str | None = None,
    class_org: Org | None = None,
    after: str | None = None,
    size: int = 50,
) -> Page[Run]:
    """Return runs at places `actor` oversees, the latest first, courses loaded; if asked those of one class."""
    query = select(Run).where(Run.org_id.in_(select(Org.id).where(reach(actor, *OVERSEERS))))
    if state in STATES:
        query = query.where(Run.state == state)
    if class_org is not None:
        query = query.where(Run.id.in_(select(RunClass.run_id).where(RunClass.org_id == class_org.id)))
    query = query.options(joinedload(Run.course))
    return take_page(db.session(), query, keys=[Run.id], after=after, size=size, descending=True)


def list_run_teachers(run_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of those who teach each run. One query for a page."""
    rows = db.session.execute(
        select(Enrollment.run_id, User.full_name)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.run_id.in_(run_ids), Enrollment.role == "teacher", Enrollment.status == "active")
        .order_by(User.sort_key, User.id)
    )
    found: dict[int, list[str]] = {run_id: [] for run_id in run_ids}
    for run_id, name in rows:
        found[run_id].append(name)
    return found


def list_kept_courses(actor: Actor, *, limit: int = 300) -> Sequence[Course]:
    """Return the courses of which `actor` may open a run: those of places one keeps, and one's own."""
    kept = Course.org_id.in_(select(Org.id).where(reach(actor, *KEEPERS)))
    query = select(Course).where(or_(kept, Course.owner_id == actor.user_id), Course.archived_at.is_(None))
    return db.session.scalars(query.order_by(Course.title, Course.id).limit(limit)).all()


def list_overseen_classes(actor: Actor, *, limit: int = 500) -> Sequence[Org]:
    """Return the open homeroom classes at places `actor` oversees."""
    query = select(Org).where(Org.kind == "class", Org.closed_on.is_(None), reach(actor, *OVERSEERS))
    return db.session.scalars(query.order_by(Org.sort_key, Org.id).limit(limit)).all()
