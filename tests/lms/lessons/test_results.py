import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db, write
from lms.courses.services import enroll_learner
from lms.lessons import services
from lms.lessons.models import RunLesson
from lms.lessons.results import (
    activity_results,
    count_run_states,
    list_run_progress,
    progress_csv_rows,
    safe_cell,
)
from lms.people.services import create_user
from lms.questions.grading import Response


@pytest.fixture
def answered(published):
    """Mai errs twice, Minh finishes the lesson."""
    with write():
        minh, mai = published.actor("minh"), published.actor("mai")
        services.complete_activity(minh, published.run.uuid, published.text.uuid)
        for actor, choice, key in ((minh, "c", "1"), (mai, "b", "2"), (mai, "a", "3")):
            services.answer_question(
                actor, published.run.uuid, published.question.uuid, Response((choice,)), key=key
            )
        services.answer_question(
            minh, published.run.uuid, published.number.uuid, Response(text="8,5"), key="4"
        )
    return published


def sign_in(client, room, name):
    client.post("/sign-in", data={"login": name, "password": room.password})


def test_the_run_shows_who_is_where_by_given_name(answered):
    page = list_run_progress(answered.run.id)
    assert [row.user.full_name for row in page.rows] == ["Lê Thị Mai", "Trần Quang Minh"]
    mai, minh = page.rows
    assert (minh.lessons_done, minh.percent, minh.score, minh.max_score) == (1, 100, 3.0, 3.0)
    assert (mai.lessons_done, mai.percent, mai.score) == (0, 33, 0.0)
    assert minh.at_lesson == "Quy đồng mẫu số" and minh.last_at is not None


def test_pages_follow_each_other_without_a_gap(answered):
    first = list_run_progress(answered.run.id, size=1)
    second = list_run_progress(answered.run.id, first.next, size=1)
    names = [row.user.full_name for row in (*first.rows, *second.rows)]
    assert names == ["Lê Thị Mai", "Trần Quang Minh"] and second.next is None


def test_the_list_costs_the_same_for_one_learner_and_for_forty(answered, query_count):
    with query_count() as few:
        list_run_progress(answered.run.id)
    with write():
        for number in range(38):
            user, _word = create_user(
                SYSTEM,
                full_name=f"Học Sinh {number}",
                login=f"hs{number}",
                password_hash="x",
                home_org=answered.school,
            )
            enroll_learner(answered.actor("lan"), answered.run, user)
    with query_count() as many:
        assert len(list_run_progress(answered.run.id).rows) == 40
    assert len(many) == len(few)


def test_answers_are_counted_by_activity(answered):
    text, question, number = activity_results(answered.run.id, answered.lesson.id)
    assert (text.seen, text.done) == (1, 1)
    assert (question.answered, question.right_first, question.right, question.tries) == (2, 1, 1, 3)
    assert question.right_first_percent == 50
    assert {choice.id: choice.count for choice in question.wrong_choices} == {"a": 1, "b": 1}
    assert (number.answered, number.right_first) == (1, 1)


def test_the_spreadsheet_has_a_line_for_every_learner(answered):
    rows = list(progress_csv_rows(answered.run.id, ["n", "a", "l", "%", "p", "m", "t"], ["%", "p"]))
    assert rows[0][7:] == ["Quy đồng mẫu số: %", "Quy đồng mẫu số: p"]
    assert [row[0] for row in rows[1:]] == ["Lê Thị Mai", "Trần Quang Minh"]
    assert rows[2][2:6] == ["1", "100", "3.0", "3.0"] and rows[2][7:] == ["100", "3.0"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_cell_can_start_a_formula(text):
    assert safe_cell(text).startswith("'")
    assert safe_cell("Nguyễn Văn A") == "Nguyễn Văn A"


def test_a_teacher_downloads_the_progress_of_his_run_only(answered, client):
    page, sheet = (f"/teach/runs/{answered.run.uuid}/progress{end}" for end in ("", ".csv"))
    sign_in(client, answered, "lan")
    shown = client.get(page)
    assert shown.status_code == 200 and "Trần Quang Minh" in shown.text
    answer = client.get(sheet)
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(lines) == 3


@pytest.mark.parametrize("name", ["thu", "minh"])
def test_others_do_not_see_the_results_of_a_run(answered, client, name):
    sign_in(client, answered, name)
    for end in ("", ".csv"):
        assert client.get(f"/teach/runs/{answered.run.uuid}/progress{end}").status_code == 404


def names_of(page):
    return [row.user.full_name for row in page.rows]


def test_learners_are_filtered_by_where_they_stand_and_counted(answered):
    run = answered.run.id
    assert names_of(list_run_progress(run, state="done")) == ["Trần Quang Minh"]
    assert names_of(list_run_progress(run, state="not-begun")) == []
    assert count_run_states(run) == {"not-begun": 0, "behind": 0, "done": 1}
    with write():
        taught = db.session.scalars(select(RunLesson).where(RunLesson.run_id == run)).one()
        taught.due_at = now() - timedelta(days=1)
    assert names_of(list_run_progress(run, state="behind")) == ["Lê Thị Mai"]
    assert count_run_states(run) == {"not-begun": 0, "behind": 1, "done": 1}


def test_who_has_done_least_may_come_first_page_by_page(answered):
    with write():
        user, _word = create_user(
            SYSTEM, full_name="Học Sinh Mới", login="hsm", password_hash="x", home_org=answered.school
        )
        enroll_learner(answered.actor("lan"), answered.run, user)
    found, after = [], None
    while True:
        page = list_run_progress(answered.run.id, after, 1, sort="done")
        found += names_of(page)
        if page.next is None:
            break
        after = page.next
    assert found == ["Học Sinh Mới", "Lê Thị Mai", "Trần Quang Minh"]


def test_a_learner_with_nothing_is_one_line_of_the_page(client, answered):
    with write():
        user, _word = create_user(
            SYSTEM, full_name="Học Sinh Mới", login="hsm", password_hash="x", home_org=answered.school
        )
        enroll_learner(answered.actor("lan"), answered.run, user)
    sign_in(client, answered, "lan")
    page = client.get(f"/teach/runs/{answered.run.uuid}/progress?state=not-begun").text
    assert page.count('class="is-folded"') == 1
    assert "Học Sinh Mới" in page and "Lê Thị Mai" not in page
