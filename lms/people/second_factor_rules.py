"""When someone must have a second factor: arithmetic on dated roles and policies, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lms.core.actor import Actor
from lms.core.clock import CITY
from lms.orgs.permissions import is_everywhere
from lms.people.models import STAFF_ROLES
from lms.people.permissions import ADMIN_ROLES

DEFAULT_REMEMBER_DAYS = 30


@dataclass(frozen=True, slots=True)
class HeldStaffRole:
    """A staff role held today: since when, and the lineage of the node."""

    role: str
    lineage: tuple[int, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What one policy asks for, as values."""

    org_id: int
    roles: frozenset[str]
    grace_days: int
    remember_days: int
    since: date


@dataclass(frozen=True, slots=True)
class FactorDemand:
    """What all policies together ask of one person: until when, and how long a device may be remembered."""

    due_at: datetime | None
    remember_days: int

    @property
    def is_asked(self) -> bool:
        """True when any policy reaches the person."""
        return self.due_at is not None


def build_demand(
    held: Sequence[HeldStaffRole], policies: Iterable[Asked], *, sysadmins_always: bool
) -> FactorDemand:
    """Return the strictest of what reaches the roles `held`: the earliest day, the shortest memory.

    The days of grace count from the later of policy and role: who is appointed next year has time as well.
    """
    dues: list[date] = []
    remember = DEFAULT_REMEMBER_DAYS
    for policy in policies:
        for one in held:
            if policy.org_id in one.lineage and one.role in policy.roles:
                dues.append(max(policy.since, one.since) + timedelta(days=policy.grace_days))
                remember = min(remember, policy.remember_days)
    if sysadmins_always:
        dues += [one.since for one in held if one.role == "sysadmin"]
    due_at = datetime.combine(min(dues), time.min, CITY) if dues else None
    return FactorDemand(due_at, remember)


def may_have_factor(actor: Actor, *, is_citizen: bool) -> bool:
    """Tell whether the second step is offered: staff, and people who look after their own account; never pupils."""
    return actor.has_role(*STAFF_ROLES) or (is_citizen and not actor.has_role("learner"))


def can_require_factor(actor: Actor, lineage: Iterable[int]) -> bool:
    """Tell whether `actor` may set or end a policy at the node of `lineage`."""
    return is_everywhere(actor) or actor.has_role_at(lineage, *ADMIN_ROLES)
