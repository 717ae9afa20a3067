"""Planning a rollover: guess what becomes of every class, let people correct it, show what it means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import Actor
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import _
from lms.core.vietnamese import tidy
from lms.orgs.models import Org
from lms.orgs.permissions import can_manage_below
from lms.orgs.queries import get_org_by_id, get_orgs, reach, within
from lms.orgs.services import LONGEST_NAME
from lms.orgs.year_names import LAST_GRADES, first_day_after, grade_of, next_class_name
from lms.people.models import User
from lms.people.permissions import can_grant
from lms.people.queries import count_members_of, list_members
from lms.people.rollover_model import KEEP, LEAVE, MOVE, Rollover, RolloverClass

MOST_CLASSES = 400
ROLLED_KINDS = frozenset({"school", "group", "learning_center", "partner"})
ADMINS = ("school_admin", "org_admin", "sysadmin")
EARLIEST, LATEST = timedelta(days=200), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class RowDraft:
    """What someone chose for one class."""

    action: str
    target_name: str = ""
    repeat_name: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One class of the plan as it is shown: how many go where, and what is wrong."""

    row: RolloverClass
    org: Org
    members: int
    repeaters: int
    problem: str
    joins_existing: bool

    @property
    def moving(self) -> int:
        """How many go along to the new class."""
        return self.members - self.repeaters if self.row.action == MOVE else 0


def check_may_roll(actor: Actor, org: Org) -> None:
    """Refuse those who do not open classes and name their members here."""
    lineage = org.lineage_ids
    if not can_manage_below(actor, lineage, "class") or not can_grant(actor, "teacher", lineage):
        raise NotAllowed()


def guess_rows(org: Org, starts_on: date) -> list[RolloverClass]:
    """Return a row for every open class of the old year, by grade and name; last grades leave. Adds nothing."""
    query = select(Org).where(
        within(org.lineage), Org.kind == "class", Org.closed_on.is_(None), Org.opened_on < starts_on
    )
    classes = list(db.session.scalars(query.order_by(Org.sort_key, Org.id).limit(MOST_CLASSES + 1)))
    if len(classes) > MOST_CLASSES:
        raise Conflict(_("There are too many classes below this unit. Choose a school or a group below it."))
    return [_guess(one) for one in sorted(classes, key=_order)]


def _order(org: Org) -> tuple[int, str, int]:
    return grade_of(org.name) or 0, org.sort_key, org.id


def _guess(org: Org) -> RolloverClass:
    grade, name = grade_of(org.name), next_class_name(org.name)
    action = KEEP if grade is None else LEAVE if grade in LAST_GRADES or name is None else MOVE
    return RolloverClass(org_id=org.id, action=action, target_name=name or "", repeat_name="", repeaters=[])


def draft_rollover(actor: Actor, org: Org, *, year: int, starts_on: date | None = None) -> Rollover:
    """Keep a plan for a school's next year, to be corrected and applied. Raises Conflict while one is on its way."""
    check_may_roll(actor, org)
    if org.kind not in ROLLED_KINDS:
        raise Conflict(_("Classes move up at a school. Choose a school."))
    db.session.scalars(select(Org.id).where(Org.id == org.id).with_for_update()).all()
    standing = list_plans(org, "draft", "queued")
    if standing:
        return standing[0]
    day = starts_on or first_day_after(year)
    _check_day(day)
    plan = Rollover(org_id=org.id, year=year, starts_on=day, made_by=actor.user_id)
    db.session.add(plan)
    db.session.flush()
    for row in guess_rows(org, day):
        row.rollover_id = plan.id
        db.session.add(row)
    db.session.flush()
    return plan


def update_plan(
    actor: Actor, plan: Rollover, *, starts_on: date | None, carry_staff: bool, rows: Mapping[int, RowDraft]
) -> Rollover:
    """Correct a draft: its first day, and by the id of a class what becomes of it. Raises Invalid."""
    _check_may_edit(actor, plan)
    if starts_on is not None:
        _check_day(starts_on)
        plan.starts_on = starts_on
    plan.carry_staff = carry_staff
    for row in list_rows(plan):
        chosen = rows.get(row.org_id)
        if chosen is None or chosen.action not in {MOVE, LEAVE, KEEP}:
            continue
        row.action = chosen.action
        row.target_name = tidy(chosen.target_name)[:LONGEST_NAME]
        row.repeat_name = tidy(chosen.repeat_name)[:LONGEST_NAME]
    db.session.flush()
    return plan


def set_repeaters(actor: Actor, plan: Rollover, org: Org, user_ids: Collection[int]) -> RolloverClass:
    """Say who of a class does not move up; only members of the class count."""
    _check_may_edit(actor, plan)
    row = get_row(plan, org)
    members = {user.id for user in list_members(org.id)}
    row.repeaters = sorted(members & set(user_ids))
    db.session.flush()
    return row


def cancel_plan(actor: Actor, plan: Rollover) -> None:
    """Give a draft up, or take a plan back whose day has not come. Raises Conflict once it was begun."""
    check_may_roll(actor, get_org_by_id(plan.org_id))
    lock_plan(plan)
    if plan.state == "queued" and not any(row.state == "done" for row in list_rows(plan)):
        plan.state = "draft"
    elif plan.state == "draft":
        plan.state = "canceled"
    else:
        raise Conflict(_("The plan is being carried out. Wait until it is done; then it can be taken back."))
    db.session.flush()


def lock_plan(plan: Rollover) -> None:
    """Let one change of this plan go first."""
    query = select(Rollover).where(Rollover.id == plan.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def get_plan(actor: Actor, uuid: UUID) -> Rollover:
    """Return the plan if `actor` administers its school. Raises NotFound."""
    query = select(Rollover).join(Org, Org.id == Rollover.org_id)
    plan = db.session.scalar(query.where(Rollover.uuid == uuid, reach(actor, *ADMINS)))
    if plan is None:
        raise NotFound()
    return plan


def list_plans(org: Org, *states: str, limit: int = 10) -> list[Rollover]:
    """Return the plans of a school, the latest first; of some states or all."""
    query = select(Rollover).where(Rollover.org_id == org.id)
    if states:
        query = query.where(Rollover.state.in_(states))
    return list(db.session.scalars(query.order_by(Rollover.id.desc()).limit(limit)))


def list_rows(plan: Rollover) -> list[RolloverClass]:
    """Return the classes of a plan in the order in which they are shown."""
    query = select(RolloverClass).where(RolloverClass.rollover_id == plan.id)
    return list(db.session.scalars(query.order_by(RolloverClass.id)))


def get_row(plan: Rollover, org: Org) -> RolloverClass:
    """Return what the plan says of a class. Raises NotFound."""
    row = next((one for one in list_rows(plan) if one.org_id == org.id), None)
    if row is None:
        raise NotFound()
    return row


def list_repeaters(plan: Rollover, org: Org) -> list[tuple[User, bool]]:
    """Return the pupils of a class by given name, each with whether that one does not move up."""
    out = set(get_row(plan, org).repeaters)
    return [(user, user.id in out) for user in list_members(org.id)]


def show_rows(rows: Sequence[RolloverClass], org: Org) -> list[RowView]:
    """Return the classes with how many go where and what is wrong. The same few queries for any number."""
    ids = [row.org_id for row in rows]
    orgs, counts = get_orgs(ids), count_members_of(ids)
    sources = {row.org_id for row in rows if row.action != KEEP}
    standing = list_standing_names(org, sources)
    views = []
    for row in rows:
        problem = ""
        if row.action == MOVE and not row.target_name:
            problem = str(_("Write the name of the new class."))
        elif orgs[row.org_id].is_closed and row.state == "todo":
            problem = str(_("This class was closed meanwhile; it is left out."))
        views.append(
            RowView(
                row=row,
                org=orgs[row.org_id],
                members=counts.get(row.org_id, 0),
                repeaters=len(row.repeaters),
                problem=problem,
                joins_existing=row.action == MOVE and row.target_name.casefold() in standing,
            )
        )
    return views


def list_standing_names(org: Org, sources: Collection[int]) -> dict[str, int]:
    """Return the open classes that do not end with the old year: name → id. Those already made for the new one."""
    query = select(Org.name, Org.id).where(
        within(org.lineage), Org.kind == "class", Org.closed_on.is_(None), Org.id.not_in(sources)
    )
    return {name.casefold(): org_id for name, org_id in db.session.execute(query.order_by(Org.id.desc()))}


def check_complete(plan: Rollover) -> None:
    """Refuse a plan in which a class moves nowhere, or in which nothing happens."""
    rows = list_rows(plan)
    if not any(row.action != KEEP for row in rows):
        raise Invalid({"rows": _("No class moves up or leaves. Choose what becomes of at least one.")})
    if any(row.action == MOVE and not row.target_name for row in rows):
        raise Invalid({"rows": _("Write the name of the new class for every class that moves up.")})


def _check_may_edit(actor: Actor, plan: Rollover) -> None:
    check_may_roll(actor, get_org_by_id(plan.org_id))
    lock_plan(plan)
    if plan.state != "draft":
        raise Conflict(_("This plan is no longer a draft. Take it back first to change it."))


def _check_day(day: date) -> None:
    if not today() - EARLIEST <= day <= today() + LATEST:
        raise Invalid({"starts_on": _("Choose a first day near the turn of the school year.")})
