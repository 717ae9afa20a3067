"""The page of other libraries."""

from __future__ import annotations

import socket

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.db import db
from lms.core.jobs import Job, run_due_jobs
from lms.interop.oai_pmh.models import OaiSource
from tests.cast import Cast
from tests.factories.people import make_user, sign_in

GOOD = {
    "name": "Kho bạn",
    "url": "https://library.example.org/oai",
    "prefix": "lom",
    "scope": "sector",
    "policy": "copy",
    "every_hours": "24",
    "set_spec": "",
}


def test_a_keeper_adds_pauses_and_harvests(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    assert client.get("/manage/sources").status_code == 200
    assert client.post("/manage/sources", data=GOOD).status_code == 303
    page = client.get("/manage/sources")
    assert "Kho bạn" in page.text and GOOD["url"] in page.text
    source = db.session.scalars(select(OaiSource)).one()
    uuid = source.uuid
    assert db.session.scalars(select(Job.name).where(Job.name == "harvest_source")).all() == [
        "harvest_source"
    ]
    assert client.post(f"/manage/sources/{uuid}/pause").status_code == 303
    assert db.session.scalars(select(OaiSource.is_paused)).one() is True
    assert client.post(f"/manage/sources/{uuid}/harvest").status_code == 303
    assert db.session.scalars(select(OaiSource.is_paused)).one() is False


def test_a_form_that_is_refused_comes_back_with_its_words(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    spaced = client.post("/manage/sources", data={**GOOD, "url": "https://library example.org/oai"})
    assert spaced.status_code == 422 and "f-url-error" in spaced.text
    answer = client.post("/manage/sources", data={**GOOD, "url": "library", "every_hours": "x"})
    assert answer.status_code == 422
    assert 'value="Kho bạn"' in answer.text
    assert "f-url-error" in answer.text
    assert db.session.scalars(select(OaiSource)).all() == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/oai", "https://10.0.0.1/oai", "https://169.254.169.254/oai", "https://localhost/oai"],
)
def test_an_address_inside_a_private_network_is_refused_at_the_form(
    client: FlaskClient, cast: Cast, url: str
) -> None:
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    answer = client.post("/manage/sources", data={**GOOD, "url": url})
    assert answer.status_code == 422 and "Địa chỉ này nằm trong mạng riêng" in answer.text
    assert db.session.scalars(select(OaiSource)).all() == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Không có máy chủ nào mang tên này."),
        (ConnectionRefusedError(111, "Connection refused"), "Nơi ấy không trả lời."),
    ],
)
def test_why_a_harvest_stopped_is_said_in_the_readers_language(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("lms.core.outbound.socket.getaddrinfo", fail)
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    client.post("/manage/sources", data=GOOD)
    run_due_jobs()
    page = client.get("/manage/sources").text
    assert said in page and "Errno" not in page and 'small" lang="en"' not in page
    assert said not in client.get("/manage/sources?lang=en").text


def test_others_are_refused(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/manage/sources").status_code == 404
    sign_in(client, cast.lan.user)
    assert client.get("/manage/sources").status_code == 403
    assert client.post("/manage/sources", data=GOOD).status_code == 403


def test_a_keeper_removes_a_library_with_or_without_its_materials(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    for data, jobs in (({}, []), ({"withdraw": "1"}, ["withdraw_links"])):
        client.post("/manage/sources", data=GOOD)
        uuid = db.session.scalars(select(OaiSource.uuid)).one()
        assert f"/manage/sources/{uuid}/remove" in client.get(f"/manage/sources/{uuid}").text
        assert client.post(f"/manage/sources/{uuid}/remove", data=data).status_code == 303
        assert f"/manage/sources/{uuid}" not in client.get("/manage/sources").text
        assert client.get(f"/manage/sources/{uuid}").status_code == 404
        assert list(db.session.scalars(select(Job.name).where(Job.name == "withdraw_links"))) == jobs
