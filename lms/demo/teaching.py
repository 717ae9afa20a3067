"""The demo courses: designed by their teachers, published lesson by lesson, taught to classes, opened to everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.core.actor import SYSTEM, Actor
from lms.core.clock import CITY, today
from lms.core.db import db, write
from lms.courses.models import Course, Run, Unit
from lms.courses.queries import outline_units
from lms.courses.services import (
    CourseDraft,
    RunDraft,
    add_unit,
    create_course,
    create_run,
    enroll_class,
    enroll_teacher,
)
from lms.demo.content.courses import all_courses
from lms.demo.content.model import DemoCourse, DemoLesson, DemoQuestion, ItemBlock, QuestionBlock, TextBlock
from lms.demo.content.people import RUNS, WARD, DemoRun
from lms.demo.places import actor_of, get_person, get_place
from lms.demo.shelves import shelved
from lms.lessons.models import Lesson, RunLesson
from lms.lessons.services import add_activity, create_lesson, publish_lesson, schedule_lesson
from lms.library.services import pin_item
from lms.mooc.queries import find_by_course
from lms.mooc.services import PublicFace, list_course, open_course
from lms.orgs.models import Org
from lms.people.queries import get_users

BEGAN_DAYS_AGO, LASTS_DAYS = 30, 180
DAYS_BETWEEN = 5
SHOWN_AS = frozenset({"image", "audio", "video"})


def find_course(slug: str) -> Course | None:
    """Return a course by its address."""
    return db.session.scalar(select(Course).where(Course.slug == slug))


def find_run(course: Course, org: Org) -> Run | None:
    """Return the run of a course at a place."""
    return db.session.scalar(
        select(Run).where(Run.course_id == course.id, Run.org_id == org.id).order_by(Run.id)
    )


def lessons_of(course: Course) -> list[Lesson]:
    """Return the lessons of a course in order."""
    query = select(Lesson).join(Unit, Unit.id == Lesson.unit_id).where(Unit.course_id == course.id)
    return list(db.session.scalars(query.order_by(Unit.position, Lesson.position)))


def build_courses(say: Callable[[str], None]) -> None:
    """Write what is missing of every course: first the design, then the runs with their dates."""
    known: dict[str, str] = {}
    for demo in all_courses():
        author = get_person(demo.teachers[0])
        course = find_course(demo.slug) or _start_course(demo, author.id)
        actor = actor_of(demo.teachers[0])
        for index, unit in enumerate(demo.units):
            present = outline_units(course.id)
            row = present[index] if index < len(present) else _start_unit(actor, course, unit.title)
            titles = {lesson.title for lesson in lessons_of(course)}
            for lesson in unit.lessons:
                if lesson.title not in titles:
                    known = known or shelved()
                    say(f"lesson {lesson.slug}")
                    _write_lesson(actor, row, lesson, known)
        for run in RUNS:
            if run.course == demo.slug:
                _deliver(demo, course, run)


def _start_course(demo: DemoCourse, author_id: int) -> Course:
    """Start a course where all its runs can stand below it; one for two schools is the ward's, kept by its author."""
    places = {run.org for run in RUNS if run.course == demo.slug}
    place = demo.provider if places == {demo.provider} else WARD
    creator = demo.teachers[0] if place == demo.provider else "thao"
    draft = CourseDraft(
        title=demo.title,
        summary=demo.summary,
        language=demo.language,
        subject=demo.subject,
        grades=demo.grades,
        cover_ink=demo.cover_ink,
    )
    with write():
        course = create_course(actor_of(creator), org=get_place(place), draft=draft, slug=demo.slug)
        course.owner_id = author_id
    return course


def _start_unit(actor: Actor, course: Course, title: str) -> Unit:
    with write():
        return add_unit(actor, course, title)


def _write_lesson(actor: Actor, unit: Unit, demo: DemoLesson, known: dict[str, str]) -> None:
    """Write a lesson and publish it, in one step: a lesson that exists is whole."""
    with write():
        lesson = create_lesson(
            actor, unit, demo.title, goal=demo.goal, minutes=demo.minutes, free_preview=demo.free_preview
        )
        for block in demo.activities:
            if isinstance(block, ItemBlock):
                _add_item(actor, lesson, block, known[block.item_slug])
            elif isinstance(block, QuestionBlock):
                data = _question_data(block.question)
                add_activity(actor, lesson, kind="question", title=block.title, data=data)
            else:
                _add_text(actor, lesson, block)
        publish_lesson(actor, lesson, runs=())


def _add_text(actor: Actor, lesson: Lesson, block: TextBlock) -> None:
    add_activity(actor, lesson, kind="text", title=block.title, data={"markdown": block.markdown})


def _add_item(actor: Actor, lesson: Lesson, block: ItemBlock, item_uuid: str) -> None:
    item = pin_item(actor, UUID(item_uuid))
    kind = item.type if item.type in SHOWN_AS else "document"
    data = {"note": block.note, "alt": item.title if kind == "image" else ""}
    add_activity(actor, lesson, kind=kind, title=block.title, data=data, pin=item.pin)


def _question_data(question: DemoQuestion) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "prompt": question.prompt_markdown,
        "explanation": question.explanation_markdown,
        "choices": [
            {"text": choice.text, "correct": choice.correct, "feedback": choice.feedback}
            for choice in question.choices
        ],
        "accepted": list(question.accepted),
        "answer": None if question.answer is None else f"{question.answer:g}",
        "tolerance": f"{question.tolerance:g}",
        "unit": question.unit,
        "tries": question.tries,
        "points": question.points,
    }


def _deliver(demo: DemoCourse, course: Course, run: DemoRun) -> None:
    """Teach a course at a place: its run with teachers, classes and dates, or its page in the catalogue."""
    place = get_place(run.org)
    if demo.open:
        if (face := find_by_course(course.id)) is None or face.listed_at is None:
            _open_to_all(demo, course, run)
    elif find_run(course, place) is None:
        _open_to_classes(course, run, place)


def _open_to_all(demo: DemoCourse, course: Course, run: DemoRun) -> None:
    free = {lesson.title for lesson in demo.lessons if lesson.free_preview}
    preview = next((lesson.uuid for lesson in lessons_of(course) if lesson.title in free), None)
    teachers = [get_person(username) for username in run.teachers]
    face = PublicFace(
        promise=demo.promise,
        receives=demo.what_you_receive,
        teachers=tuple(teacher.full_name for teacher in teachers),
        effort_hours=demo.effort_hours,
        preview_lesson=preview,
    )
    with write():
        opened = open_course(SYSTEM, course, face)
        taught = db.session.get_one(Run, opened.run_id)
        for teacher in get_users(user.id for user in teachers).values():
            enroll_teacher(SYSTEM, taught, teacher)
        list_course(SYSTEM, opened)


def _open_to_classes(course: Course, run: DemoRun, place: Org) -> None:
    classes = [get_place(code) for code in run.classes]
    starts_on = today() - timedelta(days=BEGAN_DAYS_AGO)
    draft = RunDraft(
        title=f"{', '.join(org.name for org in classes)} · {place.name}",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=LASTS_DAYS),
    )
    with write():
        taught = create_run(SYSTEM, course, org=place, draft=draft)
        for username in run.teachers:
            enroll_teacher(SYSTEM, taught, get_person(username))
        for org in classes:
            enroll_class(SYSTEM, taught, org)
        _set_dates(taught, lessons_of(course))


def _set_dates(run: Run, lessons: list[Lesson]) -> None:
    """Spread the lessons over the next weeks: the first was due two days ago, the last one opens a week before its day."""
    for index, lesson in enumerate(lessons):
        if db.session.get(RunLesson, (run.id, lesson.id)) is not None:
            due_at = _evening(DAYS_BETWEEN * index - 2)
            opens_at = due_at - timedelta(days=7) if lesson is lessons[-1] else None
            schedule_lesson(SYSTEM, run, lesson, opens_at=opens_at, due_at=due_at)


def _evening(days: int) -> datetime:
    return datetime.combine(today() + timedelta(days=days), time(20), CITY)
