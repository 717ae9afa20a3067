"""The people of a run: who is in, and every way of bringing people in."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import LazyText, _, _l, ngettext
from lms.core.nav import link
from lms.core.web import actor, see_other, settings, toast
from lms.courses import forms, queries, services
from lms.courses.blueprint import bp
from lms.courses.models import Enrollment, Run
from lms.orgs.models import Org
from lms.orgs.queries import get_org
from lms.people.access import signed_in
from lms.people.queries import find_user, get_user

SOURCE_LABELS: dict[str, LazyText] = {
    "teacher": _l("Added by a teacher"),
    "class": _l("Came with the class"),
    "code": _l("Joined with the code"),
    "csv": _l("From a list"),
    "self": _l("Enrolled on one's own"),
}
LIST_BYTES = 500_000


@bp.get("/teach/runs/<uuid:run_uuid>/people")
@signed_in()
def run_people(run_uuid: UUID) -> str:
    """Who learns and teaches in a run, and every way to add people."""
    return _people_page(*queries.get_run_and_place(actor(), run_uuid))


def _people_page(run: Run, place: Org, **values: object) -> str:
    synced = queries.list_run_classes(run.id)
    taken = {org.id for org in synced}
    classes = queries.list_own_classes(actor(), place)
    return render_template(
        "courses/run_people.html",
        page_title=run.title,
        run=run,
        course=run.course,
        page=queries.list_participants(run, after=request.args.get("after")),
        teachers=queries.list_participants(run, role="teacher").rows,
        count=queries.count_learners([run.id]).get(run.id, 0),
        classes=forms.org_choices([org for org in classes if org.id not in taken]),
        synced=synced,
        sources={source: str(label) for source, label in SOURCE_LABELS.items()},
        join_url=_join_url(),
        **{"errors": {}, "typed": {}, **values},
    )


def _join_url() -> str:
    return settings().base_url + link("lessons.join")


@bp.get("/teach/runs/<uuid:run_uuid>/code")
@signed_in()
def run_code(run_uuid: UUID) -> str:
    """A sheet for the wall: how to join, the code in letters one reads from the last row."""
    run = queries.get_run(actor(), run_uuid)
    if run.join_code is None:
        raise NotFound()
    return render_template(
        "courses/run_code.html", page_title=run.title, run=run, course=run.course, join_url=_join_url()
    )


@bp.post("/teach/runs/<uuid:run_uuid>/code")
@signed_in()
def change_code(run_uuid: UUID) -> Response:
    """Make a new joining code or take it away."""
    with write():
        services.set_join_code(actor(), queries.get_run(actor(), run_uuid), on="off" not in request.form)
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/classes")
@signed_in()
def enroll_class(run_uuid: UUID) -> Response:
    """Enroll a homeroom class and follow it."""
    with write():
        run = queries.get_run(actor(), run_uuid)
        class_org = get_org(forms.read_uuid(request.form.get("class_org", "")))
        count = services.enroll_class(actor(), run, class_org)
    toast(ngettext("One learner is enrolled.", "%(num)s learners are enrolled.", count))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people")
@signed_in()
def add_people(run_uuid: UUID) -> str | Response | tuple[str, int]:
    """Enroll a pasted or uploaded list; first shows line by line what would happen."""
    run, place = queries.get_run_and_place(actor(), run_uuid)
    text = _read_list()
    try:
        logins = forms.read_logins(text)
    except Invalid as error:
        return _people_page(run, place, errors=forms.field_errors(error), typed={"logins": text}), 422
    if "confirm" not in request.form:
        lines = services.import_enrollments(actor(), run, logins, dry_run=True)
        return _preview_page(run, lines, logins)
    with write():
        run = queries.get_run(actor(), run_uuid)
        lines = services.import_enrollments(actor(), run, logins, dry_run=False)
    count = sum(line.error is None and not line.has_place for line in lines)
    toast(ngettext("One learner is enrolled.", "%(num)s learners are enrolled.", count))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


def _read_list() -> str:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.read(LIST_BYTES).decode("utf-8-sig", "replace")
    return request.form.get("logins", "")


def _preview_page(run: Run, lines: list[services.ImportLine], logins: list[str]) -> str:
    return render_template(
        "courses/run_list.html",
        page_title=run.title,
        run=run,
        course=run.course,
        lines=lines,
        logins="\n".join(logins),
        fresh=sum(line.error is None and not line.has_place for line in lines),
        unknown=sum(line.error is not None for line in lines),
    )


@bp.post("/teach/runs/<uuid:run_uuid>/teachers")
@signed_in()
def add_teacher(run_uuid: UUID) -> Response | tuple[str, int]:
    """Let a colleague teach the run."""
    login = request.form.get("teacher", "").strip()[:254]
    try:
        with write():
            run = queries.get_run(actor(), run_uuid)
            user = find_user(login)
            if user is None or not user.is_active:
                raise Invalid({"teacher": _("No account has this name or mail.")})
            services.enroll_teacher(actor(), run, user)
    except Invalid as error:
        run, place = queries.get_run_and_place(actor(), run_uuid)
        return _people_page(run, place, errors=forms.field_errors(error), typed={"teacher": login}), 422
    toast(_("%(name)s teaches this run now.", name=user.full_name))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people/<uuid:user_uuid>/end")
@signed_in()
def end_place(run_uuid: UUID, user_uuid: UUID) -> Response:
    """Take someone out of a run, with undo."""
    role = _asked_role()
    with write():
        run = queries.get_run(actor(), run_uuid)
        place = _find_place(run, user_uuid, role)
        is_self = role == "teacher" and place.user_id == actor().user_id
        services.end_enrollment(actor(), run, place)
    undo = url_for("courses.restore_place", run_uuid=run_uuid, user_uuid=user_uuid, role=role)
    if role == "learner":
        toast(_("The learner is out of the run. What was learnt stays recorded."), undo_url=undo)
    else:
        toast(_("The teacher is out of the run."), undo_url=None if is_self else undo)
    return see_other(url_for("courses.teach" if is_self else "courses.run_people", run_uuid=run_uuid))


@bp.post("/teach/runs/<uuid:run_uuid>/people/<uuid:user_uuid>/restore")
@signed_in()
def restore_place(run_uuid: UUID, user_uuid: UUID) -> Response:
    """Undo `end_place`."""
    with write():
        run = queries.get_run(actor(), run_uuid)
        services.restore_enrollment(actor(), run, _find_place(run, user_uuid, _asked_role()))
    return see_other(url_for("courses.run_people", run_uuid=run_uuid))


def _asked_role() -> str:
    return "teacher" if request.values.get("role") == "teacher" else "learner"


def _find_place(run: Run, user_uuid: UUID, role: str) -> Enrollment:
    found = queries.find_enrollment(run.id, get_user(user_uuid).id, role)
    if found is None:
        raise NotFound()
    return found
