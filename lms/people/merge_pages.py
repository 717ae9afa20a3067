"""Pages of joining two accounts of one person: find the other one, look at what would move, join, take it back."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from lms.core.db import write
from lms.core.errors import Conflict, NotAllowed, Refusal
from lms.core.i18n import _
from lms.core.web import actor, see_other, toast
from lms.orgs.queries import get_orgs
from lms.people import merges
from lms.people.access import signed_in
from lms.people.labels import ROLE_LABELS
from lms.people.manage_blueprint import ADMINS, bp
from lms.people.manage_forms import read_uuid
from lms.people.manage_queries import list_roles_of
from lms.people.merge_previews import preview_merge
from lms.people.merge_search import find_duplicates
from lms.people.models import User
from lms.people.queries import get_user_by_id, get_visible_user, list_external_ids

Page = str | tuple[str, int] | Response


@bp.get("/manage/users/<uuid:user_uuid>/merge")
@signed_in(*ADMINS)
def merge_user(user_uuid: UUID) -> Page:
    """Who may be the same person; with `other` what joining the two would move."""
    user = get_visible_user(actor(), user_uuid)
    raw = request.args.get("other", "")
    if raw:
        return _show_preview(user, get_visible_user(actor(), read_uuid(raw)))
    q = request.args.get("q", "").strip()[:100]
    found = find_duplicates(actor(), user, q)
    people = [one.user for one in found]
    return render_template(
        "manage/merge_find.html",
        page_title=_("Join accounts"),
        user=user,
        q=q,
        found=found,
        roles_of=list_roles_of(actor(), people, *ADMINS) if people else {},
        role_labels=ROLE_LABELS,
        joined=merges.list_merges_into(user),
    )


def _show_preview(user: User, other: User, problem: Refusal | None = None) -> Page:
    """Show both accounts side by side, which one stays, and what moves to it."""
    keeps_other = request.values.get("keep") == "other"
    kept, merged = (other, user) if keeps_other else (user, other)
    if problem is None:
        try:
            merges.check_may_merge(actor(), kept, merged)
        except (Conflict, NotAllowed) as refusal:
            problem = refusal
    homes = get_orgs([one.home_org_id for one in (kept, merged) if one.home_org_id is not None])
    page = render_template(
        "manage/merge.html",
        page_title=_("Join accounts"),
        user=user,
        other=other,
        kept=kept,
        merged=merged,
        keeps_other=keeps_other,
        homes=homes,
        roles_of=list_roles_of(actor(), [kept, merged], *ADMINS),
        role_labels=ROLE_LABELS,
        identifiers={one.id: list_external_ids(one) for one in (kept, merged)},
        lines=preview_merge(kept.id, merged.id),
        problem=str(problem) if problem is not None else "",
    )
    return (page, problem.status) if problem is not None and request.method == "POST" else page


@bp.post("/manage/users/<uuid:user_uuid>/merge")
@signed_in(*ADMINS)
def do_merge(user_uuid: UUID) -> Page:
    """Join the two accounts as shown."""
    user = get_visible_user(actor(), user_uuid)
    other = get_visible_user(actor(), read_uuid(request.form.get("other", "")))
    kept, merged = (other, user) if request.form.get("keep") == "other" else (user, other)
    try:
        with write():
            merge = merges.merge_users(actor(), kept, merged, free_login=bool(request.form.get("free_login")))
    except Conflict as problem:
        return _show_preview(user, other, problem)
    undo = url_for("manage.undo_merge", merge_uuid=merge.uuid)
    toast(_("The accounts are joined. Progress is counted anew in a moment."), undo_url=undo)
    return see_other(url_for("manage.user", user_uuid=kept.uuid))


@bp.post("/manage/merges/<uuid:merge_uuid>/undo")
@signed_in(*ADMINS)
def undo_merge(merge_uuid: UUID) -> Response:
    """Part the two accounts again."""
    merge = merges.get_merge(merge_uuid)
    kept = get_visible_user(actor(), get_user_by_id(merge.kept_id).uuid)
    with write():
        merges.undo_merge(actor(), merge)
    toast(_("The accounts stand apart again. Progress is counted anew in a moment."))
    return see_other(url_for("manage.merge_user", user_uuid=kept.uuid))
