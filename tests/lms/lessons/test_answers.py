"""A learner's own results: each lesson with what it gave, each question with what was answered."""

from __future__ import annotations

import pytest

from lms.core.db import write
from lms.lessons import services
from lms.lessons.answers import count_answers, list_answers
from lms.lessons.player import get_lesson_page
from lms.questions.grading import Response


@pytest.fixture
def open_results(client):
    """Sign someone in and open the results of the lesson."""

    def enter(room, name, status=200):
        client.post("/sign-out")
        client.post("/sign-in", data={"login": name, "password": room.password})
        answer = client.get(f"/learn/results/{room.run.uuid}/{room.lesson.uuid}?lang=en")
        assert answer.status_code == status
        return answer.text

    return enter


def answer(room, name, activity, response, key):
    with write():
        services.answer_question(room.actor(name), room.run.uuid, activity.uuid, response, key=key)


def test_each_question_shows_every_choice_the_explanation_and_the_tries(published, open_results):
    answer(published, "minh", published.question, Response(("b",)), "1")
    answer(published, "minh", published.question, Response(("c",)), "2")
    page = open_results(published, "minh")
    assert "Your first choice" in page and "Mẫu lại nhân 3." in page
    assert "You chose this: right" in page and "Nhân cả tử" in page
    assert (
        "2 tries" in page and "1 question answered" not in page and "one question answered, 1 right" in page
    )


def test_a_written_answer_stands_beside_the_right_one(published, open_results):
    for number, text in enumerate(("7", "9", "10")):
        answer(published, "minh", published.number, Response(text=text), str(number))
    page = open_results(published, "minh")
    assert "You wrote first:" in page and ">7<" in page and ">10<" in page
    assert "The right answer" in page and ">8.5<" in page and "Not right" in page


def test_nothing_is_told_while_another_try_is_left(published, open_results):
    answer(published, "minh", published.question, Response(("b",)), "1")
    page = open_results(published, "minh")
    assert "Nhân cả tử" not in page and "The right answer" not in page and "You chose this: right" not in page
    assert "Not yet" in page and "Try again" in page


def test_what_nobody_answered_is_no_zero(published, open_results, client):
    with write():
        services.complete_activity(published.actor("minh"), published.run.uuid, published.text.uuid)
    page = open_results(published, "minh")
    assert page.count("not answered yet") == 2 and "0 of" not in page
    listed = client.get("/learn/results?lang=en").text
    assert "no question answered yet" in listed and "0 of" not in listed
    assert "33% of the course is done" in listed


def test_the_list_says_how_many_were_right(published, open_results, client):
    answer(published, "minh", published.question, Response(("c",)), "1")
    answer(published, "minh", published.number, Response(text="1"), "2")
    answer(published, "mai", published.question, Response(("b",)), "3")
    run, lesson = published.run, published.lesson
    tally = count_answers(published.users["minh"].id, [run.id])[run.id, lesson.id]
    assert (tally.answered, tally.right) == (2, 1)
    open_results(published, "minh")
    assert "2 questions answered, 1 right" in client.get("/learn/results?lang=en").text


def test_strangers_see_no_results_and_teachers_no_pupil_in_them(published, open_results):
    answer(published, "minh", published.question, Response(("b",)), "1")
    open_results(published, "nam", 404)
    assert "Your first choice" not in open_results(published, "lan")


def test_the_texts_of_all_questions_come_in_one_query(published, query_count):
    answer(published, "minh", published.number, Response(text="1"), "1")
    minh = published.actor("minh")
    page = get_lesson_page(minh, published.run.uuid, published.lesson.uuid)
    with query_count() as sent:
        assert [one.is_answered for one in list_answers(page)] == [False, True]
    assert len(sent) == 1
