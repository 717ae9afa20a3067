from __future__ import annotations

from datetime import date, timedelta

import pytest

from lms.core.actor import SYSTEM
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.orgs import services as orgs
from lms.orgs.models import Org
from lms.orgs.queries import (
    get_org,
    list_ancestors,
    list_children,
    list_names,
    list_orgs,
    parents_on,
)
from lms.people.queries import build_actor, list_grants
from tests.factories.people import actor_of, make_org, make_sector, make_user


def test_a_lineage_names_the_node_and_all_its_ancestors(act):
    sector = make_sector()
    assert sector.class_6a1.lineage_ids == (sector.department.id, sector.school.id, sector.class_6a1.id)
    assert list_ancestors(sector.class_6a1) == [sector.department, sector.school]


def test_classes_are_listed_by_the_size_of_their_number(act):
    school = make_org("school")
    for name in ("6A10", "6A2", "6Đ1", "6D1"):
        make_org("class", school, name)
    assert [org.name for org in list_children(school).rows] == ["6A2", "6A10", "6D1", "6Đ1"]


def test_a_list_of_children_continues_after_its_cursor(act):
    school = make_org("school")
    for number in range(5):
        make_org("class", school, f"6A{number}")
    first = list_children(school, size=3)
    rest = list_children(school, first.next, size=3)
    assert [org.name for org in [*first.rows, *rest.rows]] == [f"6A{number}" for number in range(5)]
    assert rest.next is None


def test_a_second_unit_with_the_same_code_is_refused_by_its_field(act):
    make_org("school", code="79001")
    with pytest.raises(Invalid) as refusal:
        make_org("school", code="79001")
    assert set(refusal.value.fields) == {"code"}


def test_an_unknown_kind_and_an_empty_name_are_refused_together(act):
    with pytest.raises(Invalid) as refusal, write():
        orgs.create_org(SYSTEM, parent=None, kind="castle", name=" ​ ")
    assert set(refusal.value.fields) == {"kind", "name"}


def test_moving_a_school_moves_the_lineage_of_everything_below_it(act):
    sector = make_sector()
    ward = make_org("ward", sector.department, "Phường Bến Nghé")
    with write():
        orgs.move_org(SYSTEM, sector.school, ward)
    db.session.expire_all()
    assert sector.school.lineage_ids == (sector.department.id, ward.id, sector.school.id)
    assert sector.class_6a1.lineage_ids == (*sector.school.lineage_ids, sector.class_6a1.id)
    assert sector.other_class.lineage_ids == (
        sector.department.id,
        sector.other_school.id,
        sector.other_class.id,
    )


def test_a_move_leaves_the_former_parents_to_be_read(act):
    with write():
        old = orgs.create_org(SYSTEM, parent=None, kind="ward", name="Quận 1", opened_on=date(2000, 1, 1))
        new = orgs.create_org(
            SYSTEM, parent=None, kind="ward", name="Phường Sài Gòn", opened_on=date(2000, 1, 1)
        )
        school = orgs.create_org(SYSTEM, parent=old, kind="school", name="THCS", opened_on=date(2000, 1, 1))
        klass = orgs.create_org(SYSTEM, parent=school, kind="class", name="6A1", opened_on=date(2000, 1, 1))
        orgs.move_org(SYSTEM, school, new, on=date(2025, 7, 1))
    assert parents_on(klass, date(2025, 6, 30)) == [old, school]
    assert parents_on(klass, date(2025, 7, 1)) == [new, school]
    assert parents_on(klass, date(1999, 1, 1)) == []


def test_a_unit_cannot_be_moved_below_itself(act):
    sector = make_sector()
    with pytest.raises(Conflict), write():
        orgs.move_org(SYSTEM, sector.department, sector.class_6a1)
    with pytest.raises(Conflict), write():
        orgs.move_org(SYSTEM, sector.school, sector.school)


def test_a_former_name_stays_in_the_history(act):
    with write():
        org = orgs.create_org(SYSTEM, parent=None, kind="school", name="Cũ", opened_on=date(2020, 9, 1))
        orgs.rename_org(SYSTEM, org, name="Mới", on=date(2025, 7, 1))
    old, new = list_names(org)
    assert (old.name, old.valid_from, old.valid_to) == ("Cũ", date(2020, 9, 1), date(2025, 7, 1))
    assert (new.name, new.valid_from, new.valid_to) == ("Mới", date(2025, 7, 1), None)


def test_a_unit_with_open_children_cannot_be_closed(act):
    sector = make_sector()
    with pytest.raises(Conflict), write():
        orgs.close_org(SYSTEM, sector.school)
    with write():
        orgs.close_org(SYSTEM, sector.class_6a1)
    assert sector.class_6a1 not in list_children(sector.school).rows
    assert get_org(sector.class_6a1.uuid).closed_on == today()


def test_nothing_is_opened_or_moved_under_a_closed_unit(act):
    sector = make_sector()
    with write():
        orgs.close_org(SYSTEM, sector.center)
    with pytest.raises(Conflict):
        make_org("group", sector.center)
    with pytest.raises(Conflict), write():
        orgs.move_org(SYSTEM, sector.class_6a1, sector.center)


def test_closing_a_class_ends_the_roles_held_there(act):
    sector = make_sector()
    pupil = make_user(roles=(("learner", sector.class_6a1),))
    with write():
        orgs.close_org(SYSTEM, sector.class_6a1)
    assert list_grants(pupil) == []


def test_merging_a_school_carries_classes_roles_and_homes_over(act):
    sector = make_sector()
    teacher = make_user(home_org=sector.school, roles=(("teacher", sector.school),))
    with write():
        orgs.merge_org(SYSTEM, sector.school, sector.other_school)
    db.session.expire_all()
    assert sector.class_6a1.parent_id == sector.other_school.id
    assert sector.school.is_closed
    assert teacher.home_org_id == sector.other_school.id
    assert [(grant.role, org.id) for grant, org in list_grants(teacher)] == [
        ("teacher", sector.other_school.id)
    ]


def test_a_school_administrator_shapes_classes_of_the_own_school_only(act):
    sector = make_sector()
    admin = actor_of(make_user(home_org=sector.school, roles=(("school_admin", sector.school),)))
    with write():
        made = orgs.create_org(admin, parent=sector.school, kind="class", name="6A3")
        orgs.rename_org(admin, made, name="6A4")
    for parent, kind in (
        (sector.other_school, "class"),
        (sector.department, "class"),
        (sector.school, "school"),
        (None, "school"),
    ):
        with pytest.raises(NotAllowed), write():
            orgs.create_org(admin, parent=parent, kind=kind, name="X")
    with pytest.raises(NotAllowed), write():
        orgs.rename_org(admin, sector.school, name="X")
    with pytest.raises(NotAllowed), write():
        orgs.move_org(admin, made, sector.other_school)
    with pytest.raises(NotAllowed), write():
        orgs.close_org(admin, sector.other_class)


def test_an_administrator_of_the_department_shapes_everything_below_it(act):
    sector = make_sector()
    admin = actor_of(make_user(roles=(("org_admin", sector.department),)))
    with write():
        ward = orgs.create_org(admin, parent=sector.department, kind="ward", name="Phường")
        orgs.move_org(admin, sector.school, ward)
    with pytest.raises(NotAllowed), write():
        orgs.rename_org(admin, sector.department, name="X")


def test_everyone_else_shapes_nothing(act):
    sector = make_sector()
    teacher = actor_of(make_user(roles=(("teacher", sector.school),)))
    with pytest.raises(NotAllowed), write():
        orgs.create_org(teacher, parent=sector.school, kind="class", name="X")


def test_a_list_of_units_holds_what_the_actor_reaches_and_nothing_else(act, query_count):
    sector = make_sector()
    admin = build_actor(make_user(roles=(("school_admin", sector.school),)))
    with query_count() as sent:
        found = list_orgs(admin, roles=("school_admin",)).rows
    assert {org.id for org in found} == {sector.school.id, sector.class_6a1.id, sector.class_6a2.id}
    assert len(sent) == 2
    assert list_orgs(admin, roles=("teacher",)).rows == []
    assert [org.name for org in list_orgs(admin, kind="class", q="6a2").rows] == ["6A2"]


def test_ids_that_begin_alike_are_not_taken_for_one_subtree(act):
    roots = [make_org("department") for _number in range(11)]
    admin = build_actor(make_user(roles=(("org_admin", roots[0]),)))
    assert roots[0].id == 1 and roots[9].id == 10
    assert [org.id for org in list_orgs(admin).rows] == [1]


def test_structure_is_not_changed_for_a_day_to_come(act):
    sector = make_sector()
    with pytest.raises(Invalid), write():
        orgs.close_org(SYSTEM, sector.class_6a1, on=today() + timedelta(days=1))
    assert not db.session.get(Org, sector.class_6a1.id).is_closed
