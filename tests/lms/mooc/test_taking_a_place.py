"""From a stranger's press to the first lesson, and the free look before it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.core.db import db, write
from lms.courses.models import Run
from lms.courses.queries import find_enrollment
from lms.mooc.queries import find_by_course
from lms.people.queries import find_user
from lms.records.models import Statement
from tests.cast import Cast
from tests.factories.library import make_item
from tests.lms.mooc.conftest import Opening

SignIn = Callable[..., FlaskClient]


def test_one_press_survives_signing_up(client: FlaskClient, opened: Opening) -> None:
    found = opened()
    page = client.get(f"/catalog/{found.slug}").text
    press = re.search(r'class="btn btn-next[^"]*" href="([^"]+)"', page)
    assert press is not None
    sign_up = client.get(press[1]).headers["Location"]
    assert 'name="next" value="/catalog/' in client.get(sign_up).text
    account = {"full_name": "Hồ Văn Nam", "email": "nam@example.test", "password": "bến đò sáng sớm"}
    answer = client.post("/sign-up", data={**account, "next": press[1]})
    welcome = client.get(client.get(answer.headers["Location"]).headers["Location"])
    assert welcome.status_code == 200
    assert find_user("nam@example.test") is not None
    outline = client.post(re.search(r'action="(/catalog/[^"]+/enroll)"', welcome.text)[1])
    assert outline.headers["Location"] == f"/learn/runs/{found.run_uuid}"
    assert client.get(outline.headers["Location"]).status_code == 200
    assert client.get(f"/catalog/{found.slug}/enroll").headers["Location"] == outline.headers["Location"]


def test_one_press_survives_signing_in(cast: Cast, client: FlaskClient, opened: Opening) -> None:
    found = opened()
    enroll = f"/catalog/{found.slug}/enroll"
    answer = client.post(
        "/sign-in", data={"login": cast.citizen.login, "password": "bến-thuyền-1953", "next": enroll}
    )
    assert answer.headers["Location"] == enroll
    assert client.get(enroll).headers["Location"].endswith("/welcome")


def test_opening_the_address_alone_takes_no_place(
    cast: Cast, client: FlaskClient, opened: Opening, sign_in: SignIn
) -> None:
    found = opened()
    sign_in(client, cast.citizen)
    client.get(f"/catalog/{found.slug}/enroll")
    assert find_enrollment(found.run_id, cast.citizen.user.id) is None


@pytest.mark.parametrize("evil", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_goes_to_no_foreign_site(cast: Cast, client: FlaskClient, evil: str) -> None:
    data = {"login": cast.citizen.login, "password": "bến-thuyền-1953", "next": evil}
    assert client.post("/sign-in", data=data).headers["Location"] == "/learn"


def test_own_progress_stands_on_the_course_page(
    cast: Cast, client: FlaskClient, opened: Opening, sign_in: SignIn
) -> None:
    found = opened()
    address = f"/catalog/{found.slug}"
    sign_in(client, cast.citizen)
    assert "0/1" not in client.get(address).text
    client.post(f"{address}/enroll")
    page = client.get(address).text
    assert "0/1" in page
    assert f'href="/learn/runs/{found.run_uuid}"' in page


def test_a_run_that_ended_takes_nobody_in(
    cast: Cast, client: FlaskClient, opened: Opening, sign_in: SignIn
) -> None:
    found = opened()
    with write():
        db.session.get_one(Run, found.run_id).state = "ended"
    sign_in(client, cast.citizen)
    assert "btn-next" not in client.get(f"/catalog/{found.slug}").text
    assert client.post(f"/catalog/{found.slug}/enroll").status_code == 409


def test_a_guest_tries_a_question_and_nothing_is_recorded(client: FlaskClient, opened: Opening) -> None:
    found = opened()
    first = client.get(f"/catalog/{found.slug}/preview")
    question = re.search(r'class="btn btn-next" href="([^"]+)"', first.text)[1]
    page = client.get(question)
    assert "csrf_token" not in page.text
    assert "Set-Cookie" not in page.headers
    client.application.config["WTF_CSRF_ENABLED"] = True
    try:
        wrong = client.post(question, data={"choice": "a", "key": "preview"})
        right = client.post(question, data={"choice": "b", "key": "preview"})
    finally:
        client.application.config["WTF_CSRF_ENABLED"] = False
    assert (wrong.status_code, right.status_code) == (200, 200)
    assert "Mẫu lại nhân 3." in wrong.text
    assert "is-right" in right.text
    assert "Set-Cookie" not in right.headers
    assert db.session.scalar(select(func.count()).select_from(Statement)) == 0


def test_a_guest_whose_page_stood_open_gets_fresh_addresses_of_the_free_lesson_alone(
    cast: Cast, client: FlaskClient, opened: Opening
) -> None:
    version = make_item(cast.ha.actor, "Sông quê")
    found = opened(pin=version.pin)
    address = re.search(r'href="([^"]+)"[^>]*>Tệp</a>', client.get(f"/catalog/{found.slug}/preview").text)[1]
    page = client.get(address).text
    assert f'data-links="{address}/links"' in page and "fresh-links." in page
    answer = client.get(f"{address}/links")
    assert answer.json["recalled"] is False and answer.json["links"]["main_url"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/catalog/{found.slug}/preview/{cast.school.uuid}/links").status_code == 404
    assert client.get(f"/catalog/khong-co/preview/{cast.school.uuid}/links").status_code == 404


def test_a_forged_activity_has_no_preview(cast: Cast, client: FlaskClient, opened: Opening) -> None:
    found = opened()
    assert client.get(f"/catalog/{found.slug}/preview/{cast.school.uuid}").status_code == 404
    assert find_by_course(found.course_id) is not None
