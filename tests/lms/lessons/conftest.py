"""A small class: cô Lan teaches one lesson to Minh and Mai; Nam learns elsewhere; the admin built it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from lms.core.actor import SYSTEM, Actor
from lms.core.db import write
from lms.courses.models import Course, Run, Unit
from lms.courses.services import CourseDraft, RunDraft, add_unit, create_course, create_run, enroll_learner
from lms.lessons import services, views
from lms.lessons.models import Activity, Lesson
from lms.orgs.models import Org
from lms.orgs.services import create_org
from lms.people.models import User
from lms.people.queries import build_actor
from lms.people.services import create_user, grant_role

assert views.bp.name == "lessons"  # kinds and listeners are entered

QUESTION: dict[str, Any] = {
    "kind": "single",
    "prompt": "Phân số nào bằng $\\frac{2}{3}$?",
    "choices": [
        {"id": "a", "text": "$\\frac{3}{4}$", "correct": False},
        {"id": "b", "text": "$\\frac{4}{9}$", "correct": False, "feedback": "Mẫu lại nhân 3."},
        {"id": "c", "text": "$\\frac{8}{12}$", "correct": True},
    ],
    "tries": 2,
    "points": 2,
    "explanation": "Nhân cả tử và mẫu với **4**.",
}
NUMBER: dict[str, Any] = {
    "kind": "numeric",
    "prompt": "8 + 0,5 = ?",
    "answer": "8.5",
    "tries": 3,
    "points": 1,
}


@dataclass
class Classroom:
    """Everything a test of lessons walks through."""

    school: Org
    users: dict[str, User]
    course: Course
    unit: Unit
    run: Run
    lesson: Lesson
    text: Activity
    question: Activity
    number: Activity
    password: str = "cau-da-cu-2026"
    extra: dict[str, Any] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return who acts, loaded afresh."""
        return build_actor(self.users[name])


def make_user(full_name: str, login: str, home: Org, role: str) -> User:
    """Make an account with a role."""
    user, _one_time = create_user(
        SYSTEM, full_name=full_name, login=login, password="cau-da-cu-2026", home_org=home
    )
    user.must_change_password = False
    grant_role(SYSTEM, user, role, home, valid_from=date(2026, 1, 1))
    return user


@pytest.fixture
def classroom(act: object) -> Classroom:
    """The class with a draft of three activities, not yet published."""
    with write():
        school = create_org(SYSTEM, parent=None, kind="school", name="THCS Bến Nghé")
        other = create_org(SYSTEM, parent=None, kind="school", name="THCS Cửa Đại")
        users = {
            "lan": make_user("Nguyễn Thị Lan", "lan", school, "teacher"),
            "minh": make_user("Trần Quang Minh", "minh", school, "learner"),
            "mai": make_user("Lê Thị Mai", "mai", school, "learner"),
            "nam": make_user("Phạm Văn Nam", "nam", other, "learner"),
            "thu": make_user("Đỗ Anh Thư", "thu", other, "teacher"),
        }
        lan = build_actor(users["lan"])
        course = create_course(lan, org=school, draft=CourseDraft(title="Toán 6", grades=(6,)))
        unit = add_unit(lan, course, "Phân số")
        lesson = services.create_lesson(lan, unit, "Quy đồng mẫu số", goal="Biết quy đồng", minutes=15)
        text = services.add_activity(
            lan, lesson, kind="text", title="Vì sao?", data={"markdown": "Hai phân số $\\frac{1}{2}$"}
        )
        question = services.add_activity(lan, lesson, kind="question", title="Câu nhanh", data=QUESTION)
        number = services.add_activity(lan, lesson, kind="question", data=NUMBER)
        run = create_run(lan, course, org=school, draft=RunDraft(title="Toán 6A1"))
        for name in ("minh", "mai"):
            enroll_learner(lan, run, users[name])
    return Classroom(school, users, course, unit, run, lesson, text, question, number)


@pytest.fixture
def published(classroom: Classroom) -> Classroom:
    """The class with its lesson published to its run."""
    with write():
        services.publish_lesson(classroom.actor("lan"), classroom.lesson, runs=[classroom.run])
    return classroom
