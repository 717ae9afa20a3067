from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core.clock import CITY, now, today
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed
from lms.people import services as people
from lms.people.models import STAFF_ROLES
from lms.people.second_factor_models import (
    FactorPolicy,
)
from lms.people.second_factor_queries import get_demand
from tests.factories.people import PASSWORD, actor_of, make_user, sign_in
from tests.factories.second_factor import ask, code_of, post_password


def test_a_policy_reaches_down_the_tree_and_not_up_or_aside(sector, lan):
    admin = actor_of(make_user(roles=(("org_admin", sector.department),)))
    above = make_user(roles=(("editor", sector.department),))
    aside = make_user(roles=(("teacher", sector.other_school),))
    ask(admin, sector.school, grace_days=3)
    assert get_demand(lan).is_asked and not get_demand(above).is_asked and not get_demand(aside).is_asked
    ask(admin, sector.department, roles=["editor"], remember_days=0)
    assert get_demand(above).remember_days == 0 and not get_demand(aside).is_asked


def test_days_of_grace_count_from_the_later_of_policy_and_role(sector, lan, ha):
    ask(actor_of(ha), sector.school, grace_days=5)
    assert get_demand(lan).due_at.astimezone(CITY).date() == today() + timedelta(days=5)
    with time_machine.travel(now() + timedelta(days=20)):
        late = make_user(roles=(("teacher", sector.school),))
        assert get_demand(late).due_at > now() + timedelta(days=4)
        assert get_demand(lan).due_at < now()


def test_a_policy_begins_and_ends_on_its_days(sector, lan, ha):
    policy = ask(actor_of(ha), sector.school, valid_from=today() + timedelta(days=2))
    assert not get_demand(lan).is_asked
    with time_machine.travel(now() + timedelta(days=3)):
        assert get_demand(lan).is_asked
        with write():
            people.end_factor_policy(actor_of(ha), policy)
        assert not get_demand(lan).is_asked


def test_a_new_policy_of_a_unit_ends_the_one_before(sector, ha):
    first = ask(actor_of(ha), sector.school, grace_days=5)
    ask(actor_of(ha), sector.school, grace_days=1)
    assert first.valid_to == today()
    living = db.session.scalars(select(FactorPolicy.grace_days).where(FactorPolicy.valid_to.is_(None)))
    assert list(living) == [1]


def test_only_those_who_administer_the_unit_set_and_end_its_policy(sector, lan, ha):
    stranger = make_user(roles=(("school_admin", sector.other_school),))
    above = actor_of(make_user(roles=(("org_admin", sector.department),)))
    for who in (lan, stranger):
        with pytest.raises(NotAllowed), write():
            people.require_factor(actor_of(who), sector.school)
    policy = ask(above, sector.department)
    for who in (ha, lan, stranger):
        with pytest.raises(NotAllowed), write():
            people.end_factor_policy(actor_of(who), policy)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"roles": ["learner"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"grace_days": 91}, "grace_days"),
        ({"remember_days": -1}, "remember_days"),
        ({"valid_from": today() - timedelta(days=1)}, "valid_from"),
    ],
)
def test_impossible_policies_are_refused_by_field(sector, ha, values, field):
    with pytest.raises(Invalid) as refusal, write():
        people.require_factor(actor_of(ha), sector.school, **values)
    assert set(refusal.value.fields) == {field}


def test_in_the_days_of_grace_one_is_led_there_and_may_go_on(client, sector, lan, ha):
    ask(actor_of(ha), sector.school, grace_days=5)
    landing = post_password(client, next="/teach").location
    assert landing == "/account/second-step?next=/teach"
    assert 'href="/teach"' in client.get(landing).text
    assert client.get("/account").status_code == 200


def test_after_the_days_of_grace_every_page_leads_there_until_it_is_set_up(client, sector, lan, ha):
    ask(actor_of(ha), sector.school, grace_days=0)
    assert post_password(client).location == "/account/second-step?next=/teach"
    for address in ("/teach", "/account", "/library", "/learn", "/"):
        assert client.get(address).location.startswith("/account/second-step?next="), address
    told = client.get("/teach", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["error"]) == (403, "set_up_factor")
    assert client.post("/account/second-step/app").status_code == 303
    page = client.get("/account/second-step").text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    client.post("/account/second-step/app/confirm", data={"code": code_of(secret)})
    assert client.get("/account").status_code == 200
    client.post("/account/second-step/app/remove", data={"password": PASSWORD})
    assert client.get("/account").location.startswith("/account/second-step")


def test_a_policy_reaches_sessions_that_live_already(client, sector, lan, ha):
    sign_in(client, lan)
    assert client.get("/account").status_code == 200
    policy = ask(actor_of(ha), sector.school, grace_days=0)
    assert client.get("/account").status_code == 303
    with write():
        people.end_factor_policy(actor_of(ha), policy)
    assert client.get("/account").status_code == 200


def test_a_role_given_later_is_asked_in_the_living_session(client, sector, ha):
    ask(actor_of(ha), sector.school, grace_days=0)
    new = make_user(login="moi", home_org=sector.school)
    sign_in(client, new)
    assert client.get("/account").status_code == 200
    with write():
        people.grant_role(actor_of(ha), new, "teacher", sector.school)
    assert client.get("/account").status_code == 303


def test_system_administrators_are_asked_by_a_setting(sector, monkeypatch, act):
    admin = make_user(roles=(("sysadmin", sector.department),))
    assert not get_demand(admin).is_asked
    from dataclasses import replace

    monkeypatch.setitem(
        act.extensions, "settings", replace(act.extensions["settings"], sysadmin_second_factor=True)
    )
    assert get_demand(admin).due_at <= now()


def test_the_policy_page_sets_and_ends_what_the_unit_asks(client, sector, lan, ha):
    sign_in(client, ha)
    address = f"/manage/orgs/{sector.school.uuid}/second-step"
    assert client.get(address).status_code == 200
    form = {"roles": ["teacher"], "grace_days": "7", "remember_days": "0", "valid_from": str(today())}
    assert client.post(address, data={**form, "grace_days": "lots"}).status_code == 422
    assert client.post(address, data=form).status_code == 303
    assert get_demand(lan).is_asked and not get_demand(ha).is_asked
    policy = db.session.scalar(select(FactorPolicy))
    assert client.post(f"{address}/{policy.uuid}/end").status_code == 303
    db.session.expire_all()
    assert policy.valid_to == today()
    assert client.post(f"{address}/{ha.uuid}/end").status_code == 404
    assert client.get(f"/manage/orgs/{sector.other_school.uuid}/second-step").status_code == 404
    sign_in(client, lan)
    assert client.get(address).status_code == 403
    assert client.post(address, data=form).status_code == 403


def test_an_inherited_policy_is_shown_below_and_ended_above_only(client, sector, ha):
    above = actor_of(make_user(roles=(("org_admin", sector.department),)))
    policy = ask(above, sector.department, roles=sorted(STAFF_ROLES))
    sign_in(client, ha)
    address = f"/manage/orgs/{sector.school.uuid}/second-step"
    page = client.get(f"{address}?lang=en").text
    assert "From above" in page and f"{policy.uuid}/end" not in page
    assert client.post(f"{address}/{policy.uuid}/end").status_code == 404
