"""Signing in and out. A session is a row; the browser holds a random token, new at every sign-in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from lms.core.actor import Actor
from lms.core.clock import new_token, now, today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import _
from lms.core.web import settings
from lms.people.models import User, UserSession
from lms.people.passwords import hash_password, is_outdated, is_password
from lms.people.queries import find_user, hash_token

SEEN_EVERY = timedelta(minutes=1)


def sign_in(
    login: str, password: str, *, shared_computer: bool = False, user_agent: str = ""
) -> tuple[User, str]:
    """Check the password and open a session; return the user and the token for the cookie.

    Call it outside `write()`: the slow hash must hold nobody up; the row is one short write of its own.
    """
    user = check_password(login, password)
    fresh = hash_password(password) if user.password_hash and is_outdated(user.password_hash) else None
    with write():
        if fresh is not None:
            user.password_hash = fresh
        return user, open_session(user, shared_computer=shared_computer, user_agent=user_agent)


def check_password(login: str, password: str) -> User:
    """Return the active user with this login and password. Raises Invalid, the same for every wrong pair."""
    user = find_user(login)
    kept = user.password_hash if user is not None else None
    if not is_password(password, kept) or user is None:
        raise Invalid({"login": _("User name, mail address or password is wrong. Check both and try again.")})
    if not user.is_active:
        raise Conflict(_("This account is closed. Ask your school to open it again."))
    return user


def open_session(user: User, *, shared_computer: bool = False, user_agent: str = "") -> str:
    """Open a session for `user` and return its token; what has expired of that user is swept away."""
    moment = now()
    expired = delete(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at <= moment)
    db.session.execute(expired)
    token = new_token()
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=hash_token(token),
            is_shared=shared_computer,
            user_agent=user_agent[:200],
            seen_at=moment,
            expires_at=moment + _lifetime(shared_computer),
        )
    )
    user.last_seen_on = today()
    db.session.flush()
    return token


def touch_session(session: UserSession, user: User) -> None:
    """Note that the session is in use, at most once a minute; puts its end off."""
    moment = now()
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session.id)
        .values(seen_at=moment, expires_at=moment + _lifetime(session.is_shared))
    )
    if user.last_seen_on != today():
        db.session.execute(update(User).where(User.id == user.id).values(last_seen_on=today()))


def needs_touch(session: UserSession) -> bool:
    """Tell whether the last note is old enough to write another one."""
    return now() - session.seen_at >= SEEN_EVERY


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
