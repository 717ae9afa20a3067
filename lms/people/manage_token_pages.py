"""Administrators' page of tokens for programs: what a unit allows, and those of its people, to be revoked."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.clock import now
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.web import actor, see_other, toast
from lms.orgs.models import Org
from lms.people import services
from lms.people.access import signed_in
from lms.people.api_scopes import find_scopes
from lms.people.api_token_queries import LONGEST_DAYS, list_rules, list_tokens_at
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import field_errors
from lms.people.manage_queries import get_reached_org, list_reached_ancestors
from lms.people.queries import get_visible_user
from lms.people.second_factor_rules import can_require_factor

Page = str | tuple[str, int] | Response


@bp.get("/manage/orgs/<uuid:org_uuid>/tokens")
@signed_in(*ADMINS)
def tokens(org_uuid: UUID) -> Page:
    """What is allowed here, and the tokens of the people here."""
    return _page(get_reached_org(actor(), org_uuid, *ADMINS))


@bp.post("/manage/orgs/<uuid:org_uuid>/tokens")
@signed_in(*ADMINS)
def set_token_rule(org_uuid: UUID) -> Page:
    """Say for how many days tokens work here; nothing written takes the rule away."""
    org, typed = get_reached_org(actor(), org_uuid, *ADMINS), request.form.get("days", "").strip()
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1
    try:
        with write():
            services.set_token_rule(actor(), org, days if typed else None)
    except Invalid as error:
        return _page(org, error), 422
    toast(_("Saved."))
    return see_other(url_for("manage.tokens", org_uuid=org_uuid))


@bp.post("/manage/orgs/<uuid:org_uuid>/tokens/<uuid:token_uuid>/revoke")
@signed_in(*ADMINS)
def revoke_token(org_uuid: UUID, token_uuid: UUID) -> Response:
    """End the token of somebody one looks after."""
    get_reached_org(actor(), org_uuid, *ADMINS)
    with write():
        token = services.revoke_api_token(actor(), token_uuid)
    toast(_("The token “%(name)s” no longer works.", name=token.name))
    return see_other(url_for("manage.tokens", org_uuid=org_uuid))


@bp.post("/manage/users/<uuid:user_uuid>/tokens/revoke")
@signed_in(*ADMINS)
def revoke_tokens_of(user_uuid: UUID) -> Response:
    """End all tokens of somebody one looks after."""
    found = get_visible_user(actor(), user_uuid)
    with write():
        services.revoke_all_tokens(actor(), found)
    toast(_("All tokens of %(name)s are ended.", name=found.full_name))
    return see_other(url_for("manage.user", user_uuid=user_uuid))


def _page(org: Org, error: Invalid | None = None) -> str:
    rules = list_rules(org.lineage_ids)
    own = next((rule for rule, place in rules if place.id == org.id), None)
    page = list_tokens_at(actor(), org, after=request.args.get("after", "")[:200] or None)
    return render_template(
        "manage/tokens.html",
        page_title=_("Tokens for programs"),
        org=org,
        above=list_reached_ancestors(actor(), org, *ADMINS),
        rules=rules,
        can_set=can_require_factor(actor(), org.lineage_ids) and not org.is_closed,
        days=request.form.get("days", "") if error else "" if own is None else own.most_days,
        longest=LONGEST_DAYS,
        rows=[
            (token, owner, find_scopes(token.scopes), token.expires_at <= now()) for token, owner in page.rows
        ],
        next_url=url_for("manage.tokens", org_uuid=org.uuid, after=page.next) if page.next else None,
        errors=field_errors(error) if error else {},
    )
