"""Who may do what to accounts and roles: arithmetic on roles and lineages, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.core.actor import Actor
from lms.orgs.permissions import is_everywhere

ADMIN_ROLES = ("school_admin", "org_admin")
SCHOOL_ROLES = frozenset({"learner", "guardian", "teacher", "editor", "reviewer"})


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role someone holds now, with the lineage of the node where it is held."""

    role: str
    lineage: tuple[int, ...]


def can_manage_people(actor: Actor, lineage: Iterable[int]) -> bool:
    """Tell whether `actor` may make accounts and see them at the node of `lineage`."""
    return is_everywhere(actor) or actor.has_role_at(lineage, *ADMIN_ROLES)


def can_grant(actor: Actor, role: str, lineage: Sequence[int]) -> bool:
    """Tell whether `actor` may give or end `role` at the node of `lineage`.

    Nobody gives a role as high as his own at his own node: an organization's administrators are appointed from above.
    """
    if is_everywhere(actor):
        return True
    if role == "sysadmin":
        return False
    if role == "org_admin":
        return actor.has_role_at(tuple(lineage)[:-1], "org_admin")
    if actor.has_role_at(lineage, "org_admin"):
        return True
    return role in SCHOOL_ROLES and actor.has_role_at(lineage, "school_admin")


def can_look_after(actor: Actor, held: Sequence[HeldRole], home: Sequence[int]) -> bool:
    """Tell whether `actor` may administer an account that holds `held` and belongs to the node of lineage `home`.

    Every role must be one that `actor` could have given: else resetting a password would be a way up.
    """
    if is_everywhere(actor):
        return True
    roles_below = all(can_grant(actor, one.role, one.lineage) for one in held)
    return roles_below and (bool(held) or can_manage_people(actor, home))


def can_reset_password(actor: Actor, held: Sequence[HeldRole], home: Sequence[int]) -> bool:
    """Tell whether `actor` may give a one-time password: who looks after the account, or a teacher of the class."""
    if can_look_after(actor, held, home):
        return True
    only_learner = bool(held) and all(one.role == "learner" for one in held)
    return only_learner and any(actor.has_role_at(one.lineage, "teacher") for one in held)
