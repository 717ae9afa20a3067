"""Learners are told of new lessons, of those due soon, and of a course they have done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, func, select

from lms.core import clock
from lms.core.db import db, write
from lms.core.jobs import Job, enqueue, run_due_jobs
from lms.courses.models import Enrollment, Run
from lms.courses.services import enroll_learner
from lms.lessons import services, topics
from lms.lessons.models import RunLesson
from lms.notices.models import Notice
from lms.notices.topics import say
from lms.questions.grading import Response
from tests.lms.lessons.conftest import Classroom

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def notices(room: Classroom, name: str, topic: str) -> list[Notice]:
    of = select(Notice).where(Notice.user_id == room.users[name].id, Notice.topic == topic)
    return list(db.session.scalars(of.order_by(Notice.id)))


def hour_strikes(*jobs: str) -> None:
    with write():
        for name in jobs or ("tell_opened", "tell_due_soon"):
            enqueue(name)
    run_due_jobs()


def schedule(room: Classroom, **when: Any) -> None:
    with write():
        services.schedule_lesson(
            room.actor("lan"),
            room.run,
            room.lesson,
            **{"opens_at": None, "due_at": None, **when},
        )


def finish(room: Classroom, name: str, run: Run | None = None) -> None:
    with write():
        who, where = room.actor(name), run or room.run
        services.complete_activity(who, where.uuid, room.text.uuid)
        for activity, response in (
            (room.question, Response(choices=("c",))),
            (room.number, Response(text="8,5")),
        ):
            services.answer_question(who, where.uuid, activity.uuid, response, key=str(activity.uuid))


def test_learners_are_told_of_a_new_lesson_and_not_of_its_corrections(published: Classroom) -> None:
    run_due_jobs()
    (told,) = notices(published, "minh", "lesson_published")
    assert "Quy đồng mẫu số" in say(told.topic, told.about)
    assert notices(published, "lan", "lesson_published") == []
    assert notices(published, "nam", "lesson_published") == []
    with write():
        services.update_lesson(published.actor("lan"), published.lesson, goal="Biết quy đồng nhanh")
        services.publish_lesson(published.actor("lan"), published.lesson, runs=[published.run])
    run_due_jobs()
    assert len(notices(published, "minh", "lesson_published")) == 1


def test_a_lesson_that_opens_later_is_told_when_it_opens(published: Classroom) -> None:
    with write():
        db.session.execute(delete(Job))
    start = clock.now()
    schedule(published, opens_at=start + 5 * HOUR)
    with write():
        services.publish_lesson(published.actor("lan"), published.lesson, runs=[published.run])
    hour_strikes("tell_opened")
    assert notices(published, "minh", "lesson_published") == []
    with time_machine.travel(start + 5 * HOUR + timedelta(minutes=20), tick=False):
        hour_strikes("tell_opened")
        hour_strikes("tell_opened")
    assert len(notices(published, "minh", "lesson_published")) == 1


def test_what_is_due_is_told_two_days_and_one_day_before_to_those_who_have_not_done_it(
    published: Classroom,
) -> None:
    start = clock.now()
    schedule(published, due_at=start + 3 * DAY)
    finish(published, "mai")
    counts = []
    for later in (0 * DAY, DAY - HOUR, DAY, DAY + HOUR, 2 * DAY, 2 * DAY + HOUR, 3 * DAY + HOUR):
        with time_machine.travel(start + later, tick=False):
            hour_strikes("tell_due_soon")
        counts.append(len(notices(published, "minh", "due_soon")))
    assert counts == [0, 0, 1, 1, 2, 2, 2]
    assert notices(published, "mai", "due_soon") == []
    assert notices(published, "lan", "due_soon") == []


def test_a_lesson_put_off_is_told_anew(published: Classroom) -> None:
    start = clock.now()
    for days in (1, 2):
        schedule(published, due_at=start + days * DAY)
        hour_strikes("tell_due_soon")
    first, second = notices(published, "minh", "due_soon")
    assert first.about["due_at"] != second.about["due_at"]


def test_nobody_is_reminded_of_a_run_that_ended_or_a_lesson_that_is_not_open(published: Classroom) -> None:
    soon = clock.now() + DAY
    schedule(published, due_at=soon)
    with write():
        db.session.get_one(Run, published.run.id).ends_on = date(2020, 1, 1)
    hour_strikes("tell_due_soon")
    with write():
        db.session.get_one(Run, published.run.id).ends_on = None
    schedule(published, due_at=soon, opens_at=soon - HOUR)
    hour_strikes("tell_due_soon")
    assert notices(published, "minh", "due_soon") == []


def test_reminding_in_small_steps_reaches_everyone_once(
    published: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "LEARNERS_A_STEP", 1)
    schedule(published, due_at=clock.now() + DAY)
    with write():
        enroll_learner(published.actor("lan"), published.run, published.users["nam"])
        published.users["mai"] = db.session.merge(published.users["mai"])
        published.users["mai"].status = "deactivated"
    hour_strikes("tell_due_soon")
    hour_strikes("tell_due_soon")
    counts = [len(notices(published, name, "due_soon")) for name in ("minh", "mai", "nam")]
    assert counts == [1, 0, 1]


def test_a_reminder_costs_the_same_for_few_and_many_learners(published: Classroom, query_count: Any) -> None:
    schedule(published, due_at=clock.now() + DAY)
    with query_count() as sent:
        topics.tell_due_soon()
    assert db.session.scalar(select(func.count(Notice.id)).where(Notice.topic == "due_soon")) == 2
    assert len([one for one in sent if "COMMIT" not in one]) <= 4


def test_whoever_has_done_every_lesson_of_an_open_course_is_told_once(published: Classroom) -> None:
    topics.follow_finished()
    with write():
        db.session.get_one(Run, published.run.id).kind = "open"
    with write():
        services.complete_activity(published.actor("mai"), published.run.uuid, published.text.uuid)
    topics.follow_finished()
    assert notices(published, "mai", "course_done") == []
    finish(published, "minh")
    topics.follow_finished()
    topics.follow_finished()
    assert len(notices(published, "minh", "course_done")) == 1
    assert notices(published, "mai", "course_done") == []


def test_having_done_what_a_class_course_has_so_far_is_no_news(published: Classroom) -> None:
    topics.follow_finished()
    finish(published, "minh")
    topics.follow_finished()
    assert notices(published, "minh", "course_done") == []


def test_someone_who_left_is_told_nothing_more(published: Classroom) -> None:
    with write():
        place = db.session.scalars(
            select(Enrollment).where(Enrollment.user_id == published.users["minh"].id)
        ).one()
        place.status = "ended"
    schedule(published, due_at=clock.now() + DAY)
    hour_strikes("tell_due_soon")
    assert notices(published, "minh", "lesson_published") == []
    assert notices(published, "minh", "due_soon") == []
    assert db.session.scalar(select(func.count()).select_from(RunLesson)) == 1
