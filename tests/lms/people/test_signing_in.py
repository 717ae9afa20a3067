from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.core.actor import ANONYMOUS
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid
from lms.core.worker import sweep
from lms.people import services as people
from lms.people.models import UserSession
from lms.people.queries import find_user, list_sessions, load_actor
from lms.people.sign_in_sessions import KEY
from tests.factories.people import PASSWORD, actor_of, make_org, make_sector, make_user, sign_in


def letters(app):
    sweep(app)
    sweep(app)
    return app.extensions["mailer"].letters


def link_in(letter):
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", letter.text).group(1)


def post_sign_in(client, login, password=PASSWORD, **values):
    return client.post("/sign-in", data={"login": login, "password": password, **values})


@pytest.fixture
def minh(act):
    sector = make_sector()
    return make_user(
        "Lê Văn Minh", login="minh", home_org=sector.school, roles=(("learner", sector.class_6a1),)
    )


@pytest.fixture
def dan(act):
    return make_user("Trần Thị Dân", email="dan@example.vn")


def test_a_pupil_signs_in_by_user_name_in_any_case_and_lands_on_learn(client, minh):
    answer = post_sign_in(client, " MINH ")
    assert (answer.status_code, answer.location) == (303, "/learn")
    assert client.get("/account").status_code == 200


def test_a_citizen_signs_in_by_mail_and_a_teacher_lands_on_teach(client, dan, act):
    assert post_sign_in(client, "Dan@Example.vn").location == "/learn"
    make_user(login="lan", roles=(("teacher", make_org()),))
    assert post_sign_in(client, "lan").location == "/teach"


@pytest.mark.parametrize(
    ("target", "landing"),
    [
        ("/catalog/phan-so", "/catalog/phan-so"),
        ("https://evil.example/x", "/learn"),
        ("//evil.example", "/learn"),
    ],
)
def test_next_is_followed_inside_the_site_only(client, minh, target, landing):
    assert post_sign_in(client, "minh", next=target).location == landing


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(client, minh):
    wrong, unknown = (
        post_sign_in(client, "minh", "sai-mat-khau"),
        post_sign_in(client, "khong-co", "sai-mat-khau"),
    )
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("minh", "X").count("sai") == unknown.text.replace("khong-co", "X").count("sai")
    assert "sai-mat-khau" not in wrong.text
    with client.session_transaction() as cookie:
        assert KEY not in cookie


def test_an_unknown_login_costs_one_hash_like_a_known_one(minh, monkeypatch):
    seen = []
    real = people.sessions.is_password
    monkeypatch.setattr(people.sessions, "is_password", lambda *args: seen.append(args[1]) or real(*args))
    for login in ("minh", "nobody"):
        with pytest.raises(Invalid):
            people.check_password(login, "wrong")
    assert len(seen) == 2 and seen[0] and seen[1] is None


def test_a_closed_account_is_told_so_only_with_the_right_password(minh):
    with write():
        minh.status = "deactivated"
    with pytest.raises(Conflict):
        people.check_password("minh", PASSWORD)
    with pytest.raises(Invalid):
        people.check_password("minh", "wrong")


def test_tries_are_limited_by_account_and_address_together(client, minh, act):
    other = make_user(login="mai")
    for _try in range(20):
        assert post_sign_in(client, "minh", "wrong").status_code == 422
    assert post_sign_in(client, "minh").status_code == 429
    assert post_sign_in(client, other.login).status_code == 303  # the class mate at the same address gets in


def test_every_sign_in_makes_a_new_token_and_ends_the_one_the_browser_brought(client, minh):
    brought = sign_in(client, minh)
    post_sign_in(client, "minh")
    with client.session_transaction() as cookie:
        token = cookie[KEY]
    assert token != brought
    assert load_actor(brought) is ANONYMOUS and load_actor(token).user_id == minh.id


def test_a_planted_cookie_is_not_taken_over(client, minh):
    with client.session_transaction() as cookie:
        cookie[KEY] = "planted"
        cookie["other"] = "planted"
    post_sign_in(client, "minh")
    with client.session_transaction() as cookie:
        assert set(cookie) - {"_permanent", KEY, "csrf_token"} == set() and cookie[KEY] != "planted"


def test_the_table_of_sessions_opens_nothing(minh):
    with write():
        token = people.open_session(minh)
    kept = db.session.scalar(select(UserSession.token_hash))
    assert token != kept and load_actor(kept) is ANONYMOUS


def test_an_actor_costs_one_query_and_a_stranger_none(client, minh, query_count):
    token = sign_in(client, minh)
    with query_count() as sent:
        assert load_actor(token).user_id == minh.id
    assert len(sent) == 1
    stranger = client.application.test_client()
    with query_count() as sent:
        stranger.get("/healthz")
        assert stranger.get("/account").status_code == 303
    assert sent == []


def test_signing_out_ends_the_session_on_the_server(client, minh):
    token = sign_in(client, minh)
    assert client.post("/sign-out").status_code == 303
    assert load_actor(token) is ANONYMOUS
    assert client.get("/account").location == "/sign-in?next=/account"


def test_a_shared_computer_is_signed_out_when_idle_and_not_while_used(minh):
    with time_machine.travel(now(), tick=False) as clock:
        with write():
            token = people.open_session(minh, shared_computer=True)
            own = people.open_session(minh)
        clock.shift(timedelta(minutes=29))
        assert load_actor(token).is_signed_in
        clock.shift(timedelta(minutes=2))
        assert load_actor(token) is ANONYMOUS
        assert load_actor(own).is_signed_in
        clock.shift(timedelta(days=31))
        assert load_actor(own) is ANONYMOUS


def test_using_a_page_puts_the_idle_end_off_and_writes_at_most_once_a_minute(client, minh, query_count):
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        token = sign_in(client, minh, shared_computer=True)
        for _page in range(3):
            clock.shift(timedelta(minutes=20))
            client.get("/sign-in")
        assert load_actor(token).is_signed_in
        with query_count() as sent:
            client.get("/sign-in")
        assert not [one for one in sent if one.startswith(("UPDATE", "INSERT"))]


def test_the_cookie_of_a_shared_computer_ends_with_the_browser(client, minh):
    assert "Expires" not in post_sign_in(client, "minh", shared="1").headers["Set-Cookie"]
    assert "Expires" in post_sign_in(client, "minh").headers["Set-Cookie"]


def test_own_sessions_are_listed_and_ended_one_by_one(client, minh, act):
    sign_in(client, minh)
    with write():
        phone = people.open_session(minh, user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/130 Safari/537")
    page = client.get("/account").text
    assert "Chrome, Android" in page
    session = next(one for one in list_sessions(actor_of(minh)) if one.user_agent)
    stranger = client.application.test_client()
    sign_in(stranger, make_user())
    assert stranger.post(f"/account/sessions/{session.uuid}/end").status_code == 404
    assert load_actor(phone).is_signed_in
    assert client.post(f"/account/sessions/{session.uuid}/end").status_code == 303
    assert load_actor(phone) is ANONYMOUS
    assert client.get("/account").status_code == 200


def test_all_other_sessions_are_ended_at_once_and_nobody_elses(client, minh, act):
    sign_in(client, minh)
    with write():
        others = [people.open_session(minh) for _number in range(7)]
        neighbour = people.open_session(make_user())
    page = client.get("/account?lang=en").text
    assert "3 more devices" in page and "Sign out everywhere else" in page
    assert client.post("/account/sessions/end-others").status_code == 303
    assert [load_actor(token) for token in others] == [ANONYMOUS] * 7
    assert load_actor(neighbour).is_signed_in
    page = client.get("/account?lang=en").text
    assert "this device" in page and "Sign out everywhere else" not in page


def test_a_one_time_password_leads_to_choosing_an_own_one_first(client, minh, act):
    teacher = make_user(roles=(("teacher", make_sector_of(minh)),))
    password = people.set_password_for(actor_of(teacher), minh)
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{3}", password)
    post_sign_in(client, "minh", password)
    sent_on = client.get("/account?tab=1")
    assert (sent_on.status_code, sent_on.location) == (303, "/account/password?next=/account?tab%3D1")
    assert client.get("/account/password").status_code == 200
    form = {"old_password": password, "password": "cau-tre-bac-ngang", "password_again": "cau-tre-bac-ngang"}
    assert client.post("/account/password", data={**form, "password_again": "x"}).status_code == 422
    assert client.post("/account/password", data=form).location == "/learn"
    assert client.get("/account").status_code == 200


def make_sector_of(user):
    return db.session.scalar(select(people.grants.Org).where(people.grants.Org.id == user.home_org_id))


@pytest.mark.parametrize(
    "bad", ["ngắn", "minh", "12345678", "matkhau123", "aaaaaaaaaaa", "le van minh", "x" * 201]
)
def test_weak_passwords_are_refused_in_words(minh, bad):
    with pytest.raises(Invalid) as refusal:
        people.change_password(actor_of(minh), PASSWORD, bad)
    assert set(refusal.value.fields) == {"password"}


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client, minh):
    here, elsewhere = sign_in(client, minh), sign_in(client.application.test_client(), minh)
    people.change_password(load_actor(here), PASSWORD, "cau-tre-bac-ngang")
    assert load_actor(here).is_signed_in and load_actor(elsewhere) is ANONYMOUS
    with pytest.raises(Invalid):
        people.change_password(load_actor(here), PASSWORD, "mot-mat-khau-khac")


def test_anyone_signs_up_learns_at_once_and_confirms_by_mail_once(client, app, act):
    form = {"full_name": "Trần Thị Dân", "email": "Dan@Example.vn", "password": "cau-tre-bac-ngang"}
    answer = client.post("/sign-up", data={**form, "next": "/catalog/phan-so"})
    assert (answer.status_code, answer.location) == (303, "/catalog/phan-so")
    user = find_user("dan@example.vn")
    assert user.email_verified_at is None and client.get("/account").status_code == 200
    (letter,) = letters(app)
    assert letter.to == "dan@example.vn" and "Trần Thị Dân" in letter.text
    link = link_in(letter)
    assert client.get(link).status_code == 200
    db.session.expire_all()
    assert (
        find_user("dan@example.vn").email_verified_at is None
    )  # a mail program that opens links confirms nothing
    assert client.post(link).status_code == 303
    db.session.expire_all()
    assert find_user("dan@example.vn").email_verified_at is not None
    assert client.post(link).status_code == 410
    assert client.get("/verify-email/forged").status_code == 410


def test_signing_up_twice_with_one_address_names_the_field(client, dan):
    form = {"full_name": "Ai", "email": "dan@example.vn", "password": "cau-tre-bac-ngang"}
    answer = client.post("/sign-up", data=form)
    assert answer.status_code == 422
    assert "cau-tre-bac-ngang" not in answer.text and 'value="Ai"' in answer.text


def test_a_reset_is_answered_the_same_whoever_is_asked_for(client, app, dan, minh):
    answers = {
        client.post("/reset", data={"login": name}).text for name in ("dan@example.vn", "minh", "nobody")
    }
    assert len(answers) == 1
    assert [letter.to for letter in letters(app)] == ["dan@example.vn"]


def test_a_reset_link_works_once_and_ends_all_sessions(client, app, dan):
    token = sign_in(app.test_client(), dan)
    for _time in range(2):
        client.post("/reset", data={"login": "dan@example.vn"})
    first, second = (link_in(letter) for letter in letters(app))
    assert client.get(first).status_code == 200
    form = {"password": "cau-tre-bac-ngang", "password_again": "cau-tre-bac-ngang"}
    assert client.post(first, data={**form, "password_again": "khac"}).status_code == 422
    assert client.post(first, data=form).location == "/sign-in"
    assert load_actor(token) is ANONYMOUS
    for used in (first, second):
        assert client.post(used, data=form).status_code == 410
    assert people.check_password("dan@example.vn", "cau-tre-bac-ngang").id == dan.id


def test_a_reset_link_ends_by_itself(client, app, dan):
    client.post("/reset", data={"login": "dan@example.vn"})
    link = link_in(letters(app)[0])
    with time_machine.travel(now() + timedelta(hours=3)):
        assert client.get(link).status_code == 410


def test_the_welcome_letter_lets_a_teacher_choose_the_first_password(client, app, act):
    sector = make_sector()
    head = make_user(roles=(("school_admin", sector.school),))
    lan = make_user(
        "Cô Lan", email="lan@example.vn", home_org=sector.school, roles=(("teacher", sector.school),)
    )
    with write():
        people.send_welcome(actor_of(head), lan)
    form = {"password": "cau-tre-bac-ngang", "password_again": "cau-tre-bac-ngang"}
    link = link_in(letters(app)[0])
    assert link.startswith("/welcome/")
    assert client.post(link.replace("/welcome/", "/reset/"), data=form).status_code == 410
    assert client.post(link, data=form).status_code == 303


def test_letters_speak_the_language_of_the_account(app, dan):
    with write():
        dan.locale = "en"
        people.request_reset("dan@example.vn")
    (letter,) = letters(app)
    assert letter.text.startswith("Hello Trần Thị Dân,")
    assert "ends after 2 hours" in letter.text


def test_a_pupil_keeps_the_name_the_school_wrote_and_a_citizen_changes_the_own(client, minh, dan):
    sign_in(client, minh)
    client.post("/account", data={"full_name": "Hacker", "email": "x@example.vn", "locale": "en"})
    db.session.expire_all()
    assert (minh.full_name, minh.email, minh.locale) == ("Lê Văn Minh", None, "en")
    other = client.application.test_client()
    sign_in(other, dan)
    other.post("/account", data={"full_name": "Trần Dân", "email": "moi@example.vn", "locale": "vi"})
    db.session.expire_all()
    assert (dan.full_name, dan.email, dan.email_verified_at) == ("Trần Dân", "moi@example.vn", None)
    assert other.post("/account", data={"full_name": "X", "email": "bad"}).status_code == 422


def test_class_cards_show_each_password_once_to_the_teacher_of_the_class(client, act):
    sector = make_sector()
    minh = make_user("Lê Minh", login="minh", home_org=sector.school, roles=(("learner", sector.class_6a1),))
    make_user("Lê Mai", login="mai", home_org=sector.school, roles=(("learner", sector.class_6a1),))
    sign_in(client, make_user(login="lan", roles=(("teacher", sector.class_6a1),)))
    address = f"/manage/classes/{sector.class_6a1.uuid}/cards"
    assert "Lê Minh" in client.get(address).text
    assert client.post(address, data={}).status_code == 422
    page = client.post(address, data={"user": [str(minh.uuid), "forged"]})
    assert page.headers["Cache-Control"] == "no-store"
    (password,) = re.findall(r"<code>([a-z]+-[a-z]+-\d{3})</code>", page.text)
    assert "minh" in page.text and "Lê Mai" not in page.text
    assert people.check_password("minh", password).must_change_password


def test_class_cards_are_not_there_for_anyone_else(client, act):
    sector = make_sector()
    address = f"/manage/classes/{sector.class_6a1.uuid}/cards"
    assert client.get(address).status_code == 303
    for roles in ((("teacher", sector.other_class),), (("learner", sector.class_6a1),)):
        browser = client.application.test_client()
        sign_in(browser, make_user(roles=roles))
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={}).status_code == 404


def test_a_single_reset_of_someone_elses_pupil_is_not_found(client, act):
    sector = make_sector()
    minh = make_user("Lê Minh", roles=(("learner", sector.class_6a1),))
    sign_in(client, make_user(roles=(("teacher", sector.class_6a1),)))
    assert re.search(
        r"<code>[a-z]+-[a-z]+-\d{3}</code>", client.post(f"/manage/users/{minh.uuid}/password").text
    )
    nam = make_user(roles=(("learner", sector.other_class),))
    assert client.post(f"/manage/users/{nam.uuid}/password").status_code == 404


def test_a_password_with_marks_is_the_same_from_every_keyboard(minh):
    typed = unicodedata.normalize("NFD", PASSWORD)
    assert typed != PASSWORD
    assert people.check_password("minh", typed).id == minh.id


def test_forms_without_the_token_of_their_page_are_refused(client, minh, monkeypatch):
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    assert post_sign_in(client, "minh").status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text).group(1)
    assert post_sign_in(client, "minh", csrf_token=token).status_code == 303
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


def test_pages_before_signing_in_speak_both_languages(client):
    assert "Others use this computer too" in client.get("/sign-in?lang=en").text
    for address in ("/sign-in", "/sign-up", "/reset"):
        assert client.get(address).status_code == 200
