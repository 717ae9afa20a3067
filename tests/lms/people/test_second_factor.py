from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.worker import sweep
from lms.people import services as people
from lms.people.cli import cli as people_cli
from lms.people.models import UserSession
from lms.people.queries import load_actor
from lms.people.second_factor_models import (
    AuthenticatorApp,
    PendingSignIn,
    RecoveryCode,
    TrustedDevice,
)
from lms.people.second_factor_passkeys import relying_party
from lms.people.second_factor_queries import get_demand
from lms.people.second_factor_secrets import find_step, seal, tidy_code, unseal
from lms.people.services.factor_sign_in import MOST_TRIES, PendingEnded
from lms.people.sign_in_sessions import KEY, PENDING_KEY
from tests.factories.people import PASSWORD, actor_of, make_user, sign_in
from tests.factories.second_factor import STEP, ask, code_of, give_app, post_password


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


@pytest.fixture
def named_site(act, monkeypatch):
    """A site with a name and https, where passkeys can be."""
    site = replace(act.extensions["settings"], base_url="https://hoc.example.vn")
    monkeypatch.setitem(act.extensions, "settings", site)
    return site


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "null", "{}", '{"response": 1}', '{"id": "x", "response": {}}', "[" * 9000, "a" * 20_001,
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA",'
     '"authenticatorData":"AA","signature":"AA","transports":[1]}}'],
)  # fmt: skip
def test_a_forged_passkey_is_refused_in_words(named_site, lan, answer):
    with pytest.raises(Invalid) as refusal, write():
        people.add_passkey(actor_of(lan), answer, b"challenge", "x")
    assert set(refusal.value.fields) == {"passkey"}
    give_app(lan)
    with pytest.raises(Invalid):
        people.finish_with_passkey(people.sign_in("lan", PASSWORD).pending, answer)


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://hoc.example.vn", "hoc.example.vn"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]", None),
        ("http://hoc.example.vn", None),
    ],
)
def test_passkeys_need_a_name_and_https(act, monkeypatch, base_url, host):
    monkeypatch.setitem(act.extensions, "settings", replace(act.extensions["settings"], base_url=base_url))
    party = relying_party()
    assert (party.host if party else None) == host
