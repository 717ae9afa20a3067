"""The sector with its administrators, and a browser that stands apart from the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import db
from lms.people.models import User
from tests.factories.people import Sector, make_sector, make_user, sign_in


class Browser(FlaskClient):
    """Opens a fresh context for every request: else `g` and the session would be the test's."""

    def open(self, *args: Any, **values: Any) -> Any:
        """Make one request; what the test loaded before is read anew afterwards."""
        with self.application.app_context():
            answer = super().open(*args, **values)
            db.session.remove()
        db.session.rollback()
        db.session.expire_all()
        return answer


@dataclass(frozen=True)
class Staff:
    """The sector and those who run it: of the department, of either school, and the teachers of 6A1."""

    sector: Sector
    root: User
    department_admin: User
    ha: User
    other_admin: User
    lan: User
    minh: User
    other_pupil: User


@pytest.fixture
def staff(act: Flask) -> Staff:
    """Everybody in place."""
    sector = make_sector()
    school, other = sector.school, sector.other_school
    return Staff(
        sector=sector,
        root=make_user(
            "Gốc", login="goc", home_org=sector.department, roles=(("sysadmin", sector.department),)
        ),
        department_admin=make_user(
            "Vũ Sở", login="so", home_org=sector.department, roles=(("org_admin", sector.department),)
        ),
        ha=make_user("Phạm Thu Hà", login="ha", home_org=school, roles=(("school_admin", school),)),
        other_admin=make_user("Lê Khác", login="khac", home_org=other, roles=(("school_admin", other),)),
        lan=make_user(
            "Nguyễn Thị Lan",
            login="lan",
            home_org=school,
            roles=(("teacher", school), ("teacher", sector.class_6a1)),
        ),
        minh=make_user(
            "Trần Quang Minh", login="minh", home_org=school, roles=(("learner", sector.class_6a1),)
        ),
        other_pupil=make_user(
            "Hồ Bên Kia", login="benkia", home_org=other, roles=(("learner", sector.other_class),)
        ),
    )


@pytest.fixture
def browse(act: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[User | None], FlaskClient]:
    """Give a browser in which someone is signed in."""
    monkeypatch.setattr(act, "test_client_class", Browser)

    def browsing(user: User | None) -> FlaskClient:
        client = act.test_client()
        if user is not None:
            db.session.refresh(user)  # read now: inside the write of signing in it would wait for itself
            sign_in(client, user)
        return client

    return browsing
