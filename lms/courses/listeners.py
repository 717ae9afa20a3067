"""Runs follow the homeroom classes they were opened for."""

from sqlalchemy import select

from lms.core.db import db
from lms.core.events import listens_to
from lms.courses.models import Run, RunClass
from lms.courses.services.delivery import join_from_class, leave_class
from lms.people.events import RoleEnded, RoleGranted


def _runs_of_class(org_id: int) -> list[int]:
    query = select(RunClass.run_id).join(Run, Run.id == RunClass.run_id)
    return list(db.session.scalars(query.where(RunClass.org_id == org_id, Run.state != "ended")))


@listens_to(RoleGranted)
def follow_join(event: RoleGranted) -> None:
    """A learner who joins a class gets a place in every run of that class."""
    if event.role == "learner":
        for run_id in _runs_of_class(event.org_id):
            join_from_class(run_id, event.user_id)


@listens_to(RoleEnded)
def follow_leave(event: RoleEnded) -> None:
    """A learner who leaves a class leaves its runs; what was learnt stays."""
    if event.role == "learner":
        for run_id in _runs_of_class(event.org_id):
            leave_class(run_id, event.user_id)
