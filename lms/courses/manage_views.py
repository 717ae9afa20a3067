"""Administrators' pages of course runs: who is taught what, and opening a run of a course for a class."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import LazyText, _, _l
from lms.core.nav import NavItem, add_nav_item, link, place
from lms.core.web import actor, see_other, toast
from lms.courses import services
from lms.courses.forms import field_errors, read_run
from lms.courses.manage_queries import (
    STATES,
    list_kept_courses,
    list_overseen_classes,
    list_overseen_runs,
    list_run_teachers,
)
from lms.courses.models import Run
from lms.courses.permissions import OVERSEERS
from lms.courses.queries import count_learners, find_enrollment, get_course
from lms.courses.services import RunDraft
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, get_orgs
from lms.people.access import signed_in
from lms.people.manage_queries import get_reached_org
from lms.people.models import User
from lms.people.queries import find_user, get_visible_user

bp = Blueprint("manage_runs", __name__)
place(bp.name, "staff", "manage")
add_nav_item(
    NavItem(
        "staff",
        "runs",
        _l("Course runs"),
        "manage_runs.runs",
        "presentation",
        43,
        frozenset(OVERSEERS),
        under="manage",
    )
)

STATE_LABELS: dict[str, LazyText] = {"open": _l("Under way"), "planned": _l("Planned"), "ended": _l("Ended")}


@bp.get("/manage/runs")
@signed_in(*OVERSEERS)
def runs() -> str:
    """Course runs at the places one oversees, by state; `class` shows those of one homeroom class."""
    state = request.args.get("state", "open")
    class_org = _asked_class()
    page = list_overseen_runs(actor(), state=state, class_org=class_org, after=request.args.get("after"))
    ids = [run.id for run in page.rows]
    return render_template(
        "manage/runs.html",
        page_title=_("Course runs"),
        page=page,
        state=state,
        state_labels={name: STATE_LABELS[name] for name in STATES},
        class_org=class_org,
        counts=count_learners(ids),
        teachers=list_run_teachers(ids),
    )


def _asked_class() -> Org | None:
    raw = request.values.get("class", "")
    return get_reached_org(actor(), _uuid(raw), *OVERSEERS) if raw else None


@bp.route("/manage/runs/new", methods=["GET", "POST"])
@signed_in(*OVERSEERS)
def new_run() -> str | tuple[str, int] | Response:
    """Open a run of a course for a homeroom class, taught by whom one names."""
    error: Invalid | None = None
    if request.method == "POST":
        try:
            run = _open_run()
            toast(_("The run is open and follows the class."))
            return see_other(link("courses.run_people", run_uuid=run.uuid) or url_for("manage_runs.runs"))
        except Invalid as refusal:
            error = refusal
    page = render_template(
        "manage/run_form.html",
        page_title=_("New run"),
        courses=[(course.uuid, course.title) for course in list_kept_courses(actor())],
        classes=_class_choices(list_overseen_classes(actor())),
        chosen_class=request.values.get("class", ""),
        errors=field_errors(error) if error else {},
        typed=request.form,
    )
    return (page, 422) if error else page


def _class_choices(classes: Sequence[Org]) -> list[tuple[UUID, str]]:
    """Return the classes with the names of their schools."""
    schools = get_orgs([one.parent_id for one in classes if one.parent_id is not None])
    return [
        (one.uuid, f"{one.name}, {schools[one.parent_id].name}" if one.parent_id in schools else one.name)
        for one in classes
    ]


def _open_run() -> Run:
    """Read the form, open the run, enroll the class and hand the run to its teacher."""
    who = actor()
    fields: dict[str, str] = {}
    if not request.form.get("course"):
        fields["course"] = _("Choose a course.")
    class_org = _asked_class()
    if class_org is None or class_org.kind != "class" or class_org.parent_id is None:
        fields["class"] = _("Choose a class.")
    teacher = _find_teacher(request.form.get("teacher", "").strip()[:254], fields)
    if fields or class_org is None or class_org.parent_id is None:
        raise Invalid(fields)
    course = get_course(who, _uuid(request.form["course"]))
    dates = read_run(request.form)
    draft = RunDraft(
        title=dates.title.strip() or f"{course.title} {class_org.name}",
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
    )
    with write():
        run = services.create_run(who, course, org=get_org_by_id(class_org.parent_id), draft=draft)
        services.enroll_class(who, run, class_org)
        if teacher is not None and teacher.id != who.user_id:
            services.enroll_teacher(who, run, teacher)
            own = find_enrollment(run.id, who.user_id or 0, "teacher")
            if own is not None:
                services.end_enrollment(who, run, own)
    return run


def _find_teacher(login: str, fields: dict[str, str]) -> User | None:
    """Return the teacher of this user name or address, None when empty; notes what is wrong in `fields`."""
    if not login:
        return None
    found = find_user(login)
    try:
        if found is not None:
            return get_visible_user(actor(), found.uuid)
    except NotFound:
        pass  # someone of another school is told of as nobody is
    fields["teacher"] = _("No account here has this user name or mail address.")
    return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error
