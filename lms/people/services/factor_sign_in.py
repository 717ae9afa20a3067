"""Signing in, in one step or two. Between the steps there is no session and no actor, only a pending sign-in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from lms.core.clock import new_token, now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import _, _l
from lms.people.models import User
from lms.people.passwords import hash_password, is_outdated
from lms.people.queries import hash_token
from lms.people.second_factor_models import (
    AuthenticatorApp,
    Passkey,
    PendingSignIn,
    RecoveryCode,
    TrustedDevice,
)
from lms.people.second_factor_passkeys import check_answer
from lms.people.second_factor_queries import (
    find_app,
    find_pending,
    find_trusted_device,
    get_demand,
    list_passkeys,
)
from lms.people.second_factor_secrets import APP_CODE, find_step, hash_recovery_code, tidy_code, unseal
from lms.people.services.factor_letters import tell_owner
from lms.people.services.sessions import check_password, open_session

PENDING_FOR = timedelta(minutes=10)
MOST_TRIES = 8


class PendingEnded(Conflict):
    """The first step is too old, used up or not of this browser."""

    code = "sign_in_again"
    default = _l("Signing in took too long. Start again with your password.")


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a right password opened: a session (`token`), or the second step (`pending`)."""

    user: User
    token: str | None = None
    pending: str | None = None


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What both steps opened: the token of the session, and of the device if it is to be remembered."""

    user: User
    token: str
    is_shared: bool
    device_token: str | None
    remember_days: int


def sign_in(
    login: str,
    password: str,
    *,
    shared_computer: bool = False,
    user_agent: str = "",
    device_token: str | None = None,
) -> SignIn:
    """Check the password; open a session, or begin the second step for those who have one.

    Call it outside `write()`: the slow hash must hold nobody up; the row is one short write of its own.
    """
    user = check_password(login, password)
    fresh = hash_password(password) if user.password_hash and is_outdated(user.password_hash) else None
    with write():
        if fresh is not None:
            user.password_hash = fresh
        if user.has_second_factor and not _is_remembered(user, device_token):
            return SignIn(user, pending=_begin_pending(user, shared_computer))
        token = open_session(user, shared_computer=shared_computer, user_agent=user_agent)
        return SignIn(user, token=token)


def finish_with_code(
    pending_token: str, code: str, *, remember: bool = False, user_agent: str = ""
) -> SecondStep:
    """End a sign-in by a code of the app or a recovery code; one short write. Raises PendingEnded or Invalid."""
    typed = tidy_code(code)
    with write():
        pending, user = _take_try(pending_token)
        is_right = (
            _use_app_code(user, typed) if APP_CODE.fullmatch(typed) else _use_recovery_code(user, typed)
        )
        if is_right:
            return _finish(pending, user, remember=remember, user_agent=user_agent)
    # outside the write, so that the try stays counted
    raise Invalid({"code": _("This code is wrong or was used before. Type the one the app shows now.")})


def finish_with_passkey(
    pending_token: str, answer: str, *, remember: bool = False, user_agent: str = ""
) -> SecondStep:
    """End a sign-in by a passkey's answer to the challenge; one short write. Raises PendingEnded or Invalid."""
    with write():
        pending, user = _take_try(pending_token)
        try:
            passkey, count = check_answer(answer, list_passkeys(user.id), pending.challenge)
        except Invalid as error:
            refusal = error
        else:
            db.session.execute(
                update(Passkey).where(Passkey.id == passkey.id).values(sign_count=count, last_used_at=now())
            )
            return _finish(pending, user, remember=remember, user_agent=user_agent)
    raise refusal


def get_pending(token: str) -> tuple[PendingSignIn, User]:
    """Return the sign-in that waits for its second step. Raises PendingEnded."""
    found = find_pending(token)
    if found is None:
        raise PendingEnded()
    return found


def _begin_pending(user: User, shared_computer: bool) -> str:
    moment = now()
    expired = delete(PendingSignIn).where(PendingSignIn.expires_at <= moment)
    db.session.execute(expired)
    token = new_token()
    db.session.add(
        PendingSignIn(
            user_id=user.id,
            token_hash=hash_token(token),
            is_shared=shared_computer,
            challenge=secrets.token_bytes(32),
            expires_at=moment + PENDING_FOR,
        )
    )
    db.session.flush()
    return token


def _take_try(token: str) -> tuple[PendingSignIn, User]:
    """Count one more try; after the last one the password is asked again."""
    pending, user = get_pending(token)
    counted = db.session.execute(
        update(PendingSignIn)
        .where(PendingSignIn.id == pending.id, PendingSignIn.tries < MOST_TRIES)
        .values(tries=PendingSignIn.tries + 1)
        .returning(PendingSignIn.id)
    ).first()
    if counted is None:
        raise PendingEnded()
    return pending, user


def _use_app_code(user: User, code: str) -> bool:
    """Tell whether the app shows `code` now; its step is used up by one statement, so that no race uses it twice."""
    app = find_app(user.id)
    if app is None or app.confirmed_at is None:
        return False
    step = find_step(unseal(user.uuid, app.sealed_secret), code, now(), after=app.last_step)
    if step is None:
        return False
    used = (
        update(AuthenticatorApp)
        .where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
        .values(last_step=step)
        .returning(AuthenticatorApp.id)
    )
    return db.session.execute(used).first() is not None


def _use_recovery_code(user: User, code: str) -> bool:
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == hash_recovery_code(user.uuid, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    if db.session.execute(used).first() is None:
        return False
    tell_owner(user, "factor_code_used")
    return True


def _finish(pending: PendingSignIn, user: User, *, remember: bool, user_agent: str) -> SecondStep:
    """End the pending sign-in (a second answer finds none) and open the session."""
    ended = delete(PendingSignIn).where(PendingSignIn.id == pending.id).returning(PendingSignIn.is_shared)
    is_shared = db.session.execute(ended).scalar()
    if is_shared is None:
        raise PendingEnded()
    days = 0 if is_shared else get_demand(user).remember_days
    device = _remember_device(user, user_agent, days) if remember and days else None
    token = open_session(user, shared_computer=is_shared, user_agent=user_agent)
    return SecondStep(user, token, is_shared, device, days)


def _remember_device(user: User, user_agent: str, days: int) -> str:
    moment, token = now(), new_token()
    db.session.execute(
        delete(TrustedDevice).where(TrustedDevice.user_id == user.id, TrustedDevice.expires_at <= moment)
    )
    db.session.add(
        TrustedDevice(
            user_id=user.id,
            token_hash=hash_token(token),
            user_agent=user_agent[:200],
            seen_at=moment,
            expires_at=moment + timedelta(days=days),
        )
    )
    db.session.flush()
    return token


def _is_remembered(user: User, device_token: str | None) -> bool:
    """Tell whether this browser need not be asked; a policy that allows no memory (or less) holds at once."""
    device = find_trusted_device(user, device_token) if device_token else None
    if device is None:
        return False
    if now() - device.created_at >= timedelta(days=get_demand(user).remember_days):
        return False
    device.seen_at = now()
    return True
