"""Pages of background jobs and of course runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.core.db import db, write
from lms.core.jobs import Job, enqueue
from lms.courses.models import Course, Enrollment, Run
from lms.courses.services import CourseDraft, create_course
from lms.people.models import User
from tests.factories.people import actor_of
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]


def failed_job() -> int:
    with write():
        row = enqueue("send_mail", to="a@example.vn", subject="s", text="t")
        db.session.execute(
            update(Job).where(Job.id == row.id).values(state="failed", error="OSError: no <luck>", attempts=5)
        )
    return row.id


def test_failed_jobs_stand_first_and_can_be_tried_again(staff: Staff, browse: Browse):
    job_id, client = failed_job(), browse(staff.root)
    page = client.get("/manage/jobs").text
    assert "send_mail" in page and "no &lt;luck&gt;" in page and "5/5" in page
    assert client.post(f"/manage/jobs/{job_id}/retry").status_code == 303
    assert db.session.scalar(select(Job.state).where(Job.id == job_id)) == "queued"
    assert client.post(f"/manage/jobs/{job_id}/retry").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("ha", 403), ("department_admin", 403), ("lan", 403), ("minh", 403)]
)
def test_jobs_are_for_those_who_keep_the_site(staff: Staff, browse: Browse, who: str, status: int):
    job_id, client = failed_job(), browse(getattr(staff, who))
    assert client.get("/manage/jobs").status_code == status
    assert client.post(f"/manage/jobs/{job_id}/retry").status_code == status
    assert browse(None).get("/manage/jobs").status_code == 404
    assert db.session.scalar(select(Job.state).where(Job.id == job_id)) == "failed"


@pytest.fixture
def course(staff: Staff) -> Course:
    """A course of cô Lan's school."""
    with write():
        return create_course(actor_of(staff.lan), org=staff.sector.school, draft=CourseDraft(title="Toán 6"))


def test_an_administrator_opens_a_run_for_a_class_and_its_teacher(
    staff: Staff, browse: Browse, course: Course
):
    client, cls = browse(staff.ha), staff.sector.class_6a1
    form = {"course": str(course.uuid), "class": str(cls.uuid), "teacher": "lan"}
    assert client.post("/manage/runs/new", data=form).status_code == 303
    run = db.session.scalars(select(Run)).one()
    places = db.session.execute(
        select(Enrollment.role, User.login)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.run_id == run.id, Enrollment.status == "active")
    ).all()
    assert run.title == "Toán 6 6A1" and sorted(map(tuple, places)) == [
        ("learner", "minh"),
        ("teacher", "lan"),
    ]
    page = client.get(f"/manage/runs?class={cls.uuid}").text
    assert "Toán 6 6A1" in page and "Nguyễn Thị Lan" in page
    assert "Toán 6 6A1" not in browse(staff.other_admin).get("/manage/runs").text


def test_a_run_needs_a_course_a_class_and_a_teacher_of_the_own_reach(
    staff: Staff, browse: Browse, course: Course
):
    client, good = browse(staff.ha), str(staff.sector.class_6a1.uuid)
    cls = str(staff.sector.other_class.uuid)
    assert client.post("/manage/runs/new", data={}).status_code == 422
    foreign = {"course": str(course.uuid), "class": cls}
    assert client.post("/manage/runs/new", data=foreign).status_code == 404
    stranger = {"course": str(course.uuid), "class": good, "teacher": "khac"}
    assert client.post("/manage/runs/new", data=stranger).status_code == 422
    other = browse(staff.other_admin)
    assert other.post("/manage/runs/new", data={"course": str(course.uuid), "class": cls}).status_code == 404
    assert browse(staff.lan).get("/manage/runs").status_code == 403
    assert db.session.scalars(select(Run)).all() == []
