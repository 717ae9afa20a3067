"""Staff pages of courses: the teacher's home, a course's description, the settings of a run."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, _l
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.web import actor, see_other, toast
from lms.courses import forms, people_views, queries, services
from lms.courses.blueprint import bp
from lms.courses.permissions import KEEPERS
from lms.library.taxonomy import ADULT, grade_choices, subject_choices
from lms.orgs.queries import get_org, get_org_by_id
from lms.people.access import signed_in

__all__ = ["bp", "people_views"]  # loaded for what they register

place(bp.name, "staff", "teach")
add_nav_item(NavItem("staff", "teach", _l("Teach"), "courses.teach", "presentation", 10))


@bp.get("/teach")
@signed_in()
def teach() -> str:
    """The teacher's home: what one teaches and what one writes."""
    runs = queries.list_runs(actor())
    ended = queries.list_runs(actor(), is_ended=True, limit=20)
    page = queries.list_courses(actor(), after=request.args.get("after"), size=12)
    counts = queries.count_learners([run.id for run in (*runs, *ended)])
    return render_template(
        "courses/teach.html",
        page_title=_("Teach"),
        runs=runs,
        ended=ended,
        counts=counts,
        courses=page,
        can_write=bool(queries.list_teaching_places(actor(), limit=1)),
    )


@bp.route("/teach/courses/new", methods=["GET", "POST"])
@signed_in()
def new_course() -> str | Response | tuple[str, int]:
    """Start a course."""
    places = forms.org_choices(queries.list_teaching_places(actor()))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            org = get_org(forms.read_uuid(request.form.get("org", "")))
            draft = forms.read_course(request.form)
            with write():
                course = services.create_course(actor(), org=org, draft=draft)
                services.add_unit(actor(), course, _("First unit"))
            toast(_("The course is there. Now give it lessons."))
            return see_other(url_for("lessons.course_outline", course_uuid=course.uuid))
        except Invalid as error:
            errors = dict(forms.field_errors(error))
    page = _course_form(_("New course"), errors, places=places)
    return (page, 422) if errors else page


@bp.route("/teach/courses/<uuid:course_uuid>/settings", methods=["GET", "POST"])
@signed_in()
def course_settings(course_uuid: UUID) -> str | Response | tuple[str, int]:
    """Describe a course."""
    course = queries.get_course(actor(), course_uuid, to_edit=True)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            draft = forms.read_course(request.form)
            with write():
                services.update_course(actor(), queries.get_course(actor(), course_uuid), draft)
            toast(_("Saved."))
            return see_other(url_for("lessons.course_outline", course_uuid=course_uuid))
        except Invalid as error:
            errors = dict(forms.field_errors(error))
    can_open = actor().has_role_at(get_org_by_id(course.org_id).lineage_ids, *KEEPERS)
    page = _course_form(course.title, errors, course=course, can_open=can_open)
    return (page, 422) if errors else page


def _course_form(title: str, errors: dict[str, str], **values: object) -> str:
    return render_template(
        "courses/course_form.html",
        page_title=title,
        errors=errors,
        subjects=subject_choices(),
        grades=[choice for choice in grade_choices() if choice[0] != ADULT],
        inks=forms.INKS,
        typed=request.form if errors else None,
        **values,
    )


@bp.post("/teach/courses/<uuid:course_uuid>/archive")
@signed_in()
def archive_course(course_uuid: UUID) -> Response:
    """Put a course away, with undo."""
    with write():
        course = queries.get_course(actor(), course_uuid, to_edit=True)
        services.archive_course(actor(), course)
    undo = url_for("courses.restore_course", course_uuid=course_uuid)
    toast(_("The course is in the archive. Its runs and results stay."), undo_url=undo)
    return see_other(url_for("courses.teach"))


@bp.post("/teach/courses/<uuid:course_uuid>/restore")
@signed_in()
def restore_course(course_uuid: UUID) -> Response:
    """Take a course out of the archive."""
    with write():
        services.restore_course(actor(), queries.get_course(actor(), course_uuid, to_edit=True))
    return see_other(url_for("lessons.course_outline", course_uuid=course_uuid))


@bp.route("/teach/courses/<uuid:course_uuid>/runs/new", methods=["GET", "POST"])
@signed_in()
def new_run(course_uuid: UUID) -> str | Response | tuple[str, int]:
    """Open a run of a course, if wished straight for a homeroom class."""
    course = queries.get_course(actor(), course_uuid, to_edit=True)
    org = get_org_by_id(course.org_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            draft = forms.read_run(request.form)
            with write():
                run = services.create_run(actor(), course, org=org, draft=draft)
                if request.form.get("class_org"):
                    services.enroll_class(actor(), run, get_org(forms.read_uuid(request.form["class_org"])))
            toast(_("The run is open."))
            return see_other(url_for("courses.run_people", run_uuid=run.uuid))
        except Invalid as error:
            errors = dict(forms.field_errors(error))
    page = render_template(
        "courses/run_form.html",
        page_title=_("New run"),
        course=course,
        errors=errors,
        typed=request.form if errors else None,
        classes=forms.org_choices(queries.list_own_classes(actor(), org)),
    )
    return (page, 422) if errors else page


@bp.route("/teach/runs/<uuid:run_uuid>/settings", methods=["GET", "POST"])
@signed_in()
def run_settings(run_uuid: UUID) -> str | Response | tuple[str, int]:
    """Change title, dates and state of a run."""
    run = queries.get_run(actor(), run_uuid)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            draft = forms.read_run(request.form)
            with write():
                services.update_run(
                    actor(),
                    queries.get_run(actor(), run_uuid),
                    draft,
                    state=request.form.get("state", "open"),
                )
            toast(_("Saved."))
            return see_other(url_for("courses.run_people", run_uuid=run_uuid))
        except Invalid as error:
            errors = dict(forms.field_errors(error))
    page = render_template(
        "courses/run_form.html",
        page_title=run.title,
        course=run.course,
        run=run,
        errors=errors,
        typed=request.form if errors else None,
        classes=(),
    )
    return (page, 422) if errors else page
