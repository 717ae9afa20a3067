from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.actor import ANONYMOUS, SYSTEM
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.models import RoleGrant, User
from lms.people.queries import (
    build_actor,
    count_members,
    count_members_of,
    get_visible_user,
    list_members,
    list_users,
    list_visible_members,
    visible_to,
)
from tests.factories.people import actor_of, make_org, make_sector, make_user


def seen_by(user: User) -> set[int]:
    return set(db.session.scalars(select(User.id).where(visible_to(build_actor(user)))))


@pytest.fixture
def cast(act):
    sector = make_sector()
    people_here = {
        "ha": make_user("Trần Thu Hà", home_org=sector.school, roles=(("school_admin", sector.school),)),
        "lan": make_user("Nguyễn Thị Lan", home_org=sector.school, roles=(("teacher", sector.class_6a1),)),
        "minh": make_user("Lê Văn Minh", home_org=sector.school, roles=(("learner", sector.class_6a1),)),
        "mai": make_user("Lê Thị Mai", home_org=sector.school, roles=(("learner", sector.class_6a2),)),
        "nam": make_user("Hồ Nam", home_org=sector.other_school, roles=(("learner", sector.other_class),)),
        "so": make_user("Phạm Sở", home_org=sector.department, roles=(("org_admin", sector.department),)),
        "dan": make_user("Công Dân", email="dan@example.vn"),
        "root": make_user("Quản Trị", home_org=sector.department, roles=(("sysadmin", sector.department),)),
    }
    return sector, people_here


def ids(people_here, *names):
    return {people_here[name].id for name in names}


def test_a_school_admin_sees_the_people_of_the_own_school_only(cast):
    _sector, who = cast
    assert seen_by(who["ha"]) == ids(who, "ha", "lan", "minh", "mai")


def test_a_teacher_of_a_class_sees_its_learners_and_oneself(cast):
    _sector, who = cast
    assert seen_by(who["lan"]) == ids(who, "lan", "minh")


def test_a_teacher_granted_at_the_school_sees_all_its_learners(cast):
    sector, who = cast
    teacher = make_user(roles=(("teacher", sector.school),))
    assert seen_by(teacher) == {teacher.id} | ids(who, "minh", "mai")


def test_a_learner_and_a_citizen_see_only_themselves_and_a_stranger_nobody(cast):
    _sector, who = cast
    assert seen_by(who["minh"]) == ids(who, "minh")
    assert seen_by(who["dan"]) == ids(who, "dan")
    assert db.session.scalars(select(User.id).where(visible_to(ANONYMOUS))).all() == []


def test_a_department_sees_its_tree_and_the_system_everyone(cast):
    _sector, who = cast
    assert seen_by(who["so"]) == ids(who, "ha", "lan", "minh", "mai", "nam", "so", "root")
    assert seen_by(who["root"]) == set(db.session.scalars(select(User.id)))


def test_a_foreign_id_is_answered_as_if_nobody_had_it(cast):
    _sector, who = cast
    assert get_visible_user(build_actor(who["ha"]), who["minh"].uuid).id == who["minh"].id
    with pytest.raises(NotFound):
        get_visible_user(build_actor(who["ha"]), who["nam"].uuid)


def test_a_role_that_ended_shows_nobody_any_more(cast):
    sector, who = cast
    grant = db.session.scalar(
        select(RoleGrant).where(RoleGrant.user_id == who["lan"].id, RoleGrant.org_id == sector.class_6a1.id)
    )
    with write():
        people.end_grant(SYSTEM, grant)
    assert seen_by(who["lan"]) == ids(who, "lan")


def test_a_list_of_people_is_found_without_accents_and_costs_two_queries(cast, query_count):
    sector, who = cast
    admin = build_actor(who["ha"])
    with query_count() as sent:
        found = list_users(admin, sector.school, q="le mai").rows
    assert [user.id for user in found] == [who["mai"].id]
    assert len(sent) == 2
    assert {user.id for user in list_users(admin, role="learner").rows} == ids(who, "minh", "mai")
    assert list_users(admin, sector.other_school).rows == []
    assert list_users(admin, q="100%").rows == []


def test_members_are_ordered_as_a_class_list_is(act):
    klass = make_org("class")
    for name in ("Nguyễn Văn Đức", "Lê Ân", "Trần An", "Hồ Dũng", "Bùi Thị An", "Phan Ánh"):
        make_user(name, roles=(("learner", klass),))
    make_user("Cô Giáo", roles=(("teacher", klass),))
    names = [user.full_name for user in list_members(klass.id)]
    assert names == ["Trần An", "Bùi Thị An", "Phan Ánh", "Lê Ân", "Hồ Dũng", "Nguyễn Văn Đức"]
    assert count_members(klass.id) == 6
    assert count_members_of([klass.id]) == {klass.id: 6}


def test_members_of_another_day_are_those_whose_role_held_then(act):
    klass = make_org("class")
    pupil = make_user()
    with write():
        people.grant_role(
            SYSTEM, pupil, "learner", klass, valid_from=today() - timedelta(days=9), valid_to=today()
        )
    assert list_members(klass.id) == []
    assert [user.id for user in list_members(klass.id, on=today() - timedelta(days=1))] == [pupil.id]
    assert build_actor(pupil).grants == ()


def test_a_school_admin_gives_school_roles_in_the_own_school_only(cast):
    sector, who = cast
    ha = build_actor(who["ha"])
    with write():
        people.grant_role(ha, who["mai"], "learner", sector.class_6a1)
    for role, org in (
        ("school_admin", sector.school),
        ("org_admin", sector.school),
        ("sysadmin", sector.school),
        ("auditor", sector.school),
        ("teacher", sector.other_class),
        ("teacher", sector.department),
    ):
        with pytest.raises(NotAllowed), write():
            people.grant_role(ha, who["mai"], role, org)


def test_a_role_is_not_given_to_someone_the_admin_may_not_know(cast):
    sector, who = cast
    with pytest.raises(NotFound), write():
        people.grant_role(build_actor(who["ha"]), who["nam"], "learner", sector.class_6a1)
    with write():
        people.grant_role(build_actor(who["so"]), who["nam"], "learner", sector.class_6a1)
    assert who["nam"].id in {user.id for user in list_members(sector.class_6a1.id)}


def test_nobody_appoints_at_the_own_node_someone_as_high_as_oneself(cast):
    sector, who = cast
    so = build_actor(who["so"])
    with write():
        people.grant_role(so, who["lan"], "org_admin", sector.school)
    with pytest.raises(NotAllowed), write():
        people.grant_role(so, who["lan"], "org_admin", sector.department)


def test_a_teacher_gives_no_role(cast):
    sector, who = cast
    with pytest.raises(NotAllowed), write():
        people.grant_role(build_actor(who["lan"]), who["minh"], "teacher", sector.class_6a1)


def test_the_same_role_is_not_held_twice(cast):
    sector, who = cast
    with write():
        people.grant_role(SYSTEM, who["minh"], "learner", sector.class_6a1)
    assert len(build_actor(who["minh"]).grants) == 1


def test_school_admin_is_a_role_of_schools(cast):
    sector, who = cast
    with pytest.raises(Invalid) as refusal, write():
        people.grant_role(SYSTEM, who["ha"], "school_admin", sector.department)
    assert set(refusal.value.fields) == {"role"}


def test_an_admin_makes_accounts_in_the_own_school_only(cast):
    sector, who = cast
    ha = build_actor(who["ha"])
    with write():
        user, password = people.create_user(ha, full_name="Đỗ  Thị\tBé", home_org=sector.school)
    assert (user.full_name, user.login, user.must_change_password) == ("Đỗ Thị Bé", "bedt", True)
    assert password is not None
    for home in (sector.other_school, sector.department, None):
        with pytest.raises(NotAllowed), write():
            people.create_user(ha, full_name="X Y", home_org=home)
    with pytest.raises(NotAllowed), write():
        people.create_user(build_actor(who["lan"]), full_name="X Y", home_org=sector.class_6a1)


def test_names_of_new_accounts_are_checked_field_by_field(act):
    make_user(login="lan", email="lan@example.vn")
    with pytest.raises(Invalid) as refusal, write():
        people.create_user(SYSTEM, full_name="", login="LAN ", email="Lan@Example.vn")
    assert set(refusal.value.fields) == {"full_name", "login", "email"}
    with pytest.raises(Invalid) as refusal, write():
        people.create_user(SYSTEM, full_name="A", login="a@b.vn", email="not an address")
    assert set(refusal.value.fields) == {"login", "email"}


def test_a_made_login_counts_up_when_it_is_taken(act):
    logins = []
    for _time in range(3):
        with write():
            user, _password = people.create_user(SYSTEM, full_name="Nguyễn Văn An", password_hash="x")
        logins.append(user.login)
    assert logins == ["annv", "annv2", "annv3"]


def test_a_teacher_resets_pupils_of_the_own_class_only(cast):
    sector, who = cast
    lan = build_actor(who["lan"])
    old = who["minh"].password_hash
    assert people.set_password_for(lan, who["minh"])
    assert who["minh"].password_hash != old and who["minh"].must_change_password
    for name in ("mai", "nam", "ha", "dan", "lan", "so"):
        with pytest.raises(NotAllowed):
            people.set_password_for(lan, who[name])
    colleague = make_user(roles=(("learner", sector.class_6a1), ("teacher", sector.school)))
    with pytest.raises(NotAllowed):
        people.set_password_for(lan, colleague)


def test_resetting_passwords_is_no_way_up(cast):
    sector, who = cast
    ha = build_actor(who["ha"])
    assert people.set_password_for(ha, who["lan"])
    head = make_user(
        home_org=sector.school, roles=(("teacher", sector.school), ("org_admin", sector.department))
    )
    second = make_user(home_org=sector.school, roles=(("school_admin", sector.school),))
    root = make_user(home_org=sector.school, roles=(("sysadmin", sector.school),))
    for user in (head, second, root):
        with pytest.raises(NotAllowed):
            people.set_password_for(ha, user)
    assert people.set_password_for(build_actor(who["so"]), second)


def test_passwords_of_a_class_are_set_all_or_none(cast):
    _sector, who = cast
    before = who["minh"].password_hash
    with pytest.raises(NotAllowed):
        people.set_passwords_for(build_actor(who["lan"]), [who["minh"], who["mai"]])
    db.session.expire_all()
    assert who["minh"].password_hash == before


def test_a_class_list_is_for_its_teachers_and_admins(cast):
    sector, who = cast
    for name in ("lan", "ha", "so", "root"):
        assert [u.id for u in list_visible_members(build_actor(who[name]), sector.class_6a1.id)] == [
            who["minh"].id
        ]
    for name in ("minh", "dan"):
        with pytest.raises(NotFound):
            list_visible_members(build_actor(who[name]), sector.class_6a1.id)
    with pytest.raises(NotFound):
        list_visible_members(build_actor(who["lan"]), sector.class_6a2.id)


def test_closing_an_account_ends_its_sessions_at_once(cast):
    _sector, who = cast
    with write():
        token = people.open_session(who["minh"])
    with write():
        people.deactivate_user(build_actor(who["ha"]), who["minh"])
    assert people_queries.load_actor(token) is ANONYMOUS
    with pytest.raises(NotAllowed), write():
        people.deactivate_user(build_actor(who["ha"]), who["nam"])
    with pytest.raises(Conflict), write():
        people.deactivate_user(build_actor(who["root"]), who["root"])
    with write():
        people.reactivate_user(build_actor(who["ha"]), who["minh"])
    assert who["minh"].is_active


def test_a_new_identifier_ends_the_former_one_of_its_kind(cast):
    _sector, who = cast
    ha = build_actor(who["ha"])
    with write():
        first = people.add_external_id(ha, who["minh"], kind="pupil_code", value="123")
        again = people.add_external_id(ha, who["minh"], kind="pupil_code", value="123")
        people.add_external_id(ha, who["minh"], kind="pupil_code", value="456")
    assert again is first and first.valid_to == today()
    assert people_queries.find_user_by_external_id("pupil_code", "456").id == who["minh"].id
    assert people_queries.find_user_by_external_id("pupil_code", "123") is None
    with pytest.raises(NotAllowed), write():
        people.add_external_id(build_actor(who["lan"]), who["minh"], kind="pupil_code", value="9")


def test_audiences_name_the_person_the_lineage_and_the_sector(cast):
    sector, who = cast
    minh = actor_of(who["minh"])
    assert minh.audiences == {
        "public",
        "sector",
        f"user:{who['minh'].uuid}",
        f"org:{sector.class_6a1.uuid}",
        f"org:{sector.school.uuid}",
        f"org:{sector.department.uuid}",
    }
    assert "staff" in actor_of(who["lan"]).audiences
    assert actor_of(who["dan"]).audiences == {"public", f"user:{who['dan'].uuid}"}
    partner = make_org("partner", None, "Nhà xuất bản")
    assert "sector" not in actor_of(make_user(roles=(("editor", partner),))).audiences
