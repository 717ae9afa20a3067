"""Setting up, changing and removing one's own second factor; administrators reset that of others."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import _
from lms.orgs.queries import get_org_by_id
from lms.people.models import User, UserSession
from lms.people.passwords import is_password
from lms.people.permissions import can_look_after
from lms.people.queries import get_user_by_id, list_held_roles
from lms.people.second_factor_models import (
    AuthenticatorApp,
    Passkey,
    PendingSignIn,
    RecoveryCode,
    TrustedDevice,
)
from lms.people.second_factor_passkeys import read_registration
from lms.people.second_factor_queries import find_app, get_own_passkey, list_passkeys
from lms.people.second_factor_rules import may_have_factor
from lms.people.second_factor_secrets import (
    find_step,
    hash_recovery_code,
    new_recovery_codes,
    new_secret,
    seal,
    tidy_code,
    unseal,
)
from lms.people.services.factor_letters import tell_owner
from lms.people.services.sessions import end_sessions

MOST_PASSKEYS = 10


def confirm_own_password(actor: Actor, password: str) -> None:
    """Ask for the password before the second step is weakened. Raises Invalid. Call outside `write()`: it is slow."""
    if not is_password(password, get_user_by_id(actor.user_id).password_hash):
        raise Invalid({"password": _("This is not your present password. Try again.")})


def start_app(actor: Actor) -> AuthenticatorApp:
    """Make a fresh secret for an authenticator app; it opens nothing until `confirm_app`."""
    user = _own_account(actor)
    app = find_app(user.id)
    if app is not None and app.confirmed_at is not None:
        raise Conflict(_("You have an app already. Remove it first, then set up the new one."))
    if app is None:
        app = AuthenticatorApp(user_id=user.id)
        db.session.add(app)
    app.sealed_secret = seal(user.uuid, new_secret())
    db.session.flush()
    return app


def confirm_app(actor: Actor, code: str) -> list[str]:
    """Switch the app on by a code it shows. Returns recovery codes when this is the first factor, else nothing."""
    user = _own_account(actor)
    app = find_app(user.id)
    if app is None or app.confirmed_at is not None:
        raise Conflict()
    step = find_step(unseal(user.uuid, app.sealed_secret), tidy_code(code), now(), after=app.last_step)
    if step is None:
        raise Invalid(
            {"code": _("This is not the code the app shows now. Wait for the next one and type it.")}
        )
    app.confirmed_at, app.last_step = now(), step
    return _switch_on(actor, user, "app")


def add_passkey(actor: Actor, answer: str, challenge: bytes, name: str) -> list[str]:
    """Keep the passkey of the browser's answer. Returns recovery codes when this is the first factor."""
    user = _own_account(actor)
    if len(list_passkeys(user.id)) >= MOST_PASSKEYS:
        raise Conflict(_("You have ten passkeys. Remove one first."))
    made = read_registration(answer, challenge)
    taken = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if db.session.scalar(taken) is not None:
        raise Conflict(_("This passkey is set up already."))
    db.session.add(
        Passkey(
            user_id=user.id,
            name=" ".join(name.split())[:80] or _("Passkey"),
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            transports=made.transports,
        )
    )
    return _switch_on(actor, user, "passkey")


def remove_app(actor: Actor) -> None:
    """Remove one's own app. The edge asks for the password first."""
    user = get_user_by_id(actor.user_id)
    app = find_app(user.id)
    if app is None:
        raise NotFound()
    db.session.delete(app)
    _after_removal(actor, user, "app")


def remove_passkey(actor: Actor, uuid: UUID) -> None:
    """Remove one of one's own passkeys. The edge asks for the password first."""
    user = get_user_by_id(actor.user_id)
    db.session.delete(get_own_passkey(actor, uuid))
    _after_removal(actor, user, "passkey")


def renew_recovery_codes(actor: Actor) -> list[str]:
    """Give ten new recovery codes; the old ones end. The edge asks for the password first."""
    user = get_user_by_id(actor.user_id)
    if not user.has_second_factor:
        raise Conflict(_("Set up an app or a passkey first."))
    record_audit(actor, "factor.codes_renewed", "user", user.uuid, org_id=user.home_org_id)
    return _new_codes(user)


def are_own_codes(actor: Actor, codes: list[str]) -> bool:
    """Tell whether all of `codes` are living recovery codes of `actor`: only those are written into a file."""
    user = get_user_by_id(actor.user_id)
    hashes = {hash_recovery_code(user.uuid, code) for code in codes}
    found = select(RecoveryCode.code_hash).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None), RecoveryCode.code_hash.in_(hashes)
    )
    return bool(hashes) and set(db.session.scalars(found)) == hashes


def forget_device(actor: Actor, uuid: UUID) -> None:
    """Ask on one of one's own devices again. Raises NotFound for anybody else's."""
    found = db.session.scalar(
        select(TrustedDevice).where(TrustedDevice.uuid == uuid, TrustedDevice.user_id == actor.user_id)
    )
    if found is None:
        raise NotFound()
    db.session.delete(found)
    db.session.flush()


def reset_factor(actor: Actor, user: User) -> None:
    """Remove all of someone's second step, for one who lost it; the person is told by mail and signed out."""
    home = get_org_by_id(user.home_org_id).lineage_ids if user.home_org_id is not None else ()
    if user.id == actor.user_id or not can_look_after(actor, list_held_roles([user])[user.id], home):
        raise NotAllowed()
    if not user.has_second_factor:
        raise Conflict(_("This account has no second step."))
    drop_factors(user)
    end_sessions(user.id)
    record_audit(actor, "factor.reset", "user", user.uuid, org_id=user.home_org_id)
    tell_owner(user, "factor_reset")


def drop_factors(user: User) -> None:
    """Delete everything of the second step of `user`, also sign-ins that wait for it."""
    for model in (AuthenticatorApp, Passkey, RecoveryCode, TrustedDevice, PendingSignIn):
        db.session.execute(delete(model).where(model.user_id == user.id))
    user.has_second_factor = False
    db.session.flush()


def _own_account(actor: Actor) -> User:
    user = get_user_by_id(actor.user_id)
    if not may_have_factor(actor, is_citizen=user.home_org_id is None):
        raise NotAllowed()
    return user


def _switch_on(actor: Actor, user: User, kind: str) -> list[str]:
    """Note that `user` has a factor. With the first one all other sessions end: they came by the password alone."""
    is_first = not user.has_second_factor
    user.has_second_factor = True
    db.session.execute(update(UserSession).where(UserSession.user_id == user.id).values(factor_due_at=None))
    record_audit(actor, "factor.added", "user", user.uuid, org_id=user.home_org_id, factor=kind)
    tell_owner(user, "factor_on")
    db.session.flush()
    if not is_first:
        return []
    end_sessions(user.id, but=actor.session_id)
    return _new_codes(user)


def _new_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = new_recovery_codes()
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=hash_recovery_code(user.uuid, code)) for code in codes
    )
    db.session.flush()
    return codes


def _after_removal(actor: Actor, user: User, kind: str) -> None:
    """Without any factor left, codes and remembered devices end too, and the policies are read anew."""
    db.session.flush()
    app = find_app(user.id)
    record_audit(actor, "factor.removed", "user", user.uuid, org_id=user.home_org_id, factor=kind)
    if (app is not None and app.confirmed_at is not None) or list_passkeys(user.id):
        return
    drop_factors(user)
    db.session.execute(
        update(UserSession).where(UserSession.user_id == user.id).values(factor_checked_on=None)
    )
    tell_owner(user, "factor_off")
