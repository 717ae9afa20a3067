"""A school steps into the next year: planned, corrected, carried out in steps, taken back exactly."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.jobs import Job, run_due_jobs
from lms.courses.models import Enrollment, Run
from lms.courses.services import CourseDraft, RunDraft, create_course, create_run, enroll_class
from lms.orgs.models import Org, OrgEdge, OrgName
from lms.orgs.services import close_org, create_org
from lms.people import rollover_plan, rollovers
from lms.people.models import RoleGrant, User
from lms.people.queries import list_members
from lms.people.rollover_cli import cli
from lms.people.rollover_model import Rollover
from lms.people.rollover_plan import RowDraft
from lms.people.rollover_undo import undo_rollover
from lms.people.services import create_user, deactivate_user, grant_role
from tests.factories.people import actor_of, password_hash
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]
YEAR_AGO = today() - timedelta(days=300)
TABLES = (Org, OrgEdge, OrgName, RoleGrant, Run, Enrollment)


@dataclass
class School:
    """A school in its old year: 6A1 with Minh, cô Lan and three more, 9B1 with two, a club, and a run of 6A1."""

    org: Org
    six: Org
    nine: Org
    club: Org
    run: Run
    shared: Run


def pupil(name: str, place: Org, school: Org) -> User:
    user, _none = create_user(SYSTEM, full_name=name, password_hash=password_hash(), home_org=school)
    grant_role(SYSTEM, user, "learner", place, valid_from=YEAR_AGO)
    return user


@pytest.fixture
def school(staff: Staff) -> School:
    """The year is nearly over."""
    org, six = staff.sector.school, staff.sector.class_6a1
    lan = actor_of(staff.lan)
    with write():
        close_org(SYSTEM, staff.sector.class_6a2)
        nine = create_org(SYSTEM, parent=org, kind="class", name="9B1", code="ND-9B1", opened_on=YEAR_AGO)
        club = create_org(SYSTEM, parent=org, kind="class", name="CLB Cờ vua", opened_on=YEAR_AGO)
        db.session.execute(update(Org).where(Org.id == six.id).values(opened_on=YEAR_AGO, code="ND-6A1-2025"))
        db.session.execute(update(RoleGrant).where(RoleGrant.org_id == six.id).values(valid_from=YEAR_AGO))
        for number in range(3):
            pupil(f"Em {number}", six, org)
        for number in range(2):
            pupil(f"Anh {number}", nine, org)
        course = create_course(lan, org=org, draft=CourseDraft(title="Toán 6"))
        run = create_run(lan, course, org=org, draft=RunDraft(title="Toán 6A1"))
        shared = create_run(lan, course, org=org, draft=RunDraft(title="Chung"))
        enroll_class(lan, run, six)
        for one in (six, club):
            enroll_class(lan, shared, one)
    db.session.expire_all()
    return School(org, six, nine, club, run, shared)


def make_plan(school: School, **values) -> Rollover:
    with write():
        return rollover_plan.draft_rollover(SYSTEM, school.org, year=2025, starts_on=today(), **values)


def apply(plan: Rollover, actor=SYSTEM) -> None:
    with write():
        rollovers.confirm_rollover(actor, plan)
    assert run_due_jobs() >= 1
    db.session.refresh(plan)


def snapshot() -> list[list[str]]:
    """Every row that a rollover could touch, as it is."""
    found = []
    for model in TABLES:
        rows = db.session.execute(select(*model.__table__.columns).order_by(*model.__table__.primary_key))
        found.append([repr(tuple(row)) for row in rows])
    return found


def find_class(name: str) -> Org:
    """The open class of this name at the school of the tests."""
    school = select(Org.id).where(Org.code == "ND").scalar_subquery()
    query = select(Org).where(Org.name == name, Org.closed_on.is_(None), Org.parent_id == school)
    return db.session.scalars(query).one()


def test_the_plan_guesses_what_becomes_of_every_class(school: School):
    plan = make_plan(school)
    rows = {view.org.name: (view.row.action, view.row.target_name, view.members) for view in
            rollover_plan.show_rows(rollover_plan.list_rows(plan), school.org)}  # fmt: skip
    assert rows == {"CLB Cờ vua": ("keep", "", 0), "6A1": ("move", "7A1", 4), "9B1": ("leave", "10B1", 2)}
    assert make_plan(school) is plan  # one plan at a time


def test_classes_move_up_with_pupils_and_teachers_and_runs_end(school: School, staff: Staff):
    plan = make_plan(school)
    apply(plan)
    seven = find_class("7A1")
    assert plan.state == "applied" and seven.opened_on == today() and seven.code == "ND-7A1-2026"
    assert len(list_members(seven.id)) == 4
    assert [user.full_name for user in list_members(seven.id, "teacher")] == ["Nguyễn Thị Lan"]
    assert school.six.is_closed and school.nine.is_closed and not school.club.is_closed
    assert list_members(school.six.id) == []
    assert db.session.get_one(Run, school.run.id).state == "ended"
    active = select(func.count()).where(Enrollment.status == "active", Enrollment.role == "learner")
    assert db.session.scalar(active.where(Enrollment.run_id == school.run.id)) == 4  # they may still read
    assert db.session.get_one(Run, school.shared.id).state == "open"  # the club goes on
    assert db.session.scalar(active.where(Enrollment.run_id == school.shared.id)) == 0
    told = select(AuditEntry.action).where(AuditEntry.object_kind == "rollover").order_by(AuditEntry.id)
    kinds = db.session.scalars(told).all()
    assert kinds == ["rollover.confirmed", "rollover.applied"]


def test_taking_it_back_restores_every_row(school: School):
    before = snapshot()
    plan = make_plan(school)
    with write():
        rollover_plan.set_repeaters(SYSTEM, plan, school.six, [list_members(school.six.id)[0].id])
        draft = {school.six.id: RowDraft("move", "7A1", "6A9")}
        rollover_plan.update_plan(SYSTEM, plan, starts_on=None, carry_staff=True, rows=draft)
    apply(plan)
    assert snapshot() != before
    with write():
        undo_rollover(SYSTEM, plan)
        undo_rollover(SYSTEM, plan)
    assert plan.state == "undone"
    assert snapshot() == before


def test_those_who_repeat_stay_behind_or_begin_in_their_own_class(school: School):
    plan, members = make_plan(school), list_members(school.six.id)
    with write():
        rollover_plan.set_repeaters(SYSTEM, plan, school.six, [members[0].id, 999_999])
        draft = {school.six.id: RowDraft("move", " 7A1 ", "6A1")}
        rollover_plan.update_plan(SYSTEM, plan, starts_on=None, carry_staff=False, rows=draft)
    apply(plan)
    assert members[0].id not in {user.id for user in list_members(find_class("7A1").id)}
    assert [user.id for user in list_members(find_class("6A1").id)] == [members[0].id]
    assert list_members(find_class("7A1").id, "teacher") == []


def test_two_classes_may_become_one_and_a_standing_class_is_joined(school: School):
    with write():
        standing = create_org(SYSTEM, parent=school.org, kind="class", name="7a1")
    plan = make_plan(school)
    with write():
        draft = {school.six.id: RowDraft("move", "7A1"), school.nine.id: RowDraft("move", "7A1")}
        rollover_plan.update_plan(SYSTEM, plan, starts_on=None, carry_staff=True, rows=draft)
    apply(plan)
    assert len(list_members(standing.id)) == 6
    with write():
        undo_rollover(SYSTEM, plan)
    assert list_members(standing.id) == [] and not standing.is_closed


def test_a_killed_run_goes_on_where_it_stood(school: School, monkeypatch: pytest.MonkeyPatch):
    plan = make_plan(school)
    with write():
        rollovers.confirm_rollover(SYSTEM, plan)
    first = rollovers._roll_class
    calls: list[str] = []

    def die_at_second(actor, plan, row, org):
        calls.append(org.name)
        first(actor, plan, row, org)
        if len(calls) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(rollovers, "_roll_class", die_at_second)
    run_due_jobs()
    assert calls == ["9B1", "6A1"]  # the highest grade first
    db.session.expire_all()
    assert school.nine.is_closed and not school.six.is_closed  # the half-done class left nothing
    monkeypatch.setattr(rollovers, "_roll_class", first)
    with write():
        db.session.execute(update(Job).values(run_after=Job.created_at))
    run_due_jobs()
    rollovers.run_rollover(plan.id)
    db.session.refresh(plan)
    assert plan.state == "applied" and len(list_members(find_class("7A1").id)) == 4
    assert db.session.scalar(select(func.count()).where(Org.name == "7A1")) == 1


def test_two_workers_at_once_make_every_class_once(school: School, act):
    plan = make_plan(school)
    with write():
        rollovers.confirm_rollover(SYSTEM, plan)
    plan_id = plan.id
    db.session.commit()

    def work(_number: int) -> None:
        with act.app_context():
            rollovers.run_rollover(plan_id)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    db.session.rollback()
    db.session.expire_all()
    assert plan.state == "applied" and len(list_members(find_class("7A1").id)) == 4
    made = select(func.count()).where(RoleGrant.org_id == find_class("7A1").id)
    assert db.session.scalar(made) == 5  # four pupils and their teacher
    done = select(func.count()).where(AuditEntry.action == "rollover.applied")
    assert db.session.scalar(done) == 1


def test_a_day_to_come_is_waited_for_and_may_be_thought_over(school: School):
    plan = make_plan(school)
    with write():
        day = today() + timedelta(days=30)
        rollover_plan.update_plan(SYSTEM, plan, starts_on=day, carry_staff=True, rows={})
        rollovers.confirm_rollover(SYSTEM, plan)
        db.session.execute(update(Job).values(run_after=Job.created_at))
    run_due_jobs()
    assert plan.state == "queued" and not school.six.is_closed
    with write():
        rollover_plan.cancel_plan(SYSTEM, plan)
    assert plan.state == "draft"
    with write():
        rollover_plan.cancel_plan(SYSTEM, plan)
    assert plan.state == "canceled"


def test_it_is_not_taken_back_once_the_new_classes_are_in_use(school: School, staff: Staff):
    plan = make_plan(school)
    apply(plan)
    seven = find_class("7A1")
    with write():
        newcomer = pupil("Mới Đến", seven, school.org)
    with pytest.raises(Conflict, match="1"), write():
        undo_rollover(SYSTEM, plan)
    with write():
        db.session.delete(db.session.scalar(select(RoleGrant).where(RoleGrant.user_id == newcomer.id)))
        lan = actor_of(staff.lan)
        course = create_course(lan, org=school.org, draft=CourseDraft(title="Toán 7"))
        run = create_run(lan, course, org=school.org, draft=RunDraft(title="Toán 7A1"))
        enroll_class(lan, run, seven)
    with pytest.raises(Conflict), write():
        undo_rollover(SYSTEM, plan)
    assert plan.state == "applied" and school.six.is_closed


def test_what_else_hangs_on_a_new_class_keeps_it(school: School):
    plan = make_plan(school)
    apply(plan)
    with write():
        db.session.scalar(select(User).where(User.full_name == "Em 0")).home_org_id = find_class("7A1").id
    before = snapshot()
    with pytest.raises(Conflict), write():
        undo_rollover(SYSTEM, plan)
    assert snapshot() == before


def test_the_next_year_must_be_taken_back_first(school: School):
    plan = make_plan(school)
    apply(plan)
    with write():
        later = rollover_plan.draft_rollover(
            SYSTEM, school.org, year=2026, starts_on=today() + timedelta(days=1)
        )
        rollovers.confirm_rollover(SYSTEM, later)
    with pytest.raises(Conflict), write():
        undo_rollover(SYSTEM, plan)
    with write():
        rollover_plan.cancel_plan(SYSTEM, later)
        undo_rollover(SYSTEM, plan)
    assert plan.state == "undone"


def test_a_plan_without_names_or_deeds_is_refused(school: School):
    plan = make_plan(school)
    with write():
        draft = {school.six.id: RowDraft("move", " ")}
        rollover_plan.update_plan(SYSTEM, plan, starts_on=None, carry_staff=True, rows=draft)
    with pytest.raises(Invalid), write():
        rollovers.confirm_rollover(SYSTEM, plan)
    with write():
        draft = {org.id: RowDraft("keep") for org in (school.six, school.nine)}
        rollover_plan.update_plan(SYSTEM, plan, starts_on=None, carry_staff=True, rows=draft)
    with pytest.raises(Invalid), write():
        rollovers.confirm_rollover(SYSTEM, plan)


def test_only_who_shapes_the_school_rolls_it_over(school: School, staff: Staff):
    for who in (staff.lan, staff.other_admin, staff.minh):
        with pytest.raises(NotAllowed), write():
            rollover_plan.draft_rollover(actor_of(who), school.org, year=2025)
    with write():
        plan = rollover_plan.draft_rollover(actor_of(staff.ha), school.org, year=2025, starts_on=today())
        with pytest.raises(NotAllowed):
            rollovers.confirm_rollover(actor_of(staff.other_admin), plan)
        rollovers.confirm_rollover(actor_of(staff.ha), plan)
        deactivate_user(SYSTEM, staff.ha)
    run_due_jobs()
    db.session.refresh(plan)
    assert plan.state == "queued" and not school.six.is_closed  # rights are asked for again when it happens


def test_a_school_of_many_is_carried_over_in_few_statements(school: School, query_count):
    with write():
        for number in range(40):
            pupil(f"Nhiều {number}", school.six, school.org)
    plan = make_plan(school)
    with write():
        rollovers.confirm_rollover(SYSTEM, plan)
    with query_count() as sent:
        rollovers.run_rollover(plan.id)
    assert len(list_members(find_class("7A1").id)) == 44
    assert len(sent) < 150
    with query_count() as taken, write():
        undo_rollover(SYSTEM, plan)
    assert len(taken) < 250


def test_the_pages_plan_look_over_carry_out_and_take_back(school: School, staff: Staff, browse: Browse):
    client, path = browse(staff.ha), f"/manage/orgs/{school.org.uuid}/rollover"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"starts_on": "1990-01-01"}).status_code == 422
    plan_path = client.post(path, data={"starts_on": today().isoformat()}).location
    assert "7A1" in client.get(plan_path).text
    six = school.six.id
    form = {
        "starts_on": today().isoformat(),
        "carry_staff": "1",
        f"action-{six}": "move",
        f"target-{six}": "",
    }
    assert client.post(plan_path, data={**form, "do": "check"}).status_code == 422
    form[f"target-{six}"] = "7 Chọn"
    checked = client.post(plan_path, data={**form, "do": "check"}, follow_redirects=True)
    assert "7 Chọn" in checked.text
    pupils = f"{plan_path}/classes/{school.six.uuid}"
    chosen = list_members(six)[0]
    assert client.post(pupils, data={"out": str(chosen.uuid)}).status_code == 303
    assert "checked" in client.get(pupils).text
    assert client.post(f"{plan_path}/confirm").status_code == 303
    assert client.get(plan_path).status_code == 200
    run_due_jobs()
    assert len(list_members(find_class("7 Chọn").id)) == 3
    assert "7 Chọn" in client.get(plan_path).text
    assert client.get(pupils).status_code == 404
    assert client.post(f"{plan_path}/undo").status_code == 303
    assert client.get(plan_path).status_code == 200
    assert not db.session.get_one(Org, six).is_closed


def test_the_pages_are_closed_to_others(school: School, staff: Staff, browse: Browse):
    plan = make_plan(school)
    for path in (f"/manage/orgs/{school.org.uuid}/rollover", f"/manage/rollovers/{plan.uuid}"):
        assert browse(staff.other_admin).get(path).status_code == 404
        assert browse(staff.lan).get(path).status_code == 403
    for deed in ("confirm", "cancel", "undo"):
        assert browse(staff.other_admin).post(f"/manage/rollovers/{plan.uuid}/{deed}").status_code == 404


def test_a_terminal_says_what_would_happen_carries_it_out_and_takes_it_back(school: School, act):
    db.session.commit()

    def run(*words: str):
        return act.test_cli_runner().invoke(cli, words)

    before = snapshot()
    dry = run("rollover", "ND", "--year", "2025", "--on", today().isoformat(), "--dry-run")
    assert "move\t6A1\t7A1\t4" in dry.output and "leave\t9B1\t-\t2" in dry.output
    db.session.rollback()
    assert snapshot() == before and rollover_plan.list_plans(school.org) == []
    done = run("rollover", "ND", "--year", "2025", "--on", today().isoformat(), "--without-staff")
    assert done.output.startswith("applied\t")
    db.session.rollback()
    assert list_members(find_class("7A1").id, "teacher") == []
    assert run("rollover-undo", "ND").output.startswith("undone\t")
    db.session.rollback()
    assert snapshot() == before
    assert run("rollover-undo", "ND").exit_code != 0
