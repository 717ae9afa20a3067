"""Pages of people: search, one person, roles, accounts; permissions in both directions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lms.people.models import User
from lms.people.queries import find_user, find_user_by_external_id, list_grants
from lms.people.services import check_password
from tests.factories.people import make_user
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]


def test_people_are_found_by_name_login_role_and_place(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    assert "Trần Quang Minh" in client.get("/manage/users?q=quang+minh").text
    assert "Trần Quang Minh" in client.get("/manage/users?role=learner").text
    assert "Trần Quang Minh" not in client.get("/manage/users?role=teacher").text
    assert "Trần Quang Minh" in client.get(f"/manage/users?org={staff.sector.class_6a1.uuid}").text
    everybody = client.get("/manage/users").text
    assert "Nguyễn Thị Lan" in everybody and "Hồ Bên Kia" not in everybody
    assert "Hồ Bên Kia" in browse(staff.department_admin).get("/manage/users").text


def test_a_page_of_people_costs_the_same_however_many_roles_they_hold(
    staff: Staff, browse: Browse, query_count
):
    client = browse(staff.ha)
    client.get("/manage/users")
    with query_count() as few:
        client.get("/manage/users")
    for number in range(20):
        make_user(
            f"Thêm {number}", home_org=staff.sector.school, roles=(("learner", staff.sector.class_6a2),)
        )
    with query_count() as many:
        client.get("/manage/users")
    assert len(many) == len(few)


def test_a_new_person_gets_a_role_and_a_password_shown_once(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    form = {
        "org": str(staff.sector.school.uuid),
        "full_name": "Lý Thu Cúc",
        "role": "teacher",
        "login": "cuc",
    }
    answer = client.post("/manage/users/new", data=form)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"(?<=>)[a-z]+-[a-z]+-\d{3}(?=<)", answer.text)
    assert found is not None and check_password("cuc", found.group()).must_change_password
    cuc = find_user("cuc")
    assert cuc is not None and [grant.role for grant, _org in list_grants(cuc)] == ["teacher"]
    page = client.get(f"/manage/users/{cuc.uuid}").text
    assert found.group() not in page


@pytest.mark.parametrize("role", ["school_admin", "org_admin", "sysadmin"])
def test_nobody_makes_an_equal_or_a_higher_one(staff: Staff, browse: Browse, role: str):
    client, school = browse(staff.ha), staff.sector.school
    form = {"org": str(school.uuid), "full_name": "Leo Thang", "login": "leo", "role": role}
    assert client.post("/manage/users/new", data=form).status_code == 403
    assert find_user("leo") is None
    grant = {"org": str(school.uuid), "role": role}
    assert client.post(f"/manage/users/{staff.lan.uuid}/grants", data=grant).status_code == 403


def test_a_department_appoints_a_school_administrator(staff: Staff, browse: Browse):
    grant = {"org": str(staff.sector.school.uuid), "role": "school_admin"}
    client = browse(staff.department_admin)
    assert client.post(f"/manage/users/{staff.lan.uuid}/grants", data=grant).status_code == 303
    assert "school_admin" in {held.role for held, _org in list_grants(staff.lan)}


def test_a_role_is_given_for_a_time_and_ended(staff: Staff, browse: Browse):
    client, path = browse(staff.ha), f"/manage/users/{staff.lan.uuid}/grants"
    form = {
        "org": str(staff.sector.school.uuid),
        "role": "editor",
        "valid_from": "2020-01-01",
        "valid_to": "2020-06-01",
    }
    assert client.post(path, data=form).status_code == 303
    page = client.get(f"/manage/users/{staff.lan.uuid}").text
    assert "01/01/2020" in page and "01/06/2020" in page
    backwards = client.post(path, data={**form, "role": "reviewer", "valid_to": "2019-01-01"})
    assert backwards.status_code == 422 and "f-valid_to-error" in backwards.text
    teacher = next(grant for grant, _org in list_grants(staff.lan) if grant.role == "teacher")
    assert client.post(f"{path}/{teacher.uuid}/end", data={"on": "bad"}).status_code == 422
    assert client.post(f"{path}/{teacher.uuid}/end", data={}).status_code == 303
    assert teacher.uuid not in {grant.uuid for grant, _org in list_grants(staff.lan)}


def test_roles_elsewhere_are_neither_shown_nor_ended(staff: Staff, browse: Browse):
    both = make_user(
        "Hai Nơi",
        home_org=staff.sector.school,
        roles=(("teacher", staff.sector.school), ("teacher", staff.sector.other_school)),
    )
    client = browse(staff.ha)
    assert "THCS Lê Lợi" not in client.get(f"/manage/users/{both.uuid}").text
    elsewhere = next(g for g, org in list_grants(both) if org.id == staff.sector.other_school.id)
    path = f"/manage/users/{both.uuid}/grants/{elsewhere.uuid}/end"
    assert client.post(path, data={}).status_code == 404
    answer = client.post(f"/manage/users/{both.uuid}/deactivate")
    assert answer.status_code == 403  # the other school counts on this account too


def test_an_account_is_closed_with_undo(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    minh = browse(staff.minh)
    assert minh.get("/account").status_code == 200
    answer = client.post(f"/manage/users/{staff.minh.uuid}/deactivate", follow_redirects=True)
    assert f"/manage/users/{staff.minh.uuid}/reactivate" in answer.text
    assert minh.get("/account").status_code in {302, 303}
    assert client.post(f"/manage/users/{staff.minh.uuid}/reactivate").status_code == 303
    found = find_user("minh")
    assert found is not None and found.is_active


@pytest.mark.parametrize("deed", ["deactivate", "reactivate", "grants", "identifiers", "password", ""])
def test_another_schools_people_are_not_found(staff: Staff, browse: Browse, deed: str):
    path = f"/manage/users/{staff.other_pupil.uuid}/{deed}".rstrip("/")
    form = {"full_name": "Đổi Tên", "org": str(staff.sector.school.uuid), "role": "learner"}
    assert browse(staff.ha).post(path, data=form).status_code == 404
    found = find_user("benkia")
    assert found is not None and found.is_active and found.full_name == "Hồ Bên Kia"


def test_names_and_identifiers_are_corrected(staff: Staff, browse: Browse):
    client, path = browse(staff.ha), f"/manage/users/{staff.minh.uuid}"
    form = {"full_name": "Trần Quang Mính", "login": "minh2"}
    assert client.post(path, data=form).status_code == 303
    assert find_user("minh2") is not None
    taken = client.post(path, data={"full_name": "Trần Quang Mính", "login": "lan"})
    assert taken.status_code == 422 and "f-login-error" in taken.text
    code = {"kind": "pupil_code", "value": "HS77"}
    assert client.post(f"{path}/identifiers", data=code).status_code == 303
    found = find_user_by_external_id("pupil_code", "HS77")
    assert found is not None and found.login == "minh2"


def test_a_homeroom_teacher_resets_a_pupils_password_but_not_a_colleagues(staff: Staff, browse: Browse):
    client = browse(staff.lan)
    assert client.post(f"/manage/users/{staff.minh.uuid}/password").status_code == 200
    assert client.post(f"/manage/users/{staff.ha.uuid}/password").status_code == 404
    assert client.post(f"/manage/users/{staff.other_pupil.uuid}/password").status_code == 404
