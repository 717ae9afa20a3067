from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.clock import CITY, now, today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.worker import sweep
from lms.people import services as people
from lms.people.cli import cli as people_cli
from lms.people.models import STAFF_ROLES, UserSession
from lms.people.queries import load_actor
from lms.people.second_factor_models import (
    AuthenticatorApp,
    FactorPolicy,
    PendingSignIn,
    RecoveryCode,
    TrustedDevice,
)
from lms.people.second_factor_queries import get_demand
from lms.people.second_factor_secrets import find_step, seal, tidy_code, unseal
from lms.people.services.factor_sign_in import MOST_TRIES, PendingEnded
from lms.people.sign_in_sessions import KEY, PENDING_KEY
from tests.factories.people import PASSWORD, actor_of, make_sector, make_user, sign_in

STEP = timedelta(seconds=30)


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


def give_app(user):
    """Set an app up as its owner does; return its secret and the recovery codes."""
    with write():
        app = people.start_app(actor_of(user))
    secret = unseal(user.uuid, app.sealed_secret)
    with write():
        codes = people.confirm_app(actor_of(user), pyotp.TOTP(secret).at(now() - STEP))
    return secret, codes


def code_of(secret, moment=None):
    return pyotp.TOTP(secret).at(moment or now())


def post_password(client, login="lan", **values):
    return client.post("/sign-in", data={"login": login, "password": PASSWORD, **values})


def ask(actor, org, **values):
    with write():
        return people.require_factor(actor, org, **values)


def test_a_password_alone_does_not_sign_in_who_has_an_app(client, lan):
    secret, _codes = give_app(lan)
    answer = post_password(client, next="/teach?x=1")
    assert answer.location == "/sign-in/step?next=/teach?x%3D1"
    with client.session_transaction() as cookie:
        assert KEY not in cookie and PENDING_KEY in cookie
    for address in ("/account", "/teach", "/account/second-step", "/manage"):
        assert client.get(address).location.startswith("/sign-in?next=")
    assert db.session.scalar(select(UserSession.id)) is None
    done = client.post("/sign-in/step", data={"code": code_of(secret), "next": "/teach?x=1"})
    assert (done.status_code, done.location) == (303, "/teach?x=1")
    with client.session_transaction() as cookie:
        assert KEY in cookie and PENDING_KEY not in cookie
    assert client.get("/account").status_code == 200


def test_the_browser_gets_a_fresh_cookie_at_each_step(client, lan):
    secret, _codes = give_app(lan)
    with client.session_transaction() as cookie:
        cookie["planted"] = cookie[KEY] = cookie[PENDING_KEY] = "planted"
    post_password(client)
    with client.session_transaction() as cookie:
        pending = cookie[PENDING_KEY]
        assert "planted" not in cookie and pending != "planted"
    client.post("/sign-in/step", data={"code": code_of(secret)})
    with client.session_transaction() as cookie:
        assert cookie[KEY] not in {"planted", pending} and PENDING_KEY not in cookie
        cookie[PENDING_KEY] = pending
    assert client.get("/sign-in/step").location == "/sign-in"  # the first step was used up


def test_a_code_works_once_and_a_neighboring_step_is_taken(client, lan):
    secret, _codes = give_app(lan)
    moment = now() + timedelta(minutes=10)
    with time_machine.travel(moment, tick=False):
        for shift, works in ((0, True), (0, False), (-1, False), (1, True), (2, False), (-2, False)):
            post_password(client)
            answer = client.post("/sign-in/step", data={"code": code_of(secret, moment + shift * STEP)})
            assert (answer.status_code == 303) is works, shift
            client.post("/sign-out")


def test_wrong_codes_are_refused_in_words_and_soon_the_password_is_asked_again(lan):
    give_app(lan)
    pending = people.sign_in("lan", PASSWORD).pending
    for _try in range(MOST_TRIES):
        with pytest.raises(Invalid):
            people.finish_with_code(pending, "000000")
    with pytest.raises(PendingEnded):
        people.finish_with_code(pending, "000000")


def test_tries_are_limited_by_account_and_address(client, lan):
    give_app(lan)
    statuses = []
    for _try in range(11):
        post_password(client)
        statuses.append(client.post("/sign-in/step", data={"code": "000000"}).status_code)
    assert statuses == [422] * 10 + [429]


def test_the_second_step_ends_after_ten_minutes_and_with_a_new_password(client, lan, ha):
    secret, _codes = give_app(lan)
    post_password(client)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert client.get("/sign-in/step").location == "/sign-in"
    pending = people.sign_in("lan", PASSWORD).pending
    people.set_password_for(actor_of(ha), lan)
    with pytest.raises(PendingEnded):
        people.finish_with_code(pending, code_of(secret))


def test_nobody_takes_the_second_step_of_another_browser(client, lan):
    secret, _codes = give_app(lan)
    post_password(client)
    other = client.application.test_client()
    assert other.post("/sign-in/step", data={"code": code_of(secret)}).location == "/sign-in"


def test_recovery_codes_work_once_each_and_are_kept_as_keyed_hashes(lan, app):
    _secret, codes = give_app(lan)
    assert len(set(codes)) == 10
    kept = set(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not kept & set(codes)
    typed = f" {codes[0][:5].upper()}-{codes[0][5:]} "
    done = people.finish_with_code(people.sign_in("lan", PASSWORD).pending, typed)
    assert load_actor(done.token).user_id == lan.id
    with pytest.raises(Invalid):
        people.finish_with_code(people.sign_in("lan", PASSWORD).pending, typed)
    people.finish_with_code(people.sign_in("lan", PASSWORD).pending, codes[1])
    sweep(app)
    sweep(app)
    assert sum("/account/second-step" in one.text for one in app.extensions["mailer"].letters) == 3


def test_the_code_of_another_person_opens_nothing(lan, ha):
    _secret, codes = give_app(lan)
    other, _codes = give_app(ha)
    pending = people.sign_in("lan", PASSWORD).pending
    with pytest.raises(Invalid):
        people.finish_with_code(pending, code_of(other))
    with pytest.raises(Invalid):
        people.finish_with_code(people.sign_in("ha", PASSWORD).pending, codes[0])


def test_secrets_are_sealed_for_their_owner(lan, ha):
    secret, _codes = give_app(lan)
    sealed = db.session.scalar(select(AuthenticatorApp.sealed_secret))
    assert secret.encode() not in sealed and unseal(lan.uuid, sealed) == secret
    with pytest.raises(Conflict):
        unseal(ha.uuid, sealed)
    assert seal(lan.uuid, secret) != seal(lan.uuid, secret)


def test_codes_are_compared_however_they_are_typed():
    assert tidy_code(" 123 456 ") == "123456" and tidy_code("ABCDE-fghjk") == "abcdefghjk"
    secret = pyotp.random_base32()
    for bad in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef"):
        assert find_step(secret, bad, now(), after=0) is None


def test_the_app_is_set_up_on_the_page_and_codes_are_shown_once(client, lan):
    elsewhere = sign_in(client.application.test_client(), lan)
    sign_in(client, lan)
    assert "Set up an app" in client.get("/account/second-step?lang=en").text
    assert client.post("/account/second-step/app").location.endswith("/account/second-step#app")
    page = client.get("/account/second-step")
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text).group(1).replace(" ", "")
    assert "<svg" in page.text and page.headers["Cache-Control"] == "no-store"
    assert "style=" not in re.search(
        r"<svg.*?</svg>", page.text[page.text.index('class="qr"') :], re.S
    ).group(0)
    assert client.post("/account/second-step/app/confirm", data={"code": "000000"}).status_code == 422
    shown = client.post("/account/second-step/app/confirm", data={"code": code_of(secret)})
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", shown.text)
    assert len(codes) == 10 and shown.headers["Cache-Control"] == "no-store"
    assert load_actor(elsewhere).user_id is None  # came by the password alone
    assert secret not in client.get("/account/second-step").text.replace(" ", "")
    file = client.post("/account/second-step/codes/file", data={"code": codes})
    assert codes[3] in file.text and file.headers["Content-Disposition"].startswith("attachment")
    forged = client.post("/account/second-step/codes/file", data={"code": ["<script>"]})
    assert forged.status_code == 409


def test_weakening_the_second_step_asks_for_the_password(client, lan):
    give_app(lan)
    sign_in(client, lan)
    for address in ("app/remove", "codes"):
        answer = client.post(f"/account/second-step/{address}", data={"password": "wrong"})
        assert answer.status_code == 422
    fresh = client.post("/account/second-step/codes", data={"password": PASSWORD})
    assert len(re.findall(r"<code>", fresh.text)) == 10
    assert client.post("/account/second-step/app/remove", data={"password": PASSWORD}).status_code == 303
    db.session.expire_all()
    assert not lan.has_second_factor
    assert db.session.scalar(select(RecoveryCode.id)) is None
    assert post_password(client.application.test_client()).location == "/teach"


def test_pupils_are_never_asked_and_cannot_set_it_up(client, sector, lan):
    minh = make_user(login="minh", home_org=sector.school, roles=(("learner", sector.class_6a1),))
    ask(actor_of(make_user(roles=(("sysadmin", sector.department),))), sector.department, grace_days=0)
    assert not get_demand(minh).is_asked
    assert post_password(client, "minh").location == "/learn"
    assert client.get("/account/second-step").status_code == 403
    assert client.post("/account/second-step/app").status_code == 403
    assert "second-step" not in client.get("/account").text
    with pytest.raises(NotAllowed), write():
        people.start_app(actor_of(minh))


def test_a_citizen_may_set_it_up(client, act):
    sign_in(client, make_user(email="mai@example.vn"))
    assert client.get("/account/second-step").status_code == 200


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


def test_a_remembered_device_is_not_asked_until_it_ends_or_is_forgotten(client, lan):
    secret, _codes = give_app(lan)
    moment = now() + timedelta(minutes=5)
    with time_machine.travel(moment):
        post_password(client)
        done = client.post("/sign-in/step", data={"code": code_of(secret), "remember": "1"})
        cookie = next(one for one in done.headers.getlist("Set-Cookie") if one.startswith("benhoc_device="))
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        client.post("/sign-out")
        assert post_password(client).location == "/teach"
        assert post_password(client.application.test_client()).location == "/sign-in/step"
        (device,) = db.session.scalars(select(TrustedDevice))
        assert client.post(f"/account/second-step/devices/{device.uuid}/forget").status_code == 303
        client.post("/sign-out")
        assert post_password(client).location == "/sign-in/step"


def test_a_remembered_device_ends_with_its_days_with_the_policy_and_with_the_password(sector, lan, ha):
    _secret, codes = give_app(lan)

    def remember(code):
        pending = people.sign_in("lan", PASSWORD).pending
        return people.finish_with_code(pending, code, remember=True).device_token

    def is_asked(device):
        return people.sign_in("lan", PASSWORD, device_token=device).pending is not None

    device = remember(codes[0])
    assert not is_asked(device)
    with time_machine.travel(now() + timedelta(days=31)):
        assert is_asked(device)
    ask(actor_of(ha), sector.school, remember_days=0)
    assert is_asked(device) and remember(codes[1]) is None
    ask(actor_of(ha), sector.school, remember_days=10)
    assert not is_asked(device)
    people.change_password(actor_of(lan), PASSWORD, "cau-tre-bac-ngang")
    assert db.session.scalar(select(TrustedDevice.id)) is None


def test_the_device_of_another_person_is_asked(lan, ha):
    _secret, codes = give_app(lan)
    give_app(ha)
    device = people.finish_with_code(
        people.sign_in("lan", PASSWORD).pending, codes[0], remember=True
    ).device_token
    assert people.sign_in("ha", PASSWORD, device_token=device).pending is not None


def test_a_shared_computer_is_never_remembered(lan):
    _secret, codes = give_app(lan)
    pending = people.sign_in("lan", PASSWORD, shared_computer=True).pending
    done = people.finish_with_code(pending, codes[0], remember=True)
    assert done.device_token is None and done.is_shared


def test_what_is_another_persons_is_not_found(client, lan, ha):
    _secret, codes = give_app(lan)
    people.finish_with_code(people.sign_in("lan", PASSWORD).pending, codes[0], remember=True)
    (device,) = db.session.scalars(select(TrustedDevice))
    for deed in (people.forget_device, people.remove_passkey):
        with pytest.raises(NotFound), write():
            deed(actor_of(ha), device.uuid)
    sign_in(client, ha)
    assert client.post(f"/account/second-step/devices/{device.uuid}/forget").status_code == 404


def test_an_administrator_resets_the_second_step_and_the_owner_is_told(client, app, lan, ha):
    give_app(lan)
    token = sign_in(client.application.test_client(), lan)
    sign_in(client, ha)
    assert "second-step/reset" in client.get(f"/manage/users/{lan.uuid}").text
    assert client.post(f"/manage/users/{lan.uuid}/second-step/reset").status_code == 303
    assert load_actor(token).user_id is None
    db.session.expire_all()
    assert not lan.has_second_factor and db.session.scalar(select(AuthenticatorApp.id)) is None
    assert "factor.reset" in set(db.session.scalars(select(AuditEntry.action)))
    sweep(app)
    sweep(app)
    assert any(one.to == "lan@example.vn" for one in app.extensions["mailer"].letters)
    assert client.post(f"/manage/users/{lan.uuid}/second-step/reset").status_code == 409


def test_a_reset_is_refused_to_everyone_who_does_not_look_after_the_account(client, sector, lan, ha):
    give_app(ha)
    give_app(lan)
    colleague = make_user(roles=(("teacher", sector.school),))
    stranger = make_user(roles=(("school_admin", sector.other_school),))
    for who, whom in ((colleague, lan), (stranger, lan), (ha, ha), (lan, ha)):
        with pytest.raises(NotAllowed), write():
            people.reset_factor(actor_of(who), whom)
    sign_in(client, stranger)
    assert client.post(f"/manage/users/{lan.uuid}/second-step/reset").status_code == 404


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


def test_no_table_of_the_second_step_keeps_a_token(lan):
    _secret, codes = give_app(lan)
    found = people.sign_in("lan", PASSWORD)
    assert db.session.scalar(select(PendingSignIn.token_hash)) != found.pending
    done = people.finish_with_code(found.pending, codes[0], remember=True)
    assert db.session.scalar(select(TrustedDevice.token_hash)) != done.device_token


def test_a_locked_out_administrator_signs_in_again_after_a_reset_at_a_terminal(app, lan):
    give_app(lan)
    assert people.sign_in("lan", PASSWORD).pending
    done = app.test_cli_runner().invoke(people_cli, ("reset-second-step", "LAN"))
    assert done.output == "lan\n"
    db.session.expire_all()
    assert people.sign_in("lan", PASSWORD).token
    assert isinstance(
        app.test_cli_runner().invoke(people_cli, ("reset-second-step", "nobody")).exception, NotFound
    )
