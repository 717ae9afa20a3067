"""Reading places and people for those who administer them. What is out of reach is not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select

from lms.core.actor import Actor
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import NotFound
from lms.orgs.models import Org, OrgEdge
from lms.orgs.permissions import can_manage_below, is_everywhere
from lms.orgs.queries import get_orgs, list_ancestors, list_roots, reach, within
from lms.people.models import RoleGrant, User
from lms.people.permissions import can_grant
from lms.people.queries import is_current

# What may stand below what: a department has no classes, a class has nothing below it.
KINDS_BELOW: dict[str, tuple[str, ...]] = {
    "ministry": ("department", "school", "learning_center", "partner", "group"),
    "department": ("ward", "school", "learning_center", "partner", "group"),
    "ward": ("school", "learning_center", "partner", "group"),
    "school": ("class", "group"),
    "group": ("school", "learning_center", "class", "group"),
    "learning_center": ("class", "group"),
    "partner": ("class", "group"),
    "class": (),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a unit would end (roles) and what keeps it from closing (open units below)."""

    roles: int
    people: int
    below: int


def get_reached_org(actor: Actor, uuid: UUID, *roles: str) -> Org:
    """Return the unit if `actor` reaches it through any of `roles`. Raises NotFound."""
    org = db.session.scalar(select(Org).where(Org.uuid == uuid, reach(actor, *roles)))
    if org is None:
        raise NotFound()
    return org


def list_top_places(actor: Actor, *roles: str) -> list[Org]:
    """Return the units where what `actor` administers begins, without those that stand below another of them."""
    if is_everywhere(actor):
        return list_roots()
    held = [org for org in get_orgs(sorted(actor.org_ids(*roles))).values() if not org.is_closed]
    ids = {org.id for org in held}
    tops = [org for org in held if not ids & set(org.lineage_ids[:-1])]
    return sorted(tops, key=lambda org: (org.lineage.count("/"), org.sort_key, org.id))


def list_reached_ancestors(actor: Actor, org: Org, *roles: str) -> list[Org]:
    """Return the units above `org` that `actor` reaches, the highest first: the crumbs of a page."""
    return [
        one
        for one in list_ancestors(org)
        if is_everywhere(actor) or actor.has_role_at(one.lineage_ids, *roles)
    ]


def kinds_below(actor: Actor, org: Org) -> tuple[str, ...]:
    """Return the kinds of units that `actor` may open under `org`."""
    if org.is_closed:
        return ()
    return tuple(kind for kind in KINDS_BELOW[org.kind] if can_manage_below(actor, org.lineage_ids, kind))


def can_change_org(actor: Actor, org: Org) -> bool:
    """Tell whether `actor` may rename, move or close the unit itself."""
    return not org.is_closed and can_manage_below(actor, org.lineage_ids[:-1], org.kind)


def list_parents(org: Org) -> list[tuple[OrgEdge, Org]]:
    """Return under whom `org` stood and stands, the latest first."""
    rows = db.session.execute(
        select(OrgEdge, Org)
        .join(Org, Org.id == OrgEdge.parent_id)
        .where(OrgEdge.child_id == org.id)
        .order_by(OrgEdge.valid_from.desc(), OrgEdge.id.desc())
    )
    return [(edge, parent) for edge, parent in rows]


def describe_closing(org: Org) -> Closing:
    """Return what closing `org` means for others."""
    open_here = (RoleGrant.org_id == org.id) & or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today())
    roles, people = db.session.execute(
        select(func.count(), func.count(RoleGrant.user_id.distinct())).where(open_here)
    ).one()
    below = db.session.scalar(
        select(func.count()).where(within(org.lineage), Org.id != org.id, Org.closed_on.is_(None))
    )
    return Closing(roles, people, below or 0)


def list_own_homerooms(actor: Actor) -> list[Org]:
    """Return the classes of which `actor` is a homeroom teacher."""
    if not actor.org_ids("teacher"):
        return []
    statement = select(Org).where(
        Org.id.in_(actor.org_ids("teacher")), Org.kind == "class", Org.closed_on.is_(None)
    )
    return list(db.session.scalars(statement.order_by(Org.sort_key, Org.id)))


def list_place_grants(org: Org, role: str) -> list[tuple[RoleGrant, User]]:
    """Return who holds `role` exactly at `org` today or will, in the order of a class list."""
    statement = (
        select(RoleGrant, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.org_id == org.id,
            RoleGrant.role == role,
            User.status == "active",
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today()),
        )
        .order_by(User.sort_key, User.id, RoleGrant.id)
    )
    return [(grant, user) for grant, user in db.session.execute(statement)]


def list_former_members(org: Org, limit: int = 100) -> list[tuple[RoleGrant, User]]:
    """Return who left the class, the latest first."""
    statement = (
        select(RoleGrant, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.org_id == org.id, RoleGrant.role == "learner", RoleGrant.valid_to <= today())
        .order_by(RoleGrant.valid_to.desc(), User.sort_key, RoleGrant.id)
        .limit(limit)
    )
    return [(grant, user) for grant, user in db.session.execute(statement)]


def get_place_grant(org: Org, uuid: UUID) -> RoleGrant:
    """Return a role held exactly at `org`. Raises NotFound."""
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.uuid == uuid, RoleGrant.org_id == org.id))
    if grant is None:
        raise NotFound()
    return grant


def list_role_history(actor: Actor, user: User, *roles: str) -> list[tuple[RoleGrant, Org]]:
    """Return all roles of `user`, past and coming ones too, at units that `actor` reaches."""
    statement = (
        select(RoleGrant, Org)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(RoleGrant.user_id == user.id, reach(actor, *roles))
        .order_by(RoleGrant.valid_from.desc(), RoleGrant.id.desc())
    )
    return [(grant, org) for grant, org in db.session.execute(statement)]


def get_user_grant(actor: Actor, user: User, uuid: UUID, *roles: str) -> RoleGrant:
    """Return a role of `user` at a unit that `actor` reaches. Raises NotFound."""
    statement = select(RoleGrant).join(Org, Org.id == RoleGrant.org_id)
    grant = db.session.scalar(
        statement.where(RoleGrant.uuid == uuid, RoleGrant.user_id == user.id, reach(actor, *roles))
    )
    if grant is None:
        raise NotFound()
    return grant


def roles_to_give(actor: Actor, org: Org, roles: Sequence[str]) -> list[str]:
    """Return those of `roles` that `actor` may give at `org`."""
    return [role for role in roles if can_grant(actor, role, org.lineage_ids)]


def is_held(grant: RoleGrant, on: date | None = None) -> bool:
    """Tell whether the role holds on `on` (today)."""
    day = on or today()
    return grant.valid_from <= day and (grant.valid_to is None or grant.valid_to > day)


def list_roles_of(actor: Actor, users: Sequence[User], *roles: str) -> dict[int, list[tuple[str, Org]]]:
    """Return the roles held today by each of `users` at units `actor` reaches. One query for a page of people."""
    statement = (
        select(RoleGrant.user_id, RoleGrant.role, Org)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(RoleGrant.user_id.in_([user.id for user in users]), is_current(), reach(actor, *roles))
        .order_by(Org.lineage, RoleGrant.role)
    )
    found: dict[int, list[tuple[str, Org]]] = {user.id: [] for user in users}
    for user_id, role, org in db.session.execute(statement):
        found[user_id].append((role, org))
    return found
