"""The teacher's pages: home, course, run, people; who may see and do what."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from lms.core.db import write
from lms.core.errors import Conflict, Invalid
from lms.courses import queries
from lms.courses.models import Course, Run
from lms.courses.services import (
    CourseDraft,
    RunDraft,
    create_course,
    create_run,
    end_enrollment,
    enroll_class,
    enroll_learner,
    enroll_teacher,
)
from tests.cast import Cast
from tests.factories.people import make_user

SignIn = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def course(cast: Cast) -> Course:
    with write():
        return create_course(cast.lan.actor, org=cast.school, draft=CourseDraft(title="Toán 6"))


@pytest.fixture
def run(cast: Cast, course: Course) -> Run:
    with write():
        return create_run(cast.lan.actor, course, org=cast.school, draft=RunDraft(title="Toán 6A1"))


def learners(run: Run) -> list[str]:
    return [row.full_name for row in queries.list_participants(run).rows]


def test_an_empty_home_teaches_what_to_do_first(cast: Cast, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, cast.lan)
    page = client.get("/teach").text
    assert page.count("btn-next") == 1
    assert 'href="/teach/courses/new"' in page


def test_a_course_and_a_run_for_a_class_are_made_through_the_pages(
    cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client, cast.lan)
    assert client.get("/teach/courses/new").status_code == 200
    made = client.post(
        "/teach/courses/new",
        data={"title": "Toán 6", "org": str(cast.school.uuid), "language": "vi", "grades": ["6", "7"]},
    )
    assert made.status_code == 303
    course = queries.list_courses(cast.lan.actor).rows[0]
    assert (course.title, course.grades) == ("Toán 6", [6, 7])
    new_run = f"/teach/courses/{course.uuid}/runs/new"
    assert "6A1" in client.get(new_run).text
    answer = client.post(new_run, data={"title": "6A1", "class_org": str(cast.class_6a1.uuid)})
    run = queries.list_runs(cast.lan.actor)[0]
    assert answer.headers["Location"] == f"/teach/runs/{run.uuid}/people"
    assert learners(run) == ["Lê Hoài An", "Trần Quang Minh"]
    home = client.get("/teach").text
    assert f"/teach/runs/{run.uuid}/progress" in home
    assert f"/teach/runs/{run.uuid}/people" in home


def test_a_form_with_a_fault_keeps_what_was_typed(
    cast: Cast, client: FlaskClient, course: Course, sign_in: SignIn
) -> None:
    sign_in(client, cast.lan)
    answer = client.post(
        f"/teach/courses/{course.uuid}/settings", data={"title": " ", "summary": "Bánh chưng", "grades": "8"}
    )
    assert answer.status_code == 422
    assert "Bánh chưng" in answer.text
    dates = {"title": "6A1", "starts_on": "2026-09-05", "ends_on": "2026-09-04"}
    answer = client.post(f"/teach/courses/{course.uuid}/runs/new", data=dates)
    assert answer.status_code == 422
    assert "2026-09-04" in answer.text


def test_a_list_is_shown_line_by_line_before_anything_is_saved(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    with write():
        enroll_learner(cast.lan.actor, run, cast.an.user)
    sign_in(client, cast.lan)
    address = f"/teach/runs/{run.uuid}/people"
    upload = (io.BytesIO("login,name\nMinh,Trần\nan,Lê\nnobody,\n".encode()), "lop.csv")
    preview = client.post(address, data={"file": upload}).text
    assert [word in preview for word in ("Minh", "nobody", 'name="confirm"')] == [True, True, True]
    assert learners(run) == ["Lê Hoài An"]
    client.post(address, data={"logins": "Minh\nan\nnobody\nminh", "confirm": "1"})
    assert learners(run) == ["Lê Hoài An", "Trần Quang Minh"]


def test_an_empty_list_says_so_beside_the_field(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    sign_in(client, cast.lan)
    answer = client.post(f"/teach/runs/{run.uuid}/people", data={"logins": " \n"})
    assert answer.status_code == 422
    assert 'id="f-logins-error"' in answer.text


def test_a_place_is_ended_and_taken_back_from_the_toast(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    with write():
        enroll_learner(cast.lan.actor, run, cast.minh.user)
    sign_in(client, cast.lan)
    place = f"/teach/runs/{run.uuid}/people/{cast.minh.user.uuid}"
    page = client.get(client.post(f"{place}/end").headers["Location"]).text
    assert learners(run) == []
    assert f'action="{place}/restore' in page
    client.post(f"{place}/restore")
    assert learners(run) == ["Trần Quang Minh"]


def test_the_code_is_shown_renewed_and_closed(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    before = run.join_code
    sign_in(client, cast.lan)
    address = f"/teach/runs/{run.uuid}"
    assert before in client.get(f"{address}/people").text
    assert before in client.get(f"{address}/code").text
    client.post(f"{address}/code")
    assert queries.get_run(cast.lan.actor, run.uuid).join_code not in {None, before}
    client.post(f"{address}/code", data={"off": "1"})
    assert queries.get_run(cast.lan.actor, run.uuid).join_code is None
    assert client.get(f"{address}/code").status_code == 404


def test_a_colleague_joins_and_leaves_a_pupil_never_teaches(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    sign_in(client, cast.lan)
    address = f"/teach/runs/{run.uuid}"
    assert client.post(f"{address}/teachers", data={"teacher": "phuc"}).status_code == 303
    assert queries.count_teachers(run.id) == 2
    for login in ("minh", "nobody", ""):
        answer = client.post(f"{address}/teachers", data={"teacher": login})
        assert answer.status_code == 422
        assert 'id="f-teacher-error"' in answer.text
    client.post(f"{address}/people/{cast.phuc.user.uuid}/end?role=teacher")
    assert queries.count_teachers(run.id) == 1


def test_somebody_always_teaches_a_run(cast: Cast, run: Run) -> None:
    place = queries.find_enrollment(run.id, cast.lan.user.id, "teacher")
    with pytest.raises(Conflict), write():
        end_enrollment(cast.ha.actor, run, place)
    with pytest.raises(Invalid), write():
        enroll_teacher(cast.ha.actor, run, cast.minh.user)


@pytest.mark.parametrize(
    ("name", "is_let_in"), [("lan", True), ("ha", True), ("phuc", False), ("minh", False)]
)
def test_only_those_who_manage_a_run_see_its_people(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn, name: str, is_let_in: bool
) -> None:
    sign_in(client, getattr(cast, name))
    address = f"/teach/runs/{run.uuid}"
    for path in ("people", "code", "settings"):
        assert (client.get(f"{address}/{path}").status_code == 200) is is_let_in
    answer = client.post(f"{address}/people", data={"logins": "an", "confirm": "1"})
    assert (answer.status_code == 303) is is_let_in
    assert bool(learners(run)) is is_let_in


def test_strangers_sign_in_first(client: FlaskClient, run: Run) -> None:
    for path in ("/teach", "/teach/courses/new", f"/teach/runs/{run.uuid}/people"):
        assert client.get(path).headers["Location"].startswith("/sign-in?next=")


def test_a_forged_id_is_not_found(cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn) -> None:
    sign_in(client, cast.lan)
    address = f"/teach/runs/{run.uuid}"
    for forged in ("x", str(run.uuid), str(cast.other_school.uuid)):
        assert client.post(f"{address}/classes", data={"class_org": forged}).status_code == 404
    assert client.post(f"{address}/people/{cast.minh.user.uuid}/end").status_code == 404


def test_lists_send_as_many_statements_for_many_rows_as_for_one(
    cast: Cast, client: FlaskClient, course: Course, run: Run, sign_in: SignIn, query_count: Counting
) -> None:
    def count(path: str) -> int:
        with query_count() as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    sign_in(client, cast.lan)
    paths = ("/teach", f"/teach/runs/{run.uuid}/people")
    before = [count(path) for path in paths]
    with write():
        enroll_class(cast.lan.actor, run, cast.class_6a1)
    for number in range(5):
        user = make_user(roles=(("learner", cast.class_6a1),))
        with write():
            create_run(cast.lan.actor, course, org=cast.school, draft=RunDraft(title=f"Lớp {number}"))
            create_course(cast.lan.actor, org=cast.school, draft=CourseDraft(title=f"Khóa {user.id}"))
    assert [count(path) for path in paths] == before
    assert max(before) <= 16


def test_each_line_of_the_list_has_a_button_that_takes_this_person_out(
    cast: Cast, client: FlaskClient, run: Run, sign_in: SignIn
) -> None:
    with write():
        for person in (cast.minh, cast.an):
            enroll_learner(cast.lan.actor, run, person.user)
    sign_in(client, cast.lan)
    page = client.get(f"/teach/runs/{run.uuid}/people").text
    lines = re.findall(r'<li class="list-row">.*?</li>', page, re.DOTALL)
    assert re.search(
        r'<form method="post" [^>]*id="take-out"[^>]*>\s*<input type="hidden" name="csrf_token"', page
    )
    (own,) = (line for line in lines if cast.minh.user.full_name in line)
    (address,) = re.findall(r'form="take-out" formaction="([^"]+)"', own)
    assert client.post(address).status_code == 303
    assert learners(run) == [cast.an.user.full_name]
