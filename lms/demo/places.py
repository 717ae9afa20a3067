"""The places and the people of the demo: found by code and user name, made when missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from lms.core.actor import SYSTEM, Actor
from lms.core.clock import now, today
from lms.core.db import write
from lms.demo.content.people import ORGS, DemoPerson, everyone
from lms.orgs.models import Org
from lms.orgs.queries import find_org
from lms.orgs.services import create_org
from lms.people.models import User
from lms.people.passwords import hash_password
from lms.people.queries import build_actor, find_user
from lms.people.services import create_user, grant_role

PASSWORD = "benhoc-demo-2026"
BATCH = 20
DAYS_OPEN = 90
"""Everything began a quarter ago, so that a run that began last month finds its class."""


def get_place(code: str) -> Org:
    """Return a place that was made before."""
    found = find_org(code)
    if found is None:
        raise LookupError(f"no place has the code {code!r}")
    return found


def get_person(username: str) -> User:
    """Return a person who was made before."""
    found = find_user(username)
    if found is None:
        raise LookupError(f"nobody has the user name {username!r}")
    return found


def actor_of(username: str) -> Actor:
    """Return who acts under this user name."""
    return build_actor(get_person(username))


def first_day() -> date:
    """Return the day from which places and roles of the demo hold."""
    return today() - timedelta(days=DAYS_OPEN)


def build_places() -> None:
    """Open department, ward, schools, learning center and classes."""
    with write():
        for org in ORGS:
            if find_org(org.slug) is None:
                parent = get_place(org.parent) if org.parent else None
                create_org(
                    SYSTEM,
                    parent=parent,
                    kind=org.kind,
                    name=org.name,
                    code=org.slug,
                    opened_on=first_day(),
                )


def build_people() -> None:
    """Give everyone an account with the one demo password, hashed once, and the roles of the content."""
    kept = hash_password(PASSWORD)
    waiting = iter([person for person in everyone() if find_user(person.username) is None])
    while batch := list(islice(waiting, BATCH)):
        with write():
            for person in batch:
                _make_person(person, kept)


def _make_person(person: DemoPerson, kept: str) -> None:
    user, _one_time = create_user(
        SYSTEM,
        full_name=person.name,
        login=person.username,
        email=person.email,
        password_hash=kept,
        home_org=_home_of(person),
    )
    user.must_change_password = False
    user.email_verified_at = now() if person.email else None
    for role, code in _grants_of(person):
        grant_role(SYSTEM, user, role, get_place(code), valid_from=first_day())


def _home_of(person: DemoPerson) -> Org | None:
    return get_place(person.grants[0][1]) if person.grants else None


def _grants_of(person: DemoPerson) -> Sequence[tuple[str, str]]:
    """A pupil is a learner of the class; the school is above it and needs no role of its own."""
    return [("learner", person.home_class)] if person.home_class else person.grants
