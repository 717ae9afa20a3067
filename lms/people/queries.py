"""Reading people. Every list for a person starts from `visible_to(actor)`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.core.actor import ANONYMOUS, Actor, Grant
from lms.core.clock import now, today
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.paging import Page, take_page
from lms.core.vietnamese import fold
from lms.orgs.models import Org
from lms.orgs.permissions import is_everywhere
from lms.orgs.queries import reach, within
from lms.people.models import STAFF_ROLES, ExternalId, RoleGrant, User, UserSession
from lms.people.permissions import ADMIN_ROLES, HeldRole

SECTOR_KINDS = frozenset({"ministry", "department", "ward", "school"})


def hash_token(token: str) -> str:
    """Return what is kept of a session's token; the token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_current(on: date | None = None) -> ColumnElement[bool]:
    """Return the filter on role grants that hold on `on` (today)."""
    day = on or today()
    return and_(RoleGrant.valid_from <= day, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > day))


Count = Callable[[InstrumentedAttribute[int]], ScalarSelect[int]]
_counts: dict[str, Count] = {}


def count_at_sign_in(name: str, count: Count) -> None:
    """Let a room above count something of the reader on every page at no query of its own.

    `count` is given the column of the user's id and returns a subselect, which rides along with the session's row:
    keep it to a few index entries.
    """
    _counts[name] = count


@dataclass(frozen=True, slots=True)
class LivingSession:
    """The session a request came with: who holds it, what is counted for that one, and when it was last looked at."""

    actor: Actor
    counts: dict[str, int]
    seen_at: datetime
    factor_due_at: datetime | None
    factor_checked_on: date | None


def find_session(token: str) -> LivingSession | None:
    """Return the living session of `token` with its active user as an Actor. One query, on plain columns."""
    values = {"token_hash": hash_token(token), "moment": now(), "day": today()}
    rows = db.session.connection().execute(_living_session(tuple(_counts)), values).all()
    if not rows:
        return None
    row = rows[0]
    return LivingSession(
        actor=_make_actor(
            row, ((one.role, one.org_id, one.org_uuid, one.kind) for one in rows), row.session_id
        ),
        counts=dict(zip(_counts, row[len(row) - len(_counts) :], strict=True)),
        seen_at=row.seen_at,
        factor_due_at=row.factor_due_at,
        factor_checked_on=row.factor_checked_on,
    )


@lru_cache
def _living_session(names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """The statement of `find_session`: asked on every page, so it is put together once.

    A row for each role and each node from where it is held up to the root; one with empty places for who has no role.
    """
    session, user, org = UserSession.__table__.c, User.__table__.c, Org.__table__.c
    counts = [_counts[name](User.id).label(name) for name in names]
    who = (
        select(
            session.id.label("session_id"),
            session.seen_at,
            session.factor_due_at,
            session.factor_checked_on,
            *(user[name] for name in ACTOR_COLUMNS),
            *counts,
        )
        .join_from(UserSession.__table__, User.__table__, user.id == session.user_id)
        .where(
            session.token_hash == bindparam("token_hash"),
            session.expires_at > bindparam("moment", type_=session.expires_at.type),
            user.status == "active",
        )
        .cte("who")
    )
    up = _climb(who.c.id)
    return (
        select(up.c.role, up.c.org_id, org.uuid.label("org_uuid"), org.kind, *who.c)
        .select_from(who)
        .outerjoin(up, true())
        .outerjoin(Org.__table__, org.id == up.c.node)
    )


def load_actor(token: str) -> Actor:
    """Return who holds the session of `token`, a stranger when it has ended. One query."""
    found = find_session(token)
    return ANONYMOUS if found is None else found.actor


ACTOR_COLUMNS = ("id", "uuid", "full_name", "login", "email", "locale", "must_change_password")
HeldAbove = tuple[
    str | None, int | None, UUID | None, str | None
]  # a role, where it is held; a node above, its kind


def build_actor(user: User, *, session_id: int | None = None) -> Actor:
    """Return `user` as an Actor with the roles that hold today and the audiences they open. One query."""
    values = {"user_id": user.id, "day": today()}
    rows = db.session.connection().execute(_roles_with_ancestors(), values)
    return _make_actor(user, (tuple(row) for row in rows), session_id)


def _make_actor(user: Any, held_above: Iterable[HeldAbove], session_id: int | None) -> Actor:
    """Put an Actor together from a user (the model, or a row of its columns) and the roles with the nodes above."""
    held, audiences, in_sector = set(), {"public", f"user:{user.uuid}"}, False
    for role, org_id, uuid, kind in held_above:
        if role is None or org_id is None:
            continue
        held.add((role, org_id))
        audiences.add(f"org:{uuid}")
        in_sector = in_sector or kind in SECTOR_KINDS
    if in_sector:
        audiences.add("sector")
    if any(role in STAFF_ROLES for role, _org_id in held):
        audiences.add("staff")
    return Actor(
        user_id=user.id,
        uuid=user.uuid,
        display_name=user.full_name,
        login=user.login or user.email or "",
        locale=user.locale,
        grants=tuple(Grant(role, org_id) for role, org_id in sorted(held)),
        audiences=frozenset(audiences),
        session_id=session_id,
        must_change_password=user.must_change_password,
    )


@lru_cache(maxsize=1)
def _roles_with_ancestors() -> Select[*tuple[Any, ...]]:
    """Select each current role of a person (left open) once for every node from where it is held up to the root."""
    org = Org.__table__.c
    up = _climb(bindparam("user_id"))
    return select(up.c.role, up.c.org_id, org.uuid, org.kind).join(Org.__table__, org.id == up.c.node)


def _climb(user_id: Any) -> CTE:
    """Return the roles of a person that hold on the day (left open), each with every node from its own to the root.

    Of the tables' columns, since a statement of models costs more each time it is asked.
    """
    grant, org = RoleGrant.__table__.c, Org.__table__.c
    day = bindparam("day", type_=RoleGrant.valid_from.type)
    start = select(grant.role, grant.org_id, grant.org_id.label("node")).where(
        grant.user_id == user_id, grant.valid_from <= day, or_(grant.valid_to.is_(None), grant.valid_to > day)
    )
    up = start.cte("up", recursive=True)
    above = select(up.c.role, up.c.org_id, org.parent_id).join(Org.__table__, org.id == up.c.node)
    return up.union(above.where(org.parent_id.is_not(None)))


def get_user(uuid: UUID) -> User:
    """Return the user. Raises NotFound. For someone who asks on a page, see `get_visible_user`."""
    user = db.session.scalar(select(User).where(User.uuid == uuid))
    if user is None:
        raise NotFound()
    return user


def get_user_by_id(user_id: int | None) -> User:
    """Return the user by inner id. Raises NotFound."""
    user = db.session.get(User, user_id) if user_id is not None else None
    if user is None:
        raise NotFound()
    return user


def get_visible_user(actor: Actor, uuid: UUID) -> User:
    """Return the user if `actor` may know of that one. Raises NotFound otherwise."""
    user = db.session.scalar(select(User).where(User.uuid == uuid, visible_to(actor)))
    if user is None:
        raise NotFound()
    return user


def get_users(ids: Iterable[int]) -> dict[int, User]:
    """Return the users of `ids` in one query."""
    rows = db.session.scalars(select(User).where(User.id.in_(set(ids))))
    return {user.id: user for user in rows}


def find_user(login_or_email: str) -> User | None:
    """Return the user who signs in with this user name or mail address, in whatever case it is typed."""
    key = login_or_email.strip().lower()
    if not key:
        return None
    column = User.email if "@" in key else User.login
    return db.session.scalar(select(User).where(column == key))


def find_user_by_external_id(kind: str, value: str) -> User | None:
    """Return the user who bears this identifier today."""
    day = today()
    valid = or_(ExternalId.valid_to.is_(None), ExternalId.valid_to > day)
    statement = select(User).join(ExternalId, ExternalId.user_id == User.id)
    return db.session.scalar(statement.where(ExternalId.type == kind, ExternalId.value == value, valid))


def list_external_ids(user: User) -> list[ExternalId]:
    """Return all identifiers of `user`, the latest first."""
    statement = select(ExternalId).where(ExternalId.user_id == user.id)
    return list(db.session.scalars(statement.order_by(ExternalId.valid_from.desc(), ExternalId.id.desc())))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the filter on User rows that `actor` may know of.

    Administrators: people with a role or their home at or below their node. Teachers: the learners there.
    Everyone: oneself. Guardians see their children through `Guardian` links, not through here.
    """
    if is_everywhere(actor):
        return true()
    allowed: list[ColumnElement[bool]] = [User.id == actor.user_id] if actor.is_signed_in else []
    if actor.has_role(*ADMIN_ROLES):
        allowed += _at_home_or_with_role(reach(actor, *ADMIN_ROLES))
    if actor.has_role("teacher"):
        allowed.append(User.id.in_(_holders(reach(actor, "teacher"), "learner")))
    return or_(false(), *allowed)


def _holders(orgs: ColumnElement[bool], role: str | None = None) -> Select[int]:
    statement = select(RoleGrant.user_id).join(Org, Org.id == RoleGrant.org_id).where(orgs, is_current())
    return statement if role is None else statement.where(RoleGrant.role == role)


def _at_home_or_with_role(orgs: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [User.id.in_(_holders(orgs)), User.home_org_id.in_(select(Org.id).where(orgs))]


def list_users(
    actor: Actor,
    org: Org | None = None,
    role: str | None = None,
    q: str | None = None,
    after: str | None = None,
    *,
    size: int = 50,
) -> Page[User]:
    """Return people `actor` may know of: at or below `org`, holding `role`, by part of name, user name or mail."""
    statement = select(User).where(visible_to(actor))
    if role is not None:
        orgs = within(org.lineage) if org is not None else true()
        statement = statement.where(User.id.in_(_holders(orgs, role)))
    elif org is not None:
        statement = statement.where(or_(*_at_home_or_with_role(within(org.lineage))))
    for word in fold(q or "").split():
        statement = statement.where(User.search_text.contains(word, autoescape=True))
    return take_page(db.session(), statement, keys=[User.sort_key, User.id], after=after, size=size)


def list_members(org_id: int, role: str = "learner", on: date | None = None) -> list[User]:
    """Return who holds `role` exactly at this node on `on` (today), ordered as a class list is."""
    statement = (
        select(User)
        .where(User.id.in_(_member_ids(org_id, role, on)), User.status == "active")
        .order_by(User.sort_key, User.id)
    )
    return list(db.session.scalars(statement))


def list_visible_members(actor: Actor, org_id: int) -> list[User]:
    """Return the learners of a class whom `actor` teaches or administers. Raises NotFound for everyone else's."""
    if not actor.has_role("teacher", "sysadmin", *ADMIN_ROLES):
        raise NotFound()
    roles = reach(actor, "teacher", *ADMIN_ROLES)
    if db.session.scalar(select(Org.id).where(Org.id == org_id, roles)) is None:
        raise NotFound()
    return list_members(org_id)


def count_members(org_id: int, role: str = "learner", on: date | None = None) -> int:
    """Return how many hold `role` exactly at this node on `on` (today)."""
    members = _member_ids(org_id, role, on).subquery()
    counted = select(func.count()).where(User.id.in_(select(members.c.user_id)), User.status == "active")
    return db.session.scalar(counted) or 0


def _member_ids(org_id: int, role: str, on: date | None) -> Select[int]:
    return select(RoleGrant.user_id).where(RoleGrant.org_id == org_id, RoleGrant.role == role, is_current(on))


def count_members_of(org_ids: Iterable[int], role: str = "learner") -> dict[int, int]:
    """Return how many hold `role` at each of the nodes today, in one query."""
    statement = (
        select(RoleGrant.org_id, func.count(RoleGrant.user_id.distinct()))
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.org_id.in_(set(org_ids)), RoleGrant.role == role, is_current(), User.status == "active"
        )
        .group_by(RoleGrant.org_id)
    )
    counts: dict[int, int] = {}
    for org_id, count in db.session.execute(statement):
        counts[org_id] = count
    return counts


def list_grants(user: User, *, on: date | None = None) -> list[tuple[RoleGrant, Org]]:
    """Return the roles of `user` that hold on `on` (today), with their nodes."""
    rows = db.session.execute(
        select(RoleGrant, Org)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(RoleGrant.user_id == user.id, is_current(on))
        .order_by(Org.lineage, RoleGrant.role, RoleGrant.id)
    )
    return [(grant, org) for grant, org in rows]


def list_held_roles(users: Iterable[User]) -> dict[int, list[HeldRole]]:
    """Return for each user the roles held today, as permissions compare them. One query."""
    held: dict[int, list[HeldRole]] = {user.id: [] for user in users}
    rows = db.session.execute(
        select(RoleGrant.user_id, RoleGrant.role, Org.lineage)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(RoleGrant.user_id.in_(held), is_current())
    )
    for user_id, role, lineage in rows:
        held[user_id].append(HeldRole(role, tuple(int(part) for part in lineage.split("/") if part)))
    return held


def get_grant(uuid: UUID) -> RoleGrant:
    """Return the role grant. Raises NotFound."""
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.uuid == uuid))
    if grant is None:
        raise NotFound()
    return grant


def list_sessions(actor: Actor) -> list[UserSession]:
    """Return the living sessions of `actor`, the latest used first."""
    statement = select(UserSession).where(
        UserSession.user_id == actor.user_id, UserSession.expires_at > now()
    )
    return list(db.session.scalars(statement.order_by(UserSession.seen_at.desc(), UserSession.id.desc())))
