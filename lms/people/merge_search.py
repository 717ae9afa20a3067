"""Finding the second account of a person: the same identifier, the same name, nearly the same address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.people.models import ExternalId, User
from lms.people.queries import visible_to

MOST = 20
MOST_READ = 200


@dataclass(frozen=True, slots=True)
class Likeness:
    """Someone who may be the same person, and why."""

    user: User
    reasons: tuple[str, ...]


def find_duplicates(actor: Actor, user: User, q: str = "") -> list[Likeness]:
    """Return those `actor` may know of who resemble `user`, the likeliest first; with `q` those called so as well."""
    ids = _same_identifier(user)
    wanted: list[ColumnElement[bool]] = [User.id.in_(ids), *_same_mail(user)]
    wanted.append(User.search_text.startswith(fold(user.full_name).strip(), autoescape=True))
    if words := fold(q).split():
        named = User.search_text.contains(words[0], autoescape=True)
        for word in words[1:]:
            named = named & User.search_text.contains(word, autoescape=True)
        wanted.append(named)
    query = select(User).where(User.id != user.id, User.status == "active", visible_to(actor), or_(*wanted))
    rows = db.session.scalars(query.order_by(User.sort_key, User.id).limit(MOST_READ))
    found = [Likeness(other, _reasons(user, other, ids)) for other in rows]
    kept = [one for one in found if one.reasons or q.strip()]
    return sorted(kept, key=lambda one: -len(one.reasons))[:MOST]


def _same_identifier(user: User) -> list[int]:
    own = select(ExternalId.type, ExternalId.value).where(ExternalId.user_id == user.id)
    pairs = list(db.session.execute(own))
    if not pairs:
        return []
    same = or_(*((ExternalId.type == kind) & (ExternalId.value == value) for kind, value in pairs))
    return list(db.session.scalars(select(ExternalId.user_id).where(same, ExternalId.user_id != user.id)))


def _same_mail(user: User) -> list[ColumnElement[bool]]:
    """Addresses that differ only by what stands after a plus sign reach the same person."""
    if not user.email:
        return []
    local, _at, domain = user.email.partition("@")
    base = local.partition("+")[0]
    tagged = User.email.startswith(f"{base}+", autoescape=True) & User.email.endswith(
        f"@{domain}", autoescape=True
    )
    return [User.email == f"{base}@{domain}", tagged]


def _plain(email: str | None) -> str | None:
    if not email:
        return None
    local, _at, domain = email.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _reasons(user: User, other: User, ids: list[int]) -> tuple[str, ...]:
    reasons = []
    if other.id in ids:
        reasons.append(_("the same identifier"))
    if fold(other.full_name).strip() == fold(user.full_name).strip():
        reasons.append(_("the same name"))
    if user.email and _plain(user.email) == _plain(other.email):
        reasons.append(_("the same mail address"))
    return tuple(str(reason) for reason in reasons)
