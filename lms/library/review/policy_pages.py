"""Administrators' page of review: what a place asks for before items are shown, and its reviewers' subjects."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from content_store.taxonomy import TYPES
from lms.core.db import write
from lms.core.errors import Invalid
from lms.core.i18n import _, current_locale, ngettext
from lms.core.nav import place
from lms.core.web import actor, see_other, toast
from lms.library.blueprint import bp
from lms.library.permissions import SCOPES
from lms.library.review import policies as review_policies
from lms.library.review.rules import NEVER, Rules, rules_at
from lms.library.sharing import SCOPE_WORDS
from lms.library.taxonomy import subject_choices
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.access import signed_in
from lms.people.manage_blueprint import ADMINS
from lms.people.manage_queries import get_reached_org, list_reached_ancestors

Page = str | Response | tuple[str, int]
place("library.review_policy", "staff", "manage")
place("library.save_review_policy", "staff", "manage")
place("library.save_review_subjects", "staff", "manage")


@bp.get("/manage/orgs/<uuid:org_uuid>/reviews")
@signed_in(*ADMINS)
def review_policy(org_uuid: UUID) -> Page:
    """What is asked for here, by this place or the one above that says so."""
    return _page(get_reached_org(actor(), org_uuid, *ADMINS), {})


@bp.post("/manage/orgs/<uuid:org_uuid>/reviews")
@signed_in(*ADMINS)
def save_review_policy(org_uuid: UUID) -> Page:
    """Keep what is asked for; or follow the place above again."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    try:
        with write():
            if request.form.get("action") == "follow":
                review_policies.drop_policy(actor(), org)
            else:
                review_policies.save_policy(actor(), org, _read_rules())
    except Invalid as error:
        return _page(org, {name: str(text) for name, text in error.fields.items()}), 422
    toast(_("Saved."))
    return see_other(url_for("library.review_policy", org_uuid=org_uuid))


@bp.post("/manage/orgs/<uuid:org_uuid>/reviews/subjects")
@signed_in(*ADMINS)
def save_review_subjects(org_uuid: UUID) -> Page:
    """Keep which subjects each reviewer of the place looks at."""
    org = get_reached_org(actor(), org_uuid, *ADMINS)
    chosen = {
        user.uuid: request.form.getlist(f"subjects:{user.uuid}")[:100]
        for user, _subjects in review_policies.list_reviewers_at(org)
        if f"reviewer:{user.uuid}" in request.form
    }
    try:
        with write():
            review_policies.set_subjects(actor(), org, chosen)
    except Invalid as error:
        return _page(org, {name: str(text) for name, text in error.fields.items()}), 422
    toast(_("Saved."))
    return see_other(url_for("library.review_policy", org_uuid=org_uuid))


def _read_rules() -> Rules:
    counts = {key: request.form.get(f"type:{key}", "") for key in TYPES}
    return Rules(
        scope_from=request.form.get("scope_from", ""),
        approvals=_number(request.form.get("approvals", "")),
        by_type={key: _number(text) for key, text in counts.items() if text},
        each_version=request.form.get("each_version") == "1",
        days=_number(request.form.get("days", "")),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


def _page(org: Org, errors: dict[str, str]) -> str:
    rules, locale = rules_at(org.lineage_ids), current_locale()
    reached = [*list_reached_ancestors(actor(), org, *ADMINS), org]
    said_by = next((one for one in reached if one.id == rules.org_id), None)
    circles = [(key, str(words)) for key, words in SCOPE_WORDS.items() if key in SCOPES[1:]]
    return render_template(
        "library/review_policy.html",
        page_title=_("Review of materials"),
        org=org,
        above=reached[:-1],
        rules=rules,
        said_by=said_by.name if said_by else get_org_by_id(rules.org_id).name if rules.org_id else "",
        is_own=rules.org_id == org.id,
        circles=[*circles, (NEVER, _("No review"))],
        types=[(key, term.label(locale)) for key, term in TYPES.items()],
        subjects=subject_choices(),
        reviewers=review_policies.list_reviewers_at(org),
        numbers=[(count, str(count)) for count in range(1, review_policies.MOST_APPROVALS + 1)],
        too_few=_too_few(org, rules),
        errors=errors,
    )


def _too_few(org: Org, rules: Rules) -> str:
    """Why some materials of the place would wait for ever; '' where there are enough to approve them."""
    asked = max(rules.approvals, *rules.by_type.values(), 0)
    there = review_policies.count_reviewers_of(org)
    if rules.scope_from == NEVER or not rules.org_id or there >= asked:
        return ""
    return ngettext(
        "%(num)d person can approve materials from here, and %(asked)s must: they would wait. Appoint reviewers or ask for fewer.",
        "%(num)d people can approve materials from here, and %(asked)s must: they would wait. Appoint reviewers or ask for fewer.",
        there,
        asked=asked,
    )
