"""Telling people: once each, in few statements, as each one chose."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from lms.core.actor import ANONYMOUS, SYSTEM
from lms.core.clock import new_uuid, now
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed
from lms.core.jobs import Job, enqueue, job, run_due_jobs
from lms.notices import services
from lms.notices.hours import Hours
from lms.notices.models import Notice
from lms.notices.services import Choices, News, notify_people, save_choices, tell
from lms.notices.topics import Topic, list_topics
from lms.people.models import User
from lms.people.services import grant_role
from tests.cast import Cast, Person
from tests.lms.notices.conftest import news, notices_of


def many_users(count: int) -> list[int]:
    with write():
        db.session.execute(
            insert(User),
            [
                {"uuid": new_uuid(), "full_name": f"Người {n}", "sort_key": "x", "login": f"n{n}"}
                for n in range(count)
            ],
        )
    return list(db.session.scalars(select(User.id).where(User.login.startswith("n")).order_by(User.id)))


def choose(person: Person, *, shown: bool, mail: str) -> None:
    with write():
        save_choices(person.actor, Choices({"test_news": (shown, mail)}, Hours()))


def test_the_same_news_told_again_is_one_notice(topic: Topic, cast: Cast) -> None:
    assert [news(cast.lan, cast.minh), news(cast.lan, cast.minh)] == [2, 0]
    assert news(cast.lan, key="2") == 1
    assert len(notices_of(cast.lan)) == 2


def test_a_thousand_people_are_told_in_a_few_statements(topic: Topic, act: Flask, query_count: Any) -> None:
    ids = many_users(1000)
    with write():
        tell("test_news", key="1", about={"what": "rain"}, who={"ids": ids})
    with query_count() as sent:
        assert run_due_jobs() == 1
    assert db.session.scalar(select(func.count(Notice.id))) == 1000
    about_notices = [one for one in sent if "notice" in one]
    assert len(about_notices) <= 5, "a select and an insert for five hundred, and a last look"


def test_telling_that_was_killed_half_way_goes_on_and_tells_nobody_twice(
    topic: Topic, act: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 4)
    ids = many_users(10)
    real = services.insert_each_if_new
    steps: list[int] = []

    def fail_once(model: Any, rows: Any) -> int:
        steps.append(len(rows))
        if len(steps) == 2:
            raise OSError("killed")
        return real(model, rows)

    monkeypatch.setattr(services, "insert_each_if_new", fail_once)
    with write():
        row = tell_and_find(ids)
    run_due_jobs()
    assert db.session.scalar(select(func.count(Notice.id))) == 4
    with write():
        row.run_after = now()
    run_due_jobs()
    assert steps == [4, 4, 4, 2]
    assert sorted(db.session.scalars(select(Notice.user_id))) == ids


def tell_and_find(ids: list[int]) -> Job:
    tell("test_news", key="1", about={"what": "rain"}, who={"ids": ids})
    return db.session.scalars(select(Job)).one()


def test_an_account_that_is_no_more_is_told_nothing(topic: Topic, cast: Cast) -> None:
    with write():
        db.session.get_one(User, cast.minh.user.id).status = "deactivated"
    assert news(cast.minh) == 0


def test_whoever_wants_a_topic_nowhere_gets_no_notice(topic: Topic, cast: Cast, lan: Person) -> None:
    choose(lan, shown=False, mail="none")
    assert news(lan, cast.minh) == 1
    assert notices_of(lan) == []


def test_whoever_wants_a_topic_only_by_mail_has_nothing_unread(topic: Topic, lan: Person) -> None:
    choose(lan, shown=False, mail="at_once")
    news(lan)
    (kept,) = notices_of(lan)
    assert not kept.is_shown and kept.read_at is not None and kept.mail_at is not None


def test_pupils_and_people_without_confirmed_address_get_no_mail_unasked(
    topic: Topic, cast: Cast, lan: Person
) -> None:
    with write():
        for person in (cast.minh, cast.an, cast.hung):
            db.session.get_one(User, person.user.id).email = f"{person.login}@example.test"
        for person in (cast.minh, cast.an):
            db.session.get_one(User, person.user.id).email_verified_at = now()
    choose(cast.an, shown=True, mail="at_once")
    news(lan, cast.minh, cast.an, cast.hung)
    waiting = [notices_of(person)[0].mail_at is not None for person in (lan, cast.minh, cast.an, cast.hung)]
    assert waiting == [True, False, True, False], (
        "lan: teacher; minh: pupil; an: pupil who asked; hung: unconfirmed"
    )


def test_nobody_is_asked_about_news_of_other_roles(cast: Cast) -> None:
    assert "job_failed" not in {topic.key for topic in list_topics(cast.lan.actor)}
    with pytest.raises(Invalid), write():
        save_choices(cast.lan.actor, Choices({"job_failed": (True, "none")}, Hours()))


@pytest.mark.parametrize(
    "choices",
    [
        Choices({"test_news": (True, "often")}, Hours()),
        Choices({"no_such": (True, "none")}, Hours()),
        Choices({"test_news": (True, "none")}, Hours(quiet_from=24)),
        Choices({"test_news": (True, "none")}, Hours(daily_at=-1)),
    ],
)
def test_senseless_choices_are_refused(topic: Topic, cast: Cast, choices: Choices) -> None:
    with pytest.raises(Invalid), write():
        save_choices(cast.lan.actor, choices)


def test_a_stranger_chooses_nothing(topic: Topic, act: Flask) -> None:
    with pytest.raises(NotAllowed), write():
        save_choices(ANONYMOUS, Choices({}, Hours()))


def test_old_notices_are_forgotten_after_their_time(topic: Topic, cast: Cast) -> None:
    news(cast.lan, key="old")
    news(cast.lan, key="new")
    with write():
        notices_of(cast.lan)[0].created_at = now() - services.KEPT
        enqueue("forget_notices")
    assert run_due_jobs() == 1
    assert [one.key for one in notices_of(cast.lan)] == ["new"]


@job("test_hopeless")
def hopeless() -> None:
    """Fail for good."""
    raise LookupError("nothing there")


def test_keepers_are_told_of_a_failed_job_once_a_day_and_its_asker_each_time(cast: Cast) -> None:
    with write():
        grant_role(SYSTEM, cast.tuan.user, "sysadmin", cast.department)
    for _time in range(2):
        with write():
            enqueue("test_hopeless", user_id=cast.lan.user.id)
        run_due_jobs()
    run_due_jobs()
    assert [one.topic for one in notices_of(cast.tuan)] == ["job_failed"]
    assert [one.topic for one in notices_of(cast.lan)] == ["own_job_failed"] * 2
    assert notices_of(cast.ha) == []


def test_a_batch_of_news_for_someone_twice_is_two_notices(topic: Topic, cast: Cast) -> None:
    pair = [News(cast.lan.user.id, key, {"what": key}) for key in ("a", "b")]
    with write():
        assert notify_people("test_news", pair) == 2
