"""Joining two accounts of one person: what moves, who may, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.actor import SYSTEM
from lms.core.audit import AuditEntry
from lms.core.clock import today
from lms.core.db import db, write
from lms.core.errors import Conflict, NotAllowed, Refusal
from lms.people import merges
from lms.people.merge_model import MergeChange, UserAlias, UserMerge
from lms.people.merge_search import find_duplicates
from lms.people.models import ExternalId, RoleGrant, User, UserSession
from lms.people.queries import find_user, list_grants
from lms.people.services import add_external_id, check_password, grant_role, open_session, reactivate_user
from tests.factories.people import PASSWORD, actor_of, make_user
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]


@pytest.fixture
def twin(staff: Staff) -> User:
    """Minh's second account, in the other class of the school, with a mail address."""
    user = make_user(
        "Trần Quang Minh",
        login="minh2",
        email="minh2@example.test",
        home_org=staff.sector.school,
        roles=(("learner", staff.sector.class_6a2),),
    )
    with write():
        add_external_id(SYSTEM, user, kind="pupil_code", value="HS77")
    return user


def snapshot() -> list[list[str]]:
    """All rows of people, as they are."""
    tables = ('"user"', "role_grant", "external_id", "user_alias")
    return [
        sorted(repr(tuple(row)) for row in db.session.execute(db.text(f"select * from {t}"))) for t in tables
    ]


def test_likely_duplicates_come_first_and_say_why(staff: Staff, twin: User):
    with write():
        db.session.add(ExternalId(user_id=staff.minh.id, type="pupil_code", value="HS77", valid_from=today()))
        make_user("Trần Quang Minh Anh", home_org=staff.sector.school)
        make_user("Tran Quang Minh", home_org=staff.sector.other_school)
    found = find_duplicates(actor_of(staff.ha), staff.minh)
    assert [(one.user.id, len(one.reasons)) for one in found] == [(twin.id, 2)]
    assert len(find_duplicates(actor_of(staff.department_admin), staff.minh)) == 2
    assert find_duplicates(actor_of(staff.other_admin), staff.minh, "minh")[0].user.id != twin.id


def test_addresses_that_differ_by_a_tag_are_one(staff: Staff):
    one = make_user("Lý An", email="an.ly+truong@example.test", home_org=staff.sector.school)
    two = make_user("Ly Van An", email="an.ly@example.test", home_org=staff.sector.school)
    assert [like.user.id for like in find_duplicates(actor_of(staff.ha), one)] == [two.id]


def test_roles_identifiers_address_and_sessions_go_to_the_account_that_stays(staff: Staff, twin: User):
    with write():
        open_session(twin)
        add_external_id(SYSTEM, staff.minh, kind="pupil_code", value="HS01")
        merges.merge_users(actor_of(staff.ha), staff.minh, twin)
    held = {(grant.role, org.name) for grant, org in list_grants(staff.minh)}
    assert held == {("learner", "6A1"), ("learner", "6A2")} and list_grants(twin) == []
    codes = {row.value: row.valid_to for row in db.session.scalars(select(ExternalId))}
    assert codes == {"HS01": None, "HS77": today()}  # two open codes of one kind would name two people
    assert (staff.minh.email, twin.email) == ("minh2@example.test", None)
    assert not twin.is_active
    assert db.session.scalar(select(func.count()).where(UserSession.user_id == twin.id)) == 0
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "user.merged"))
    assert entry is not None and entry.detail["merged"] == str(twin.uuid)


def test_the_same_role_twice_becomes_one_that_covers_both_times(staff: Staff, twin: User):
    year = date(2025, 9, 1)
    with write():
        grant_role(SYSTEM, twin, "learner", staff.sector.class_6a1, valid_from=year)
        merges.merge_users(SYSTEM, staff.minh, twin)
    grants = [g for g, org in list_grants(staff.minh) if org.id == staff.sector.class_6a1.id]
    assert [(grant.valid_from, grant.valid_to) for grant in grants] == [(year, None)]


def test_undoing_restores_every_row(staff: Staff, twin: User):
    with write():
        add_external_id(SYSTEM, staff.minh, kind="pupil_code", value="HS01")
        grant_role(SYSTEM, twin, "learner", staff.sector.class_6a1, valid_from=date(2025, 9, 1))
    before = snapshot()
    with write():
        merge = merges.merge_users(SYSTEM, staff.minh, twin, free_login=True)
    assert snapshot() != before and find_user("minh2") is None
    with write():
        merges.undo_merge(SYSTEM, merge)
        assert merges.undo_merge(SYSTEM, merge).state == "undone"
    assert snapshot() == before


def test_what_changed_since_stays_as_it_is(staff: Staff, twin: User):
    with write():
        merge = merges.merge_users(SYSTEM, staff.minh, twin, free_login=True)
        moved = db.session.scalar(select(RoleGrant).where(RoleGrant.org_id == staff.sector.class_6a2.id))
        moved.valid_to = today()
        staff.minh.email = "khac@example.test"
        taken = make_user("Người Mới", login="minh2", home_org=staff.sector.school)
        merges.undo_merge(SYSTEM, merge)
    assert (staff.minh.email, twin.login, taken.login) == ("khac@example.test", None, "minh2")
    assert moved.user_id == twin.id and moved.valid_to == today()
    assert twin.is_active


def test_signing_in_with_the_old_name_tells_the_new_one(staff: Staff, twin: User):
    with write():
        merges.merge_users(SYSTEM, staff.minh, twin)
    with pytest.raises(Conflict) as refused:
        check_password("minh2", PASSWORD)
    assert "minh" in str(refused.value)
    with pytest.raises(Conflict), write():
        reactivate_user(SYSTEM, twin)


def test_only_who_looks_after_both_accounts_joins_them(staff: Staff, twin: User):
    elsewhere = make_user(
        "Trần Quang Minh", home_org=staff.sector.other_school, roles=(("learner", staff.sector.other_class),)
    )
    for who in (staff.ha, staff.other_admin, staff.lan):
        with pytest.raises(NotAllowed), write():
            merges.merge_users(actor_of(who), staff.minh, elsewhere)
    with write():
        merge = merges.merge_users(actor_of(staff.department_admin), staff.minh, elsewhere)
    with pytest.raises(NotAllowed), write():
        merges.undo_merge(actor_of(staff.ha), merge)
    with write():
        grant_role(SYSTEM, twin, "school_admin", staff.sector.school)
    with pytest.raises(NotAllowed), write():  # else a pupil's account would gain an administrator's role
        merges.merge_users(actor_of(staff.ha), staff.minh, twin)


def test_nobody_closes_the_account_one_sits_in(staff: Staff):
    with pytest.raises(Conflict), write():
        merges.merge_users(actor_of(staff.root), staff.minh, staff.root)
    with pytest.raises(Refusal), write():
        merges.merge_users(SYSTEM, staff.minh, staff.minh)


def test_a_chain_counts_for_the_last_one_and_is_undone_from_its_end(staff: Staff, twin: User):
    third = make_user("Trần Quang Minh", login="minh3", home_org=staff.sector.school)
    with write():
        first = merges.merge_users(SYSTEM, twin, third)
        second = merges.merge_users(SYSTEM, staff.minh, twin)
    assert set(db.session.scalars(select(UserAlias.kept_id))) == {staff.minh.id}
    assert set(db.session.scalars(merges.accounts_of([staff.minh.id]))) == {
        staff.minh.uuid,
        twin.uuid,
        third.uuid,
    }
    with pytest.raises(Conflict), write():
        merges.undo_merge(SYSTEM, first)
    with write():
        merges.undo_merge(SYSTEM, second)
        merges.undo_merge(SYSTEM, first)
    assert db.session.scalars(select(UserAlias.kept_id)).all() == []


def test_after_thirty_days_the_accounts_stay_joined(staff: Staff, twin: User):
    with write():
        merge = merges.merge_users(SYSTEM, staff.minh, twin)
        merge.undo_until -= timedelta(days=31)
    with pytest.raises(Conflict), write():
        merges.undo_merge(SYSTEM, merge)


def test_two_administrators_at_once_join_once(staff: Staff, twin: User, act: Flask):
    pairs = [(staff.minh.id, twin.id), (staff.minh.id, twin.id), (twin.id, staff.minh.id)]
    db.session.commit()

    def join(pair: tuple[int, int]) -> str:
        with act.app_context():
            try:
                with write():
                    kept, merged = (db.session.get_one(User, one) for one in pair)
                    return str(merges.merge_users(SYSTEM, kept, merged).uuid)
            except Conflict:
                return "refused"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(join, pairs))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserMerge)) == 1
    assert "refused" in answers and len(set(answers)) == 2
    assert db.session.scalar(select(func.count()).where(MergeChange.kind == "alias")) == 1


def test_the_pages_find_compare_join_and_take_back(staff: Staff, twin: User, browse: Browse):
    client, path = browse(staff.ha), f"/manage/users/{staff.minh.uuid}/merge"
    assert f"other={twin.uuid}" in client.get(path).text
    compared = client.get(f"{path}?other={twin.uuid}").text
    assert "HS77" in compared and "minh2@example.test" in compared
    swapped = client.get(f"{path}?other={twin.uuid}&keep=other").text
    assert swapped.index("minh2@example.test") < swapped.index("<dd>minh</dd>")
    answer = client.post(path, data={"other": str(twin.uuid)}, follow_redirects=True)
    merge = db.session.scalar(select(UserMerge))
    assert f"/manage/merges/{merge.uuid}/undo" in answer.text
    assert (
        client.post(f"/manage/users/{staff.lan.uuid}/merge", data={"other": str(twin.uuid)}).status_code
        == 409
    )
    assert client.post(f"/manage/merges/{merge.uuid}/undo").status_code == 303
    assert db.session.get_one(User, twin.id).is_active


def test_the_pages_are_closed_to_others(staff: Staff, twin: User, browse: Browse):
    path = f"/manage/users/{staff.minh.uuid}/merge"
    assert browse(staff.other_admin).get(path).status_code == 404
    assert browse(staff.lan).get(path).status_code == 403
    assert browse(staff.ha).get(f"{path}?other={staff.other_pupil.uuid}").status_code == 404
    with write():
        merge = merges.merge_users(SYSTEM, staff.minh, twin)
    assert browse(staff.other_admin).post(f"/manage/merges/{merge.uuid}/undo").status_code == 404
