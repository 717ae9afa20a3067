"""A large upload while no worker runs: the page says that it is safe and what is waited for; keepers are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import update

from content_store import resumable
from lms.core.clock import now
from lms.core.db import db, write
from lms.core.errors import NotFound
from lms.core.jobs import STANDSTILL, Job, enqueue, find_standstill, run_due_jobs
from lms.core.worker import check_worker
from lms.library.permissions import owner_token
from lms.library.uploads import tus_drafts
from tests.cast import Cast
from tests.factories.people import make_user, sign_in


@pytest.fixture
def waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> resumable.Resumable:
    """A whole upload of cô Lan's, left to a worker."""
    return send(cast, monkeypatch, "bài dài.md", b"# B\n\nmot bai dai")


def send(cast: Cast, monkeypatch: pytest.MonkeyPatch, filename: str, data: bytes) -> resumable.Resumable:
    """Send all bytes of a file that is so large that the worker reads it."""
    monkeypatch.setattr(tus_drafts, "LARGE", 1)
    lan = cast.lan.actor
    with write():
        row = tus_drafts.begin_upload(lan, filename=filename, length=len(data), limit=1 << 20, home=None)
    with tus_drafts.open_store().blobs.stage() as staged:
        staged.write(data)
        tus_drafts.append_piece(lan, row.uuid, staged, start=0)
    with write():
        assert tus_drafts.leave_to_worker(lan, row.uuid)
    return row


def let_time_pass() -> None:
    """Everything queued has waited for longer than a worker would let it."""
    with write():
        db.session.execute(update(Job).values(run_after=now() - STANDSTILL - timedelta(minutes=1)))


def test_the_page_says_that_it_is_safe_without_any_script(client: FlaskClient, cast: Cast, waiting) -> None:
    sign_in(client, cast.lan.user)
    page = client.get("/library/upload?lang=en").text
    assert (
        "Safe here, still to be read" in page and "bài dài.md" in page and "Nothing is being read" not in page
    )
    let_time_pass()
    assert "Nothing is being read" in client.get("/library/upload?lang=en").text
    assert "Đã nhận đủ, đang chờ đọc" in client.get("/library/upload?lang=vi").text
    sign_in(client, cast.phuc.user)
    assert "bài dài.md" not in client.get("/library/upload?lang=en").text


def test_once_read_it_is_among_the_drafts_and_no_longer_waits(
    client: FlaskClient, cast: Cast, waiting
) -> None:
    let_time_pass()
    assert tus_drafts.list_waiting(cast.lan.actor)
    run_due_jobs()
    assert tus_drafts.list_waiting(cast.lan.actor) == []
    assert resumable.find_upload(db.session(), waiting.uuid, owner=owner_token(cast.lan.actor)).item_uuid
    assert find_standstill() is None


def test_who_sent_what_could_not_be_taken_and_went_away_is_told_why(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = send(cast, monkeypatch, "bài giảng.pdf", b"chi co chu").uuid
    run_due_jobs()
    run_due_jobs()
    assert tus_drafts.list_waiting(cast.lan.actor) == []
    sign_in(client, cast.lan.user)
    for lang, words in (
        ("en", "is not in your drafts."),
        ("vi", "chưa vào được bản nháp"),
    ):
        page = client.get(f"/notices?lang={lang}").text
        assert "bài giảng.pdf" in page and words in page
    asked = client.post(f"/library/tus/{uuid}/draft")
    assert (
        "only text" in asked.json["files"][0]["message"] or "chỉ có chữ" in asked.json["files"][0]["message"]
    )
    with pytest.raises(NotFound):
        tus_drafts.get_upload(cast.lan.actor, uuid)
    sign_in(client, cast.phuc.user)
    assert "bài giảng.pdf" not in client.get("/notices?lang=en").text


def test_keepers_are_told_by_the_page_of_jobs_and_by_the_check(
    client: FlaskClient, cast: Cast, waiting
) -> None:
    sign_in(client, make_user(roles=(("sysadmin", cast.school),)))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    assert "no worker runs" not in client.get("/manage/jobs?lang=en").text
    assert list(check_worker(app)) == []
    let_time_pass()
    assert "no worker runs" in client.get("/manage/jobs?lang=en").text
    assert "không có tiến trình xử lý" in client.get("/manage/jobs?lang=vi").text
    assert "no worker runs" in next(iter(check_worker(app))).text


def test_whoever_works_is_no_standstill(act: Flask) -> None:
    with write():
        enqueue("index_items")
        running = enqueue("sweep_uploads")
        enqueue("stamp_harvest", delay=timedelta(hours=1))
    let_time_pass()
    assert find_standstill() is not None
    with write():
        row = db.session.get_one(Job, running.id)
        row.state, row.lease_until = "running", now() + timedelta(minutes=1)
    assert find_standstill() is None
    with write():  # that one died, but another was done a moment ago
        row = db.session.get_one(Job, running.id)
        row.lease_until = now() - timedelta(minutes=9)
    assert find_standstill() is not None
    with write():
        row = db.session.get_one(Job, running.id)
        row.state, row.finished_at = "done", now()
    assert find_standstill() is None
