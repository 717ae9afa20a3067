"""Administrators' pages of the tree: the places one looks after, a unit, opening, renaming, moving, closing."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.i18n import _
from lms.core.web import actor, see_other, toast
from lms.orgs import services as orgs
from lms.orgs.labels import KIND_LABELS
from lms.orgs.models import Org
from lms.orgs.queries import list_children, list_names, list_orgs
from lms.people.access import signed_in
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors, read_day, read_org, read_uuid
from lms.people.manage_queries import (
    can_change_org,
    describe_closing,
    get_reached_org,
    kinds_below,
    list_parents,
    list_reached_ancestors,
    list_top_places,
)
from lms.people.queries import count_members_of

Page = str | tuple[str, int] | Response


@bp.get("/manage")
@signed_in(*ADMINS)
def home() -> str:
    """The places one looks after, and the search for others below them."""
    q = request.args.get("q", "").strip()[:100]
    found = list_orgs(actor(), q=q, after=request.args.get("after"), roles=ADMINS) if q else None
    return render_template(
        "manage/home.html",
        page_title=_("Manage"),
        places=list_top_places(actor(), *ADMINS),
        found=found,
        q=q,
        kind_labels=KIND_LABELS,
    )


@bp.get("/manage/orgs/<uuid:org_uuid>")
@signed_in(*ADMINS)
def org(org_uuid: UUID) -> Page:
    """A unit: what it is, what stands below it, what it was called and where it stood."""
    found = get_reached_org(actor(), org_uuid, *ADMINS)
    if found.kind == "class":
        return redirect(url_for("manage.class_page", org_uuid=org_uuid))
    kind = request.args.get("kind") or None
    children = list_children(found, request.args.get("after"), kind=kind)
    classes = [child.id for child in children.rows if child.kind == "class"]
    return render_template(
        "manage/org.html",
        page_title=found.name,
        org=found,
        above=list_reached_ancestors(actor(), found, *ADMINS),
        children=children,
        counts=count_members_of(classes) if classes else {},
        kind=kind,
        names=list_names(found),
        parents=list_parents(found),
        new_kinds=kinds_below(actor(), found),
        can_change=can_change_org(actor(), found),
        kind_labels=KIND_LABELS,
    )


@bp.route("/manage/orgs/new", methods=["GET", "POST"])
@signed_in("sysadmin")
def new_root() -> Page:
    """Open a unit that stands under nothing."""
    return _new_org(None, ("ministry", "department", "partner", "school", "learning_center", "group"))


@bp.route("/manage/orgs/<uuid:org_uuid>/new", methods=["GET", "POST"])
@signed_in(*ADMINS)
def new_org(org_uuid: UUID) -> Page:
    """Open a unit below another."""
    parent = get_reached_org(actor(), org_uuid, *ADMINS)
    kinds = kinds_below(actor(), parent)
    if not kinds:
        raise Conflict(_("Nothing can be opened below this unit. Choose another parent unit."))
    return _new_org(parent, kinds)


def _new_org(parent: Org | None, kinds: tuple[str, ...]) -> Page:
    error: Invalid | None = None
    if request.method == "POST":
        try:
            form = read_org(request.form)
            if form.kind not in kinds:
                raise Invalid({"kind": _("Choose one of the kinds in the list.")})
            with write():
                made = orgs.create_org(
                    actor(), parent=parent, kind=form.kind, name=form.name, code=form.code, opened_on=form.on
                )
            toast(_("%(name)s is open.", name=made.name))
            return see_other(url_for("manage.org", org_uuid=made.uuid))
        except Invalid as refusal:
            error = refusal
    page = render_template(
        "manage/org_form.html",
        page_title=_("Open a unit"),
        org=None,
        parent=parent,
        kinds=kinds,
        kind=request.values.get("kind", ""),
        kind_labels=KIND_LABELS,
        errors=field_errors(error) if error else {},
        typed=request.form,
        today=today(),
    )
    return (page, 422) if error else page


@bp.route("/manage/orgs/<uuid:org_uuid>/edit", methods=["GET", "POST"])
@signed_in(*ADMINS)
def edit_org(org_uuid: UUID) -> Page:
    """Rename a unit from a day on, or give it another code."""
    found = get_reached_org(actor(), org_uuid, *ADMINS)
    error: Invalid | None = None
    if request.method == "POST":
        try:
            form = read_org(request.form)
            with write():
                orgs.rename_org(actor(), found, name=form.name, code=form.code, on=form.on)
            toast(_("Saved."))
            return see_other(url_for("manage.org", org_uuid=org_uuid))
        except Invalid as refusal:
            error = refusal
    page = render_template(
        "manage/org_form.html",
        page_title=_("Rename %(name)s", name=found.name),
        org=found,
        kinds=(),
        errors=field_errors(error) if error else {},
        typed=request.form,
        today=today(),
    )
    return (page, 422) if error else page


@bp.route("/manage/orgs/<uuid:org_uuid>/move", methods=["GET", "POST"])
@signed_in(*ADMINS)
def move_org(org_uuid: UUID) -> Page:
    """Put a unit under another parent, found by name."""
    found = get_reached_org(actor(), org_uuid, *ADMINS)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            day = read_day(request.form, "on")
            parent = get_reached_org(actor(), read_uuid(request.form.get("parent", "")), *ADMINS)
            with write():
                orgs.move_org(actor(), found, parent, on=day)
            toast(_("%(name)s now stands under %(parent)s.", name=found.name, parent=parent.name))
            return see_other(url_for("manage.org", org_uuid=org_uuid))
        except (Invalid, Conflict) as refusal:
            problem = refusal
        except NotFound:
            problem = Invalid({"parent": _("Choose a unit from the list.")})
    q = request.values.get("q", "").strip()[:100]
    choices = list_orgs(actor(), q=q or None, after=request.args.get("after"), roles=ADMINS)
    page = render_template(
        "manage/move.html",
        page_title=_("Move %(name)s", name=found.name),
        org=found,
        choices=[one for one in choices.rows if one.kind != "class" and found.id not in one.lineage_ids],
        next=choices.next,
        q=q,
        problem="" if problem is None else str(problem),
        errors=field_errors(problem) if isinstance(problem, Invalid) else {},
        kind_labels=KIND_LABELS,
        today=today(),
    )
    return (page, problem.status) if problem else page


@bp.route("/manage/orgs/<uuid:org_uuid>/close", methods=["GET", "POST"])
@signed_in(*ADMINS)
def close_org(org_uuid: UUID) -> Page:
    """End a unit, after saying what ends with it and what stays."""
    found = get_reached_org(actor(), org_uuid, *ADMINS)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            day = read_day(request.form, "on")
            with write():
                orgs.close_org(actor(), found, on=day)
            toast(_("%(name)s is closed. What it left stays readable.", name=found.name))
            above = list_reached_ancestors(actor(), found, *ADMINS)
            target = url_for("manage.org", org_uuid=above[-1].uuid) if above else url_for("manage.home")
            return see_other(target)
        except (Invalid, Conflict) as refusal:
            problem = refusal
    page = render_template(
        "manage/close.html",
        page_title=_("Close %(name)s", name=found.name),
        org=found,
        closing=describe_closing(found),
        problem="" if problem is None else str(problem),
        errors=field_errors(problem) if isinstance(problem, Invalid) else {},
        today=today(),
    )
    return (page, problem.status) if problem else page
