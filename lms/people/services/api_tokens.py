"""Making and revoking tokens for programs, and what a unit allows. The password is asked for by the caller, before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import new_token, now, today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.i18n import _
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.api_scopes import list_scopes
from lms.people.api_token_models import ApiToken, ApiTokenRule
from lms.people.api_token_queries import LONGEST_DAYS, get_visible_token, may_have_tokens, most_days
from lms.people.models import User
from lms.people.permissions import can_look_after
from lms.people.queries import hash_token, list_held_roles
from lms.people.second_factor_rules import can_require_factor

PREFIX = "benhoc_"
SHOWN = 12
MOST_TOKENS = 20


def make_api_token(actor: Actor, *, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which nobody can read again. Raises NotAllowed, Invalid, Conflict."""
    if actor.user_id is None or not may_have_tokens(actor):
        raise NotAllowed()
    offered, chosen, longest = [one.key for one in list_scopes(actor)], set(scopes), most_days(actor)
    if not longest:
        raise Conflict(_("Your unit allows no tokens. Ask its administrator."))
    problems = {
        "name": "" if name.strip() and len(name) <= 80 else _("Give it a name of 1 to 80 letters."),
        "scopes": "" if chosen and chosen <= set(offered) else _("Choose what it may do."),
        "days": "" if 1 <= days <= longest else _("Choose 1 to %(most)d days.", most=longest),
    }
    if any(problems.values()):
        raise Invalid({field: words for field, words in problems.items() if words})
    counted = select(func.count()).where(ApiToken.user_id == actor.user_id)
    if (db.session.scalar(counted) or 0) >= MOST_TOKENS:
        raise Conflict(_("You have %(most)d tokens. Revoke one that is not needed.", most=MOST_TOKENS))
    text = PREFIX + new_token()
    token = ApiToken(
        user_id=actor.user_id,
        name=" ".join(name.split()),
        token_hash=hash_token(text),
        start=text[:SHOWN],
        scopes=[key for key in offered if key in chosen],
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(token)
    db.session.flush()
    record_audit(actor, "make", "api_token", token.uuid, scopes=token.scopes, days=days)
    return token, text


def revoke_api_token(actor: Actor, uuid: UUID) -> ApiToken:
    """End a token of one's own, or of somebody one looks after. Raises NotFound, NotAllowed."""
    token, owner = get_visible_token(actor, uuid)
    _check_may_end(actor, owner)
    db.session.delete(token)
    db.session.flush()
    record_audit(actor, "revoke", "api_token", uuid, owner=str(owner.uuid))
    return token


def revoke_all_tokens(actor: Actor, owner: User) -> int:
    """End all tokens of somebody one looks after; return how many. Raises NotAllowed."""
    _check_may_end(actor, owner)
    ended = db.session.execute(delete(ApiToken).where(ApiToken.user_id == owner.id))
    record_audit(actor, "revoke_all", "api_token", owner.uuid, org_id=owner.home_org_id)
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _check_may_end(actor: Actor, owner: User) -> None:
    if owner.id == actor.user_id:
        return
    home = get_org_by_id(owner.home_org_id).lineage_ids if owner.home_org_id is not None else ()
    if not can_look_after(actor, list_held_roles([owner])[owner.id], home):
        raise NotAllowed()


def note_token_used(token_id: int) -> None:
    """Note the day a token was used: coarse, so that it is one write a day."""
    token = db.session.get(ApiToken, token_id)
    if token is not None:
        token.last_used_on = today()
        db.session.flush()


def set_token_rule(actor: Actor, org: Org, days: int | None) -> None:
    """Say for how many days tokens of the people at and below `org` work (0: not at all, None: no rule of its own).

    It holds at once, for tokens made before as well.
    """
    if not can_require_factor(actor, org.lineage_ids):
        raise NotAllowed()
    if days is not None and not 0 <= days <= LONGEST_DAYS:
        raise Invalid({"days": _("Choose 0 to %(most)d days.", most=LONGEST_DAYS)})
    rule = db.session.get(ApiTokenRule, org.id)
    if days is None:
        if rule is not None:
            db.session.delete(rule)
    elif rule is None:
        db.session.add(ApiTokenRule(org_id=org.id, most_days=days, set_by=actor.user_id))
    else:
        rule.most_days, rule.set_by = days, actor.user_id
    db.session.flush()
    record_audit(actor, "api_tokens.rule", "org", org.uuid, org_id=org.id, days=days)
