"""What a process remembers of outlines: never what was, never what was taken back, in another process as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.app import create_app
from lms.core.db import db, write
from lms.courses.models import Course, Enrollment, Run, Unit
from lms.courses.services import (
    CourseDraft,
    add_unit,
    create_course,
    end_enrollment,
    move_unit,
    rename_unit,
    restore_unit,
    trash_unit,
)
from lms.lessons import queries
from lms.lessons.models import Lesson, RunLesson
from lms.lessons.outlines import OutlineMemory
from lms.lessons.queries import Stop, list_stops
from lms.lessons.services import (
    add_activity,
    create_lesson,
    move_lesson,
    publish_lesson,
    restore_lesson,
    schedule_lesson,
    trash_lesson,
    update_lesson,
)
from tests.factories.people import sign_in
from tests.lms.lessons.conftest import Classroom

Memory = OutlineMemory[Stop]
Change = Callable[[Classroom], object]
LATER, LAST = datetime(2031, 1, 2, tzinfo=UTC), datetime(2031, 2, 3, tzinfo=UTC)


@pytest.fixture
def remember_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Memory], None]:
    """Put a memory in place of this process's own: who reads by another one is another process."""
    return lambda memory: monkeypatch.setattr(queries, "_outlines", memory)


@pytest.fixture
def two_lessons(published: Classroom) -> Classroom:
    """The class with a second unit and a second lesson in the first, all taught."""
    with write():
        lan, course = published.actor("lan"), db.session.get_one(Course, published.course.id)
        published.extra["unit"] = add_unit(lan, course, "Số thập phân")
        lesson = create_lesson(lan, published.unit, "Rút gọn")
        add_activity(lan, lesson, kind="text", data={"markdown": "Chia cả tử và mẫu."})
        publish_lesson(lan, lesson, runs=[db.session.get_one(Run, published.run.id)])
        published.extra["lesson"] = lesson
    return published


def _publish(room: Classroom) -> None:
    lan = room.actor("lan")
    lesson = create_lesson(lan, room.unit, "So sánh phân số")
    add_activity(lan, lesson, kind="text", data={"markdown": "Cùng mẫu."})
    publish_lesson(lan, lesson, runs=[db.session.get_one(Run, room.run.id)])


def _publish_again(room: Classroom) -> None:
    lan, lesson = room.actor("lan"), db.session.get_one(Lesson, room.lesson.id)
    add_activity(lan, lesson, kind="text", data={"markdown": "Thêm một đoạn."})
    publish_lesson(lan, lesson, runs=[db.session.get_one(Run, room.run.id)])


def _schedule(room: Classroom) -> None:
    run, lesson = db.session.get_one(Run, room.run.id), db.session.get_one(Lesson, room.lesson.id)
    schedule_lesson(room.actor("lan"), run, lesson, opens_at=LATER, due_at=LAST)


def _rename_lesson(room: Classroom) -> None:
    update_lesson(room.actor("lan"), db.session.get_one(Lesson, room.lesson.id), title="Tên khác")


def _move_lesson(room: Classroom) -> None:
    unit = db.session.get_one(Unit, room.extra["unit"].id)
    move_lesson(room.actor("lan"), db.session.get_one(Lesson, room.lesson.id), unit=unit, place=0)


def _order_lessons(room: Classroom) -> None:
    unit, lesson = db.session.get_one(Unit, room.unit.id), db.session.get_one(Lesson, room.extra["lesson"].id)
    move_lesson(room.actor("lan"), lesson, unit=unit, place=0)


def _trash_lesson(room: Classroom) -> None:
    trash_lesson(room.actor("lan"), db.session.get_one(Lesson, room.lesson.id))


def _rename_unit(room: Classroom) -> None:
    course, unit = db.session.get_one(Course, room.course.id), db.session.get_one(Unit, room.unit.id)
    rename_unit(room.actor("lan"), course, unit, "Chương khác")


def _order_units(room: Classroom) -> None:
    _move_lesson(room)
    course, unit = db.session.get_one(Course, room.course.id), db.session.get_one(Unit, room.unit.id)
    move_unit(room.actor("lan"), course, unit, 1)


def _trash_unit(room: Classroom) -> None:
    course, unit = db.session.get_one(Course, room.course.id), db.session.get_one(Unit, room.unit.id)
    trash_unit(room.actor("lan"), course, unit)


CHANGES = [
    _publish,
    _publish_again,
    _schedule,
    _rename_lesson,
    _move_lesson,
    _order_lessons,
    _trash_lesson,
    _rename_unit,
    _order_units,
    _trash_unit,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_change_stands_in_the_next_outline_of_every_process(
    two_lessons: Classroom, remember_by: Callable[[Memory], None], change: Change
) -> None:
    room, here, there = two_lessons, Memory(), Memory()
    for memory in (here, there):
        remember_by(memory)
        before = list_stops([room.run.id], None)
    remember_by(here)
    with write():
        change(room)
    after = []
    for memory in (here, there, Memory()):
        remember_by(memory)
        after.append(list_stops([room.run.id], None))
        db.session.rollback()
    assert after[0] == after[1] == after[2] != before


def test_what_is_restored_is_back_at_once(two_lessons: Classroom) -> None:
    room, lan = two_lessons, two_lessons.actor("lan")
    before = list_stops([room.run.id], None)
    with write():
        _trash_lesson(room)
        _trash_unit(room)
    assert list_stops([room.run.id], None)[room.run.id] == []
    with write():
        restore_lesson(lan, db.session.get_one(Lesson, room.lesson.id))
        restore_unit(lan, db.session.get_one(Course, room.course.id), db.session.get_one(Unit, room.unit.id))
    assert list_stops([room.run.id], None) == before


def test_an_outline_that_was_taken_back_is_remembered_by_nobody(two_lessons: Classroom) -> None:
    room = two_lessons
    before = list_stops([room.run.id], None)
    with pytest.raises(ZeroDivisionError), write():
        _rename_lesson(room)
        assert list_stops([room.run.id], None) != before  # the changing transaction sees its own change
        raise ZeroDivisionError
    assert list_stops([room.run.id], None) == before


def test_a_part_that_was_taken_back_leaves_no_trace_in_the_outline(two_lessons: Classroom) -> None:
    room = two_lessons
    with write() as session:
        _rename_unit(room)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            _rename_lesson(room)
            list_stops([room.run.id], None)
            raise ZeroDivisionError
    (first, _second) = list_stops([room.run.id], None)[room.run.id]
    assert (first.unit_title, first.title) == ("Chương khác", "Quy đồng mẫu số")


def test_a_change_gives_another_stamp_to_its_own_course_only(two_lessons: Classroom) -> None:
    room, stamps = two_lessons, select(Course.id, Course.outline_stamp)
    with write():
        draft = CourseDraft(title="Ngữ văn 6")
        neighbor = create_course(room.actor("lan"), org=room.school, draft=draft)
        add_unit(room.actor("lan"), neighbor, "Truyện")
    before = {row.id: row.outline_stamp for row in db.session.execute(stamps)}
    with write():
        _schedule(room)
    after = {row.id: row.outline_stamp for row in db.session.execute(stamps)}
    assert after[neighbor.id] == before[neighbor.id] != before[room.course.id] != after[room.course.id]


def test_rows_of_an_outline_cannot_be_changed_behind_its_back(two_lessons: Classroom) -> None:
    for model in (Unit, Lesson, RunLesson):
        with pytest.raises(RuntimeError, match="row by row"), write() as session:
            session.execute(update(model).values(**{_key(model): 1}))


def _key(model: Any) -> str:
    return "revision_id" if model is RunLesson else "position"


def test_a_memory_forgets_what_was_longest_unused() -> None:
    memory: OutlineMemory[str] = OutlineMemory(most=8)
    memory.put(1, 10, ("a", "b"))
    memory.put(2, 10, ("c", "d"))
    assert memory.get(1, 10) == ("a", "b")
    memory.put(3, 10, ("e", "f"))
    assert memory.get(2, 10) is None
    assert memory.get(1, 11) is None
    memory.put(1, 11, ("g",))
    assert memory.get(1, 11) == ("g",) and memory.get(3, 10) == ("e", "f")
    memory.put(4, 10, tuple("a lesson more than fits"))
    assert memory.get(4, 10) is None and memory.get(1, 11) is None
    memory.put(5, 10, ("h",) * 7)
    assert memory.get(5, 10) == ("h",) * 7


@pytest.fixture
def other(app: Flask) -> Iterator[Flask]:
    """A second application on the same database."""
    made = create_app(app.extensions["settings"], testing=True)
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    with made.app_context():
        for name in ("item_index", "page_index"):
            made.extensions[name].close()
        db.session.remove()
        db.engine.dispose()


def test_the_pages_of_another_process_show_every_change_at_the_next_request(
    two_lessons: Classroom, other: Flask, client: FlaskClient, remember_by: Callable[[Memory], None]
) -> None:
    room, there = two_lessons, other.test_client()
    course_page = f"/learn/runs/{room.run.uuid}"
    for browser in (client, there):
        sign_in(browser, room.users["minh"])

    def read(path: str) -> str:
        remember_by(memory)
        return there.get(path).text

    memory = Memory()
    assert "Quy đồng mẫu số" in read("/learn") and "Quy đồng mẫu số" in read(course_page)
    remember_by(Memory())
    with write():
        _rename_lesson(room)
    assert "Tên khác" in read("/learn") and "Quy đồng" not in read("/learn") + read(course_page)
    remember_by(Memory())
    with write():
        _publish(room)
    assert "So sánh phân số" in read(course_page)
    remember_by(Memory())
    with write():
        _schedule(room)
    assert "Tên khác" not in read("/learn") and "02/01/2031" in read(course_page)
    with write():
        run, places = db.session.get_one(Run, room.run.id), select(Enrollment)
        own = places.where(Enrollment.run_id == run.id, Enrollment.user_id == room.users["minh"].id)
        end_enrollment(room.actor("lan"), run, db.session.scalars(own).one())
    assert room.course.title not in read("/learn")
    assert there.get(course_page).status_code == 404
