"""Uploads in pieces by tus 1.0: what is sent stays, whatever breaks, and nobody touches another one's."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store.models import Item
from content_store.resumable import Resumable, ResumablePart
from lms.app import create_app
from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.library.uploads import tus_drafts
from lms.library.uploads.tus_drafts import add_forgotten_uploads, sweep_uploads
from tests.cast import Cast, Person

Enter = Callable[[Person], FlaskClient]
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
LESSON = "# Phân số bằng nhau\n\n".encode() + "Hai phân số bằng nhau khi tích chéo bằng nhau. ".encode() * 40


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begin(browser: FlaskClient, length: int, name: str = "phan-so.md") -> str:
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": f"filename {encoded(name)},empty"}
    answer = browser.post("/library/tus/", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.location


def send(browser: FlaskClient, where: str, start: int, data: bytes, **headers: str):
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.patch(
        where, data=data, content_type=PIECE, headers={**TUS, "Upload-Offset": str(start), **said}
    )


def offset_of(browser: FlaskClient, where: str) -> int:
    answer = browser.head(where, headers=TUS)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


def kept_parts(app: Flask) -> list[str]:
    return list(app.extensions["blobs"].list_parts())


def make_older(span: timedelta) -> None:
    """Let the time of every upload have gone by: a storage by signature refuses a clock that was turned."""
    db.session.rollback()
    with write():
        for row in db.session.scalars(select(Resumable)):
            row.expires_at -= span


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(autouse=True)
def _no_parts_of_before(act: Flask) -> None:
    for name in list(act.extensions["blobs"].list_parts()):
        act.extensions["blobs"].drop_part(name)


def test_a_client_learns_what_the_server_can_do_before_it_signs_in(client: FlaskClient):
    answer = client.options("/library/tus/")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "expiration",
        "checksum",
        "termination",
    }
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer.headers["Tus-Max-Size"]) > 0


def test_a_file_sent_in_pieces_becomes_the_same_draft_as_one_sent_whole(
    browse_as: Enter, cast: Cast, app: Flask
):
    browser = browse_as(cast.lan)
    where, at = begin(browser, len(LESSON)), 0
    for size in (1, 7, 500, 3, len(LESSON)):
        piece = LESSON[at : at + size]
        answer = send(browser, where, at, piece)
        at += len(piece)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at))
        assert "Upload-Expires" in answer.headers and offset_of(browser, where) == at
    row = browser.post(f"{where}/draft").json["files"][0]
    assert (row["ok"], row["title"], row["type"]) == (True, "Phân số bằng nhau", "page")
    item = db.session.scalar(select(Item))
    assert (item.state, item.owner, item.home) == (
        "draft",
        f"user:{cast.lan.user.uuid}",
        str(cast.school.uuid),
    )
    assert kept_parts(app) == [] and count(ResumablePart) == 0
    again = browser.post(f"{where}/draft").json["files"][0]
    assert again["item"] == row["item"] and count(Item) == 1


def test_an_upload_goes_on_after_the_server_was_started_anew(browse_as: Enter, cast: Cast, app: Flask):
    where = begin(browse_as(cast.lan), len(LESSON))
    send(browse_as(cast.lan), where, 0, LESSON[:100])
    fresh = create_app(app.extensions["settings"], testing=True)
    fresh.config["WTF_CSRF_ENABLED"] = False
    browser = fresh.test_client()
    browser.set_cookie("benhoc", browse_as(cast.lan).get_cookie("benhoc").value)
    assert offset_of(browser, where) == 100
    assert send(browser, where, 100, LESSON[100:]).status_code == 204
    assert browser.post(f"{where}/draft").json["files"][0]["title"] == "Phân số bằng nhau"
    with fresh.app_context():
        db.session.remove()
        db.engine.dispose()
    for name in ("item_index", "page_index"):
        fresh.extensions[name].close()


class _Breaking(io.RawIOBase):
    """A line that gives some bytes and breaks."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._data.read(len(buffer))
        if not data:
            raise ConnectionResetError("the line broke")
        buffer[: len(data)] = data
        return len(data)


def send_broken(browser: FlaskClient, where: str, start: int, data: bytes, arrives: int, **headers: str):
    """Promise all of `data` and break after `arrives` bytes."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.patch(
        where,
        content_type=PIECE,
        headers={**TUS, "Upload-Offset": str(start), **said},
        environ_overrides={"wsgi.input": _Breaking(data[:arrives]), "CONTENT_LENGTH": str(len(data))},
    )


def test_broken_at_any_place_and_gone_on_every_byte_arrives_once(browse_as: Enter, cast: Cast, app: Flask):
    browser, store = browse_as(cast.lan), app.extensions["blobs"]
    seed = hashlib.sha256(b"places to break at").digest()
    for cut in range(12):
        data = hashlib.sha256(bytes([cut])).digest() * 30 + b"\n"
        places = sorted({byte * len(data) // 256 for byte in seed[cut : cut + 4]})
        where = begin(browser, len(data), f"{cut}.txt")
        for place in places:
            at = offset_of(browser, where)
            send_broken(browser, where, at, data[at:], max(0, place - at))
        at = offset_of(browser, where)
        assert at == max(places), "what arrived before the line broke is kept"
        assert send(browser, where, at, data[at:]).status_code == 204
        db.session.rollback()
        row = db.session.scalar(select(Resumable).order_by(Resumable.id.desc()).limit(1))
        named = select(ResumablePart.name).where(ResumablePart.resumable_id == row.id)
        parts = db.session.scalars(named.order_by(ResumablePart.start))
        arrived = b""
        for name in parts:
            with store.open_part(name) as stream:
                arrived += stream.read()
        assert arrived == data
        db.session.rollback()


def test_a_checksum_that_does_not_match_or_cannot_be_told_keeps_nothing(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    where = begin(browser, len(LESSON))
    right = base64.b64encode(hashlib.sha256(LESSON[:50]).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"else").digest()).decode()
    assert send(browser, where, 0, LESSON[:50], Upload_Checksum=f"sha256 {wrong}").status_code == 460
    assert send(browser, where, 0, LESSON[:50], Upload_Checksum="md5 AAAA").status_code == 400
    assert send(browser, where, 0, LESSON[:50], Upload_Checksum="sha256 ???").status_code == 400
    send_broken(browser, where, 0, LESSON[:50], 20, Upload_Checksum=f"sha256 {right}")
    assert offset_of(browser, where) == 0
    assert send(browser, where, 0, LESSON[:50], Upload_Checksum=f"sha256 {right}").status_code == 204
    sha1 = base64.b64encode(hashlib.sha1(LESSON[50:60], usedforsecurity=False).digest()).decode()
    assert send(browser, where, 50, LESSON[50:60], Upload_Checksum=f"sha1 {sha1}").status_code == 204
    assert offset_of(browser, where) == 60


def test_of_two_that_send_the_same_piece_at_once_one_wins(
    browse_as: Enter, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    where = begin(browse_as(cast.lan), len(LESSON))
    browsers = [browse_as(cast.lan), browse_as(cast.lan)]
    both_arrived = threading.Barrier(2, timeout=60)
    blobs = app.extensions["blobs"]
    keep = blobs.keep_part

    def keep_together(name, staged):
        keep(name, staged)
        both_arrived.wait()

    monkeypatch.setattr(blobs, "keep_part", keep_together)
    statuses: list[int] = []
    pieces = (LESSON, b"x" * len(LESSON))

    def send_apart(browser: FlaskClient, piece: bytes) -> None:
        with app.app_context():
            statuses.append(send(browser, where, 0, piece).status_code)

    threads = [threading.Thread(target=send_apart, args=pair) for pair in zip(browsers, pieces, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(statuses) == [204, 409]
    assert len(kept_parts(app)) == 1 and count(ResumablePart) == 1


@pytest.mark.parametrize(
    ("headers", "kind", "status"),
    [
        ({"Tus-Resumable": "0.2.2", "Upload-Offset": "0"}, PIECE, 412),
        ({**TUS, "Upload-Offset": "5"}, PIECE, 409),
        ({**TUS, "Upload-Offset": "-1"}, PIECE, 400),
        (TUS, PIECE, 400),
        ({**TUS, "Upload-Offset": "0"}, "text/plain", 415),
    ],
)
def test_a_piece_that_breaks_the_protocol_is_refused(
    browse_as: Enter, cast: Cast, headers: dict[str, str], kind: str, status: int
):
    browser = browse_as(cast.lan)
    where = begin(browser, 10)
    answer = browser.patch(where, data=b"abc", content_type=kind, headers=headers)
    assert answer.status_code == status and answer.headers["Tus-Resumable"] == "1.0.0"
    assert offset_of(browser, where) == 0


def test_more_than_was_announced_is_refused(browse_as: Enter, cast: Cast, app: Flask):
    browser = browse_as(cast.lan)
    where = begin(browser, 10)
    assert send(browser, where, 0, b"x" * 11).status_code == 413
    assert offset_of(browser, where) == 0 and kept_parts(app) == []


def test_what_is_too_large_or_empty_is_refused_before_a_byte(browse_as: Enter, cast: Cast, app: Flask):
    browser = browse_as(cast.lan)
    largest = app.extensions["settings"].max_upload_mb * 1024 * 1024
    for length, status in ((largest + 1, 413), (0, 422), ("many", 400)):
        answer = browser.post("/library/tus/", headers={**TUS, "Upload-Length": str(length)})
        assert answer.status_code == status
    assert count(Resumable) == 0


def test_nobody_sees_moves_or_drops_the_upload_of_another(browse_as: Enter, cast: Cast, client: FlaskClient):
    where = begin(browse_as(cast.lan), 10)
    other = browse_as(cast.phuc)
    assert other.head(where, headers=TUS).status_code == 404
    assert send(other, where, 0, b"abc").status_code == 404
    assert other.delete(where, headers=TUS).status_code == 404
    assert other.post(f"{where}/draft").status_code == 404
    pupil = browse_as(cast.minh)
    assert pupil.post("/library/tus/", headers={**TUS, "Upload-Length": "9"}).status_code == 403
    assert client.head(where, headers=TUS).status_code in {303, 401}
    assert offset_of(browse_as(cast.lan), where) == 0


def test_an_unfinished_upload_makes_no_draft_and_is_offered_on_the_page(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    where = begin(browser, len(LESSON), "bai-giang.md")
    send(browser, where, 0, LESSON[: len(LESSON) // 2])
    assert browser.post(f"{where}/draft").status_code == 409
    page = browser.get("/library/upload?lang=en").text
    assert "bai-giang.md" in page and "Go on with an upload?" in page
    uuid = where.rsplit("/", 1)[1]
    assert browser.post(f"/library/upload/{uuid}/discard").status_code == 303
    assert "bai-giang.md" not in browser.get("/library/upload?lang=en").text


def test_a_discarded_upload_leaves_no_bytes(browse_as: Enter, cast: Cast, app: Flask):
    browser = browse_as(cast.lan)
    where = begin(browser, 10)
    send(browser, where, 0, b"abc")
    assert len(kept_parts(app)) == 1
    assert browser.delete(where, headers=TUS).status_code == 204
    assert browser.head(where, headers=TUS).status_code == 404
    assert kept_parts(app) == [] and count(Resumable) == 0


def test_a_refused_file_says_why_and_makes_nothing(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    program = b"MZ\x90\x00" + b"\x00" * 200
    where = begin(browser, len(program), "tro-choi.exe")
    send(browser, where, 0, program)
    row = browser.post(f"{where}/draft?lang=en").json["files"][0]
    assert row["ok"] is False and "Programs cannot be put" in row["message"] and row["refused"] is True
    assert count(Item) == 0 and count(Resumable) == 0  # it does not stand there as if it were to be read
    assert "tro-choi.exe" not in browser.get("/library/upload").text


def test_after_its_time_an_upload_is_gone_and_swept_with_its_bytes(
    browse_as: Enter, cast: Cast, app: Flask, act: Flask
):
    browser = browse_as(cast.lan)
    where = begin(browser, 10)
    send(browser, where, 0, b"abc")
    sweep_uploads()
    assert len(kept_parts(app)) == 1
    make_older(timedelta(days=8))
    sweep_uploads()
    assert kept_parts(app) == [] and count(Resumable) == 0


def test_a_whole_upload_whose_sender_went_away_becomes_a_draft(browse_as: Enter, cast: Cast, act: Flask):
    browser = browse_as(cast.lan)
    where = begin(browser, len(LESSON))
    send(browser, where, 0, LESSON)
    add_forgotten_uploads()
    assert count(Item) == 0, "its sender has a while to ask"
    make_older(timedelta(minutes=21))
    add_forgotten_uploads()
    add_forgotten_uploads()
    assert count(Item) == 1


def test_a_piece_needs_the_token_in_its_header(
    browse_as: Enter, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    browser = browse_as(cast.lan)
    where = begin(browser, 10)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = browser.get("/library/upload").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert send(browser, where, 0, b"abc").status_code == 400
    assert send(browser, where, 0, b"abc", X_CSRFToken="forged").status_code == 400
    assert offset_of(browser, where) == 0
    assert send(browser, where, 0, b"abc", X_CSRFToken=token).status_code == 204


def test_a_large_file_is_read_by_the_worker(browse_as: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tus_drafts, "LARGE", 100)
    browser = browse_as(cast.lan)
    where = begin(browser, len(LESSON))
    send(browser, where, 0, LESSON)
    for _asked in range(2):
        answer = browser.post(f"{where}/draft")
        assert (answer.status_code, answer.json) == (202, {"waiting": True})
    assert count(Item) == 0
    run_due_jobs()
    row = browser.post(f"{where}/draft").json["files"][0]
    assert (row["ok"], row["title"]) == (True, "Phân số bằng nhau") and count(Item) == 1


def test_what_the_worker_refused_is_told_to_whoever_sent_it(
    browse_as: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tus_drafts, "LARGE", 100)
    browser, broken = browse_as(cast.lan), b"MZ" + bytes(500)
    where = begin(browser, len(broken), "chuong-trinh.exe")
    send(browser, where, 0, broken)
    assert browser.post(f"{where}/draft").status_code == 202
    run_due_jobs()
    row = browser.post(f"{where}/draft").json["files"][0]
    assert row["ok"] is False and row["message"]
    assert count(Item) == 0
    assert browse_as(cast.phuc).post(f"{where}/draft").status_code == 404
