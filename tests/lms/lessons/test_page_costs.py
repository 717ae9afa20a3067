"""What a learner's pages cost in queries: few, and the same whatever the number of lessons and learners."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from lms.core.db import db, write
from lms.courses.models import Run
from lms.courses.services import enroll_learner
from lms.lessons.services import add_activity, create_lesson, publish_lesson
from tests.factories.people import make_user, sign_in
from tests.lms.lessons.conftest import Classroom

Counting = Callable[[], AbstractContextManager[list[str]]]
Page = Callable[[Classroom, FlaskClient, str], int]


def _fill(room: Classroom, lessons: int, learners: int) -> None:
    """Bring the run to so many lessons and learners."""
    lan = room.actor("lan")
    with write():
        run = db.session.get_one(Run, room.run.id)
        for number in range(1, lessons):
            lesson = create_lesson(lan, room.unit, f"Bài {number}")
            add_activity(lan, lesson, kind="text", data={"markdown": "Một đoạn văn."})
            publish_lesson(lan, lesson, runs=[run])
        for number in range(2, learners):
            enroll_learner(lan, run, make_user(full_name=f"Em Thứ {number}", home_org=room.school))


def _home(_room: Classroom, browser: FlaskClient, _key: str) -> int:
    return browser.get("/learn").status_code


def _outline(room: Classroom, browser: FlaskClient, _key: str) -> int:
    return browser.get(f"/learn/runs/{room.run.uuid}").status_code


def _activity(room: Classroom, browser: FlaskClient, _key: str) -> int:
    return browser.get(f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}/{room.text.uuid}").status_code


def _answer(room: Classroom, browser: FlaskClient, key: str) -> int:
    address = f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}/{room.question.uuid}/answer"
    return browser.post(address, data={"choice": "a", "key": key}).status_code


def _newcomer(room: Classroom, browser: FlaskClient) -> None:
    """Let a fresh learner sit down at the browser; the session is noted with the first page."""
    user = make_user(home_org=room.school)
    with write():
        enroll_learner(room.actor("lan"), db.session.get_one(Run, room.run.id), user)
    sign_in(browser, user)
    browser.get("/account")
    for row in (room.run, room.lesson, room.text, room.question):
        db.session.refresh(row)  # their addresses cost the page nothing


PAGES = [
    pytest.param(_home, 6, id="home"),
    pytest.param(_outline, 6, id="outline"),
    pytest.param(_activity, 9, id="first view of the day"),
    pytest.param(_answer, 7, id="answer"),
]


@pytest.mark.parametrize(("page", "most"), PAGES)
def test_a_page_costs_the_same_few_queries_for_any_class(
    published: Classroom, client: FlaskClient, query_count: Counting, page: Page, most: int
) -> None:
    costs = []
    for size in (3, 30):
        _fill(published, size, size)
        _newcomer(published, client)
        page(published, client, "warm")
        _newcomer(published, client)
        with query_count() as sent:
            assert page(published, client, "key") in {200, 303}
        costs.append(len(sent))
    assert costs[0] == costs[1] <= most, costs


def test_an_activity_seen_before_today_costs_as_little_as_the_outline(
    published: Classroom, client: FlaskClient, query_count: Counting
) -> None:
    _newcomer(published, client)
    address = f"/learn/runs/{published.run.uuid}/{published.lesson.uuid}/{published.text.uuid}"
    client.get(address)
    with query_count() as sent:
        assert client.get(address).status_code == 200
    assert len(sent) <= 6, sent
