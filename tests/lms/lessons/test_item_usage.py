"""How far an item reaches is counted from deeds, once for each learner, and told to its keepers without small groups."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Version
from lms.core.db import db, write
from lms.courses.services import enroll_learner
from lms.lessons import item_usage, services
from lms.lessons.item_usage import count_item_usage
from lms.library.queries import get_item
from lms.library.services import pin_item
from lms.library.small_groups import Shown
from lms.library.usage import count_learners, find_usage, has_marked, mark_items
from lms.library.usage_models import ItemReach, ItemUsage
from lms.people.models import User
from lms.people.queries import build_actor
from tests.factories.library import make_item
from tests.lms.lessons.conftest import Classroom, make_user


@pytest.fixture
def taught(classroom: Classroom) -> Classroom:
    """A published lesson of a text and a work of cô Thư's, and six more learners."""
    lan, thu = classroom.actor("lan"), classroom.actor("thu")
    work = make_item(thu, "Ghe gạo")
    with write():
        pin = pin_item(lan, work.item.uuid).pin
        block = services.add_activity(lan, classroom.lesson, kind="document", data={}, pin=pin)
        services.publish_lesson(lan, classroom.lesson, runs=[classroom.run])
        more = [make_user(f"Em {one}", f"em{one}", classroom.school, "learner") for one in range(6)]
        for user in more:
            enroll_learner(lan, classroom.run, user)
    classroom.extra |= {"work": work, "block": block, "more": more}
    return classroom


def learn(room: Classroom, *users: User) -> None:
    for user in users:
        with write():
            services.view_activity(build_actor(user), room.run.uuid, room.extra["block"].uuid)


def kept(work: Version) -> list[tuple[int, int]]:
    query = select(ItemUsage.learners, ItemUsage.completed).where(ItemUsage.item_uuid == work.item.uuid)
    return [tuple(row) for row in db.session.execute(query)]


def test_each_learner_counts_once_and_numbers_follow_what_happens(taught: Classroom):
    work, more = taught.extra["work"], taught.extra["more"]
    learn(taught, *more[:3])
    count_item_usage()
    assert kept(work) == [(3, 0)]
    learn(taught, *more[:3], *more[3:])
    count_item_usage()
    assert kept(work) == [(6, 0)] and not has_marked()
    count_item_usage()
    assert kept(work) == [(6, 0)]


def test_progress_of_earlier_days_is_counted_the_first_time(taught: Classroom):
    learn(taught, *taught.extra["more"])
    count_item_usage()
    assert kept(taught.extra["work"]) == [(6, 0)]


def test_its_keepers_are_told_in_steps_and_nobody_else_is(taught: Classroom):
    work, more = taught.extra["work"], taught.extra["more"]
    learn(taught, *more[:4])
    count_item_usage()
    thu = taught.actor("thu")
    few = find_usage(thu, get_item(thu, work.item.uuid))
    assert few is not None and (few.lessons, few.people.total) == (1, None)
    assert count_learners(thu, [work]) == {work.item.uuid: 0}
    learn(taught, *more)
    count_item_usage()
    told = find_usage(thu, get_item(thu, work.item.uuid))
    assert told is not None and told.people.groups == (Shown("THCS Bến Nghé", 5, "few"),)
    assert count_learners(thu, [work]) == {work.item.uuid: 5}
    lan = taught.actor("lan")
    assert find_usage(lan, get_item(lan, work.item.uuid)) is None and count_learners(lan, [work]) == {}


def test_what_happens_while_it_is_counted_is_counted_next_time(
    taught: Classroom, monkeypatch: pytest.MonkeyPatch
):
    work, more = taught.extra["work"], taught.extra["more"]
    learn(taught, *more[:5])
    real = item_usage._count

    def meanwhile(uuid: object) -> object:
        found = real(uuid)  # type: ignore[arg-type]
        db.session.rollback()
        with write():
            mark_items([work.item.uuid])
        return found

    monkeypatch.setattr(item_usage, "_count", meanwhile)
    count_item_usage()
    assert has_marked()
    monkeypatch.undo()
    count_item_usage()
    assert not has_marked() and kept(work) == [(5, 0)]


def test_the_pages_of_the_owner_tell_it(taught: Classroom, client: FlaskClient, query_count: Callable):
    work = taught.extra["work"]
    learn(taught, *taught.extra["more"])
    count_item_usage()
    client.post("/sign-in", data={"login": "thu", "password": taught.password})
    page = client.get(f"/library/{work.item.uuid}?lang=en").text
    assert "How far it reaches" in page and "5 learners or more" in page and "6 learners" not in page
    assert "Tới được bao nhiêu học sinh" in client.get(f"/library/{work.item.uuid}?lang=vi").text
    assert "5+ learners" in client.get("/library/mine?state=published&lang=en").text
    client.post("/sign-out")
    client.post("/sign-in", data={"login": "lan", "password": taught.password})
    assert "How far it reaches" not in client.get(f"/library/{work.item.uuid}?lang=en").text


def test_only_the_marked_are_counted(taught: Classroom, query_count: Callable):
    learn(taught, *taught.extra["more"][:1])
    count_item_usage()
    with query_count() as idle:
        count_item_usage()
    assert len(idle) <= 8
    assert db.session.scalars(select(ItemReach.marked_at)).all() == [None]
