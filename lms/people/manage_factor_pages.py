"""Administrators' pages of the second step: what a unit asks of its staff, and resetting one person's."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import today
from lms.core.db import write
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import _
from lms.core.web import actor, see_other, toast
from lms.orgs.models import Org
from lms.people import services
from lms.people.access import signed_in
from lms.people.labels import ROLE_LABELS
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors, read_day
from lms.people.manage_queries import get_reached_org, list_reached_ancestors
from lms.people.models import ROLES, STAFF_ROLES
from lms.people.queries import get_visible_user
from lms.people.second_factor_models import FactorPolicy
from lms.people.second_factor_queries import count_staff, list_policies
from lms.people.second_factor_rules import DEFAULT_REMEMBER_DAYS, can_require_factor

Page = str | tuple[str, int] | Response
GRACE_DAYS = 14


@bp.get("/manage/orgs/<uuid:org_uuid>/second-step")
@signed_in(*ADMINS)
def second_step(org_uuid: UUID) -> Page:
    """What is asked of the staff here, by this unit and by those above."""
    return _page(get_reached_org(actor(), org_uuid, *ADMINS))


@bp.post("/manage/orgs/<uuid:org_uuid>/second-step")
@signed_in(*ADMINS)
def require_second_step(org_uuid: UUID) -> Page:
    """Ask the staff for a second factor."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    try:
        start = read_day(request.form, "valid_from")
        with write():
            services.require_factor(
                actor(),
                org,
                roles=request.form.getlist("roles")[:20],
                grace_days=_days("grace_days"),
                remember_days=_days("remember_days"),
                valid_from=start,
            )
    except Invalid as error:
        return _page(org, error), 422
    toast(_("The staff of %(name)s is asked for the second step.", name=org.name))
    return see_other(url_for("manage.second_step", org_uuid=org_uuid))


@bp.post("/manage/orgs/<uuid:org_uuid>/second-step/<uuid:policy_uuid>/end")
@signed_in(*ADMINS)
def end_second_step(org_uuid: UUID, policy_uuid: UUID) -> Page:
    """Ask no more, from today on."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    with write():
        services.end_factor_policy(actor(), _own_policy(org, policy_uuid))
    toast(_("%(name)s asks for no second step any more.", name=org.name))
    return see_other(url_for("manage.second_step", org_uuid=org_uuid))


@bp.post("/manage/users/<uuid:user_uuid>/second-step/reset")
@signed_in(*ADMINS)
def reset_second_step(user_uuid: UUID) -> Response:
    """Remove the second step of someone who lost it."""
    found = get_visible_user(actor(), user_uuid)
    with write():
        services.reset_factor(actor(), found)
    toast(_("The second step of %(name)s is removed; the password alone signs in.", name=found.full_name))
    return see_other(url_for("manage.user", user_uuid=user_uuid))


def _own_policy(org: Org, uuid: UUID) -> FactorPolicy:
    found = [policy for policy, place in list_policies(org) if policy.uuid == uuid and place.id == org.id]
    if not found:
        raise NotFound()
    return found[0]


def _days(name: str) -> int:
    raw = request.form.get(name, "").strip()
    return (
        int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 5 else -1
    )  # the service names the field


def _page(org: Org, error: Invalid | None = None) -> str:
    policies = list_policies(org)
    own = next((policy for policy, place in policies if place.id == org.id), None)
    typed = request.form if error else None
    total, ready = count_staff(org)
    staff = [(role, ROLE_LABELS[role]) for role in ROLES if role in STAFF_ROLES]
    return render_template(
        "manage/second_step.html",
        page_title=_("Two-step sign-in"),
        org=org,
        above=list_reached_ancestors(actor(), org, *ADMINS),
        policies=policies,
        own=own,
        total=total,
        ready=ready,
        can_require=can_require_factor(actor(), org.lineage_ids) and not org.is_closed,
        staff_roles=staff,
        role_labels=ROLE_LABELS,
        chosen=typed.getlist("roles") if typed else own.roles if own else sorted(STAFF_ROLES),
        grace_days=typed.get("grace_days") if typed else own.grace_days if own else GRACE_DAYS,
        remember_days=typed.get("remember_days")
        if typed
        else own.remember_days
        if own
        else DEFAULT_REMEMBER_DAYS,
        valid_from=typed.get("valid_from") if typed else today(),
        errors=field_errors(error) if error else {},
    )
