"""Giving and ending roles. A role that ends keeps its row: who was in 6A1 last year stays known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record_audit
from lms.core.clock import today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.events import announce
from lms.core.i18n import _
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.events import RoleEnded, RoleGranted
from lms.people.models import ROLES, RoleGrant, User
from lms.people.permissions import can_grant
from lms.people.queries import visible_to

SCHOOL_ADMIN_KINDS = frozenset({"school", "learning_center", "partner"})


def grant_role(
    actor: Actor,
    user: User,
    role: str,
    org: Org,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """Give `user` a role at `org`. The same role held at that time already is returned as it is."""
    if not can_grant(actor, role, org.lineage_ids):
        raise NotAllowed()
    if db.session.scalar(select(User.id).where(User.id == user.id, visible_to(actor))) is None:
        raise NotFound()
    start = valid_from or today()
    _check(user, role, org, start, valid_to)
    held = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.user_id == user.id,
            RoleGrant.org_id == org.id,
            RoleGrant.role == role,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > start),
        )
    )
    if held is not None:
        return held
    grant = RoleGrant(
        user_id=user.id,
        org_id=org.id,
        role=role,
        valid_from=start,
        valid_to=valid_to,
        granted_by=actor.user_id,
    )
    db.session.add(grant)
    db.session.flush()
    record_audit(actor, "role.granted", "user", user.uuid, org_id=org.id, role=role)
    announce(RoleGranted(user.id, org.id, role, start))
    return grant


def end_grant(actor: Actor, grant: RoleGrant, *, on: date | None = None) -> RoleGrant:
    """End a role on `on` (today): that day it no longer holds."""
    org = get_org_by_id(grant.org_id)
    if not can_grant(actor, grant.role, org.lineage_ids):
        raise NotAllowed()
    day = max(on or today(), grant.valid_from)
    if grant.valid_to is not None and grant.valid_to <= day:
        return grant
    grant.valid_to = day
    db.session.flush()
    record_audit(actor, "role.ended", "user", grant.user_id, org_id=org.id, role=grant.role)
    announce(RoleEnded(grant.user_id, grant.org_id, grant.role, day))
    return grant


def end_grants_at(org_id: int, on: date) -> None:
    """End every role still held at a node that closed."""
    for grant in _open_grants(org_id, on):
        end_grant(SYSTEM, grant, on=on)


def move_grants(org_id: int, into_id: int, on: date) -> None:
    """Continue every role held at a merged node at the one it went into; the homes of people follow."""
    into = get_org_by_id(into_id)
    grants = list(_open_grants(org_id, on))
    users = {
        user.id: user
        for user in db.session.scalars(select(User).where(User.id.in_({g.user_id for g in grants})))
    }
    for grant in grants:
        until = grant.valid_to
        end_grant(SYSTEM, grant, on=on)
        if users[grant.user_id].is_active:
            grant_role(SYSTEM, users[grant.user_id], grant.role, into, valid_from=on, valid_to=until)
    for user in db.session.scalars(select(User).where(User.home_org_id == org_id)):
        user.home_org_id = into_id
    db.session.flush()


def _open_grants(org_id: int, on: date) -> Iterable[RoleGrant]:
    statement = select(RoleGrant).where(
        RoleGrant.org_id == org_id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > on)
    )
    return db.session.scalars(statement.order_by(RoleGrant.id)).all()


def _check(user: User, role: str, org: Org, start: date, end: date | None) -> None:
    fields: dict[str, str] = {}
    if role not in ROLES:
        fields["role"] = _("Choose one of the roles in the list.")
    elif role == "school_admin" and org.kind not in SCHOOL_ADMIN_KINDS:
        fields["role"] = _("This role is given at a school or a learning center. Choose such a unit.")
    if end is not None and end <= start:
        fields["valid_to"] = _("Choose a day after the first day.")
    if fields:
        raise Invalid(fields)
    if not user.is_active:
        raise Conflict(_("This account is closed. Open it again first."))
    if org.is_closed and org.closed_on is not None and org.closed_on <= start:
        raise Conflict(_("This unit is closed. Choose one that is open."))
