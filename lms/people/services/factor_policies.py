"""What an organization asks of its staff: setting and ending the policy, and noting it on living sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select, update

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.i18n import _
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id, within
from lms.people.models import STAFF_ROLES, RoleGrant, UserSession
from lms.people.queries import is_current
from lms.people.second_factor_models import FactorPolicy
from lms.people.second_factor_rules import can_require_factor

MOST_DAYS = 90


def require_factor(
    actor: Actor,
    org: Org,
    *,
    roles: Iterable[str] = STAFF_ROLES,
    grace_days: int = 14,
    remember_days: int = 30,
    valid_from: date | None = None,
) -> FactorPolicy:
    """Ask the staff at and below `org` for a second factor; the unit's own policy of before ends that day."""
    if not can_require_factor(actor, org.lineage_ids):
        raise NotAllowed()
    if org.is_closed:
        raise Conflict(_("This unit is closed. Choose one that is open."))
    chosen, start = sorted(set(roles)), valid_from or today()
    _check(chosen, grace_days, remember_days, start)
    for old in _own_policies(org, start):
        old.valid_to = max(old.valid_from, start)
    policy = FactorPolicy(
        org_id=org.id,
        roles=chosen,
        grace_days=grace_days,
        remember_days=remember_days,
        valid_from=start,
        set_by=actor.user_id,
    )
    db.session.add(policy)
    db.session.flush()
    record_audit(
        actor, "factor.required", "org", org.uuid, org_id=org.id, grace=grace_days, remember=remember_days
    )
    _recheck_staff(org)
    return policy


def end_factor_policy(actor: Actor, policy: FactorPolicy, *, on: date | None = None) -> FactorPolicy:
    """End a policy on `on` (today). Who set up a second step keeps it until removing it."""
    org = get_org_by_id(policy.org_id)
    if not can_require_factor(actor, org.lineage_ids):
        raise NotAllowed()
    policy.valid_to = max(on or today(), policy.valid_from)
    db.session.flush()
    record_audit(actor, "factor.not_required", "org", org.uuid, org_id=org.id)
    _recheck_staff(org)
    return policy


def recheck_sessions(user_id: int) -> None:
    """Read the policies anew at the next request of `user_id`: a role was given, or the last factor removed."""
    db.session.execute(
        update(UserSession).where(UserSession.user_id == user_id).values(factor_checked_on=None)
    )


def _recheck_staff(org: Org) -> None:
    staff = (
        select(RoleGrant.user_id)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(within(org.lineage), RoleGrant.role.in_(STAFF_ROLES), is_current())
    )
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id.in_(staff))
        .values(factor_checked_on=None)
        .execution_options(synchronize_session=False)
    )


def _own_policies(org: Org, start: date) -> list[FactorPolicy]:
    statement = select(FactorPolicy).where(
        FactorPolicy.org_id == org.id,
        or_(FactorPolicy.valid_to.is_(None), FactorPolicy.valid_to > start),
    )
    return list(db.session.scalars(statement))


def _check(roles: list[str], grace_days: int, remember_days: int, start: date) -> None:
    fields: dict[str, str] = {}
    if not roles or not STAFF_ROLES.issuperset(roles):
        fields["roles"] = _("Choose at least one role of the staff.")
    for name, days in (("grace_days", grace_days), ("remember_days", remember_days)):
        if not 0 <= days <= MOST_DAYS:
            fields[name] = _("Write a number of days from 0 to %(most)s.", most=MOST_DAYS)
    if start < today():
        fields["valid_from"] = _("Choose today or a later day.")
    if fields:
        raise Invalid(fields)
