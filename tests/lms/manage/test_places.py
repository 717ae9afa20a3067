"""Pages of places: each administrator sees and shapes one's own part of the tree, and nothing of another school's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lms.orgs.models import Org
from lms.orgs.queries import find_org, get_org, list_children
from lms.people.models import User
from lms.people.queries import list_members
from tests.factories.people import make_org
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]


def test_a_stranger_is_sent_to_sign_in(staff: Staff, browse: Browse):
    answer = browse(None).get("/manage")
    assert answer.status_code in {302, 303} and "/sign-in" in answer.location


@pytest.mark.parametrize("who", ["lan", "minh"])
def test_teachers_and_pupils_have_no_manage_pages(staff: Staff, browse: Browse, who: str):
    client = browse(getattr(staff, who))
    for path in ("/manage", "/manage/users", "/manage/users/new", f"/manage/orgs/{staff.sector.school.uuid}"):
        assert client.get(path).status_code == 403


def test_an_administrator_sees_the_place_and_what_stands_below(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    home = client.get("/manage").text
    assert "THCS Nguyễn Du" in home and "THCS Lê Lợi" not in home
    page = client.get(f"/manage/orgs/{staff.sector.school.uuid}").text
    assert "6A1" in page and "6A2" in page


def test_another_schools_pages_are_not_found(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    other, cls = staff.sector.other_school.uuid, staff.sector.other_class.uuid
    for path in (
        f"/manage/orgs/{other}",
        f"/manage/orgs/{other}/new",
        f"/manage/orgs/{other}/edit",
        f"/manage/orgs/{other}/move",
        f"/manage/orgs/{other}/close",
        f"/manage/orgs/{other}/import",
        f"/manage/orgs/{staff.sector.department.uuid}",
        f"/classes/{cls}",
        f"/manage/users/{staff.other_pupil.uuid}",
        f"/manage/users?org={other}",
        f"/manage/runs?class={cls}",
    ):
        assert client.get(path).status_code == 404, path


def test_an_administrator_opens_renames_and_closes_a_class(staff: Staff, browse: Browse):
    client, school = browse(staff.ha), staff.sector.school
    form = {"kind": "class", "name": "6A3", "code": "ND-6A3"}
    assert client.post(f"/manage/orgs/{school.uuid}/new", data=form).status_code == 303
    made = find_org("ND-6A3")
    assert made is not None and made.parent_id == school.id
    answer = client.post(f"/manage/orgs/{made.uuid}/edit", data={"name": "6 Anh 3", "code": "ND-6A3"})
    assert answer.status_code == 303 and get_org(made.uuid).name == "6 Anh 3"
    assert "6A3" in client.get(f"/classes/{made.uuid}").text  # the earlier name stays known
    assert client.post(f"/manage/orgs/{made.uuid}/close", data={}).status_code == 303
    assert get_org(made.uuid).is_closed


def test_a_school_administrator_opens_no_school_and_closes_not_the_own_one(staff: Staff, browse: Browse):
    client, school = browse(staff.ha), staff.sector.school
    answer = client.post(f"/manage/orgs/{school.uuid}/new", data={"kind": "school", "name": "Trường mới"})
    assert answer.status_code == 422
    assert client.post(f"/manage/orgs/{school.uuid}/edit", data={"name": "Khác"}).status_code == 403
    assert client.post(f"/manage/orgs/{school.uuid}/close", data={}).status_code == 403
    assert client.get("/manage/orgs/new").status_code == 403
    assert get_org(school.uuid).name == "THCS Nguyễn Du"


def test_a_department_moves_a_class_to_another_school(staff: Staff, browse: Browse):
    client, cls, other = browse(staff.department_admin), staff.sector.class_6a2, staff.sector.other_school
    assert "THCS Lê Lợi" in client.get(f"/manage/orgs/{cls.uuid}/move?q=le loi").text
    answer = client.post(f"/manage/orgs/{cls.uuid}/move", data={"parent": str(other.uuid)})
    assert answer.status_code == 303
    assert get_org(cls.uuid).parent_id == other.id
    assert client.get("/manage/orgs/" + str(other.uuid)).text.count("6A2") >= 1


def test_a_class_cannot_be_moved_out_of_reach_or_without_choice(staff: Staff, browse: Browse):
    client, cls = browse(staff.ha), staff.sector.class_6a2
    for parent in (str(staff.sector.other_school.uuid), "", "no-uuid"):
        answer = client.post(f"/manage/orgs/{cls.uuid}/move", data={"parent": parent})
        assert answer.status_code == 422
    assert get_org(cls.uuid).parent_id == staff.sector.school.id


def test_a_unit_with_units_below_stays_open_and_says_why(staff: Staff, browse: Browse):
    client, school = browse(staff.department_admin), staff.sector.school
    assert "2" in client.get(f"/manage/orgs/{school.uuid}/close").text
    assert client.post(f"/manage/orgs/{school.uuid}/close", data={}).status_code == 409
    assert not get_org(school.uuid).is_closed


def test_a_system_administrator_opens_a_root(staff: Staff, browse: Browse):
    client = browse(staff.root)
    answer = client.post("/manage/orgs/new", data={"kind": "department", "name": "Sở Y", "code": "SY"})
    assert answer.status_code == 303
    made = find_org("SY")
    assert made is not None and made.parent_id is None
    assert "Sở Y" in client.get("/manage").text
    assert "Sở Y" not in browse(staff.department_admin).get("/manage?q=so y").text


def test_wrong_fields_are_named_and_kept(staff: Staff, browse: Browse):
    client = browse(staff.ha)
    path = f"/manage/orgs/{staff.sector.school.uuid}/new"
    answer = client.post(path, data={"kind": "class", "name": "", "code": "MA-LOP"})
    assert answer.status_code == 422 and 'value="MA-LOP"' in answer.text and "f-name-error" in answer.text
    answer = client.post(path, data={"kind": "class", "name": "6B", "on": "31/02"})
    assert answer.status_code == 422 and "f-on-error" in answer.text


def test_children_are_paged_by_key(staff: Staff, browse: Browse):
    school: Org = staff.sector.other_school
    for number in range(60):
        make_org("class", school, f"7B{number}")
    client = browse(staff.other_admin)
    first = client.get(f"/manage/orgs/{school.uuid}").text
    after = list_children(school).next
    assert "7B10<" in first and f"after={after}" in first
    assert "7B59" in client.get(f"/manage/orgs/{school.uuid}?after={after}").text
    assert client.get(f"/manage/orgs/{school.uuid}?after=forged").status_code == 404


def test_a_list_of_classes_costs_the_same_number_of_queries_however_long(
    staff: Staff, browse: Browse, query_count
):
    client = browse(staff.other_admin)
    client.get("/classes")
    with query_count() as few:
        client.get("/classes")
    for number in range(20):
        make_org("class", staff.sector.other_school, f"8C{number}")
    with query_count() as many:
        client.get("/classes")
    assert len(many) <= len(few)


def test_a_teacher_sees_the_classes_and_an_own_homeroom(staff: Staff, browse: Browse):
    page = browse(staff.lan).get("/classes").text
    assert "6A1" in page and "6A2" in page and "THCS Lê Lợi" not in page
    assert browse(staff.minh).get("/classes").status_code == 403


def test_a_class_page_lists_pupils_and_offers_each_what_one_may_do(staff: Staff, browse: Browse):
    cls = staff.sector.class_6a1
    lan = browse(staff.lan).get(f"/classes/{cls.uuid}").text
    assert "Trần Quang Minh" in lan and f"/manage/classes/{cls.uuid}/cards" in lan
    assert f"/manage/users/{staff.minh.uuid}/password" in lan and "members" not in lan
    ha = browse(staff.ha).get(f"/classes/{cls.uuid}").text
    assert f"/classes/{cls.uuid}/members" in ha
    assert browse(staff.other_admin).get(f"/classes/{cls.uuid}").status_code == 404


def test_a_pupil_joins_and_leaves_a_class_on_a_day(staff: Staff, browse: Browse):
    client, cls = browse(staff.ha), staff.sector.class_6a2
    path = f"/classes/{cls.uuid}/members"
    answer = client.post(path, data={"who": "new", "full_name": "Đỗ Quốc Bảo", "pupil_code": "HS1"})
    assert answer.status_code == 303
    assert client.post(path, data={"who": "existing", "login": "minh"}).status_code == 303
    assert [one.full_name for one in list_members(cls.id)] == ["Đỗ Quốc Bảo", "Trần Quang Minh"]
    page = client.get(f"/classes/{cls.uuid}").text
    end = page.split(f"{path}/")[1].split("/end")[0]
    assert client.post(f"{path}/{end}/end", data={}).status_code == 303
    assert [one.full_name for one in list_members(cls.id)] == ["Trần Quang Minh"]
    assert client.post(f"{path}/{end}/restore").status_code == 303
    assert len(list_members(cls.id)) == 2


def test_another_schools_pupil_cannot_be_drawn_into_a_class(staff: Staff, browse: Browse):
    client, cls = browse(staff.ha), staff.sector.class_6a2
    unknown = client.post(f"/classes/{cls.uuid}/members", data={"who": "existing", "login": "nobody"})
    foreign = client.post(f"/classes/{cls.uuid}/members", data={"who": "existing", "login": "benkia"})
    assert unknown.status_code == foreign.status_code == 422
    assert "f-existing-error" in foreign.text and list_members(cls.id) == []


def test_a_teacher_changes_no_membership(staff: Staff, browse: Browse):
    client, cls = browse(staff.lan), staff.sector.class_6a1
    answer = client.post(f"/classes/{cls.uuid}/members", data={"who": "new", "full_name": "Mới Tinh"})
    assert answer.status_code == 403
    assert client.post(f"/classes/{cls.uuid}/teachers", data={"user": str(staff.lan.uuid)}).status_code == 403
    assert len(list_members(cls.id)) == 1


def test_an_administrator_names_a_homeroom_teacher_of_the_own_school_only(staff: Staff, browse: Browse):
    client, cls = browse(staff.ha), staff.sector.class_6a2
    answer = client.post(f"/classes/{cls.uuid}/teachers", data={"user": str(staff.lan.uuid)})
    assert answer.status_code == 303 and list_members(cls.id, "teacher")[0].login == "lan"
    answer = client.post(f"/classes/{cls.uuid}/teachers", data={"user": str(staff.other_admin.uuid)})
    assert answer.status_code == 404
