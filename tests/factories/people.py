"""Make people and units for tests, through the services. `PASSWORD` opens every account made here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from flask.testing import FlaskClient

from lms.core.actor import SYSTEM, Actor
from lms.core.db import write
from lms.orgs import services as orgs
from lms.orgs.models import Org
from lms.people import services as people
from lms.people.models import User
from lms.people.passwords import hash_password
from lms.people.queries import build_actor, get_user
from lms.people.sign_in_sessions import KEY

PASSWORD = "bến-thuyền-1953"
_numbers = count(1)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of PASSWORD, computed once: hashing is slow on purpose."""
    return hash_password(PASSWORD)


def make_org(kind: str = "school", parent: Org | None = None, name: str = "", code: str | None = None) -> Org:
    """Open a unit; without a name it gets a numbered one."""
    with write():
        return orgs.create_org(
            SYSTEM, parent=parent, kind=kind, name=name or f"{kind} {next(_numbers)}", code=code
        )


def make_user(
    full_name: str = "",
    *,
    login: str | None = None,
    email: str | None = None,
    home_org: Org | None = None,
    roles: tuple[tuple[str, Org], ...] = (),
) -> User:
    """Make an account that signs in with PASSWORD, with `roles` as (role, org)."""
    number = next(_numbers)
    with write():
        user, _none = people.create_user(
            SYSTEM,
            full_name=full_name or f"Người {number}",
            login=login or (None if email else f"nguoi{number}"),
            email=email,
            password_hash=password_hash(),
            home_org=home_org,
        )
        user.must_change_password = False
        for role, org in roles:
            people.grant_role(SYSTEM, user, role, org)
    return user


def actor_of(user: User) -> Actor:
    """The user as services meet that one."""
    return build_actor(user)


def sign_in(client: FlaskClient, user: User, *, shared_computer: bool = False) -> str:
    """Give the browser a living session of `user` without the form; return its token."""
    uuid = user.uuid  # read before the write: `user` belongs to the session of the test's own context
    with client.application.app_context(), write():
        owner = get_user(uuid)
        token = people.open_session(owner, shared_computer=shared_computer)
    with client.session_transaction() as cookie:
        cookie[KEY] = token
    return token


@dataclass(frozen=True)
class Sector:
    """A department with two schools, a class in each, and a learning center."""

    department: Org
    school: Org
    class_6a1: Org
    class_6a2: Org
    other_school: Org
    other_class: Org
    center: Org


def make_sector() -> Sector:
    """Open the units most tests of permission need."""
    with write():
        department = make_org("department", None, "Sở GD-ĐT")
        school = make_org("school", department, "THCS Nguyễn Du", "ND")
        other = make_org("school", department, "THCS Lê Lợi", "LL")
        return Sector(
            department,
            school,
            make_org("class", school, "6A1"),
            make_org("class", school, "6A2"),
            other,
            make_org("class", other, "6A1"),
            make_org("learning_center", department, "TTHTCĐ Bến Nghé"),
        )
