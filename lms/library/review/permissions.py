"""Who may look at what is submitted, and decide on it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from content_store.models import Version
from lms.core.actor import Actor
from lms.core.db import db
from lms.library.permissions import KEEPERS, owner_token
from lms.library.review.models import ReviewerSubjects, ReviewSubmission
from lms.orgs.models import Org
from lms.orgs.permissions import is_everywhere
from lms.orgs.queries import within

REVIEW_ROLES = ("reviewer", *KEEPERS)


def can_review(actor: Actor) -> bool:
    """Tell whether the actor reviews anywhere: reviewers, and the keepers of a place."""
    return actor.is_signed_in and actor.has_role(*REVIEW_ROLES)


def limits_of(actor: Actor) -> dict[int, list[str]]:
    """Return the subjects of the actor by the node they hold at; a node that is not named knows no limit."""
    rows = db.session.scalars(select(ReviewerSubjects).where(ReviewerSubjects.user_id == actor.user_id))
    return {row.org_id: row.subjects for row in rows}


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on submissions (joined with their Org) of the places and subjects the actor reviews."""
    if is_everywhere(actor):
        return true()
    grants = [grant for grant in actor.grants if grant.role in REVIEW_ROLES]
    if not grants:
        return false()
    nodes = {grant.org_id for grant in grants}
    rows = db.session.execute(select(Org.id, Org.lineage).where(Org.id.in_(nodes)))
    lineages = {row.id: row.lineage for row in rows}
    limits = limits_of(actor)
    found: list[ColumnElement[bool]] = []
    for grant in grants:
        if grant.org_id not in lineages:
            continue
        clause = within(lineages[grant.org_id])
        if grant.role == "reviewer" and grant.org_id in limits:
            clause = and_(clause, ReviewSubmission.subject.in_(limits[grant.org_id]))
        found.append(clause)
    return or_(false(), *found)


def with_owners_eyes(actor: Actor, version: Version) -> Actor:
    """Return who looks at what is submitted: with its owner's eyes, and at nothing else of theirs."""
    return replace(actor, audiences=actor.audiences | {version.item.owner})


def is_own(actor: Actor, submission: ReviewSubmission) -> bool:
    """Tell whether the actor submitted it, or owns the item."""
    return actor.is_signed_in and (
        submission.author_id == actor.user_id or submission.owner == owner_token(actor)
    )
