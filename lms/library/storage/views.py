"""The page of how much room materials take, for administrators and librarians."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request

from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import _, _l, current_locale
from lms.core.nav import NavItem, add_nav_item
from lms.core.web import actor
from lms.library.blueprint import bp
from lms.library.showing import file_size
from lms.library.storage.quotas import get_quota
from lms.library.storage.report import ROLES, find_reported, list_reported, make_report, may_report
from lms.library.taxonomy import facet_label
from lms.orgs.models import Org
from lms.people.access import signed_in
from lms.people.manage_queries import list_reached_ancestors

add_nav_item(
    NavItem(
        "staff",
        "library-storage",
        _l("Storage used"),
        "library.storage",
        "chart-no-axes-column",
        24,
        frozenset(ROLES),
        under="library",
    )
)


@bp.get("/library/storage")
@signed_in()
def storage() -> str:
    """Show what a place keeps, by the places below it and by type."""
    who = actor()
    if not may_report(who):
        raise NotAllowed()
    tops = list_reported(who)
    org = _chosen(request.args.get("org", "")) or (tops[0] if tops else None)
    if org is None:
        raise NotFound()
    report = make_report(who, org)
    return render_template(
        "library/storage.html",
        page_title=_("Storage used: %(place)s", place=org.name),
        report=report,
        org=org,
        above=list_reached_ancestors(who, org, *ROLES),
        tops=[one for one in tops if one.id != org.id],
        quota=get_quota(org),
        file_size=file_size,
        types=[
            (facet_label("type", share.key or "document", current_locale()), share) for share in report.types
        ],
    )


def _chosen(asked: str) -> Org | None:
    if not asked:
        return None
    try:
        org = find_reported(actor(), UUID(asked))
    except ValueError:
        org = None
    if org is None:
        raise NotFound()
    return org
