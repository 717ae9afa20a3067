"""Opening a course to everyone: who may, what is checked, listing and withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from lms.core.db import write
from lms.core.errors import Conflict, Invalid, NotAllowed
from lms.courses.models import Course
from lms.courses.services import CourseDraft, archive_course, create_course
from lms.mooc.queries import find_by_course
from lms.mooc.services import PublicFace, list_course, open_course, withdraw_course
from tests.cast import Cast
from tests.lms.mooc.conftest import Opening

SignIn = Callable[..., FlaskClient]
FACE = {"promise": "Chia đều cho mọi người.", "audience": "everyone", "effort_hours": "4"}


@pytest.fixture
def course(cast: Cast) -> Course:
    with write():
        return create_course(cast.lan.actor, org=cast.school, draft=CourseDraft(title="Toán 6"))


def test_a_keeper_opens_lists_and_withdraws(
    cast: Cast, client: FlaskClient, course: Course, sign_in: SignIn
) -> None:
    address = f"/teach/courses/{course.uuid}/open"
    sign_in(client, cast.ha)
    assert client.get(address).status_code == 200
    lines = {"receives": "Một\n\n  Hai  ", "teachers": "Cô Lan"}
    assert client.post(address, data={**FACE, **lines, "list": "1"}).status_code == 303
    found = find_by_course(course.id)
    assert found is not None
    assert (found.receives, found.teachers, found.provider) == (["Một", "Hai"], ["Cô Lan"], "THCS Bến Sông")
    assert found.listed_at is not None
    client.post(f"{address}/withdraw")
    assert find_by_course(course.id).listed_at is None
    client.post(f"{address}/list")
    assert find_by_course(course.id).listed_at is not None


@pytest.mark.parametrize("name", ["lan", "phuc", "minh", "citizen"])
def test_others_may_not_open_a_course(
    cast: Cast, client: FlaskClient, course: Course, sign_in: SignIn, name: str
) -> None:
    person = getattr(cast, name)
    with pytest.raises(NotAllowed), write():
        open_course(person.actor, course, PublicFace(promise="x"))
    sign_in(client, person)
    assert client.get(f"/teach/courses/{course.uuid}/open").status_code in {403, 404}
    assert client.post(f"/teach/courses/{course.uuid}/open", data=FACE).status_code in {403, 404}
    assert find_by_course(course.id) is None


def test_others_may_neither_list_nor_withdraw(cast: Cast, opened: Opening) -> None:
    found = opened()
    for deed in (list_course, withdraw_course):
        with pytest.raises(NotAllowed), write():
            deed(cast.lan.actor, find_by_course(found.course_id))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"promise": "  "}, "promise"),
        ({"audience": "martians"}, "audience"),
        ({"effort_hours": "0"}, "effort_hours"),
        ({"effort_hours": "many"}, "effort_hours"),
        ({"receives": "x\n" * 20}, "receives"),
        ({"preview_lesson": str(uuid4())}, "preview_lesson"),
        ({"preview_lesson": "first"}, "preview_lesson"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(
    cast: Cast, client: FlaskClient, course: Course, sign_in: SignIn, change: dict[str, str], field: str
) -> None:
    sign_in(client, cast.ha)
    answer = client.post(f"/teach/courses/{course.uuid}/open", data={**FACE, "teachers": "Cô Lan", **change})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "Cô Lan" in answer.text
    assert find_by_course(course.id) is None


def test_a_lesson_of_another_course_is_no_preview(cast: Cast, course: Course, opened: Opening) -> None:
    other = opened()
    with pytest.raises(Invalid), write():
        open_course(cast.ha.actor, course, PublicFace(promise="x", preview_lesson=other.preview_lesson))


def test_a_course_in_the_archive_is_not_listed(cast: Cast, course: Course) -> None:
    with write():
        found = open_course(cast.ha.actor, course, PublicFace(promise="x"))
        archive_course(cast.ha.actor, course)
    with pytest.raises(Conflict), write():
        list_course(cast.ha.actor, found)
