"""Opening a course to everyone: what the catalogue says of it, listing and withdrawing."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.core.nav import place
from lms.core.web import actor, see_other, toast
from lms.courses.forms import field_errors
from lms.courses.models import Course
from lms.courses.queries import get_course
from lms.lessons.queries import list_stops
from lms.mooc import queries, services
from lms.mooc.blueprint import bp
from lms.mooc.forms import read_face
from lms.mooc.labels import AUDIENCE_LABELS
from lms.mooc.models import OpenCourse
from lms.mooc.permissions import can_open_course
from lms.orgs.queries import get_org_by_id
from lms.people.access import signed_in

for _name in ("edit_open_course", "save_open_course", "list_open_course", "withdraw_open_course"):
    place(f"mooc.{_name}", "staff", "teach")

ADDRESS = "/teach/courses/<uuid:course_uuid>/open"


def _get(course_uuid: UUID) -> Course:
    course = get_course(actor(), course_uuid)
    if not can_open_course(actor(), get_org_by_id(course.org_id).lineage_ids):
        raise NotAllowed()
    return course


@bp.get(ADDRESS)
@signed_in()
def edit_open_course(course_uuid: UUID) -> str:
    """Show what the catalogue says, or would say."""
    return _page(_get(course_uuid), {})


def _page(course: Course, errors: dict[str, str]) -> str:
    found = queries.find_by_course(course.id)
    return render_template(
        "mooc/open_form.html",
        page_title=_("Open to the public"),
        course=course,
        found=found,
        errors=errors,
        typed=request.form if errors else None,
        audiences=[(value, str(label)) for value, label in AUDIENCE_LABELS.items()],
        lessons=[(lesson.uuid, lesson.title) for lesson in queries.list_preview_choices(course.id)],
        place_name=get_org_by_id(course.org_id).name,
        lesson_count=len(list_stops([found.run_id], None)[found.run_id]) if found else 0,
    )


@bp.post(ADDRESS)
@signed_in()
def save_open_course(course_uuid: UUID) -> str | Response | tuple[str, int]:
    """Keep what the catalogue says; with `list` show the course there at once."""
    try:
        face = read_face(request.form)
        with write():
            found = services.open_course(actor(), _get(course_uuid), face)
            if "list" in request.form:
                services.list_course(actor(), found)
    except Invalid as error:
        return _page(_get(course_uuid), dict(field_errors(error))), 422
    toast(_("The course is in the catalogue.") if "list" in request.form else _("Saved."))
    return see_other(url_for("mooc.edit_open_course", course_uuid=course_uuid))


@bp.post(f"{ADDRESS}/list")
@signed_in()
def list_open_course(course_uuid: UUID) -> Response:
    """Show the course in the catalogue (also the undo of withdrawing)."""
    with write():
        services.list_course(actor(), _face(_get(course_uuid)))
    toast(_("The course is in the catalogue."))
    return see_other(url_for("mooc.edit_open_course", course_uuid=course_uuid))


@bp.post(f"{ADDRESS}/withdraw")
@signed_in()
def withdraw_open_course(course_uuid: UUID) -> Response:
    """Take the course out of the catalogue, with undo."""
    with write():
        services.withdraw_course(actor(), _face(_get(course_uuid)))
    undo = url_for("mooc.list_open_course", course_uuid=course_uuid)
    toast(_("The course left the catalogue. Those inside go on learning."), undo_url=undo)
    return see_other(url_for("mooc.edit_open_course", course_uuid=course_uuid))


def _face(course: Course) -> OpenCourse:
    found = queries.find_by_course(course.id)
    if found is None:
        raise Invalid({"promise": _("Say first what the catalogue shall show.")})
    return found
