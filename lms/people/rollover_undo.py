"""Taking a rollover back: the classes, roles and runs of the old year stand again exactly as they stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.events import announce
from lms.core.i18n import _, ngettext
from lms.core.jobs import Job
from lms.orgs.models import Org, OrgEdge, OrgName
from lms.orgs.queries import get_org_by_id
from lms.people.events import LearnersJoined, LearnersLeft, RolloverUndoing, RolloverUndone
from lms.people.models import RoleGrant
from lms.people.rollover_model import Rollover, RolloverClass
from lms.people.rollover_plan import check_may_roll, list_rows, lock_plan

CHUNK = 500


def undo_rollover(actor: Actor, plan: Rollover) -> Rollover:
    """Take an applied plan back, all or nothing. Raises Conflict once something new hangs on the new classes."""
    org = get_org_by_id(plan.org_id)
    check_may_roll(actor, org)
    lock_plan(plan)
    if plan.state == "undone":
        return plan
    _check_can_undo(plan)
    rows = [row for row in list_rows(plan) if row.state == "done"]
    made = [org_id for row in rows for org_id in row.made_org_ids]
    grants = [grant_id for row in rows for grant_id in row.made_grant_ids]
    _check_untouched(plan, made, grants)
    announce(RolloverUndoing(tuple(made)))
    _leave_standing_classes(plan, made, grants)
    _remove(made, grants)
    _reopen(plan, rows)
    announce(RolloverUndone(plan.uuid))
    plan.state, plan.undone_at = "undone", now()
    for row in rows:
        row.target_id = None
    db.session.flush()
    record_audit(actor, "rollover.undone", "rollover", plan.uuid, org_id=org.id, year=plan.year)
    return plan


def _check_can_undo(plan: Rollover) -> None:
    job = db.session.get(Job, plan.job_id) if plan.job_id is not None else None
    stopped = plan.state == "queued" and job is not None and job.state == "failed"
    if plan.state != "applied" and not stopped:
        raise Conflict(_("Only a plan that was carried out can be taken back."))


def _check_untouched(plan: Rollover, made: Sequence[int], grants: Sequence[int]) -> None:
    """Refuse, saying why, when people came or left or another year followed."""
    known = set(grants)
    present = select(RoleGrant.id, RoleGrant.valid_to).where(RoleGrant.org_id.in_(made))
    changed = 0
    for grant_id, valid_to in db.session.execute(present):
        changed += grant_id not in known or valid_to is not None
    if changed:
        raise Conflict(
            ngettext(
                "%(num)d place in the new classes was given or ended since, so this cannot be taken back.",
                "%(num)d places in the new classes were given or ended since, so this cannot be taken back.",
                changed,
            )
        )
    later = (
        select(func.count())
        .select_from(RolloverClass)
        .join(Rollover, Rollover.id == RolloverClass.rollover_id)
        .where(
            RolloverClass.org_id.in_(made), Rollover.state.in_(("queued", "applied")), Rollover.id != plan.id
        )
    )
    if db.session.scalar(later):
        raise Conflict(_("A later school year began from the new classes. Take that back first."))
    below = select(func.count()).where(Org.parent_id.in_(made))
    if db.session.scalar(below):
        raise Conflict(_("Units were opened below the new classes. Move or close them first."))


def _leave_standing_classes(plan: Rollover, made: Sequence[int], grants: Sequence[int]) -> None:
    """Tell the runs of classes that stood before that those who joined leave again."""
    left: dict[int, set[int]] = {}
    for part in _parts(grants):
        query = select(RoleGrant.org_id, RoleGrant.user_id).where(
            RoleGrant.id.in_(part), RoleGrant.role == "learner", RoleGrant.org_id.not_in(made)
        )
        for org_id, user_id in db.session.execute(query):
            left.setdefault(org_id, set()).add(user_id)
    for org_id, users in left.items():
        announce(LearnersLeft(org_id, tuple(sorted(users)), plan.starts_on))


def _remove(made: Sequence[int], grants: Sequence[int]) -> None:
    """Delete what the plan made. What else hangs on it keeps the database from doing so, and that is said."""
    unused = select(Rollover.id).where(Rollover.state.in_(("draft", "canceled", "undone")))
    for part in _parts(grants):
        db.session.execute(delete(RoleGrant).where(RoleGrant.id.in_(part)), execution_options=QUIET)
    try:
        with db.session.begin_nested():
            for part in _parts(made):
                drafts = delete(RolloverClass).where(
                    RolloverClass.org_id.in_(part), RolloverClass.rollover_id.in_(unused)
                )
                db.session.execute(drafts, execution_options=QUIET)
                for model, column in ((OrgEdge, OrgEdge.child_id), (OrgName, OrgName.org_id), (Org, Org.id)):
                    db.session.execute(delete(model).where(column.in_(part)), execution_options=QUIET)
    except IntegrityError as error:
        raise Conflict(
            _(
                "Something new hangs on the new classes, such as a home or a list, so this cannot be taken back."
            )
        ) from error
    db.session.expire_all()


QUIET = {"synchronize_session": False}


def _reopen(plan: Rollover, rows: Sequence[RolloverClass]) -> None:
    """Open the old classes and the roles held there as they were on the day before."""
    day = plan.starts_on
    closed = [row.org_id for row in rows if row.ended or row.action != "keep"]
    for part in _parts(closed):
        last_edges = select(func.max(OrgEdge.id)).where(OrgEdge.child_id.in_(part)).group_by(OrgEdge.child_id)
        last_names = select(func.max(OrgName.id)).where(OrgName.org_id.in_(part)).group_by(OrgName.org_id)
        for statement in (
            update(OrgEdge).where(OrgEdge.id.in_(last_edges)).values(valid_to=None),
            update(OrgName).where(OrgName.id.in_(last_names)).values(valid_to=None),
            update(Org).where(Org.id.in_(part)).values(closed_on=None),
        ):
            db.session.execute(statement, execution_options=QUIET)
    _reopen_grants([(int(grant_id), until) for row in rows for grant_id, until in row.ended], day)
    db.session.expire_all()
    for row in rows:
        _rejoin(row, day)


def _reopen_grants(ended: Sequence[tuple[int, str | None]], day: date) -> None:
    open_ended = [grant_id for grant_id, until in ended if until is None]
    for part in _parts(open_ended):
        again = update(RoleGrant).where(RoleGrant.id.in_(part)).values(valid_to=None)
        db.session.execute(again, execution_options=QUIET)
    for grant_id, until in ended:
        if until is not None:
            again = update(RoleGrant).where(RoleGrant.id == grant_id)
            db.session.execute(again.values(valid_to=date.fromisoformat(until)), execution_options=QUIET)


def _rejoin(row: RolloverClass, day: date) -> None:
    """Give the members their places in runs that went on without the class; runs that ended kept theirs."""
    ids = [int(grant_id) for grant_id, _until in row.ended]
    query = select(RoleGrant.user_id).where(RoleGrant.id.in_(ids), RoleGrant.role == "learner")
    users = tuple(sorted(set(db.session.scalars(query))))
    if users:
        announce(LearnersJoined(row.org_id, users, day))


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = list(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
