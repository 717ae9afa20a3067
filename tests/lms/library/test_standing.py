"""How well items stand in search: steps out of lessons and ratings, and one writing of the index for each step."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from content_store.models import Item, SearchQueueRow, Version
from content_store.search import Query
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.jobs import enqueue, run_due_jobs
from lms.library import standing
from lms.library.standing import steps_of, weigh_items
from lms.library.usage_models import ItemReach, ItemUsage
from lms.library.voices.models import ItemRating
from lms.people.models import User
from tests.cast import Cast
from tests.factories.library import make_item


@pytest.mark.parametrize(
    ("lessons", "learners", "stars", "steps"),
    [
        (0, 0, [], 0),
        (2, 90, [], 0),
        (3, 90, [], 1),
        (10, 90, [], 2),
        (300, 9000, [], 3),
        (300, 4, [], 0),
        (0, 0, [5, 5, 5, 5], 0),
        (0, 0, [5, 5, 5, 5, 5], 1),
        (3, 90, [5] * 40, 2),
        (3, 90, [1], 1),
        (3, 90, [1] * 5, 0),
        (0, 0, [1] * 50, 0),
    ],
)
def test_lessons_are_steps_ratings_lift_or_lower_by_one_and_few_people_count_nothing(
    lessons: int, learners: int, stars: list[int], steps: int
) -> None:
    assert steps_of(lessons, learners, sum(stars), len(stars)) == steps


def weigh() -> None:
    with write():
        enqueue("weigh_items", key="weigh_items")
    run_due_jobs()


def is_used(cast: Cast, item_uuid: UUID, lessons: int, learners: int = 30) -> None:
    with write():
        row = db.session.get(ItemReach, item_uuid)
        if row is None:
            db.session.add(ItemReach(item_uuid=item_uuid, lessons=lessons, counted_at=now()))
            db.session.add(
                ItemUsage(item_uuid=item_uuid, org_id=cast.school.id, learners=learners, completed=0)
            )
        else:
            row.lessons = lessons


def found(act: Flask, text: str) -> list[str]:
    index = act.extensions["item_index"]
    return [hit.uuid for hit in index.search(Query(text, frozenset({"public"}))).hits]


def shelf(cast: Cast, count: int = 2) -> list[Version]:
    made = [make_item(cast.lan.actor, "Phân số", home=cast.school, scope="public") for _ in range(count)]
    run_due_jobs()
    return made


def test_of_two_equal_items_the_used_one_comes_first_after_the_daily_job(cast: Cast, act: Flask) -> None:
    older, newer = (str(version.item.uuid) for version in shelf(cast))
    assert found(act, "phân số") == [newer, older]
    is_used(cast, UUID(older), lessons=12)
    weigh()
    assert found(act, "phân số") == [older, newer]
    assert db.session.scalar(select(Item.standing).where(Item.uuid == UUID(older))) == 2


def test_the_order_outlives_a_rebuild(cast: Cast, act: Flask) -> None:
    older, newer = (str(version.item.uuid) for version in shelf(cast))
    is_used(cast, UUID(older), lessons=3)
    weigh()
    with write():
        enqueue("rebuild_items", key="rebuild_items")
    run_due_jobs()
    assert found(act, "phân số") == [older, newer]


def test_more_use_within_a_step_writes_nothing(cast: Cast) -> None:
    version, _other = shelf(cast)
    uuid, moment = version.item.uuid, version.item.updated_at
    is_used(cast, uuid, lessons=3)
    weigh()
    is_used(cast, uuid, lessons=9)
    assert weigh_items(0).changed == {}
    db.session.rollback()
    with write():
        enqueue("weigh_items", key="weigh_items")
    run_due_jobs(limit=1)
    assert db.session.scalar(select(func.count(SearchQueueRow.id))) == 0
    assert db.session.scalar(select(Item.updated_at).where(Item.uuid == uuid)) == moment


def test_five_who_praise_it_are_a_step_and_four_are_not(cast: Cast) -> None:
    uuid = shelf(cast)[0].item.uuid
    people = db.session.scalars(select(User.id).order_by(User.id).limit(5)).all()
    given = {"item_uuid": uuid, "number": 1, "stars": 5, "reason": "clear"}
    with write():
        db.session.add_all(ItemRating(user_id=person, **given) for person in people[:4])
    assert weigh_items(0).changed == {}
    with write():
        db.session.add(ItemRating(user_id=people[4], **given))
    assert weigh_items(0).changed == {uuid: 1}


def test_every_batch_is_four_queries(
    cast: Cast, query_count: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(cast, 5)
    monkeypatch.setattr(standing, "A_BATCH", 2)
    after, sizes = 0, []
    while after is not None:
        with query_count() as sent:
            weighed = weigh_items(after)
        sizes.append(len(sent))
        after = weighed.after
    assert sizes == [4, 4, 4]
