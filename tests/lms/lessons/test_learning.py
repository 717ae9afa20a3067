from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from lms.core.clock import now, today
from lms.core.db import db, write
from lms.core.errors import Conflict, Invalid, NotFound
from lms.courses.models import Enrollment
from lms.lessons import services
from lms.lessons.models import LessonProgress, Progress, Revision
from lms.lessons.queries import find_lesson_progress, find_progress, load_snapshot
from lms.questions.grading import Response
from lms.records.models import Statement, StatementText
from lms.records.services import replay_statements
from tests.lms.lessons.conftest import QUESTION


def answer(room, name, activity, *choices, text="", key="k1"):
    with write():
        return services.answer_question(
            room.actor(name), room.run.uuid, activity.uuid, Response(tuple(choices), text), key=key
        )


def view(room, name, activity):
    with write():
        return services.view_activity(room.actor(name), room.run.uuid, activity.uuid)


def step_on(room, name, activity):
    with write():
        services.complete_activity(room.actor(name), room.run.uuid, activity.uuid)


def progress_of(room, name, activity):
    return find_progress(room.run.id, room.users[name].id, activity.uuid)


def rows(model):
    found = []
    for row in db.session.scalars(select(model).order_by(model.run_id, model.user_id)):
        values = {c.key: getattr(row, c.key) for c in model.__table__.columns if c.key != "id"}
        found.append(tuple(sorted((key, repr(value)) for key, value in values.items())))
    return sorted(found)


def test_a_right_answer_settles_the_question_and_counts(published):
    mark = answer(published, "minh", published.question, "c")
    assert mark.correct
    row = progress_of(published, "minh", published.question)
    assert (row.status, row.tries, row.score, row.max_score, row.first_correct) == ("done", 1, 2.0, 2.0, True)


def test_a_wrong_answer_leaves_the_tries_that_remain(published):
    assert not answer(published, "minh", published.question, "b").correct
    assert progress_of(published, "minh", published.question).status == "tried"
    answer(published, "minh", published.question, "c", key="k2")
    row = progress_of(published, "minh", published.question)
    assert (row.status, row.tries, row.tried, row.first_correct, row.is_correct) == (
        "done",
        2,
        "b;c",
        False,
        True,
    )


def test_no_answer_counts_after_the_last_try(published):
    answer(published, "minh", published.question, "a")
    answer(published, "minh", published.question, "b", key="k2")
    with pytest.raises(Conflict):
        answer(published, "minh", published.question, "c", key="k3")
    row = progress_of(published, "minh", published.question)
    assert (row.status, row.tries, row.score, row.is_correct) == ("done", 2, 0.0, False)


def test_the_same_form_sent_twice_counts_once(published):
    first = answer(published, "minh", published.question, "b")
    again = answer(published, "minh", published.question, "b")
    assert first is not None and again is None
    assert progress_of(published, "minh", published.question).tries == 1
    assert db.session.scalar(select(func.count(Statement.id))) == 1


def test_a_written_answer_stays_out_of_the_statement(published):
    answer(published, "minh", published.number, text="8,5")
    statement = db.session.scalars(select(Statement)).one()
    assert statement.success and "8,5" not in str(statement.body)
    assert db.session.scalars(select(StatementText)).one().text == "8,5"


def test_a_view_is_recorded_once_a_day_and_tells_where_to_resume(published):
    assert view(published, "minh", published.text)
    assert not view(published, "minh", published.text)
    assert view(published, "minh", published.question)
    place = find_lesson_progress(published.run.id, published.users["minh"].id, published.lesson.id)
    assert place.at_activity == published.question.uuid
    assert (place.done, place.total) == (0, 3)


def test_moving_on_completes_a_text_and_the_last_one_the_lesson(published):
    step_on(published, "minh", published.text)
    answer(published, "minh", published.question, "c")
    answer(published, "minh", published.number, text="8.5", key="k2")
    place = find_lesson_progress(published.run.id, published.users["minh"].id, published.lesson.id)
    assert (place.done, place.total, place.score, place.max_score) == (3, 3, 3.0, 3.0)
    assert place.completed_at is not None
    said = db.session.scalars(select(Statement).where(Statement.object_kind == "lesson")).one()
    assert (said.verb, said.score, said.object_uuid) == ("completed", 3.0, published.lesson.uuid)


def test_moving_on_does_not_settle_a_question(published):
    step_on(published, "minh", published.question)
    assert progress_of(published, "minh", published.question) is None


@pytest.mark.parametrize("name", ["nam", "lan"])
def test_who_does_not_learn_in_the_run_finds_nothing_there(published, name):
    for deed in (view, step_on):
        with pytest.raises(NotFound):
            deed(published, name, published.text)
    with pytest.raises(NotFound):
        answer(published, name, published.question, "c")


def test_a_learner_who_left_finds_nothing_there(published):
    with write():
        place = db.session.scalars(
            select(Enrollment).where(Enrollment.user_id == published.users["minh"].id)
        ).one()
        place.status = "ended"
    with pytest.raises(NotFound):
        answer(published, "minh", published.question, "c")


def test_a_forged_or_unpublished_activity_is_not_found(published):
    with pytest.raises(NotFound), write():
        services.view_activity(published.actor("minh"), published.run.uuid, uuid4())
    with write():
        late = services.add_activity(
            published.actor("lan"), published.lesson, kind="text", data={"markdown": "mới"}
        )
    with pytest.raises(NotFound):
        view(published, "minh", late)


def test_a_text_is_no_question(published):
    with pytest.raises(NotFound):
        answer(published, "minh", published.text, "a")


def test_nothing_of_a_lesson_that_opens_later_can_be_reached(published):
    with write():
        services.schedule_lesson(
            published.actor("lan"),
            published.run,
            published.lesson,
            opens_at=now() + timedelta(days=1),
            due_at=None,
        )
    for deed in (view, step_on):
        with pytest.raises(Conflict):
            deed(published, "minh", published.text)
    with pytest.raises(Conflict):
        answer(published, "minh", published.question, "c")


def test_an_ended_run_is_read_but_takes_no_answers(published):
    with write():
        published.run.ends_on = today() - timedelta(days=1)
    assert not view(published, "minh", published.text)
    with pytest.raises(Conflict):
        answer(published, "minh", published.question, "c")


def test_an_overlong_answer_or_key_is_refused_and_costs_no_try(published):
    with pytest.raises(Invalid):
        answer(published, "minh", published.number, text="1" * 501)
    with pytest.raises(Invalid):
        answer(published, "minh", published.number, text="1", key="k" * 65)
    assert progress_of(published, "minh", published.number) is None


def test_a_replay_gives_identical_progress(published):
    for name in ("minh", "mai"):
        view(published, name, published.text)
        step_on(published, name, published.text)
        answer(published, name, published.question, "b" if name == "mai" else "c")
    answer(published, "mai", published.question, "a", key="k2")
    answer(published, "minh", published.number, text="8,5", key="k3")
    before = (rows(Progress), rows(LessonProgress))
    assert len(before[0]) == 5 and len(before[1]) == 2
    with write():
        db.session.scalars(select(Progress)).first().score = 99.0
        replay_statements()
    assert (rows(Progress), rows(LessonProgress)) == before


def test_a_guest_tries_a_question_and_nothing_is_recorded(published):
    revision = db.session.scalars(select(Revision)).one()
    snapshot = load_snapshot(revision.id, revision.digest)
    assert services.try_question(snapshot, published.question.uuid, Response(("c",))).correct
    assert not services.try_question(snapshot, published.question.uuid, Response(("a",))).correct
    with pytest.raises(NotFound):
        services.try_question(snapshot, published.text.uuid, Response(("a",)))
    assert db.session.scalar(select(func.count(Statement.id))) == 0


def test_of_many_tries_the_first_dozen_are_kept_and_all_are_counted(published):
    with write():
        services.update_activity(
            published.actor("lan"),
            published.question,
            version=published.question.version,
            data={**QUESTION, "tries": 0},
        )
        services.publish_lesson(published.actor("lan"), published.lesson, runs=[published.run])
    for number in range(14):
        answer(published, "minh", published.question, "ab"[number % 2], key=f"k{number}")
    answer(published, "minh", published.question, "c", key="right")
    row = progress_of(published, "minh", published.question)
    assert row.tried == ";".join("ab" * 6)
    assert (row.tries, row.first_correct, row.is_correct, row.score) == (15, False, True, 2.0)
    assert row.first_statement_id < row.last_statement_id


def test_what_the_session_read_before_a_deed_is_not_shown_after_it(published):
    view(published, "minh", published.question)
    with write():
        before = progress_of(published, "minh", published.question)
        assert before.tries == 0
        services.answer_question(
            published.actor("minh"), published.run.uuid, published.question.uuid, Response(("a",)), key="k"
        )
        assert progress_of(published, "minh", published.question).tries == 1
