"""A school with a teacher and an administrator, for tests of the second step."""

from __future__ import annotations

import pytest

from tests.factories.people import make_sector, make_user


@pytest.fixture
def sector(act):
    return make_sector()


@pytest.fixture
def lan(sector):
    return make_user(
        "Nguyễn Thị Lan",
        login="lan",
        email="lan@example.vn",
        home_org=sector.school,
        roles=(("teacher", sector.school),),
    )


@pytest.fixture
def ha(sector):
    return make_user(
        "Phạm Thu Hà", login="ha", home_org=sector.school, roles=(("school_admin", sector.school),)
    )
