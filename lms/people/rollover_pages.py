"""Pages of a school's rollover to the next year: plan, correct, look over, carry out, take back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import LazyText, _, _l
from lms.core.jobs import Job
from lms.core.web import actor, see_other, toast
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, get_orgs
from lms.orgs.year_names import first_day_after, school_year_of
from lms.people import rollover_plan, rollovers
from lms.people.access import signed_in
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors, read_day
from lms.people.manage_queries import get_reached_org
from lms.people.queries import list_members
from lms.people.rollover_model import KEEP, LEAVE, MOVE, Rollover
from lms.people.rollover_plan import RowDraft, get_plan, list_rows, show_rows
from lms.people.rollover_undo import undo_rollover as undo

Page = str | tuple[str, int] | Response

ACTION_LABELS: dict[str, LazyText] = {
    MOVE: _l("Moves up"),
    LEAVE: _l("Leaves the school"),
    KEEP: _l("Stays as it is"),
}
STATE_LABELS: dict[str, LazyText] = {
    "draft": _l("Draft"),
    "queued": _l("Confirmed"),
    "applied": _l("Carried out"),
    "undone": _l("Taken back"),
    "canceled": _l("Given up"),
}


@bp.route("/manage/orgs/<uuid:org_uuid>/rollover", methods=["GET", "POST"])
@signed_in(*ADMINS)
def rollover(org_uuid: UUID) -> Page:
    """What a rollover does, the plans made here, and a new one."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    rollover_plan.check_may_roll(actor(), org)
    year = school_year_of(today())
    error: Invalid | None = None
    if request.method == "POST":
        try:
            day = read_day(request.form, "starts_on")
            with write():
                plan = rollover_plan.draft_rollover(actor(), org, year=year, starts_on=day)
            return _to_plan(plan)
        except Invalid as refusal:
            error = refusal
    plans = rollover_plan.list_plans(org)
    page = render_template(
        "manage/rollover_new.html",
        page_title=_("Next school year"),
        org=org,
        year=year,
        starts_on=request.form.get("starts_on") or first_day_after(year),
        standing=next((one for one in plans if one.state in {"draft", "queued"}), None),
        plans=[one for one in plans if one.state != "canceled"],
        state_labels=STATE_LABELS,
        errors=field_errors(error) if error else {},
    )
    return (page, 422) if error else page


@bp.get("/manage/rollovers/<uuid:plan_uuid>")
@signed_in(*ADMINS)
def show_rollover(plan_uuid: UUID) -> Page:
    """A plan: to be corrected, looked over, on its way, carried out or taken back."""
    return _plan_page(get_plan(actor(), plan_uuid))


def _plan_page(plan: Rollover, error: Invalid | None = None) -> Page:
    org = get_org_by_id(plan.org_id)
    rows = list_rows(plan)
    views = show_rows(rows, org)
    is_check = request.args.get("step") == "check" and plan.state == "draft" and error is None
    template = (
        "manage/rollover.html" if plan.state == "draft" and not is_check else "manage/rollover_shown.html"
    )
    page = render_template(
        template,
        page_title=_("Next school year"),
        plan=plan,
        org=org,
        views=views,
        is_check=is_check,
        moving=sum(view.moving for view in views),
        leaving=sum(view.members for view in views if view.row.action == LEAVE),
        counts={name: sum(row.action == name for row in rows) for name in ACTION_LABELS},
        done=sum(row.state != "todo" for row in rows),
        targets=get_orgs([row.target_id for row in rows if row.target_id is not None]),
        job=db.session.get(Job, plan.job_id) if plan.job_id is not None else None,
        action_labels=ACTION_LABELS,
        state_labels=STATE_LABELS,
        errors=field_errors(error) if error else {},
        today=today(),
    )
    return (page, 422) if error else page


@bp.post("/manage/rollovers/<uuid:plan_uuid>")
@signed_in(*ADMINS)
def save_rollover(plan_uuid: UUID) -> Page:
    """Keep the corrections; with `check` go on to look the plan over."""
    plan = get_plan(actor(), plan_uuid)
    try:
        day = read_day(request.form, "starts_on")
        with write():
            rollover_plan.update_plan(
                actor(),
                plan,
                starts_on=day,
                carry_staff=bool(request.form.get("carry_staff")),
                rows=_read_rows(request.form),
            )
        if request.form.get("do") == "check":
            rollover_plan.check_complete(plan)
    except Invalid as error:
        return _plan_page(plan, error)
    if request.form.get("do") == "check":
        return see_other(url_for("manage.show_rollover", plan_uuid=plan_uuid, step="check"))
    toast(_("Saved."))
    return see_other(url_for("manage.show_rollover", plan_uuid=plan_uuid))


def _read_rows(form: MultiDict[str, str]) -> Mapping[int, RowDraft]:
    """Return what was chosen for each class, by its id; the fields are `action-12`, `target-12`, `repeat-12`."""
    found: dict[int, RowDraft] = {}
    for name, action in form.items():
        prefix, _dash, number = name.partition("-")
        if prefix == "action" and number.isdecimal() and len(number) < 10:
            target, repeat = form.get(f"target-{number}", ""), form.get(f"repeat-{number}", "")
            found[int(number)] = RowDraft(action, target[:500], repeat[:500])
    return found


@bp.route("/manage/rollovers/<uuid:plan_uuid>/classes/<uuid:org_uuid>", methods=["GET", "POST"])
@signed_in(*ADMINS)
def rollover_class(plan_uuid: UUID, org_uuid: UUID) -> Page:
    """Who of a class does not move up."""
    plan = get_plan(actor(), plan_uuid)
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    row = rollover_plan.get_row(plan, org)
    if request.method == "POST":
        with write():
            chosen = set(request.form.getlist("out"))
            ids = [user.id for user in list_members(org.id) if str(user.uuid) in chosen]
            rollover_plan.set_repeaters(actor(), plan, org, ids)
        toast(_("Saved."))
        return _to_plan(plan)
    if plan.state != "draft":
        raise NotFound()
    return render_template(
        "manage/rollover_class.html",
        page_title=_("Who of %(name)s does not move up", name=org.name),
        plan=plan,
        school=get_org_by_id(plan.org_id),
        org=org,
        row=row,
        pupils=rollover_plan.list_repeaters(plan, org),
    )


@bp.post("/manage/rollovers/<uuid:plan_uuid>/confirm")
@signed_in(*ADMINS)
def confirm_rollover(plan_uuid: UUID) -> Page:
    """Carry the plan out, now or on its first day."""
    plan = get_plan(actor(), plan_uuid)
    try:
        with write():
            rollovers.confirm_rollover(actor(), plan)
    except Invalid as error:
        return _plan_page(get_plan(actor(), plan_uuid), error)
    return _to_plan(plan)


@bp.post("/manage/rollovers/<uuid:plan_uuid>/cancel")
@signed_in(*ADMINS)
def cancel_rollover(plan_uuid: UUID) -> Response:
    """Give a draft up, or make a draft again of a plan whose day has not come."""
    plan = get_plan(actor(), plan_uuid)
    with write():
        rollover_plan.cancel_plan(actor(), plan)
        is_draft = plan.state == "draft"
    org: Org = get_org_by_id(plan.org_id)
    return _to_plan(plan) if is_draft else see_other(url_for("manage.rollover", org_uuid=org.uuid))


@bp.post("/manage/rollovers/<uuid:plan_uuid>/undo")
@signed_in(*ADMINS)
def undo_rollover(plan_uuid: UUID) -> Response:
    """Let the classes of the old year stand again."""
    plan = get_plan(actor(), plan_uuid)
    try:
        with write():
            undo(actor(), plan)
        toast(_("The old classes stand again, with their members and course runs."))
    except Conflict as problem:
        toast(str(problem), "danger")
    return _to_plan(plan)


def _to_plan(plan: Rollover) -> Response:
    return see_other(url_for("manage.show_rollover", plan_uuid=plan.uuid))
