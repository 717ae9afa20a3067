"""Which items a review comes before: policies of places, handed down, and the circles that are wide enough to need one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from content_store.models import Version
from content_store.taxonomy import type_of_format
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.permissions import SCOPES
from lms.library.queries import list_homes
from lms.library.review.models import ReviewPolicy, ReviewSubmission
from lms.library.sharing import home_of, scope_of
from lms.orgs.models import Org
from lms.people.models import RoleGrant
from lms.people.queries import is_current

DEFAULT_DAYS = 7
NEVER = "none"
# What the narrowest circle of a place means where the place is larger than a school.
WIDE_HOMES = {"ward": "ward", "department": "department", "ministry": "sector"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds at a place; `org_id` names the node that says so, None for what holds unless somebody says otherwise."""

    scope_from: str = "ward"
    approvals: int = 1
    by_type: Mapping[str, int] = field(default_factory=dict)
    each_version: bool = True
    days: int = DEFAULT_DAYS
    org_id: int | None = None

    def needed_for(self, type: str, scope: str) -> int:
        """Return how many approvals an item of this type needs before this circle sees it."""
        if self.scope_from == NEVER or breadth(scope) < breadth(self.scope_from):
            return 0
        return self.by_type.get(type, self.approvals)


NO_REVIEW = Rules(scope_from=NEVER)


def breadth(scope: str) -> int:
    """Return how wide a circle is, compared with others."""
    return SCOPES.index(scope)


def width_at(scope: str, home: Org | None) -> str:
    """Return what a circle amounts to: what a department shares "at home" is seen by all its schools."""
    if scope == "school" and home is not None:
        return WIDE_HOMES.get(home.kind, "school")
    return scope


def rules_at(lineage: Sequence[int]) -> Rules:
    """Return the rules of the nearest node that has some.

    Unless somebody said otherwise, one approval is asked from the ward upward where the place, or one above it, has a
    reviewer: where nobody is appointed, nothing could ever be shown.
    """
    if not lineage:
        return NO_REVIEW
    rows = db.session.scalars(select(ReviewPolicy).where(ReviewPolicy.org_id.in_(lineage)))
    found = max(rows, key=lambda row: lineage.index(row.org_id), default=None)
    if found is not None:
        return Rules(
            found.scope_from, found.approvals, found.by_type, found.each_version, found.days, found.org_id
        )
    reviewer = select(RoleGrant.id).where(
        RoleGrant.role == "reviewer", RoleGrant.org_id.in_(lineage), is_current()
    )
    return Rules() if db.session.scalar(reviewer.limit(1)) is not None else NO_REVIEW


def review_place(actor: Actor, version: Version) -> Org | None:
    """Return the place whose reviewers look at an item: its own, else the nearest one of whoever submits it."""
    return home_of(version) or next(iter(list_homes(actor)), None)


def approvals_needed(actor: Actor, version: Version, scope: str) -> tuple[int, Rules]:
    """Return how many approvals a version still needs before the circle sees it, and by which rules.

    None for the system itself, for what the circle sees already, and for what was approved for it before.
    """
    if actor.is_system or scope == "private":
        return 0, NO_REVIEW
    place = review_place(actor, version)
    rules = rules_at(place.lineage_ids if place else ())
    needed = max(rules.needed_for(type, width_at(scope, place)) for type in _types_of(version))
    if needed and _has_passed(version, scope, each_version=rules.each_version):
        needed = 0
    return needed, rules


def _types_of(version: Version) -> set[str]:
    """What its author calls it, and what its file is: nobody gets past a review by another word for the same file."""
    read = version.main.reading.format if version.main is not None else None
    return {version.type, type_of_format(read)} if read else {version.type}


def _has_passed(version: Version, scope: str, *, each_version: bool) -> bool:
    item = version.item
    if item.state == "published" and item.published_number is not None:
        is_shown = version.number == item.published_number or not each_version
        if is_shown and breadth(scope) <= breadth(scope_of(version)):
            return True
    approved = select(ReviewSubmission.number, ReviewSubmission.scope).where(
        ReviewSubmission.item_uuid == item.uuid, ReviewSubmission.state == "approved"
    )
    return any(
        breadth(scope) <= breadth(row.scope) and (row.number == version.number or not each_version)
        for row in db.session.execute(approved)
    )


def reviewed_scopes(actor: Actor, version: Version) -> frozenset[str]:
    """Return the circles that a review comes before, for this version as it is now."""
    return frozenset(scope for scope in SCOPES[1:] if approvals_needed(actor, version, scope)[0])
