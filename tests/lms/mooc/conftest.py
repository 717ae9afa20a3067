"""Open courses of the school: chị Hà opens them, em Minh and citizens take places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from lms.core.db import write
from lms.core.jobs import run_due_jobs
from lms.courses import services as courses
from lms.courses.services import CourseDraft
from lms.lessons import services as lessons
from lms.mooc.services import PublicFace, list_course, open_course
from tests.cast import Cast

QUESTION = {
    "kind": "single",
    "prompt": "Phân số nào bằng $\\frac{2}{3}$?",
    "choices": [
        {"id": "a", "text": "$\\frac{3}{4}$", "correct": False, "feedback": "Mẫu lại nhân 3."},
        {"id": "b", "text": "$\\frac{8}{12}$", "correct": True},
    ],
    "tries": 2,
    "points": 1,
}


@dataclass(frozen=True)
class Opened:
    """What tests need of an open course, whatever the session forgets."""

    slug: str
    course_id: int
    run_id: int
    run_uuid: UUID
    preview_lesson: UUID


Opening = Callable[..., Opened]


@pytest.fixture
def opened(cast: Cast) -> Opening:
    """Give a function that writes a course of one lesson, opens it and, unless told otherwise, lists it."""

    def opening(
        title: str = "Phân số: chia sao cho đều",
        *,
        lesson: str = "Bánh chia sáu",
        subject: str | None = "toan",
        audience: str = "lower",
        hours: int = 3,
        is_listed: bool = True,
        pin: str | None = None,
    ) -> Opened:
        ha = cast.ha.actor
        with write():
            course = courses.create_course(
                ha, org=cast.school, draft=CourseDraft(title=title, subject=subject)
            )
            unit = courses.add_unit(ha, course, "Chặng đầu")
            first = lessons.create_lesson(ha, unit, lesson, minutes=8)
            lessons.add_activity(ha, first, kind="text", title="Đọc", data={"markdown": "Xin chào"})
            lessons.add_activity(ha, first, kind="question", title="Hỏi", data=QUESTION)
            if pin:
                lessons.add_activity(ha, first, kind="document", title="Tệp", data={}, pin=pin)
            lessons.publish_lesson(ha, first, runs=[])
            face = PublicFace(
                promise="Học xong là làm được ngay.",
                audience=audience,
                effort_hours=hours,
                preview_lesson=first.uuid,
            )
            found = open_course(ha, course, face)
            if is_listed:
                list_course(ha, found)
            about = Opened(course.slug, course.id, found.run_id, found.run.uuid, first.uuid)
        run_due_jobs()
        return about

    return opening
