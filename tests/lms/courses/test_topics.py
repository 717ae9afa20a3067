"""Newcomers are told of their place: once, and only when somebody else gave it to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.jobs import Job, run_due_jobs
from lms.courses import topics
from lms.courses.models import Course, Enrollment, Run
from lms.courses.services import (
    CourseDraft,
    RunDraft,
    create_course,
    create_run,
    end_enrollment,
    enroll_by_code,
    enroll_class,
    enroll_learner,
    restore_enrollment,
)
from lms.notices.models import Notice
from lms.notices.topics import say
from lms.people.services import create_user, grant_role
from tests.cast import Cast
from tests.factories.people import password_hash


@pytest.fixture
def run(cast: Cast) -> Run:
    with write():
        course = create_course(cast.lan.actor, org=cast.school, draft=CourseDraft(title="Toán 6"))
        return create_run(cast.lan.actor, course, org=cast.school, draft=RunDraft(title="Toán 6A1"))


def told() -> list[tuple[int, str]]:
    run_due_jobs()
    return [
        tuple(row)
        for row in db.session.execute(select(Notice.user_id, Notice.topic).order_by(Notice.user_id))
    ]


def test_a_class_that_is_enrolled_is_told_and_its_teacher_is_not(cast: Cast, run: Run) -> None:
    with write():
        enroll_class(cast.lan.actor, run, cast.class_6a1)
    assert told() == [(cast.minh.user.id, "enrolled"), (cast.an.user.id, "enrolled")]
    notice = db.session.scalars(select(Notice)).first()
    assert "Toán 6" in say(notice.topic, notice.about)


def test_a_class_is_one_job_however_large(cast: Cast, run: Run) -> None:
    with write():
        for number in range(12):
            user, _word = create_user(
                SYSTEM,
                full_name=f"Em {number}",
                login=f"em{number}",
                password_hash=password_hash(),
                home_org=cast.school,
            )
            grant_role(SYSTEM, user, "learner", cast.class_6a1)
        enroll_class(cast.lan.actor, run, cast.class_6a1)
    assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "tell_enrolled")) == 1
    assert len(told()) == 14


def test_whoever_takes_a_place_with_a_code_knows_it_already(cast: Cast, run: Run) -> None:
    with write():
        enroll_by_code(cast.minh.actor, run.join_code or "")
    assert told() == []


def test_a_place_given_back_and_later_newcomers_do_not_tell_the_old_ones_again(cast: Cast, run: Run) -> None:
    with write():
        place = enroll_learner(cast.lan.actor, run, cast.minh.user)
    assert len(told()) == 1
    with write():
        end_enrollment(cast.lan.actor, run, db.session.get_one(Enrollment, place.id))
        restore_enrollment(cast.lan.actor, run, db.session.get_one(Enrollment, place.id))
        db.session.get_one(Enrollment, place.id).started_at -= timedelta(days=200)
        for notice in db.session.scalars(select(Notice)):
            db.session.delete(notice)  # forgotten meanwhile
        enroll_learner(cast.lan.actor, run, cast.an.user)
    assert told() == [(cast.an.user.id, "enrolled")]


def test_the_notice_leads_to_the_course(cast: Cast, run: Run, client: FlaskClient, sign_in: Any) -> None:
    with write():
        enroll_learner(cast.lan.actor, run, cast.minh.user)
    told()
    notice = db.session.scalars(select(Notice)).one()
    answer = sign_in(client, cast.minh).get(f"/notices/{notice.uuid}")
    assert answer.location == f"/learn/runs/{run.uuid}"
    assert client.get(answer.location).status_code == 200


def test_a_changed_title_is_told_as_it_was_when_told(cast: Cast, run: Run) -> None:
    with write():
        enroll_learner(cast.lan.actor, run, cast.minh.user)
        db.session.get_one(Course, run.course_id).title = "Toán lớp 6"
    told()
    assert db.session.scalars(select(Notice.about)).one()["course"] == "Toán lớp 6"
    assert topics.ENROLLED.endpoint == "lessons.outline"
