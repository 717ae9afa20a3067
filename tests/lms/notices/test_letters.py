"""Letters: one for each person, at the hours chosen, with a link that ends them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.clock import CITY, now
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, run_due_jobs
from lms.core.mail import Letter, SmtpMailer
from lms.notices import letters
from lms.notices.hours import GATHER, Hours
from lms.notices.letters import mail_due_notices, make_stop_token
from lms.notices.models import Notice, NoticeChoice
from lms.notices.queries import has_due_mail
from lms.notices.services import Choices, read_all_notices, read_notice, save_choices
from lms.notices.topics import Topic
from lms.people.models import User
from tests.cast import Cast, Person
from tests.lms.notices.conftest import news, notices_of

NOON = datetime(2026, 3, 5, 12, tzinfo=CITY)
MOMENT = timedelta(seconds=1)


def post(app: Flask) -> list[Letter]:
    """Write and send what is due; return everything sent so far."""
    with write():
        enqueue("mail_notices")
    run_due_jobs()
    sent: list[Letter] = app.extensions["mailer"].letters
    return sent


def tell_at(moment: datetime, *people: Person, key: str = "1") -> None:
    with time_machine.travel(moment, tick=False):
        news(*people, key=key, what=f"rain {key}")


def test_news_of_the_same_minutes_comes_in_one_letter(topic: Topic, act: Flask, lan: Person) -> None:
    tell_at(NOON, lan, key="1")
    tell_at(NOON + timedelta(minutes=2), lan, key="2")
    with time_machine.travel(NOON + timedelta(minutes=2) + GATHER + MOMENT, tick=False):
        (letter,) = post(act)
        assert post(act) == [letter], "nothing is mailed twice"
    assert letter.to == "lan@example.test"
    assert "rain 1" in letter.text and "rain 2" in letter.text
    assert all(one.mailed_at is not None and one.mail_at is None for one in notices_of(lan))


def test_no_letter_comes_in_quiet_hours_across_midnight(topic: Topic, act: Flask, lan: Person) -> None:
    evening = NOON.replace(hour=22)
    tell_at(evening, lan)
    for later in (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=7, minutes=59)):
        with time_machine.travel(evening + later, tick=False):
            assert not has_due_mail()
            assert post(act) == []
    with time_machine.travel(evening + timedelta(hours=8), tick=False):
        assert has_due_mail()
        assert len(post(act)) == 1


def test_a_worker_that_comes_late_does_not_write_at_night(topic: Topic, act: Flask, lan: Person) -> None:
    tell_at(NOON, lan)
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        assert post(act) == []
        assert not has_due_mail()
    with time_machine.travel(NOON + timedelta(hours=18), tick=False):
        assert len(post(act)) == 1


def test_the_letter_of_the_day_gathers_the_day(topic: Topic, act: Flask, lan: Person) -> None:
    with write():
        save_choices(lan.actor, Choices({"test_news": (True, "daily")}, Hours(daily_at=18)))
    for number in range(3):
        tell_at(NOON + timedelta(hours=number), lan, key=str(number))
    with time_machine.travel(NOON.replace(hour=17, minute=59), tick=False):
        assert post(act) == []
    with time_machine.travel(NOON.replace(hour=18, minute=1), tick=False):
        (letter,) = post(act)
    assert letter.text.count("News of rain") == 3


def test_what_was_read_on_the_site_is_not_mailed(topic: Topic, act: Flask, lan: Person) -> None:
    tell_at(NOON, lan, key="1")
    tell_at(NOON, lan, key="2")
    with write():
        read_notice(lan.actor, notices_of(lan)[0].uuid)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        (letter,) = post(act)
    assert "rain 1" not in letter.text and "rain 2" in letter.text
    tell_at(NOON, lan, key="3")
    with write():
        read_all_notices(lan.actor)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert len(post(act)) == 1


def test_whoever_ends_letters_gets_none_that_waited(topic: Topic, act: Flask, lan: Person) -> None:
    tell_at(NOON, lan)
    with write():
        save_choices(lan.actor, Choices({"test_news": (True, "none")}, Hours()))
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert post(act) == []
        assert not has_due_mail()
    assert notices_of(lan)[0].mailed_at is None


def test_a_letter_names_twenty_notices_and_counts_the_rest(topic: Topic, act: Flask, lan: Person) -> None:
    for number in range(23):
        tell_at(NOON, lan, key=f"{number:02}")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        (letter,) = post(act)
    assert letter.text.count("News of rain") == 20
    assert "3" in letter.text.split("rain 19")[1].split("/notices\n")[0]
    assert not has_due_mail()


@pytest.mark.parametrize(("locale", "words"), [("vi", "Chào"), ("en", "Hello")])
def test_a_letter_speaks_the_reader_s_language(
    topic: Topic, act: Flask, lan: Person, locale: str, words: str
) -> None:
    with write():
        db.session.get_one(User, lan.user.id).locale = locale
    tell_at(NOON, lan)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        (letter,) = post(act)
    assert letter.text.startswith(words)
    assert "  \n" not in letter.text and "\n\n\n\n" not in letter.text


def test_a_killed_step_loses_no_letter_and_sends_none_twice(
    topic: Topic, act: Flask, cast: Cast, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        for person in (cast.tuan, cast.ha):
            user = db.session.get_one(User, person.user.id)
            user.email, user.email_verified_at = f"{person.login}@example.test", now()
    tell_at(NOON, lan, cast.tuan, cast.ha)
    monkeypatch.setattr(letters, "PEOPLE_A_STEP", 1)
    real, calls = letters.enqueue, []

    def fail_second(*args: Any, **values: Any) -> Any:
        calls.append(values["to"])
        if len(calls) == 2:
            raise OSError("killed")
        return real(*args, **values)

    monkeypatch.setattr(letters, "enqueue", fail_second)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        with pytest.raises(OSError, match="killed"):
            mail_due_notices()
        assert mail_due_notices() == 2
        run_due_jobs()
    sent = sorted(one.to for one in act.extensions["mailer"].letters)
    assert sent == ["ha@example.test", "lan@example.test", "tuan@example.test"]


def test_many_letters_cost_few_queries_a_person(topic: Topic, act: Flask, query_count: Any) -> None:
    with write():
        people = [
            User(
                full_name=f"N {n}",
                sort_key="n",
                login=f"n{n}",
                email=f"n{n}@example.test",
                email_verified_at=NOON,
            )
            for n in range(30)
        ]
        db.session.add_all(people)
    tell_at(NOON, *(Person(user) for user in people))
    with time_machine.travel(NOON + timedelta(hours=1), tick=False), query_count() as sent:
        assert mail_due_notices() == 30
    reads = [one for one in sent if not one.startswith("INSERT")]
    assert len(reads) <= 10
    assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "send_mail")) == 30


def test_the_link_in_a_letter_ends_letters_without_signing_in(
    topic: Topic, act: Flask, client: FlaskClient, lan: Person
) -> None:
    tell_at(NOON, lan)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        (letter,) = post(act)
    assert letter.unsubscribe in letter.text
    path = letter.unsubscribe.removeprefix(act.extensions["settings"].base_url)
    assert client.get(path).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(NoticeChoice)) == 0, "looking changes nothing"
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert client.post(path).status_code == 200
    news(lan, key="2")
    assert notices_of(lan)[-1].mail_at is None
    assert notices_of(lan)[-1].is_shown


def test_a_mail_program_may_press_without_a_token_of_the_form(
    topic: Topic, act: Flask, client: FlaskClient, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(act.config, "WTF_CSRF_ENABLED", True)
    token = make_stop_token(lan.user.uuid, ["test_news"])
    assert client.post(f"/notices/stop/{token}").status_code == 200


@pytest.mark.parametrize("token", ["x", "WyJhIl0.abc", "é"])
def test_a_forged_link_ends_nothing(topic: Topic, client: FlaskClient, lan: Person, token: str) -> None:
    assert client.get(f"/notices/stop/{token}").status_code == 404
    assert client.post(f"/notices/stop/{token}").status_code == 404
    good = make_stop_token(lan.user.uuid, ["test_news"])
    assert client.post(f"/notices/stop/{good[:-2]}xx").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(NoticeChoice)) == 0


def test_a_letter_carries_the_headers_of_its_link(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    class Far:
        """The far side of the network."""

        def __init__(self, *_args: Any, **_values: Any) -> None: ...
        def __enter__(self) -> Far:
            return self

        def __exit__(self, *_args: object) -> None: ...
        def send_message(self, message: Any) -> None:
            sent.append(message)

    monkeypatch.setattr("smtplib.SMTP", Far)
    mailer = SmtpMailer("smtp://mail.example")
    mailer.send(Letter("a@example.test", "s", "t", "https://x.example/notices/stop/1"), "site@example.test")
    mailer.send(Letter("a@example.test", "s", "t"), "site@example.test")
    assert sent[0]["List-Unsubscribe"] == "<https://x.example/notices/stop/1>"
    assert sent[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent[1]["List-Unsubscribe"] is None


def test_nothing_is_mailed_to_an_account_that_was_closed(topic: Topic, act: Flask, lan: Person) -> None:
    tell_at(NOON, lan)
    with write():
        db.session.get_one(User, lan.user.id).status = "deactivated"
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert post(act) == []
        assert db.session.scalar(select(func.count(Notice.id)).where(Notice.mail_at.is_not(None))) == 0
