"""What people do when the tree changes below them."""

from __future__ import annotations

from lms.core.events import listens_to
from lms.orgs.events import OrgClosed, OrgMerged
from lms.people import services
from lms.people.events import RoleGranted
from lms.people.models import STAFF_ROLES


@listens_to(OrgMerged)
def move_grants_of_merged_org(event: OrgMerged) -> None:
    """Roles continue at the node that took the merged one in."""
    services.move_grants(event.org_id, event.into_id, event.on)


@listens_to(OrgClosed)
def end_grants_of_closed_org(event: OrgClosed) -> None:
    """Nobody holds a role at a node that has ended."""
    services.end_grants_at(event.org_id, event.on)


@listens_to(RoleGranted)
def read_factor_policies_anew(event: RoleGranted) -> None:
    """Who joins the staff may now be asked for a second factor."""
    if event.role in STAFF_ROLES:
        services.recheck_sessions(event.user_id)
