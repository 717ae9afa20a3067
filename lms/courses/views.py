"""Staff pages of courses: the teacher's home, a course's description, the people of a run."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _, _l, ngettext
from lms.core.nav import NavItem, add_nav_item, place
from lms.core.web import actor, see_other, toast
from lms.courses import forms, queries, services
from lms.courses.models import Enrollment, Run
from lms.library.taxonomy import grade_choices, subject_choices
from lms.orgs.queries import get_org, get_org_by_id
from lms.people.access import signed_in
from lms.people.queries import get_user

bp = Blueprint("courses", __name__)
place("courses", "staff", "teach")
add_nav_item(NavItem("staff", "teach", _l("Teach"), "courses.teach", "presentation", 10))


@bp.get("/teach")
@signed_in()
def teach() -> str:
    """The teacher's home: what one teaches and what one writes."""
    runs = queries.list_runs(actor())
    page = queries.list_courses(actor(), after=request.args.get("after"), size=12)
    counts = queries.count_learners([run.id for run in runs])
    return render_template(
        "courses/teach.html",
        page_title=_("Teach"),
        runs=runs,
        counts=counts,
        courses=page,
        places=queries.list_teaching_places(actor()),
    )


@bp.route("/teach/courses/new", methods=["GET", "POST"])
@signed_in()
def new_course() -> str | Response | tuple[str, int]:
    """Start a course."""
    places = queries.list_teaching_places(actor())
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            org = get_org(_uuid(request.form.get("org", "")))
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
    page = _course_form(course.title, errors, course=course)
    return (page, 422) if errors else page


def _course_form(title: str, errors: dict[str, str], **values: object) -> str:
    return render_template(
        "courses/course_form.html",
        page_title=title,
        errors=errors,
        subjects=subject_choices(),
        grades=grade_choices(),
        inks=forms.INKS,
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
                    services.enroll_class(actor(), run, get_org(_uuid(request.form["class_org"])))
            toast(_("The run is open."))
            return see_other(url_for("courses.run_people", run_uuid=run.uuid))
        except Invalid as error:
            errors = dict(forms.field_errors(error))
    page = render_template(
        "courses/run_form.html",
        page_title=_("New run"),
        course=course,
        errors=errors,
        classes=queries.list_own_classes(actor(), org),
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
        "courses/run_form.html", page_title=run.title, course=run.course, run=run, errors=errors, classes=()
    )
    return (page, 422) if errors else page


@bp.get("/teach/runs/<uuid:run_uuid>/people")
@signed_in()
def run_people(run_uuid: UUID) -> str:
    """Who learns and teaches in a run, and every way to add people."""
    run = queries.get_run(actor(), run_uuid)
    return _people_page(run)


def _people_page(run: Run, **values: object) -> str:
    return render_template(
        "courses/run_people.html",
        page_title=run.title,
        run=run,
        course=run.course,
        page=queries.list_participants(run, after=request.args.get("after")),
        teachers=queries.list_participants(run, role="teacher").rows,
        count=queries.count_learners([run.id]).get(run.id, 0),
        classes=queries.list_own_classes(actor(), get_org_by_id(run.org_id)),
        synced=queries.list_run_classes(run.id),
        **values,
    )


@bp.post("/teach/runs/<uuid:run_uuid>/classes")
@signed_in()
def enroll_class(run_uuid: UUID) -> Response:
    """Enroll a homeroom class and follow it."""
    with write():
        run = queries.get_run(actor(), run_uuid)
        count = services.enroll_class(actor(), run, get_org(_uuid(request.form.get("class_org", ""))))
    toast(ngettext("%(num)d learner is enrolled.", "%(num)d learners are enrolled.", count))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/code")
@signed_in()
def change_code(run_uuid: UUID) -> Response:
    """Make a new joining code or take it away."""
    with write():
        services.set_join_code(actor(), queries.get_run(actor(), run_uuid), on="off" not in request.form)
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people")
@signed_in()
def add_people(run_uuid: UUID) -> str | Response | tuple[str, int]:
    """Enroll a pasted or uploaded list; first shows line by line what would happen."""
    run = queries.get_run(actor(), run_uuid)
    text = request.form.get("logins", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        text = upload.read(500_000).decode("utf-8-sig", "replace")
    try:
        logins = forms.read_logins(text)
    except Invalid as error:
        return _people_page(run, errors=forms.field_errors(error), logins=text), 422
    if "confirm" not in request.form:
        lines = services.import_enrollments(actor(), run, logins, dry_run=True)
        return _people_page(run, preview=lines, logins="\n".join(logins))
    with write():
        run = queries.get_run(actor(), run_uuid)
        lines = services.import_enrollments(actor(), run, logins, dry_run=False)
    count = sum(line.error is None for line in lines)
    toast(ngettext("%(num)d learner is enrolled.", "%(num)d learners are enrolled.", count))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people/<uuid:user_uuid>/end")
@signed_in()
def end_place(run_uuid: UUID, user_uuid: UUID) -> Response:
    """Take someone out of a run, with undo."""
    with write():
        run = queries.get_run(actor(), run_uuid)
        services.end_enrollment(actor(), run, _find_place(run, user_uuid))
    undo = url_for("courses.restore_place", run_uuid=run_uuid, user_uuid=user_uuid)
    toast(_("The learner is out of the run. What was learnt stays recorded."), undo_url=undo)
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people/<uuid:user_uuid>/restore")
@signed_in()
def restore_place(run_uuid: UUID, user_uuid: UUID) -> Response:
    """Undo `end_place`."""
    with write():
        run = queries.get_run(actor(), run_uuid)
        services.restore_enrollment(actor(), run, _find_place(run, user_uuid))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


def _find_place(run: Run, user_uuid: UUID) -> Enrollment:
    found = queries.find_enrollment(run.id, get_user(user_uuid).id)
    if found is None:
        raise NotFound()
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error
