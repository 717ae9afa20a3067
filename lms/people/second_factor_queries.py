"""Reading what people hold as a second factor and what their organizations ask for."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from lms.core.actor import Actor
from lms.core.clock import now, today
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.web import settings
from lms.orgs.models import Org
from lms.orgs.queries import within
from lms.people.models import STAFF_ROLES, RoleGrant, User
from lms.people.queries import hash_token, is_current
from lms.people.second_factor_models import (
    AuthenticatorApp,
    FactorPolicy,
    Passkey,
    PendingSignIn,
    RecoveryCode,
    TrustedDevice,
)
from lms.people.second_factor_rules import Asked, FactorDemand, HeldStaffRole, build_demand


def get_demand(user: User) -> FactorDemand:
    """Return what the policies ask of `user` today. One query for pupils, two for staff."""
    rows = db.session.execute(
        select(RoleGrant.role, Org.lineage, RoleGrant.valid_from)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(RoleGrant.user_id == user.id, RoleGrant.role.in_(STAFF_ROLES), is_current())
    )
    held = [
        HeldStaffRole(role, tuple(int(part) for part in lineage.split("/") if part), since)
        for role, lineage, since in rows
    ]
    nodes = {node for one in held for node in one.lineage}
    policies = [_as_asked(one) for one in _list_policies_at(nodes)] if nodes else []
    return build_demand(held, policies, sysadmins_always=settings().sysadmin_second_factor)


def _list_policies_at(nodes: Iterable[int]) -> list[FactorPolicy]:
    statement = select(FactorPolicy).where(FactorPolicy.org_id.in_(set(nodes)), is_in_force())
    return list(db.session.scalars(statement.order_by(FactorPolicy.id)))


def _as_asked(policy: FactorPolicy) -> Asked:
    return Asked(
        policy.org_id,
        frozenset(policy.roles),
        policy.grace_days,
        policy.remember_days,
        policy.valid_from,
    )


def is_in_force() -> ColumnElement[bool]:
    """Return the filter on policies that hold today."""
    day = today()
    return and_(
        FactorPolicy.valid_from <= day, or_(FactorPolicy.valid_to.is_(None), FactorPolicy.valid_to > day)
    )


def list_policies(org: Org) -> list[tuple[FactorPolicy, Org]]:
    """Return the policies that hold or will hold at `org`, its own and those from above, the highest first."""
    day = today()
    statement = (
        select(FactorPolicy, Org)
        .join(Org, Org.id == FactorPolicy.org_id)
        .where(
            FactorPolicy.org_id.in_(org.lineage_ids),
            or_(FactorPolicy.valid_to.is_(None), FactorPolicy.valid_to > day),
        )
        .order_by(Org.lineage, FactorPolicy.valid_from, FactorPolicy.id)
    )
    return [(policy, place) for policy, place in db.session.execute(statement)]


def count_staff(org: Org) -> tuple[int, int]:
    """Return how many active people hold a staff role at or below `org`, and how many of them have a factor."""
    staff = (
        select(RoleGrant.user_id)
        .join(Org, Org.id == RoleGrant.org_id)
        .where(within(org.lineage), RoleGrant.role.in_(STAFF_ROLES), is_current())
    )
    statement = select(func.count(), func.count().filter(User.has_second_factor)).where(
        User.id.in_(staff), User.status == "active"
    )
    total, ready = db.session.execute(statement).one()
    return total, ready


def find_app(user_id: int | None) -> AuthenticatorApp | None:
    """Return the authenticator app of a user, confirmed or still to be."""
    return db.session.scalar(select(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id))


def list_passkeys(user_id: int | None) -> list[Passkey]:
    """Return the passkeys of a user, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def get_own_passkey(actor: Actor, uuid: UUID) -> Passkey:
    """Return one of `actor`'s passkeys. Raises NotFound for anybody else's."""
    found = db.session.scalar(select(Passkey).where(Passkey.uuid == uuid, Passkey.user_id == actor.user_id))
    if found is None:
        raise NotFound()
    return found


def count_recovery_codes(user_id: int | None) -> int:
    """Return how many recovery codes are left."""
    statement = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(statement) or 0


def find_pending(token: str) -> tuple[PendingSignIn, User] | None:
    """Return the living pending sign-in of `token` with its active user. One query."""
    row = db.session.execute(
        select(PendingSignIn, User)
        .join(User, User.id == PendingSignIn.user_id)
        .where(
            PendingSignIn.token_hash == hash_token(token),
            PendingSignIn.expires_at > now(),
            User.status == "active",
        )
    ).first()
    return None if row is None else (row[0], row[1])


def find_trusted_device(user: User, token: str) -> TrustedDevice | None:
    """Return the remembered device of this very user with this token, while it lasts."""
    return db.session.scalar(
        select(TrustedDevice).where(
            TrustedDevice.user_id == user.id,
            TrustedDevice.token_hash == hash_token(token),
            TrustedDevice.expires_at > now(),
        )
    )


def list_trusted_devices(actor: Actor) -> list[TrustedDevice]:
    """Return the devices of `actor` that are not asked, the latest used first."""
    statement = select(TrustedDevice).where(
        TrustedDevice.user_id == actor.user_id, TrustedDevice.expires_at > now()
    )
    return list(db.session.scalars(statement.order_by(TrustedDevice.seen_at.desc(), TrustedDevice.id.desc())))
