"""Runs follow homeroom classes through a school year, and places follow people whose accounts are joined.

Called by the room's listeners: whoever caused this was checked below.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, func, insert, literal, or_, select, update

from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.i18n import ngettext
from lms.courses.models import Course, Enrollment, Run, RunClass, RunEnding
from lms.courses.services.delivery import join_from_class
from lms.orgs.models import Org
from lms.people.merge_rows import list_changes, note_change

PLACE, WOKEN, OWNER = "enrollment", "enrollment.status", "course"


def list_runs_of_class(org_id: int) -> list[int]:
    """Return the ids of the runs under way or planned that follow a class."""
    query = select(RunClass.run_id).join(Run, Run.id == RunClass.run_id)
    return list(db.session.scalars(query.where(RunClass.org_id == org_id, Run.state != "ended")))


def end_runs_of_class(org_id: int, ending: Collection[int], cause: UUID) -> int:
    """End the runs of a class whose every class ends; places stay as they are, so everyone may still read."""
    followed = set(list_runs_of_class(org_id))
    if not followed:
        return 0
    going_on = (
        select(RunClass.run_id)
        .join(Org, Org.id == RunClass.org_id)
        .where(RunClass.run_id.in_(followed), Org.closed_on.is_(None), Org.id.not_in(ending))
    )
    over = followed - set(db.session.scalars(going_on))
    if over:
        before = select(Run.id, literal(cause, Uuid()), Run.state).where(Run.id.in_(over))
        db.session.execute(insert(RunEnding).from_select(["run_id", "cause", "state_before"], before))
        db.session.execute(update(Run).where(Run.id.in_(over)).values(state="ended"))
    return len(over)


def reopen_runs(cause: UUID) -> int:
    """Let the runs that `cause` ended go on as they were; those changed since stay as they are now."""
    rows = db.session.execute(
        select(RunEnding, Run).join(Run, Run.id == RunEnding.run_id).where(RunEnding.cause == cause)
    ).all()
    for ending, run in rows:
        if run.state == "ended":
            run.state = ending.state_before
        db.session.delete(ending)
    db.session.flush()
    return len(rows)


def join_many(org_id: int, user_ids: Sequence[int]) -> None:
    """Give those who joined a class places in its runs."""
    for run_id in list_runs_of_class(org_id):
        for user_id in user_ids:
            join_from_class(run_id, user_id)


def leave_many(org_id: int, user_ids: Sequence[int]) -> None:
    """End the places that came from a class for those who left it; two statements however many they are."""
    runs = list_runs_of_class(org_id)
    if not runs:
        return
    db.session.execute(
        update(Enrollment)
        .where(
            Enrollment.run_id.in_(runs),
            Enrollment.user_id.in_(user_ids),
            Enrollment.role == "learner",
            Enrollment.source == "class",
            Enrollment.status == "active",
        )
        .values(status="ended", ended_at=now())
    )


def check_classes_unused(org_ids: Sequence[int]) -> None:
    """Refuse to let classes go that runs follow or stand at."""
    followed = select(RunClass.run_id).where(RunClass.org_id.in_(org_ids))
    used = select(func.count()).where(or_(Run.id.in_(followed), Run.org_id.in_(org_ids)))
    count = db.session.scalar(used) or 0
    if count:
        raise Conflict(
            ngettext(
                "%(num)d course run follows a new class already, so this cannot be taken back.",
                "%(num)d course runs follow the new classes already, so this cannot be taken back.",
                count,
            )
        )


def carry_places(merge_id: int, kept_id: int, merged_id: int) -> None:
    """Move places and courses to the account kept; where both have a place in a run, the kept one's goes on."""
    query = select(Enrollment).where(Enrollment.user_id.in_((kept_id, merged_id))).order_by(Enrollment.id)
    places = list(db.session.scalars(query))
    own = {(place.run_id, place.role): place for place in places if place.user_id == kept_id}
    for place in [one for one in places if one.user_id == merged_id]:
        twin = own.get((place.run_id, place.role))
        if twin is None:
            note_change(merge_id, PLACE, place.id)
            place.user_id = kept_id
        elif place.status == "active":
            _set_status(merge_id, place, "ended", now())
            if twin.status != "active":
                _set_status(merge_id, twin, "active", None)
    for course in db.session.scalars(select(Course).where(Course.owner_id == merged_id)):
        note_change(merge_id, OWNER, course.id)
        course.owner_id = kept_id
    db.session.flush()


def _set_status(merge_id: int, place: Enrollment, status: str, ended_at: datetime | None) -> None:
    note_change(merge_id, WOKEN, place.id, status=place.status, ended_at=place.ended_at, left=status)
    place.status, place.ended_at = status, ended_at


def restore_places(merge_id: int, kept_id: int, merged_id: int) -> None:
    """Undo `carry_places` for every row that still is as it was left."""
    for change in reversed(list_changes(merge_id, PLACE, WOKEN, OWNER)):
        if change.kind == OWNER:
            course = db.session.get(Course, int(change.row_id))
            if course is not None and course.owner_id == kept_id:
                course.owner_id = merged_id
            continue
        place = db.session.get(Enrollment, int(change.row_id))
        if place is None:
            continue
        if change.kind == PLACE and place.user_id == kept_id:
            place.user_id = merged_id
        elif change.kind == WOKEN and place.status == change.before["left"]:
            ended = change.before["ended_at"]
            place.status = change.before["status"]
            place.ended_at = datetime.fromisoformat(ended) if ended else None
    db.session.flush()
