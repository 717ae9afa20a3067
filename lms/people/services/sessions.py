"""Sessions: a session is a row; the browser holds a random token, new at every sign-in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from lms.core.actor import Actor
from lms.core.clock import new_token, now, today
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _
from lms.core.web import settings
from lms.people.merge_model import UserAlias
from lms.people.models import User, UserSession
from lms.people.passwords import is_password
from lms.people.queries import find_user, get_user_by_id, hash_token
from lms.people.second_factor_queries import get_demand

SEEN_EVERY = timedelta(minutes=5)  # each is a write and a wait for the disk, so not with every page


def check_password(login: str, password: str) -> User:
    """Return the active user with this login and password. Raises Invalid, the same for every wrong pair."""
    user = find_user(login)
    kept = user.password_hash if user is not None else None
    if not is_password(password, kept) or user is None:
        raise Invalid({"login": _("User name, mail address or password is wrong. Check both and try again.")})
    if not user.is_active:
        _point_to_kept(user)
        raise Conflict(_("This account is closed. Ask your school to open it again."))
    return user


def _point_to_kept(user: User) -> None:
    """Tell the owner of an account that was joined with another one where to go."""
    query = select(User).join(UserAlias, UserAlias.kept_id == User.id).where(UserAlias.merged_id == user.id)
    kept = db.session.scalar(query)
    if kept is not None:
        name = kept.login or kept.email or ""
        raise Conflict(_("This account was joined with another one. Sign in as %(name)s.", name=name))


def open_session(user: User, *, shared_computer: bool = False, user_agent: str = "") -> str:
    """Open a session for `user` and return its token; what has expired of that user is swept away."""
    moment = now()
    expired = delete(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at <= moment)
    db.session.execute(expired)
    token = new_token()
    due_at = None if user.has_second_factor else get_demand(user).due_at
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=hash_token(token),
            is_shared=shared_computer,
            user_agent=user_agent[:200],
            seen_at=moment,
            expires_at=moment + _lifetime(shared_computer),
            factor_due_at=due_at,
            factor_checked_on=today(),
        )
    )
    user.last_seen_on = today()
    db.session.flush()
    return token


def touch_session(session_id: int) -> datetime | None:
    """Note that the session is in use, at most every five minutes; puts its end off.

    Once a day, and when a policy or a role changed, what is asked of the user is read anew. Returns from when on
    the user must have a second factor.
    """
    session = db.session.get(UserSession, session_id)
    if session is None:  # ended meanwhile
        return None
    user, moment = get_user_by_id(session.user_id), now()
    values: dict[str, object] = {"seen_at": moment, "expires_at": moment + _lifetime(session.is_shared)}
    due_at = session.factor_due_at
    if session.factor_checked_on != today():
        due_at = None if user.has_second_factor else get_demand(user).due_at
        values |= {"factor_due_at": due_at, "factor_checked_on": today()}
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(**values))
    if user.last_seen_on != today():
        db.session.execute(update(User).where(User.id == user.id).values(last_seen_on=today()))
    return due_at


def needs_touch(seen_at: datetime, factor_checked_on: date | None) -> bool:
    """Tell whether the last note is old enough to write another one, or the policies must be read anew."""
    return factor_checked_on is None or now() - seen_at >= SEEN_EVERY


def sign_out(actor: Actor) -> None:
    """End the session `actor` came with."""
    db.session.execute(delete(UserSession).where(UserSession.id == actor.session_id))


def revoke_session(actor: Actor, uuid: UUID) -> None:
    """End one of `actor`'s own sessions. Raises NotFound for anybody else's."""
    found = db.session.scalar(
        select(UserSession).where(UserSession.uuid == uuid, UserSession.user_id == actor.user_id)
    )
    if found is None:
        raise NotFound()
    db.session.delete(found)
    db.session.flush()


def revoke_other_sessions(actor: Actor) -> None:
    """End all of `actor`'s own sessions but the one it came with: for a device that was lost or lent."""
    if actor.user_id is not None:
        end_sessions(actor.user_id, but=actor.session_id)


def end_sessions(user_id: int, *, but: int | None = None) -> None:
    """End every session of a user, except the one with id `but`."""
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    if but is not None:
        statement = statement.where(UserSession.id != but)
    db.session.execute(statement)


def _lifetime(shared_computer: bool) -> timedelta:
    rules = settings()
    if shared_computer:
        return timedelta(minutes=rules.shared_session_minutes)
    return timedelta(days=rules.session_days)
