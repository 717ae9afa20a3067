"""What a place asks for before items are shown, and which subjects its reviewers look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select

from content_store.taxonomy import SUBJECTS, TYPES
from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.db import db
from lms.core.errors import Invalid, NotAllowed
from lms.core.i18n import _
from lms.library.permissions import SCOPES
from lms.library.review.models import ReviewerSubjects, ReviewPolicy
from lms.library.review.permissions import REVIEW_ROLES
from lms.library.review.rules import NEVER, Rules
from lms.orgs.models import Org
from lms.people.models import RoleGrant, User
from lms.people.permissions import can_manage_people
from lms.people.queries import is_current

MOST_APPROVALS = 5
LONGEST_DAYS = 90


def save_policy(actor: Actor, org: Org, rules: Rules) -> ReviewPolicy:
    """Say what this place, and those below without a word of their own, ask for. Raises NotAllowed, Invalid."""
    _allow(actor, org)
    errors = {}
    if rules.scope_from not in {NEVER, *SCOPES[1:]}:
        errors["scope_from"] = _("Choose one of the circles.")
    if not 1 <= rules.approvals <= MOST_APPROVALS:
        errors["approvals"] = _("Choose 1 to 5 reviewers.")
    if not 1 <= rules.days <= LONGEST_DAYS:
        errors["days"] = _("Choose 1 to 90 days.")
    if any(key not in TYPES or not 0 <= count <= MOST_APPROVALS for key, count in rules.by_type.items()):
        errors["by_type"] = _("Choose 0 to 5 reviewers for a type of the list.")
    if errors:
        raise Invalid(errors)
    policy = find_policy(org)
    if policy is None:
        policy = ReviewPolicy(org_id=org.id)
        db.session.add(policy)
    policy.scope_from, policy.approvals, policy.days = rules.scope_from, rules.approvals, rules.days
    policy.by_type, policy.each_version = dict(rules.by_type), rules.each_version
    record_audit(actor, "set_review_policy", "org", org.uuid, org_id=org.id, scope_from=rules.scope_from)
    db.session.flush()
    return policy


def drop_policy(actor: Actor, org: Org) -> None:
    """Let the place follow the one above again. Raises NotAllowed."""
    _allow(actor, org)
    db.session.execute(delete(ReviewPolicy).where(ReviewPolicy.org_id == org.id))
    record_audit(actor, "drop_review_policy", "org", org.uuid, org_id=org.id)


def find_policy(org: Org) -> ReviewPolicy | None:
    """Return what the place itself says."""
    return db.session.scalar(select(ReviewPolicy).where(ReviewPolicy.org_id == org.id))


def list_reviewers_at(org: Org) -> list[tuple[User, list[str]]]:
    """Return the reviewers appointed at this very place, with their subjects ([]: every one)."""
    rows = db.session.execute(
        select(User, ReviewerSubjects)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .outerjoin(
            ReviewerSubjects, (ReviewerSubjects.user_id == User.id) & (ReviewerSubjects.org_id == org.id)
        )
        .where(RoleGrant.org_id == org.id, RoleGrant.role == "reviewer", is_current())
        .order_by(User.sort_key, User.id)
        .limit(200)
    )
    found = {user.id: (user, list(row.subjects) if row else []) for user, row in rows}
    return list(found.values())


def count_reviewers_of(org: Org) -> int:
    """Count who may approve what comes from a place: the reviewers and keepers there and above."""
    people = (
        select(RoleGrant.user_id)
        .where(RoleGrant.org_id.in_(org.lineage_ids), RoleGrant.role.in_(REVIEW_ROLES), is_current())
        .distinct()
    )
    return db.session.scalar(select(func.count()).select_from(people.subquery())) or 0


def set_subjects(actor: Actor, org: Org, subjects: Mapping[UUID, Sequence[str]]) -> None:
    """Say which subjects each reviewer of the place looks at; none means every one. Raises NotAllowed, Invalid."""
    _allow(actor, org)
    if any(one not in SUBJECTS for chosen in subjects.values() for one in chosen):
        raise Invalid({"subjects": _("Choose a subject of the list.")})
    for user, _before in list_reviewers_at(org):
        if user.uuid not in subjects:
            continue
        db.session.execute(
            delete(ReviewerSubjects).where(
                ReviewerSubjects.user_id == user.id, ReviewerSubjects.org_id == org.id
            )
        )
        if chosen := sorted(set(subjects[user.uuid])):
            db.session.add(ReviewerSubjects(user_id=user.id, org_id=org.id, subjects=chosen))
    record_audit(actor, "set_reviewer_subjects", "org", org.uuid, org_id=org.id)
    db.session.flush()


def _allow(actor: Actor, org: Org) -> None:
    if not can_manage_people(actor, org.lineage_ids):
        raise NotAllowed()
