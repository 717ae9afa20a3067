"""Carrying a rollover out, class by class, and taking it back.

Each class is one short write that notes exactly what it changed, so a killed worker goes on where it stood and an
undo restores what was. Many people move in a handful of statements; rooms above hear of a class at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, insert, select, update

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record_audit
from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.errors import NotAllowed
from lms.core.events import announce
from lms.core.jobs import enqueue, report_progress
from lms.orgs.models import Org
from lms.orgs.queries import find_org, get_org_by_id, get_orgs
from lms.orgs.services import close_org, create_org
from lms.orgs.year_names import grade_of, next_class_code
from lms.people.days import wait_until
from lms.people.events import ClassEnding, LearnersJoined, LearnersLeft
from lms.people.models import RoleGrant, User
from lms.people.queries import build_actor, get_user_by_id
from lms.people.rollover_model import KEEP, MOVE, Rollover, RolloverClass
from lms.people.rollover_plan import (
    check_complete,
    check_may_roll,
    list_rows,
    list_standing_names,
    lock_plan,
)

REPORT_EVERY = 10


def confirm_rollover(actor: Actor, plan: Rollover) -> Rollover:
    """Have the worker carry the plan out, on its first day if that is still to come. Confirming twice does it once."""
    org = get_org_by_id(plan.org_id)
    check_may_roll(actor, org)
    lock_plan(plan)
    if plan.state != "draft":
        return plan
    check_complete(plan)
    plan.made_by = actor.user_id
    job = enqueue(
        "apply_rollover", delay=wait_until(plan.starts_on), user_id=actor.user_id, rollover_id=plan.id
    )
    job.total = len(list_rows(plan))
    plan.state, plan.job_id = "queued", job.id
    db.session.flush()
    record_audit(actor, "rollover.confirmed", "rollover", plan.uuid, org_id=org.id, year=plan.year)
    return plan


def run_rollover(plan_id: int) -> None:
    """Carry out what is left of a confirmed plan, a class at a time. Before its day nothing happens."""
    plan = db.session.get(Rollover, plan_id)
    if plan is None or plan.state != "queued" or plan.starts_on > today():
        return
    rows = list_rows(plan)
    orgs = get_orgs([row.org_id for row in rows])
    order = sorted(rows, key=lambda row: -(grade_of(orgs[row.org_id].name) or 0))
    todo = [row.id for row in order if row.state == "todo"]
    job_id, total = plan.job_id, len(order)
    for number, row_id in enumerate(todo, start=1):
        with write():
            _apply_row(plan_id, row_id)
        if job_id is not None and number % REPORT_EVERY == 0:
            report_progress(job_id, total - len(todo) + number, total)
    with write():
        _finish(plan_id)


def _finish(plan_id: int) -> None:
    plan = db.session.get_one(Rollover, plan_id)
    lock_plan(plan)
    if plan.state != "queued" or any(row.state == "todo" for row in list_rows(plan)):
        return
    plan.state, plan.applied_at = "applied", now()
    record_audit(
        _actor_of(plan), "rollover.applied", "rollover", plan.uuid, org_id=plan.org_id, year=plan.year
    )


def _actor_of(plan: Rollover) -> Actor:
    """Return who confirmed the plan, with the rights held now: those who lost them change nothing."""
    if plan.made_by is None:
        return SYSTEM
    user = get_user_by_id(plan.made_by)
    actor = build_actor(user)
    if not user.is_active:
        raise NotAllowed()
    check_may_roll(actor, get_org_by_id(plan.org_id))
    return actor


def _apply_row(plan_id: int, row_id: int) -> None:
    """Carry out one class unless another worker just did."""
    plan, row = db.session.get_one(Rollover, plan_id), db.session.get_one(RolloverClass, row_id)
    lock_plan(plan)
    db.session.refresh(row)
    if plan.state != "queued" or row.state != "todo":
        return
    org = get_org_by_id(row.org_id)
    if row.action == KEEP:
        row.state = "done"
    elif org.is_closed:
        row.state, row.note = "skipped", "closed"
    else:
        _roll_class(_actor_of(plan), plan, row, org)
        row.state = "done"
    db.session.flush()


def _roll_class(actor: Actor, plan: Rollover, row: RolloverClass, org: Org) -> None:
    day, sources = plan.starts_on, _list_sources(plan)
    announce(ClassEnding(org.id, plan.uuid, sources, day))
    held = _end_grants(row, org, day)
    out = set(row.repeaters)
    learners = sorted({user_id for user_id, role in held if role == "learner"})
    staff = [(user_id, role) for user_id, role in held if role != "learner"]
    if row.action == MOVE:
        target = _open_target(actor, plan, row, org, row.target_name, sources)
        going = [(user_id, "learner") for user_id in learners if user_id not in out]
        _begin_grants(actor, row, target, [*going, *(staff if plan.carry_staff else ())], day)
        row.target_id, row.moved = target.id, len(going)
    staying = [(user_id, "learner") for user_id in learners if user_id in out]
    if row.repeat_name and staying:
        target = _open_target(actor, plan, row, org, row.repeat_name, sources)
        _begin_grants(actor, row, target, staying, day)
    close_org(actor, org, on=day)
    record_audit(
        actor, "class.rolled_over", "org", org.uuid, org_id=org.id, plan=str(plan.uuid), moved=row.moved
    )


def _list_sources(plan: Rollover) -> frozenset[int]:
    """Return the classes that end with the plan."""
    query = select(RolloverClass.org_id).where(
        RolloverClass.rollover_id == plan.id, RolloverClass.action != KEEP
    )
    return frozenset(db.session.scalars(query))


def _end_grants(row: RolloverClass, org: Org, day: date) -> list[tuple[int, str]]:
    """End every role at the class on the day; return who of the active people held which."""
    query = (
        select(RoleGrant.id, RoleGrant.user_id, RoleGrant.role, RoleGrant.valid_from, RoleGrant.valid_to)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.org_id == org.id, (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to > day))
        .add_columns(User.status)
        .order_by(RoleGrant.id)
    )
    found = db.session.execute(query).all()
    row.ended = [[one.id, one.valid_to.isoformat() if one.valid_to else None] for one in found]
    last = case((RoleGrant.valid_from > day, RoleGrant.valid_from), else_=day)
    ids = [one.id for one in found]
    db.session.execute(
        update(RoleGrant).where(RoleGrant.id.in_(ids)).values(valid_to=last),
        execution_options={"synchronize_session": False},
    )
    left = tuple(sorted({one.user_id for one in found if one.role == "learner"}))
    announce(LearnersLeft(org.id, left, day))
    return list(dict.fromkeys((one.user_id, one.role) for one in found if one.status == "active"))


def _open_target(
    actor: Actor, plan: Rollover, row: RolloverClass, org: Org, name: str, sources: frozenset[int]
) -> Org:
    """Return the class of that name that stands already or was just made by this plan; else open it."""
    school = get_org_by_id(plan.org_id)
    standing = list_standing_names(school, sources).get(name.casefold())
    if standing is not None:
        return get_org_by_id(standing)
    code = next_class_code(org.code, org.name, name, plan.year)
    if code is not None and find_org(code) is not None:
        code = None if find_org(f"{code}-{plan.year + 1}") else f"{code}-{plan.year + 1}"
    parent = get_org_by_id(org.parent_id or plan.org_id)
    made = create_org(actor, parent=parent, kind="class", name=name, code=code, opened_on=plan.starts_on)
    row.made_org_ids = [*row.made_org_ids, made.id]
    return made


def _begin_grants(
    actor: Actor, row: RolloverClass, target: Org, people: Sequence[tuple[int, str]], day: date
) -> None:
    """Give many people their roles at the new class in one statement; what they hold there already stays."""
    query = select(RoleGrant.user_id, RoleGrant.role).where(
        RoleGrant.org_id == target.id, (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to > day)
    )
    held = {(user_id, role) for user_id, role in db.session.execute(query)}
    fresh = [one for one in people if one not in held]
    if not fresh:
        return
    values = [
        {
            "user_id": user_id,
            "org_id": target.id,
            "role": role,
            "valid_from": day,
            "granted_by": actor.user_id,
        }
        for user_id, role in fresh
    ]
    made = db.session.scalars(insert(RoleGrant).returning(RoleGrant.id), values)
    row.made_grant_ids = [*row.made_grant_ids, *made]
    joined = tuple(user_id for user_id, role in fresh if role == "learner")
    announce(LearnersJoined(target.id, joined, day))
