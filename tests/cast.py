"""The people of the tests: one school, one class, and those who meet there.

Cô Lan teaches, em Minh learns in 6A1, bác Hùng is his guardian, chị Hà administers the school, anh Tuấn keeps the
library of the department; thầy Phúc teaches in the other school and must see nothing of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lms.core.actor import SYSTEM, Actor
from lms.core.db import write
from lms.orgs.models import Org
from lms.orgs.services import create_org
from lms.people.models import User
from lms.people.queries import build_actor
from lms.people.services import create_user, grant_role
from tests.factories.people import PASSWORD, password_hash

__all__ = ["PASSWORD", "Cast", "Person", "build_cast"]


@dataclass
class Person:
    """Someone of the cast: the row and, when asked for, the actor."""

    user: User

    @cached_property
    def actor(self) -> Actor:
        """Who acts, with the roles held when first asked."""
        return build_actor(self.user)

    @property
    def login(self) -> str:
        """What to type at sign-in."""
        return self.user.login or self.user.email or ""


@dataclass
class Cast:
    """The places and the people."""

    department: Org
    school: Org
    class_6a1: Org
    other_school: Org
    lan: Person
    minh: Person
    an: Person
    hung: Person
    ha: Person
    tuan: Person
    phuc: Person
    citizen: Person


def _person(name: str, login: str, home: Org | None, *roles: tuple[str, Org]) -> Person:
    email = f"{login}@example.test" if home is None else None
    user, _password = create_user(
        SYSTEM,
        full_name=name,
        login=login if home else None,
        email=email,
        password_hash=password_hash(),
        home_org=home,
    )
    user.must_change_password = False
    for role, org in roles:
        grant_role(SYSTEM, user, role, org)
    return Person(user)


def build_cast() -> Cast:
    """Make everybody, in one write. Call inside an application context."""
    with write():
        department = create_org(SYSTEM, parent=None, kind="department", name="Sở Giáo dục")
        school = create_org(SYSTEM, parent=department, kind="school", name="THCS Bến Sông", code="BS")
        other = create_org(SYSTEM, parent=department, kind="school", name="THCS Rạch Dừa", code="RD")
        class_6a1 = create_org(SYSTEM, parent=school, kind="class", name="6A1")
        return Cast(
            department=department,
            school=school,
            class_6a1=class_6a1,
            other_school=other,
            lan=_person("Nguyễn Thị Lan", "lan", school, ("teacher", school)),
            minh=_person("Trần Quang Minh", "minh", school, ("learner", class_6a1)),
            an=_person("Lê Hoài An", "an", school, ("learner", class_6a1)),
            hung=_person("Trần Văn Hùng", "hung", school, ("guardian", school)),
            ha=_person("Phạm Thu Hà", "ha", school, ("school_admin", school)),
            tuan=_person("Võ Anh Tuấn", "tuan", department, ("editor", department)),
            phuc=_person("Đặng Hữu Phúc", "phuc", other, ("teacher", other)),
            citizen=_person("Hồ Thị Mai", "mai", None),
        )
