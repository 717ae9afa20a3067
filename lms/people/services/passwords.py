"""Changing passwords. Every function hashes first and then makes one short write of its own: call outside `write()`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.people.api_token_models import ApiToken
from lms.people.link_tokens import LinkEnded, is_reset_alive, read_token
from lms.people.models import User
from lms.people.passwords import check_new_password, hash_password, is_password, new_one_time_password
from lms.people.queries import get_user, get_user_by_id
from lms.people.second_factor_models import PendingSignIn, TrustedDevice
from lms.people.services.reset_rights import check_may_reset
from lms.people.services.sessions import end_sessions


def change_password(actor: Actor, old: str, new: str) -> None:
    """Replace one's own password; other sessions end. Raises Invalid naming the field."""
    user = get_user_by_id(actor.user_id)
    if not is_password(old, user.password_hash):
        raise Invalid({"old_password": _("This is not your present password. Try again.")})
    if old == new:
        raise Invalid({"password": _("This is the password you had. Choose a new one.")})
    check_new_password(new, user.login, user.email, user.full_name)
    kept, fresh = user.password_hash, hash_password(new)
    with write():
        if user.password_hash != kept:
            raise Invalid({"old_password": _("This is not your present password. Try again.")})
        _set_password(user, fresh)
        end_sessions(user.id, but=actor.session_id)


def reset_password(token: str, new: str, *, purpose: str = "reset") -> User:
    """Set the password of the account a reset link was sent to; all its sessions and links end. Raises LinkEnded."""
    uuid, fingerprint = read_token(purpose, token)
    user = get_user(uuid)
    if not is_reset_alive(user, fingerprint):
        raise LinkEnded()
    check_new_password(new, user.login, user.email, user.full_name)
    fresh = hash_password(new)
    with write():
        if not is_reset_alive(user, fingerprint):
            raise LinkEnded()
        _set_password(user, fresh)
        user.email_verified_at = user.email_verified_at or now()  # the letter was read
        end_sessions(user.id)
    return user


def set_password_for(actor: Actor, user: User) -> str:
    """Give a pupil or colleague a one-time password and return it; it is shown once and must be changed."""
    return set_passwords_for(actor, [user])[0][1]


def set_passwords_for(actor: Actor, users: Sequence[User]) -> list[tuple[User, str]]:
    """Give each of `users` a one-time password; all or none. Raises NotAllowed."""
    check_may_reset(actor, users)
    given = [(user, new_one_time_password()) for user in users]
    hashes = [hash_password(password) for _user, password in given]
    with write():
        check_may_reset(actor, users)
        for (user, _password), fresh in zip(given, hashes, strict=True):
            _set_password(user, fresh, must_change=True)
            end_sessions(user.id)
            record_audit(actor, "password.reset", "user", user.uuid, org_id=user.home_org_id)
    return given


def _set_password(user: User, fresh: str, *, must_change: bool = False) -> None:
    user.password_hash = fresh
    user.must_change_password = must_change
    for model in (TrustedDevice, PendingSignIn, ApiToken):  # what the old password had opened
        db.session.execute(delete(model).where(model.user_id == user.id))
    db.session.flush()
