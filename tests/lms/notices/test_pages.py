"""The list, the bell and the choices: one's own and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.db import db, write
from lms.notices.models import Notice, NoticeChoice, NoticeHours
from lms.notices.services import News, notify_people
from lms.notices.topics import Topic
from tests.cast import Cast, Person
from tests.lms.notices.conftest import news, notices_of

SignIn = Callable[[FlaskClient, Person], FlaskClient]


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    for path in ("/notices", "/account/notices"):
        assert client.get(path).status_code == 303


def test_one_sees_one_s_own_notices_and_not_those_of_others(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    news(cast.lan, what="lan only")
    news(cast.ha, what="ha only")
    page = sign_in(client, cast.lan).get("/notices").text
    assert "lan only" in page and "ha only" not in page
    theirs = notices_of(cast.ha)[0]
    assert client.get(f"/notices/{theirs.uuid}").status_code == 404
    assert client.post(f"/notices/{theirs.uuid}/read").status_code == 404
    assert client.post("/notices/read").status_code == 303
    assert notices_of(cast.ha)[0].read_at is None


def test_opening_a_notice_reads_it_and_leads_to_its_page(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    news(cast.lan)
    sign_in(client, cast.lan)
    assert "bell-count" in client.get("/account").text
    answer = client.get(f"/notices/{notices_of(cast.lan)[0].uuid}")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert notices_of(cast.lan)[0].read_at is not None
    assert "bell-count" not in client.get("/account").text


def test_marking_as_read_comes_back_to_the_list(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    for key in "abc":
        news(cast.lan, key=key, what=key)
    sign_in(client, cast.lan)
    first = notices_of(cast.lan)[0]
    answer = client.post(f"/notices/{first.uuid}/read", data={"show": "unread"})
    assert answer.location == "/notices?show=unread"
    unread = client.get("/notices?show=unread").text
    assert "News of a" not in unread and "News of b" in unread
    client.post("/notices/read")
    assert all(one.read_at for one in notices_of(cast.lan))
    assert "News of b" in client.get("/notices").text


def test_the_list_goes_on_page_by_page_at_the_same_cost(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn, query_count: Any
) -> None:
    with write():
        notify_people("test_news", [News(cast.lan.user.id, str(n), {"what": f"day {n}."}) for n in range(60)])
    sign_in(client, cast.lan)
    with query_count() as sent:
        page = client.get("/notices").text
    assert len(sent) <= 4
    assert "day 59." in page and "day 34." not in page
    after = page.split("after=")[1].split('"')[0]
    page = client.get(f"/notices?after={after}").text
    assert "day 34." in page and "day 35." not in page and "day 9." not in page
    assert client.get("/notices?after=zz").status_code == 404


def test_the_bell_counts_without_a_query_of_its_own_and_not_past_a_hundred(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn, query_count: Any
) -> None:
    sign_in(client, cast.lan)
    with query_count() as before:
        client.get("/account/password")
    with write():
        notify_people("test_news", [News(cast.lan.user.id, str(n), {"what": "x"}) for n in range(130)])
    with query_count() as after:
        page = client.get("/account/password").text
    assert len(after) == len(before)
    assert ">99+<" in page


def test_the_bell_counts_one_s_own_unread_notices_only(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    for key in "abc":
        news(cast.ha, cast.lan, key=key)
    sign_in(client, cast.lan)
    client.get(f"/notices/{notices_of(cast.lan)[0].uuid}")
    assert 'aria-hidden="true">2</span>' in client.get("/account").text
    assert "bell-count" not in sign_in(client, cast.minh).get("/account").text


def test_a_stranger_s_page_asks_nothing_about_notices(
    client: FlaskClient, cast: Cast, query_count: Any
) -> None:
    with query_count() as sent:
        page = client.get("/sign-in").text
    assert not any("notice" in one for one in sent)
    assert "bell" not in page


def test_hostile_words_are_shown_as_words(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    news(cast.lan, what="<script>alert(1)</script>")
    page = sign_in(client, cast.lan).get("/notices").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_notice_of_a_kind_that_is_no_more_is_still_a_line(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    news(cast.lan)
    with write():
        db.session.scalars(select(Notice)).one().topic = "long_gone"
    sign_in(client, cast.lan)
    assert client.get("/notices").status_code == 200
    answer = client.get(f"/notices/{notices_of(cast.lan)[0].uuid}")
    assert answer.location == "/notices"


def test_choices_are_kept_and_shown_again(
    topic: Topic, cast: Cast, lan: Person, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, lan)
    assert "mail-test_news" in client.get("/account/notices").text
    sent = {
        "mail-test_news": "daily",
        "mail-enrolled": "none",
        "shown-enrolled": "1",
        "quiet_from": "22",
        "quiet_to": "5",
        "daily_at": "7",
    }
    assert client.post("/account/notices", data=sent).status_code == 303
    kept = db.session.get_one(NoticeChoice, (lan.user.id, "test_news"))
    assert (kept.is_shown, kept.mail) == (False, "daily")
    assert db.session.get_one(NoticeHours, lan.user.id).quiet_from == 22
    assert "22:00" in client.get("/account/notices").text


@pytest.mark.parametrize(
    "change", [{"quiet_from": "25"}, {"quiet_to": "x"}, {"daily_at": ""}, {"mail-test_news": "hourly"}]
)
def test_senseless_choices_come_back_with_words(
    topic: Topic, cast: Cast, lan: Person, client: FlaskClient, sign_in: SignIn, change: dict[str, str]
) -> None:
    sent = {"mail-test_news": "none", "quiet_from": "21", "quiet_to": "6", "daily_at": "18", **change}
    answer = sign_in(client, lan).post("/account/notices", data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.get(NoticeHours, lan.user.id) is None


def test_someone_without_address_is_not_asked_about_mail_and_chooses_nothing_on_it(
    topic: Topic, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, cast.minh)
    assert "mail-test_news" not in client.get("/account/notices").text
    sent = {"shown-test_news": "1", "quiet_from": "21", "quiet_to": "6", "daily_at": "18"}
    assert client.post("/account/notices", data=sent).status_code == 303
    kept = db.session.get_one(NoticeChoice, (cast.minh.user.id, "test_news"))
    assert (kept.is_shown, kept.mail) == (True, None)
