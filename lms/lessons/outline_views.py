"""The course outline builder: units and lessons, named and ordered on one page.

Every deed is a plain form and answers with a redirect to the outline; a script that sends `X-Fragment: 1` follows the
same redirect and gets the list alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor, is_fragment, see_other, toast
from lms.courses import services as courses
from lms.courses.models import Course, Unit
from lms.courses.queries import count_learners, get_course, list_course_runs, outline_units
from lms.lessons import editor_queries, queries, services
from lms.lessons.blueprint import bp
from lms.lessons.editor_forms import read_place, read_uuid
from lms.lessons.models import Lesson
from lms.lessons.offers import list_course_offers
from lms.people.access import signed_in

COURSE = "/teach/courses/<uuid:course_uuid>"
UNIT = f"{COURSE}/units/<uuid:unit_uuid>"
LESSON = "/teach/lessons/<uuid:lesson_uuid>"

place("lessons.course_outline", "staff", "teach")


@bp.get(COURSE)
@signed_in()
def course_outline(course_uuid: UUID) -> str:
    """The outline of a course: to build for its authors, to read for colleagues."""
    course = get_course(actor(), course_uuid)
    return _page(course)


def _page(course: Course, **values: object) -> str:
    can_edit = _can_edit(course)
    runs = [] if is_fragment() else list_course_runs(course)
    units, lessons = outline_units(course.id), queries.list_lessons(course.id)
    return render_template(
        "lessons/editor/_tree.html" if is_fragment() else "lessons/editor/outline.html",
        page_title=course.title,
        course=course,
        can_edit=can_edit,
        units=units,
        lessons=lessons,
        to_write=_first_unpublished(units, lessons),
        trashed_units=editor_queries.list_trashed_units(course) if can_edit else [],
        trashed_lessons=editor_queries.list_trashed_lessons(course) if can_edit else [],
        runs=runs,
        offered=0 if is_fragment() or not can_edit else len(list_course_offers(actor(), course)),
        counts=count_learners([run.id for run in runs]) if runs else {},
        is_answer=is_fragment(),
        **{"errors": {}, "at": "", "given": "", **values},
    )


def _first_unpublished(
    units: Sequence[Unit], lessons: Mapping[int, Sequence[queries.LessonState]]
) -> Lesson | None:
    """Return the lesson that waits for its author: the first, in order, whose draft nobody is taught yet."""
    states = (state for unit in units for state in lessons.get(unit.id, ()))
    return next((state.lesson for state in states if state.has_changes), None)


def _can_edit(course: Course) -> bool:
    try:
        get_course(actor(), course.uuid, to_edit=True)
    except NotAllowed:
        return False
    return True


def _refused(course_uuid: UUID, error: Invalid, at: str) -> tuple[str, int]:
    """Show the outline again with what is wrong beside the form `at`, and what was typed."""
    course = get_course(actor(), course_uuid)
    words = str(next(iter(error.fields.values()), error.message))
    return _page(course, errors={at: words}, at=at, given=request.form.get("title", "")), 422


def _back(course_uuid: UUID, anchor: object = "") -> Response:
    return see_other(url_for("lessons.course_outline", course_uuid=course_uuid, _anchor=str(anchor) or None))


def _unit_to_edit(course_uuid: UUID, unit_uuid: UUID) -> tuple[Course, Unit]:
    course = get_course(actor(), course_uuid, to_edit=True)
    return course, editor_queries.get_unit(course, unit_uuid)


@bp.post(f"{COURSE}/units")
@signed_in()
def add_unit(course_uuid: UUID) -> Response | tuple[str, int]:
    """Append a unit."""
    try:
        with write():
            course = get_course(actor(), course_uuid, to_edit=True)
            unit = courses.add_unit(actor(), course, request.form.get("title", ""))
    except Invalid as error:
        return _refused(course_uuid, error, "units")
    return _back(course_uuid, f"u-{unit.uuid}")


@bp.post(f"{UNIT}/rename")
@signed_in()
def rename_unit(course_uuid: UUID, unit_uuid: UUID) -> Response | tuple[str, int]:
    """Give a unit another title."""
    try:
        with write():
            course, unit = _unit_to_edit(course_uuid, unit_uuid)
            courses.rename_unit(actor(), course, unit, request.form.get("title", ""))
    except Invalid as error:
        return _refused(course_uuid, error, f"u-{unit_uuid}")
    return _back(course_uuid, f"u-{unit_uuid}")


@bp.post(f"{UNIT}/move")
@signed_in()
def move_unit(course_uuid: UUID, unit_uuid: UUID) -> Response:
    """Put a unit elsewhere: `place`, or one step `to` up or down."""
    with write():
        course, unit = _unit_to_edit(course_uuid, unit_uuid)
        order = [row.id for row in outline_units(course.id)]
        now_at = order.index(unit.id) if unit.id in order else len(order)
        courses.move_unit(actor(), course, unit, read_place(request.form, now_at=now_at))
    return _back(course_uuid, f"u-{unit_uuid}")


@bp.post(f"{UNIT}/trash")
@signed_in()
def trash_unit(course_uuid: UUID, unit_uuid: UUID) -> Response:
    """Take a unit and its lessons out of the course, with undo."""
    with write():
        course, unit = _unit_to_edit(course_uuid, unit_uuid)
        courses.trash_unit(actor(), course, unit)
    undo = url_for("lessons.restore_unit", course_uuid=course_uuid, unit_uuid=unit_uuid)
    toast(_("“%(title)s” and its lessons are in the trash. Results stay.", title=unit.title), undo_url=undo)
    return _back(course_uuid)


@bp.post(f"{UNIT}/restore")
@signed_in()
def restore_unit(course_uuid: UUID, unit_uuid: UUID) -> Response:
    """Bring a unit back."""
    with write():
        course, unit = _unit_to_edit(course_uuid, unit_uuid)
        courses.restore_unit(actor(), course, unit)
    return _back(course_uuid, f"u-{unit_uuid}")


@bp.post(f"{UNIT}/lessons")
@signed_in()
def add_lesson(course_uuid: UUID, unit_uuid: UUID) -> Response | tuple[str, int]:
    """Append an empty lesson to a unit; `open` goes straight on to writing it."""
    try:
        with write():
            _course, unit = _unit_to_edit(course_uuid, unit_uuid)
            lesson = services.create_lesson(actor(), unit, request.form.get("title", ""))
    except Invalid as error:
        return _refused(course_uuid, error, f"add-{unit_uuid}")
    if "open" in request.form:
        return see_other(url_for("lessons.edit_lesson", lesson_uuid=lesson.uuid))
    return _back(course_uuid, f"add-{unit_uuid}")


@bp.post(f"{LESSON}/rename")
@signed_in()
def rename_lesson(lesson_uuid: UUID) -> Response | tuple[str, int]:
    """Give a lesson another title, from the outline."""
    lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid)
    try:
        with write():
            lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid)
            services.update_lesson(actor(), lesson, title=request.form.get("title", ""))
    except Invalid as error:
        return _refused(course.uuid, error, f"l-{lesson_uuid}")
    return _back(course.uuid, f"l-{lesson_uuid}")


@bp.post(f"{LESSON}/move")
@signed_in()
def move_lesson(lesson_uuid: UUID) -> Response:
    """Put a lesson elsewhere: `place` in `unit`, or one step up or down, past the unit's edge into the next unit."""
    with write():
        lesson, unit, course = queries.get_lesson(actor(), lesson_uuid)
        if request.form.get("to") in {"up", "down"}:
            unit, at = _step(course, unit, lesson, request.form["to"])
        else:
            if request.form.get("unit"):
                unit = editor_queries.get_unit(course, read_uuid(request.form["unit"]))
            at = read_place(request.form, now_at=0) if "place" in request.form else 10_000
        services.move_lesson(actor(), lesson, unit=unit, place=at)
    return _back(course.uuid, f"l-{lesson_uuid}")


def _step(course: Course, unit: Unit, lesson: Lesson, to: str) -> tuple[Unit, int]:
    units = list(outline_units(course.id))
    states = queries.list_lessons(course.id)
    order = [state.lesson.id for state in states.get(unit.id, [])]
    at = order.index(lesson.id) if lesson.id in order else 0
    here = next((i for i, row in enumerate(units) if row.id == unit.id), 0)
    if to == "up" and at == 0 and here > 0:
        return units[here - 1], 10_000
    if to == "down" and at >= len(order) - 1 and here + 1 < len(units):
        return units[here + 1], 0
    return unit, max(0, at + (-1 if to == "up" else 1))


@bp.post(f"{LESSON}/trash")
@signed_in()
def trash_lesson(lesson_uuid: UUID) -> Response:
    """Take a lesson out of the course, with undo."""
    with write():
        lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid)
        services.trash_lesson(actor(), lesson)
    undo = url_for("lessons.restore_lesson", lesson_uuid=lesson_uuid)
    toast(_("“%(title)s” is in the trash. Results stay.", title=lesson.title), undo_url=undo)
    return _back(course.uuid)


@bp.post(f"{LESSON}/restore")
@signed_in()
def restore_lesson(lesson_uuid: UUID) -> Response:
    """Bring a lesson back."""
    with write():
        lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid)
        services.restore_lesson(actor(), lesson)
    return _back(course.uuid, f"l-{lesson_uuid}")
