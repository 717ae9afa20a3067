"""Two accounts of one pupil become one: progress is that of both, and a replay says the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.courses.listeners import preview_places
from lms.courses.models import Enrollment
from lms.lessons.models import LessonProgress, Progress
from lms.lessons.queries import find_lesson_progress, find_progress
from lms.people import merges
from lms.records.models import Statement
from lms.records.services import replay_statements
from tests.lms.lessons.test_learning import answer, rows, view


def _accounts() -> set[Any]:
    return set(db.session.scalars(select(Statement.account)))


def _join(room) -> merges.UserMerge:
    with write():
        merge = merges.merge_users(SYSTEM, room.users["minh"], room.users["mai"])
    run_due_jobs()
    return merge


def test_the_deeds_of_both_accounts_count_for_the_one_that_stays(published):
    room = published
    answer(room, "minh", room.question, "b")
    answer(room, "mai", room.question, "c", key="k2")
    view(room, "mai", room.text)
    _join(room)
    minh, mai = room.users["minh"].id, room.users["mai"].id
    row = find_progress(room.run.id, minh, room.question.uuid)
    assert (row.status, row.tries, row.score, row.first_correct) == ("done", 2, 2.0, False)
    assert find_progress(room.run.id, minh, room.text.uuid) is not None
    assert find_lesson_progress(room.run.id, mai, room.lesson.id) is None
    assert _accounts() == {room.users["minh"].uuid, room.users["mai"].uuid}  # statements stay as they were


def test_a_replay_of_everything_gives_the_same_progress(published):
    room = published
    answer(room, "minh", room.question, "b")
    answer(room, "mai", room.question, "c", key="k2")
    _join(room)
    before = rows(Progress), rows(LessonProgress)
    with write():
        replay_statements()
    assert (rows(Progress), rows(LessonProgress)) == before


def test_undoing_gives_each_account_its_own_progress_and_place_again(published):
    room = published
    answer(room, "minh", room.question, "b")
    answer(room, "mai", room.question, "c", key="k2")
    places = "select id, user_id, status, ended_at from enrollment order by id"
    before = rows(Progress), rows(LessonProgress), list(db.session.execute(db.text(places)))
    merge = _join(room)
    assert (rows(Progress), rows(LessonProgress)) != before[:2]
    with write():
        merges.undo_merge(SYSTEM, merge)
    run_due_jobs()
    assert (rows(Progress), rows(LessonProgress), list(db.session.execute(db.text(places)))) == before


def test_a_place_in_the_same_run_stays_once_and_others_move(published):
    room = published
    with write():
        place = db.session.scalar(select(Enrollment).where(Enrollment.user_id == room.users["minh"].id))
        place.status = "ended"
    places, _courses = preview_places(room.users["minh"].id, room.users["mai"].id)
    assert places.count == 1 and "1" in places.note
    _join(room)
    active = select(Enrollment.user_id).where(Enrollment.role == "learner", Enrollment.status == "active")
    assert db.session.scalars(active).all() == [room.users["minh"].id]


def test_an_answer_given_after_the_joining_counts_on(published):
    room = published
    answer(room, "mai", room.question, "b")
    _join(room)
    answer(room, "minh", room.question, "c", key="k9")
    row = find_progress(room.run.id, room.users["minh"].id, room.question.uuid)
    assert (row.tries, row.status) == (2, "done")
