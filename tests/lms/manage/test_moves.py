"""A pupil changes class or school: dated, planned, canceled, undone; results and runs follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.core.actor import SYSTEM
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.jobs import Job, run_due_jobs
from lms.courses.models import Enrollment, Run
from lms.courses.services import CourseDraft, RunDraft, create_course, create_run, enroll_class
from lms.people import merges, moves
from lms.people.models import RoleGrant, User
from lms.people.move_cli import cli
from lms.people.moves_model import PupilMove
from lms.people.queries import list_members
from lms.people.services import deactivate_user
from tests.factories.people import actor_of, make_user
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def runs(staff: Staff) -> tuple[Run, Run]:
    """A run that follows 6A1 and one that follows 6A2."""
    lan, sector = actor_of(staff.lan), staff.sector
    with write():
        course = create_course(lan, org=sector.school, draft=CourseDraft(title="Toán 6"))
        made = [create_run(lan, course, org=sector.school, draft=RunDraft(title=t)) for t in ("Một", "Hai")]
        for run, org in zip(made, (sector.class_6a1, sector.class_6a2), strict=True):
            enroll_class(lan, run, org)
    return made[0], made[1]


def places(user: User) -> dict[str, str]:
    query = select(Run.title, Enrollment.status).join(Enrollment, Enrollment.run_id == Run.id)
    rows = db.session.execute(query.where(Enrollment.user_id == user.id))
    return {row.title: row.status for row in rows}


def names(org) -> list[str]:
    return [user.full_name for user in list_members(org.id)]


def test_a_move_of_today_changes_class_and_runs_and_is_undone(staff: Staff, runs):
    sector = staff.sector
    with write():
        move = moves.plan_move(actor_of(staff.ha), staff.minh, sector.class_6a1, sector.class_6a2)
    assert move.state == "done" and names(sector.class_6a1) == []
    assert names(sector.class_6a2) == ["Trần Quang Minh"]
    assert places(staff.minh) == {"Một": "ended", "Hai": "active"}
    with write():
        moves.undo_move(actor_of(staff.ha), move)
    assert names(sector.class_6a1) == ["Trần Quang Minh"] and names(sector.class_6a2) == []
    assert places(staff.minh) == {"Một": "active", "Hai": "ended"}


def test_a_run_of_both_classes_keeps_the_pupil(staff: Staff, runs):
    with write():
        enroll_class(actor_of(staff.lan), runs[0], staff.sector.class_6a2)
        moves.plan_move(SYSTEM, staff.minh, staff.sector.class_6a1, staff.sector.class_6a2)
    assert places(staff.minh) == {"Một": "active", "Hai": "active"}


def test_a_move_to_another_school_takes_the_home_along(staff: Staff):
    sector = staff.sector
    with pytest.raises(NotAllowed), write():
        moves.plan_move(actor_of(staff.ha), staff.minh, sector.class_6a1, sector.other_class)
    with write():
        actor = actor_of(staff.department_admin)
        move = moves.plan_move(actor, staff.minh, sector.class_6a1, sector.other_class)
    assert staff.minh.home_org_id == sector.other_school.id
    with pytest.raises(NotAllowed), write():
        moves.undo_move(actor_of(staff.ha), move)
    with write():
        moves.undo_move(actor_of(staff.department_admin), move)
    assert staff.minh.home_org_id == sector.school.id


def test_a_move_to_come_is_made_by_a_job_on_its_day(staff: Staff, runs):
    sector = staff.sector
    with write():
        move = moves.plan_move(
            actor_of(staff.ha), staff.minh, sector.class_6a1, sector.class_6a2, on=TOMORROW
        )
        db.session.execute(update(Job).values(run_after=Job.created_at))
    assert run_due_jobs() >= 1  # woken too early it does nothing
    assert move.state == "planned" and names(sector.class_6a1) == ["Trần Quang Minh"]
    with pytest.raises(Conflict), write():
        moves.plan_move(SYSTEM, staff.minh, sector.class_6a1, sector.class_6a2)
    with write():
        move.starts_on = today()
        moves.run_move(move.id)
        moves.run_move(move.id)
    assert names(sector.class_6a2) == ["Trần Quang Minh"]
    assert len(db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == staff.minh.id)).all()) == 2


def test_a_planned_move_needs_the_rights_of_its_maker_on_the_day(staff: Staff):
    sector = staff.sector
    with write():
        move = moves.plan_move(
            actor_of(staff.ha), staff.minh, sector.class_6a1, sector.class_6a2, on=TOMORROW
        )
        deactivate_user(SYSTEM, staff.ha)
        move.starts_on = today()
        moves.run_move(move.id)
    assert move.state == "failed" and move.problem
    assert names(sector.class_6a1) == ["Trần Quang Minh"]


def test_a_canceled_move_is_not_made(staff: Staff):
    sector = staff.sector
    with write():
        move = moves.plan_move(SYSTEM, staff.minh, sector.class_6a1, None, on=TOMORROW)
        moves.cancel_move(actor_of(staff.ha), move)
        move.starts_on = today()
        moves.run_move(move.id)
    assert move.state == "canceled" and names(sector.class_6a1) == ["Trần Quang Minh"]


@pytest.mark.parametrize("day", [date(2000, 1, 1), today() + timedelta(days=900)])
def test_days_without_a_place_in_the_old_class_are_refused(staff: Staff, day: date):
    with pytest.raises(Invalid), write():
        moves.plan_move(SYSTEM, staff.minh, staff.sector.class_6a1, None, on=day)


def test_a_move_after_which_more_happened_is_not_undone(staff: Staff):
    sector = staff.sector
    with write():
        first = moves.plan_move(SYSTEM, staff.minh, sector.class_6a1, sector.class_6a2)
        moves.plan_move(SYSTEM, staff.minh, sector.class_6a2, None)
    with pytest.raises(Conflict), write():
        moves.undo_move(SYSTEM, first)


def test_a_planned_move_goes_along_when_accounts_are_joined(staff: Staff):
    sector = staff.sector
    second = make_user("Trần Quang Minh", home_org=sector.school, roles=(("learner", sector.class_6a1),))
    with write():
        move = moves.plan_move(SYSTEM, second, sector.class_6a1, sector.class_6a2, on=TOMORROW)
        merge = merges.merge_users(SYSTEM, staff.minh, second)
    assert move.user_id == staff.minh.id
    with write():
        merges.undo_merge(SYSTEM, merge)
    assert move.user_id == second.id


def test_the_pages_choose_show_move_and_undo(staff: Staff, runs, browse: Browse):
    client, path = browse(staff.ha), f"/manage/users/{staff.minh.uuid}/move"
    sector = staff.sector
    page = client.get(path).text
    assert str(sector.class_6a2.uuid) in page and str(sector.other_class.uuid) not in page
    shown = client.get(f"{path}?to={sector.class_6a2.uuid}").text
    assert "Một" in shown and "Hai" in shown
    form = {"from": str(sector.class_6a1.uuid), "to": str(sector.class_6a2.uuid), "on": ""}
    assert client.post(path, data={**form, "on": "2001-01-01"}).status_code == 422
    answer = client.post(path, data=form, follow_redirects=True)
    move = db.session.scalar(select(PupilMove))
    assert f"/manage/moves/{move.uuid}/undo" in answer.text
    assert browse(staff.other_admin).post(f"/manage/moves/{move.uuid}/undo").status_code == 404
    assert client.post(f"/manage/moves/{move.uuid}/undo").status_code == 303
    assert names(sector.class_6a1) == ["Trần Quang Minh"]
    planned = client.post(path, data={**form, "on": TOMORROW.isoformat()}, follow_redirects=True)
    assert planned.status_code == 200
    move = db.session.scalar(select(PupilMove).where(PupilMove.state == "planned"))
    assert client.post(f"/manage/moves/{move.uuid}/cancel").status_code == 303


def test_the_pages_are_closed_to_others(staff: Staff, browse: Browse):
    path = f"/manage/users/{staff.minh.uuid}/move"
    assert browse(staff.lan).get(path).status_code == 403
    assert browse(staff.other_admin).get(path).status_code == 404
    form = {"from": str(staff.sector.class_6a1.uuid), "to": str(staff.sector.other_class.uuid)}
    assert browse(staff.ha).post(path, data=form).status_code == 404


def test_a_list_of_moves_is_shown_then_made(staff: Staff, act, tmp_path):
    sector, file = staff.sector, tmp_path / "moves.csv"
    file.write_text("Tên đăng nhập,Lớp\nminh,6A2\nbenkia,6A2\nkhongco,6A2\nminh,9Z9\n", encoding="utf-8")
    db.session.commit()

    def run(*words: str):
        return act.test_cli_runner().invoke(cli, ["move", str(file), "--org", "ND", *words])

    dry = run("--dry-run")
    assert "minh\t6A1\t6A2" in dry.output and dry.exit_code == 1
    assert dry.output.count("line ") == 3  # another school's pupil, nobody, no such class
    db.session.rollback()
    assert names(sector.class_6a2) == []
    assert run().exit_code == 1
    db.session.rollback()
    assert names(sector.class_6a2) == ["Trần Quang Minh"]
