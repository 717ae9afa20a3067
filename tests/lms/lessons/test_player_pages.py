import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from lms.core.clock import now
from lms.core.db import db, write
from lms.lessons import services
from lms.lessons.queries import find_lesson_progress, find_progress
from lms.questions.grading import Response
from lms.records.models import Statement


@pytest.fixture
def visit(client):
    """Sign someone in and return the browser."""

    def enter(room, name):
        client.post("/sign-out")
        answer = client.post("/sign-in", data={"login": name, "password": room.password})
        assert answer.status_code == 303
        return client

    return enter


def lesson_path(room):
    return f"/learn/runs/{room.run.uuid}/{room.lesson.uuid}"


def path(room, activity):
    return f"{lesson_path(room)}/{activity.uuid}"


def key_in(html):
    return re.search(r'name="key" value="([^"]+)"', html)[1]


def statements(verb):
    return db.session.scalar(select(func.count(Statement.id)).where(Statement.verb == verb))


def test_a_stranger_is_sent_to_sign_in(published, client):
    answer = client.get(path(published, published.text))
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.location


def test_a_pupil_goes_through_a_lesson_without_script(published, visit):
    browser = visit(published, "minh")
    first = browser.get(lesson_path(published))
    assert first.location.endswith(str(published.text.uuid))
    page = browser.get(first.location).text
    assert "<math" in page and "Hai phân số" in page
    moved = browser.post(f"{path(published, published.text)}/next")
    assert moved.status_code == 303 and moved.location.endswith(str(published.question.uuid))

    page = browser.get(moved.location).text
    wrong = browser.post(
        f"{path(published, published.question)}/answer", data={"choice": "b", "key": key_in(page)}
    )
    assert wrong.status_code == 303
    page = browser.get(wrong.location).text
    assert "is-wrong" in page and "Mẫu lại nhân 3." in page
    assert "Nhân cả tử" not in page
    browser.post(f"{path(published, published.question)}/answer", data={"choice": "c", "key": key_in(page)})
    page = browser.get(path(published, published.question)).text
    assert "is-wrong" in page and "is-right" in page and "Nhân cả tử" in page

    page = browser.get(path(published, published.number)).text
    browser.post(f"{path(published, published.number)}/answer", data={"answer": "8,5", "key": key_in(page)})
    end = browser.get(f"{lesson_path(published)}/end").text
    assert "3" in end and "Biết quy đồng" in end
    assert browser.get(lesson_path(published)).location.endswith("/end")


def test_the_page_does_not_hold_the_answer_before_it_is_given(published, visit):
    browser = visit(published, "minh")
    page = browser.get(path(published, published.question)).text
    for secret in ("Nhân cả tử", "Mẫu lại nhân 3", "is-right", "correct"):
        assert secret not in page
    assert "8.5" not in browser.get(path(published, published.number)).text


def test_a_script_gets_the_player_alone(published, visit):
    browser = visit(published, "minh")
    page = browser.get(path(published, published.question)).text
    answer = browser.post(
        f"{path(published, published.question)}/answer",
        data={"choice": "c", "key": key_in(page)},
        headers={"X-Fragment": "1"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<div") and 'id="result"' in answer.text


def test_an_empty_answer_says_what_to_do_and_keeps_the_page(published, visit):
    browser = visit(published, "minh")
    answer = browser.post(f"{path(published, published.question)}/answer", data={"key": "k"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_double_submit_counts_once_and_a_late_one_changes_nothing(published, visit):
    browser = visit(published, "minh")
    key = key_in(browser.get(path(published, published.question)).text)
    for _again in range(2):
        assert (
            browser.post(
                f"{path(published, published.question)}/answer", data={"choice": "c", "key": key}
            ).status_code
            == 303
        )
    browser.post(f"{path(published, published.question)}/answer", data={"choice": "a", "key": "other"})
    row = find_progress(published.run.id, published.users["minh"].id, published.question.uuid)
    assert (row.tries, row.is_correct) == (1, True)
    assert statements("answered") == 1


def test_a_get_records_one_view_a_day_and_a_prefetch_none(published, visit):
    browser = visit(published, "minh")
    browser.get(path(published, published.text), headers={"Sec-Purpose": "prefetch"})
    assert statements("viewed") == 0
    for _again in range(3):
        browser.get(path(published, published.text))
    assert statements("viewed") == 1


def test_the_player_resumes_at_the_exact_activity(published, visit):
    browser = visit(published, "minh")
    browser.get(path(published, published.number))
    assert browser.get(lesson_path(published)).location.endswith(str(published.number.uuid))


def test_forged_and_foreign_addresses_are_not_found(published, visit):
    browser = visit(published, "minh")
    forged = (
        f"/learn/runs/{uuid4()}/{published.lesson.uuid}/{published.text.uuid}",
        f"/learn/runs/{published.run.uuid}/{uuid4()}/{published.text.uuid}",
        f"/learn/runs/{published.run.uuid}/{published.lesson.uuid}/{uuid4()}",
        f"/learn/runs/{published.run.uuid}/{published.lesson.uuid}/1",
    )
    for address in forged:
        assert browser.get(address).status_code == 404
    assert browser.post(f"{forged[2]}/answer", data={"choice": "a", "key": "k"}).status_code == 404
    browser = visit(published, "nam")
    assert browser.get(path(published, published.text)).status_code == 404
    assert browser.post(f"{path(published, published.text)}/next").status_code == 404


def test_a_lesson_that_opens_later_is_closed(published, visit):
    with write():
        services.schedule_lesson(
            published.actor("lan"),
            published.run,
            published.lesson,
            opens_at=now() + timedelta(hours=1),
            due_at=None,
        )
    browser = visit(published, "minh")
    assert browser.get(path(published, published.text)).status_code == 409
    answer = browser.post(f"{path(published, published.question)}/answer", data={"choice": "c", "key": "k"})
    assert answer.status_code in {303, 409}
    assert statements("answered") == 0


def test_a_teacher_looks_without_leaving_a_trace(published, visit):
    browser = visit(published, "lan")
    page = browser.get(path(published, published.question)).text
    told = browser.post(
        f"{path(published, published.question)}/answer", data={"choice": "c", "key": key_in(page)}
    )
    assert told.status_code == 200 and "is-right" in told.text
    assert db.session.scalar(select(func.count(Statement.id))) == 0


def test_the_player_costs_the_same_few_queries_for_any_class(published, visit, query_count):
    browser = visit(published, "minh")
    address = path(published, published.question)
    browser.get(address)
    with query_count() as sent:
        assert browser.get(address).status_code == 200
    lessons = [statement for statement in sent if "run_lesson" in statement or "progress" in statement]
    assert len(sent) <= 6, sent
    assert len(lessons) == 2


def test_home_names_the_exact_activity_and_what_is_due(published, visit):
    with write():
        services.schedule_lesson(
            published.actor("lan"),
            published.run,
            published.lesson,
            opens_at=None,
            due_at=now() + timedelta(hours=2),
        )
    browser = visit(published, "minh")
    browser.get(path(published, published.question))
    page = browser.get("/learn").text
    assert path(published, published.question) in page
    assert "Quy đồng mẫu số" in page and "Toán 6" in page
    assert "Phân số" in browser.get(f"/learn/runs/{published.run.uuid}").text
    assert "Quy đồng mẫu số" in browser.get("/learn/results").text


def test_an_empty_home_teaches_the_first_step(published, visit):
    browser = visit(published, "nam")
    assert "/learn/join" in browser.get("/learn").text
    assert browser.get("/learn/results").status_code == 200


def test_a_code_gives_a_place_and_a_wrong_one_says_so(published, visit):
    browser = visit(published, "nam")
    assert browser.get("/learn/join").status_code == 200
    wrong = browser.post("/learn/join", data={"code": "NOPE"})
    assert wrong.status_code == 422 and 'role="alert"' in wrong.text
    right = browser.post("/learn/join", data={"code": published.run.join_code})
    assert right.status_code == 303
    assert browser.get(right.location).status_code == 200


def test_views_of_progress_survive_a_second_learner(published, visit):
    for name in ("minh", "mai"):
        visit(published, name).get(path(published, published.text))
    for name in ("minh", "mai"):
        row = find_lesson_progress(published.run.id, published.users[name].id, published.lesson.id)
        assert row.at_activity == published.text.uuid


def test_the_river_is_filled_by_what_is_done_not_by_where_one_is(published, visit):
    browser = visit(published, "minh")
    key = key_in(browser.get(path(published, published.question)).text)
    browser.post(f"{path(published, published.question)}/answer", data={"choice": "c", "key": key})
    browser.get(path(published, published.number))
    page = browser.get("/learn?lang=en").text
    assert (
        "1 of 3 activities done." in page
        and "1 of 3 activities" in browser.get(f"/learn/runs/{published.run.uuid}?lang=en").text
    )
    river = page[page.index('<svg class="river"') :].split("</svg>")[0]
    assert re.findall(r'class="(river-\w+)"', river) == ["river-ahead", "river-past"]
    assert re.findall(r'class="(stop-\w+)"', river) == ["stop-ahead", "stop-past"]


def test_what_is_done_is_no_longer_due(published, visit):
    with write():
        services.schedule_lesson(
            published.actor("lan"),
            published.run,
            published.lesson,
            opens_at=None,
            due_at=now() + timedelta(hours=2),
        )
    browser = visit(published, "minh")
    assert 'id="due"' in browser.get("/learn").text
    with write():
        minh = published.actor("minh")
        services.complete_activity(minh, published.run.uuid, published.text.uuid)
        services.answer_question(minh, published.run.uuid, published.question.uuid, Response(("c",)), key="1")
        services.answer_question(
            minh, published.run.uuid, published.number.uuid, Response(text="8,5"), key="2"
        )
    page = browser.get("/learn").text
    assert 'id="due"' not in page and 'id="lately"' in page
