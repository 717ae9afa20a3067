"""The pages of sources: of a lesson or a course as it is taught, and as its author has it now."""

from __future__ import annotations

from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request, url_for

from lms.core.errors import NotAllowed
from lms.core.i18n import _, current_locale
from lms.core.nav import place
from lms.core.web import actor
from lms.courses.queries import get_course
from lms.lessons import attribution_queries, queries
from lms.lessons.attribution import Sheet, make_sheet, write_text
from lms.lessons.blueprint import bp
from lms.lessons.player import get_lesson_page, get_seat_in_run
from lms.people.access import signed_in

for _endpoint in ("draft_sources", "course_sources"):
    place(f"lessons.{_endpoint}", "staff", "teach")


@bp.get("/learn/runs/<uuid:run_uuid>/<uuid:lesson_uuid>/sources")
@signed_in()
def lesson_sources(run_uuid: UUID, lesson_uuid: UUID) -> str | FlaskResponse:
    """The sources of a lesson as this learner has it."""
    page = get_lesson_page(actor(), run_uuid, lesson_uuid)
    items = attribution_queries.list_lesson_items(page.snapshot, page.stop.lesson_id)
    sheet = make_sheet(page.stop.title, [(page.stop.title, items)], is_course=False)
    back = url_for("lessons.lesson", run_uuid=run_uuid, lesson_uuid=lesson_uuid)
    return answer_sheet(sheet, back, _("Go on with the lesson"))


@bp.get("/learn/runs/<uuid:run_uuid>/sources")
@signed_in()
def run_sources(run_uuid: UUID) -> str | FlaskResponse:
    """The sources of a course: of every lesson that is open to this learner."""
    run, is_preview = get_seat_in_run(actor(), run_uuid)
    lessons = attribution_queries.list_taught_items(actor(), run, is_preview=is_preview)
    sheet = make_sheet(run.course.title, lessons, is_course=True)
    return answer_sheet(sheet, url_for("lessons.outline", run_uuid=run_uuid), _("Back to the course"))


@bp.get("/teach/lessons/<uuid:lesson_uuid>/sources")
@signed_in()
def draft_sources(lesson_uuid: UUID) -> str | FlaskResponse:
    """The sources of a lesson as it is written now."""
    lesson, _unit, course = queries.get_lesson(actor(), lesson_uuid, to_edit=False)
    lessons = attribution_queries.list_drafted_items(course.id, lesson.id)
    sheet = make_sheet(lesson.title, lessons, is_course=False)
    if _may_edit(lesson_uuid):
        return answer_sheet(
            sheet, url_for("lessons.edit_lesson", lesson_uuid=lesson_uuid), _("Back to the lesson")
        )
    return answer_sheet(
        sheet, url_for("lessons.preview_draft", lesson_uuid=lesson_uuid), _("See it as a learner")
    )


def _may_edit(lesson_uuid: UUID) -> bool:
    try:
        queries.get_lesson(actor(), lesson_uuid)
    except NotAllowed:
        return False
    return True


@bp.get("/teach/courses/<uuid:course_uuid>/sources")
@signed_in()
def course_sources(course_uuid: UUID) -> str | FlaskResponse:
    """The sources of a course as it is written now."""
    course = get_course(actor(), course_uuid)
    sheet = make_sheet(course.title, attribution_queries.list_drafted_items(course.id), is_course=True)
    return answer_sheet(
        sheet, url_for("lessons.course_outline", course_uuid=course_uuid), _("Back to the course")
    )


def answer_sheet(sheet: Sheet, back: str, back_words: str) -> str | FlaskResponse:
    """Return the page, or with `?as=text` the same to copy into a document."""
    if request.args.get("as") == "text":
        return FlaskResponse(write_text(sheet, current_locale()), mimetype="text/plain")
    return render_template(
        "lessons/sources.html",
        page_title=_("Sources of “%(title)s”", title=sheet.title),
        sheet=sheet,
        back=back,
        back_words=back_words,
    )
