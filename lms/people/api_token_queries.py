"""Reading tokens: whom one opens the door for, one's own, and those of the people one looks after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from lms.core.actor import Actor
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import NotFound, Refusal
from lms.core.i18n import _l
from lms.core.paging import Page, take_page
from lms.orgs.models import Org
from lms.orgs.queries import within
from lms.people.api_token_models import ApiToken, ApiTokenRule
from lms.people.models import RoleGrant, User
from lms.people.queries import build_actor, get_user_by_id, hash_token, is_current, visible_to
from lms.people.second_factor_queries import get_demand
from lms.people.second_factor_rules import may_have_factor

LONGEST_DAYS = 365
PAGE = 50


class TokenRefused(Refusal):
    """The token opens nothing: unknown, over, revoked, or not allowed any more; which one is nobody's business."""

    status, code, exit_code = 401, "bad_token", 5
    default = _l("This token does not work. Make a new one on the page of your account.")
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class UsedToken:
    """A token that opens the door: for whom, for what."""

    id: int
    actor: Actor
    scopes: frozenset[str]
    last_used_on: date | None


def may_have_tokens(actor: Actor) -> bool:
    """Tell whether tokens are offered: staff, and people who look after their own account; never pupils."""
    if actor.user_id is None:
        return False
    return may_have_factor(actor, is_citizen=get_user_by_id(actor.user_id).home_org_id is None)


def most_days(actor: Actor) -> int:
    """Return for how many days a token of `actor` may work, by the strictest rule above any of the roles held."""
    places = [UUID(one[4:]) for one in actor.audiences if one.startswith("org:")]
    if not places:
        return LONGEST_DAYS
    rules = select(func.min(ApiTokenRule.most_days)).join(Org, Org.id == ApiTokenRule.org_id)
    strictest = db.session.scalar(rules.where(Org.uuid.in_(places)))
    return LONGEST_DAYS if strictest is None else min(LONGEST_DAYS, strictest)


def use_token(text: str) -> UsedToken:
    """Return whom the token lets in, with the rights of this very moment. Raises TokenRefused.

    It is no way round what a browser would be asked: a first password, an overdue second step, a rule of the unit.
    """
    row = db.session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash == hash_token(text), User.status == "active")
    ).first()
    if row is None:
        raise TokenRefused()
    token, user = row
    actor = build_actor(user)
    ends_at = min(token.expires_at, token.created_at + timedelta(days=most_days(actor)))
    if ends_at <= now() or user.must_change_password or not may_have_tokens(actor) or _lacks_factor(user):
        raise TokenRefused()
    return UsedToken(token.id, actor, frozenset(token.scopes), token.last_used_on)


def _lacks_factor(user: User) -> bool:
    due_at: datetime | None = None if user.has_second_factor else get_demand(user).due_at
    return due_at is not None and due_at <= now()


def list_own_tokens(actor: Actor) -> list[ApiToken]:
    """Return the actor's own tokens, those that are over included, the latest first; there are a few at most."""
    mine = select(ApiToken).where(ApiToken.user_id == actor.user_id)
    return list(db.session.scalars(mine.order_by(ApiToken.id.desc())))


def count_tokens(user_id: int) -> int:
    """Return how many tokens somebody has."""
    counted = select(func.count()).select_from(ApiToken).where(ApiToken.user_id == user_id)
    return db.session.scalar(counted) or 0


def list_tokens_at(actor: Actor, org: Org, *, after: str | None = None) -> Page[tuple[ApiToken, User]]:
    """Return the tokens of the people at or below `org` whom `actor` may know of, the latest first."""
    places = select(Org.id).where(within(org.lineage))
    holders = select(RoleGrant.user_id).where(RoleGrant.org_id.in_(places), is_current())
    statement = (
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(visible_to(actor), or_(User.home_org_id.in_(places), User.id.in_(holders)))
    )
    page: Page[tuple[ApiToken, User]] = take_page(
        db.session(),
        statement,
        keys=[ApiToken.id],
        after=after,
        size=PAGE,
        descending=True,
        row_key=lambda row: [row[0].id],
        scalars=False,
    )
    return page


def get_visible_token(actor: Actor, uuid: UUID) -> tuple[ApiToken, User]:
    """Return a token of one's own or of somebody `actor` may know of, with its owner. Raises NotFound."""
    row = db.session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.uuid == uuid, visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def list_rules(lineage: Iterable[int]) -> list[tuple[ApiTokenRule, Org]]:
    """Return the rules of a unit and of those above it, by its lineage, the widest unit first."""
    rows = db.session.execute(
        select(ApiTokenRule, Org)
        .join(Org, Org.id == ApiTokenRule.org_id)
        .where(ApiTokenRule.org_id.in_(list(lineage)))
        .order_by(Org.lineage)
    )
    return [(rule, org) for rule, org in rows]
