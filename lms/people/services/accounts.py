"""Making, changing and closing accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core.actor import Actor
from lms.core.audit import record_audit
from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.core.events import announce
from lms.core.i18n import LOCALES, _
from lms.core.vietnamese import fold, sort_key, tidy
from lms.core.web import settings
from lms.orgs.models import Org
from lms.orgs.queries import get_org_by_id
from lms.people.events import UserCreated
from lms.people.link_tokens import LinkEnded, is_verify_alive, read_token
from lms.people.merge_model import UserAlias
from lms.people.models import ExternalId, User
from lms.people.passwords import check_new_password, hash_password, new_one_time_password
from lms.people.permissions import can_look_after, can_manage_people
from lms.people.queries import find_user, get_user, get_user_by_id, list_held_roles
from lms.people.services.letters import ask_to_verify
from lms.people.services.sessions import end_sessions

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,78}")
EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
LONGEST_NAME = 120


def create_user(
    actor: Actor,
    *,
    full_name: str,
    login: str | None = None,
    email: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
    home_org: Org | None = None,
    locale: str | None = None,
    external_ids: Iterable[tuple[str, str]] = (),
) -> tuple[User, str | None]:
    """Make an account; without a password return a one-time one, which must be changed at the first sign-in.

    Without login and mail the login is made from the name. Hashing takes some 40 ms: whoever makes many accounts
    gives `password_hash` (the hash of a one-time password made by `new_one_time_password`) ready-made.
    """
    if not can_manage_people(actor, home_org.lineage_ids if home_org is not None else ()):
        raise NotAllowed()
    full_name = tidy(full_name)
    if not login and not email:
        login = suggest_login(full_name)
    login, email = _check_names(full_name, login, email)
    if password is not None:
        check_new_password(password, login, email, full_name)
    one_time = new_one_time_password() if password is None and password_hash is None else None
    user = User(
        full_name=full_name,
        login=login,
        email=email,
        locale=locale if locale in LOCALES else None,
        home_org_id=home_org.id if home_org is not None else None,
        password_hash=password_hash or hash_password(password or one_time or ""),
        must_change_password=password is None,
    )
    _add(user)
    for kind, value in external_ids:
        add_external_id(actor, user, kind=kind, value=value)
    record_audit(actor, "user.created", "user", user.uuid, org_id=user.home_org_id)
    announce(UserCreated(user.id))
    return user, one_time


def sign_up(*, full_name: str, email: str, password: str, locale: str) -> User:
    """Make a citizen's own account and send the letter that confirms the address. Call outside `write()`.

    The account works at once: a learner should not wait for mail.
    """
    if not settings().open_sign_up:
        raise NotAllowed(_("This site makes accounts through schools. Ask your school for one."))
    full_name = tidy(full_name)
    _login, address = _check_names(full_name, None, email, needs_email=True)
    check_new_password(password, address, full_name)
    kept = hash_password(password)
    with write():
        _check_names(full_name, None, address, needs_email=True)
        user = User(full_name=full_name, email=address, password_hash=kept, locale=locale)
        _add(user)
        ask_to_verify(user)
        announce(UserCreated(user.id))
    return user


def verify_email(token: str) -> User:
    """Note that the owner of the account reads its mail. Raises LinkEnded for a used, old or forged link."""
    uuid, fingerprint = read_token("verify", token)
    user = get_user(uuid)
    if not is_verify_alive(user, fingerprint) or user.email_verified_at is not None:
        raise LinkEnded()
    user.email_verified_at = now()
    db.session.flush()
    return user


def update_profile(actor: Actor, *, locale: str | None = None, full_name: str = "", email: str = "") -> User:
    """Change what is one's own to change: the language; citizens also their name and address.

    The school writes the names of its people, so theirs are left as they are.
    """
    user = get_user_by_id(actor.user_id)
    if locale is not None:
        user.locale = locale if locale in LOCALES else None
    if user.home_org_id is None and full_name:
        _rename(user, tidy(full_name), user.login, email or user.email)
    db.session.flush()
    return user


def update_user(actor: Actor, user: User, *, full_name: str, login: str | None, email: str | None) -> User:
    """Correct the names of someone the actor looks after."""
    _check_looks_after(actor, user)
    _rename(user, tidy(full_name), login, email)
    db.session.flush()
    record_audit(actor, "user.updated", "user", user.uuid, org_id=user.home_org_id)
    return user


def deactivate_user(actor: Actor, user: User) -> User:
    """Close an account; its sessions end at once, its results stay."""
    _check_looks_after(actor, user)
    if user.id == actor.user_id:
        raise Conflict(_("You cannot close your own account. Ask another administrator."))
    user.status = "deactivated"
    end_sessions(user.id)
    db.session.flush()
    record_audit(actor, "user.deactivated", "user", user.uuid, org_id=user.home_org_id)
    return user


def reactivate_user(actor: Actor, user: User) -> User:
    """Open a closed account again."""
    _check_looks_after(actor, user)
    if db.session.get(UserAlias, user.id) is not None:
        raise Conflict(_("This account was joined with another one. Take the joining back instead."))
    user.status = "active"
    db.session.flush()
    record_audit(actor, "user.reactivated", "user", user.uuid, org_id=user.home_org_id)
    return user


def add_external_id(
    actor: Actor,
    user: User,
    *,
    kind: str,
    value: str,
    valid_from: date | None = None,
    verified_by: str | None = None,
) -> ExternalId:
    """Write down an identifier given elsewhere; an open one of the same kind ends where the new one begins."""
    _check_looks_after(actor, user)
    kind, value = tidy(kind), tidy(value)
    if not kind or not value or len(kind) > 40 or len(value) > 120:
        raise Invalid({"external_id": _("Write the kind of identifier and its value.")})
    start = valid_from or today()
    open_ones = select(ExternalId).where(
        ExternalId.user_id == user.id, ExternalId.type == kind, ExternalId.valid_to.is_(None)
    )
    for old in db.session.scalars(open_ones):
        if old.value == value:
            return old
        old.valid_to = max(start, old.valid_from)
    found = ExternalId(user_id=user.id, type=kind, value=value, valid_from=start, verified_by=verified_by)
    db.session.add(found)
    db.session.flush()
    return found


def suggest_login(full_name: str) -> str:
    """Return a free user name made of the given name and the initials of the others: `annv`, `annv2`."""
    words = re.sub(r"[^a-z0-9 ]", "", fold(full_name)).split() or ["ban"]
    base = (words[-1] + "".join(word[0] for word in words[:-1]))[:60]
    base = base if len(base) > 1 else f"{base}1"
    taken = set(db.session.scalars(select(User.login).where(User.login.startswith(base, autoescape=True))))
    number = 1
    while (name := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return name


def _check_looks_after(actor: Actor, user: User) -> None:
    home = get_org_by_id(user.home_org_id).lineage_ids if user.home_org_id is not None else ()
    if not can_look_after(actor, list_held_roles([user])[user.id], home):
        raise NotAllowed()


def _check_names(
    full_name: str,
    login: str | None,
    email: str | None,
    user: User | None = None,
    *,
    needs_email: bool = False,
) -> tuple[str | None, str | None]:
    """Return login and address in lower case, or raise Invalid naming every field that is wrong."""
    login, email = (login or "").strip().lower() or None, (email or "").strip().lower() or None
    fields: dict[str, str] = {}
    if not full_name:
        fields["full_name"] = _("Write the full name.")
    elif len(full_name) > LONGEST_NAME:
        fields["full_name"] = _("Shorten the name to at most %(count)s characters.", count=LONGEST_NAME)
    if login is not None and not LOGIN.fullmatch(login):
        fields["login"] = _("Use at least two letters a-z or digits; dots, dashes and underscores are fine.")
    elif login is not None and find_user(login) not in (None, user):
        fields["login"] = _("Someone has this user name. Choose another one.")
    if (email is None and needs_email) or (email and (len(email) > 254 or not EMAIL.fullmatch(email))):
        fields["email"] = _("Write a mail address such as name@example.vn.")
    elif email is not None and find_user(email) not in (None, user):
        fields["email"] = _("This address has an account already. Sign in, or ask for a new password.")
    if fields:
        raise Invalid(fields)
    return login, email


def _rename(user: User, full_name: str, login: str | None, email: str | None) -> None:
    """Change the names; a new address must be confirmed again."""
    login, email = _check_names(full_name, login, email, user)
    if login is None and email is None:
        raise Invalid({"login": _("Keep a user name or a mail address to sign in with.")})
    changed = email != user.email
    user.full_name, user.login, user.email = full_name, login, email
    set_search_keys(user)
    if changed:
        user.email_verified_at = None
        db.session.flush()
        ask_to_verify(user)


def _add(user: User) -> None:
    set_search_keys(user)
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:  # two people chose the same name at the same moment
        raise Conflict() from error


def set_search_keys(user: User) -> None:
    """Write the keys by which a person is sorted and found, after a change of names."""
    user.sort_key = sort_key(user.full_name)
    user.search_text = fold(f"{user.full_name} {user.login or ''} {user.email or ''}").strip()
