"""Putting files in: one by one with a script, many at once without, and every way in which it goes wrong."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app

from content_store.models import Item
from lms.core.db import db
from lms.library.showing import upload_limit
from tests.cast import Cast, Person
from tests.factories.library import make_item
from tests.factories.people import sign_in

Enter = Callable[[Person], FlaskClient]
JSON = {"Accept": "application/json"}


def send(browser: FlaskClient, *files: tuple[bytes, str], **fields: str):
    """Send files as the script does."""
    data = {**fields, "file": [(io.BytesIO(content), name) for content, name in files]}
    return browser.post("/library/upload", data=data, content_type="multipart/form-data", headers=JSON)


def send_body(browser: FlaskClient, name: str, content: bytes):
    """Send one file in a body written as browsers write it, an empty one too."""
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    body = f"--x\r\n{disposition}\r\n\r\n".encode() + content + b"\r\n--x--\r\n"
    return browser.post(
        "/library/upload?lang=en", data=body, content_type="multipart/form-data; boundary=x", headers=JSON
    )


def count_items() -> int:
    return db.session.scalar(select(func.count()).select_from(Item)) or 0


def left_behind(app: Flask) -> list[str]:
    folder = Path(app.extensions["settings"].data_dir)
    return [path.name for path in folder.rglob("incoming-*")]


def test_a_sent_file_becomes_a_draft_with_what_it_says_of_itself(browse_as: Enter, cast: Cast):
    answer = send(browse_as(cast.lan), ("# Phân số bằng nhau\n\nHai phân số.".encode(), "phan-so.md"))
    (row,) = answer.json["files"]
    assert (row["ok"], row["title"], row["type"]) == (True, "Phân số bằng nhau", "page")
    item = db.session.scalar(select(Item))
    assert (item.state, item.owner, item.home) == (
        "draft",
        f"user:{cast.lan.user.uuid}",
        str(cast.school.uuid),
    )


def test_the_same_file_again_is_offered_instead_of_a_second_item(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    first = send(browser, (b"# Mot\n\nbai", "a.md")).json["files"][0]
    again = send(browser, (b"# Mot\n\nbai", "b.md")).json["files"][0]
    assert (again["duplicate"], again["item"]) == (True, first["item"])
    assert count_items() == 1
    other = send(browse_as(cast.phuc), (b"# Mot\n\nbai", "c.md")).json["files"][0]
    assert other["duplicate"] is False and count_items() == 2


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "trong.pdf", "The file is empty."),
        (b"%PDF-1.7\nnot really", "hong.pdf", "damaged"),
        (b"MZ\x90\x00" + b"\x00" * 200, "tro-choi.exe", "Programs cannot be put"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do_and_leaves_nothing(
    browse_as: Enter, cast: Cast, app: Flask, content: bytes, name: str, says: str
):
    answer = send_body(browse_as(cast.lan), name, content)
    said = answer.json["files"][0]["message"] if answer.status_code == 200 else answer.json["message"]
    said += str(answer.json.get("fields", ""))
    assert says in said
    assert (count_items(), left_behind(app)) == (0, [])


def test_one_bad_file_does_not_keep_the_good_ones_out(browse_as: Enter, cast: Cast):
    data = {"file": [(io.BytesIO(b"# Tot\n\nbai"), "tot.md"), (io.BytesIO(b"MZ\x90\x00" * 60), "x.exe")]}
    answer = browse_as(cast.lan).post(
        "/library/upload?lang=en", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "x.exe" in answer.text and "Programs cannot be put" in answer.text
    assert count_items() == 1


def test_one_empty_file_is_refused_by_name_and_the_others_are_kept(browse_as: Enter, cast: Cast, app: Flask):
    head = 'Content-Disposition: form-data; name="file"; filename='
    parts = [("tot.md", "# Tot\n\nbai"), ("trong.txt", ""), ("kha.md", "# Kha\n\nbai nua")]
    body = "".join(f'--x\r\n{head}"{name}"\r\n\r\n{text}\r\n' for name, text in parts) + "--x--\r\n"
    answer = browse_as(cast.lan).post(
        "/library/upload?lang=en", data=body.encode(), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422 and 'id="upload"' in answer.text
    assert "<strong>trong.txt</strong>: The file is empty." in answer.text
    assert (count_items(), left_behind(app)) == (2, [])


def test_without_a_script_many_files_land_among_the_drafts(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    data = {"file": [(io.BytesIO(f"# Bai {n}\n\nchu".encode()), f"{n}.md") for n in range(3)]}
    answer = browser.post("/library/upload", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, "/library/mine?state=draft")
    page = browser.get("/library/mine?state=draft").text
    assert all(f'value="Bai {n}"' in page for n in range(3))


def test_a_form_without_files_says_so(browse_as: Enter, cast: Cast):
    answer = send_body(browse_as(cast.lan), "", b"")
    assert answer.status_code == 422 and answer.json["message"] == "Choose a file first."


def test_pupils_and_strangers_cannot_put_anything_in(browse_as: Enter, client: FlaskClient, cast: Cast):
    assert client.post("/library/upload", data={}).status_code in {302, 303}
    pupil = browse_as(cast.minh)
    assert pupil.get("/library/upload").status_code == 403
    assert send(pupil, (b"# A\n\nb", "a.md")).status_code == 403
    assert count_items() == 0


def test_a_larger_body_than_the_limit_is_refused_before_it_is_read(browse_as: Enter, cast: Cast, app: Flask):
    cookie = browse_as(cast.lan).get_cookie("benhoc")
    environ = EnvironBuilder(
        path="/library/upload?lang=en", method="POST", headers={**JSON, "Cookie": f"benhoc={cookie.value}"}
    ).get_environ()
    environ["CONTENT_TYPE"] = "multipart/form-data; boundary=x"
    environ["CONTENT_LENGTH"] = str(4 * 1024**3)
    environ["wsgi.input"] = _Unreadable()
    body, status, _headers = run_wsgi_app(app, environ)
    assert status.startswith("422")
    assert "too large together" in b"".join(body).decode()
    assert count_items() == 0


class _Unreadable(io.BytesIO):
    def read(self, _size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def test_one_file_over_its_limit_is_refused(browse_as: Enter, cast: Cast, app: Flask, monkeypatch):
    monkeypatch.setattr("lms.library.uploads.receiving.MIB", 100)
    monkeypatch.setattr("lms.library.uploads.receiving.UploadLimits.total_bytes", 10**9, raising=False)
    content = b"x" * (app.extensions["settings"].max_upload_mb * 100 + 10)
    answer = browse_as(cast.lan).post(
        "/library/upload?lang=en",
        data={"file": (io.BytesIO(content), "to.txt")},
        content_type="multipart/form-data",
        headers=JSON,
    )
    assert answer.status_code == 422 and "larger than this site takes" in answer.json["message"]
    assert (count_items(), left_behind(app)) == (0, [])


def test_a_plain_form_needs_its_token_in_the_body_and_a_script_in_the_header(
    browse_as: Enter, cast: Cast, app: Flask, monkeypatch
):
    browser = browse_as(cast.lan)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = browser.get("/library/upload").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    def post(headers: dict[str, str], **fields: str) -> int:
        data = {**fields, "file": (io.BytesIO(b"# A\n\nb"), "a.md")}
        answer = browser.post(
            "/library/upload", data=data, content_type="multipart/form-data", headers={**JSON, **headers}
        )
        return answer.status_code

    assert post({}) == 400
    assert post({"X-CSRFToken": "forged"}) == 400
    assert (count_items(), left_behind(app)) == (0, [])
    assert post({}, csrf_token=token) == 200
    assert post({"X-CSRFToken": token}) == 200


@pytest.fixture
def served(app: Flask, cast: Cast) -> Iterator[tuple[int, str]]:
    """The site behind a real socket, and the cookie of cô Lan."""
    browser = app.test_client()
    assert cast.lan.user.uuid
    sign_in(browser, cast.lan.user)
    cookie = browser.get_cookie("benhoc")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, f"benhoc={cookie.value}"
    server.shutdown()
    thread.join(20)
    server.server_close()


def test_a_connection_that_breaks_leaves_no_half_made_item(served: tuple[int, str], app: Flask):
    port, cookie = served
    head = (
        f"POST /library/upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Accept: application/json\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n# Nua bai'
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        line.shutdown(socket.SHUT_WR)
        answer = line.makefile("rb").read().decode()
    assert " 422 " in answer.splitlines()[0]
    assert "upload" in answer or "kết nối" in answer or "connection" in answer.lower()
    assert (count_items(), left_behind(app)) == (0, [])


def test_a_table_of_drafts_is_corrected_and_published_in_one_go(browse_as: Enter, cast: Cast):
    rows = [make_item(cast.lan.actor, f"ban nhap {n}", scope=None, home=cast.school) for n in range(3)]
    keys = [str(version.item.uuid) for version in rows]
    form = {"action": "publish", "row": keys, "selected": keys[:2], "state": "draft"}
    for key in keys:
        form |= {f"title:{key}": f"Bài {key[-4:]}", f"language:{key}": "vi", f"scope:{key}": "private"}
    form |= {"all-subject": "toan", "all-grades": "6-7", "all-license": "CC-BY-4.0", "all-scope": "sector"}
    answer = browse_as(cast.lan).post("/library/mine", data=form)
    assert answer.status_code == 303
    items = {str(item.uuid): item for item in db.session.scalars(select(Item))}
    assert [items[key].state for key in keys] == ["published", "published", "draft"]
    assert items[keys[0]].audiences == frozenset({"sector"})
    shown = browse_as(cast.phuc).get(f"/api/v1/library/items/{keys[0]}").json
    assert (shown["subject"], shown["grades"], shown["license"]) == ("toan", [6, 7], "CC-BY-4.0")
    kept = browse_as(cast.lan).get(f"/api/v1/library/items/{keys[2]}").json
    assert (kept["title"], kept["subject"]) == (f"Bài {keys[2][-4:]}", None)


def test_a_wrong_row_is_named_and_the_others_are_saved(browse_as: Enter, cast: Cast):
    good, bad = (str(make_item(cast.lan.actor, scope=None).item.uuid) for _ in range(2))
    foreign = str(make_item(cast.phuc.actor, "Của người khác", scope=None).item.uuid)
    form = {
        "action": "save",
        "row": [good, bad, foreign],
        f"title:{good}": "Tên mới",
        f"grades:{bad}": "lớp mười ba",
        f"title:{foreign}": "Chiếm lấy",
    }
    browser = browse_as(cast.lan)
    answer = browser.post("/library/mine?lang=en", data=form)
    assert answer.status_code == 422 and "Write grades as 6 or 6-9" in answer.text
    assert browser.get(f"/api/v1/library/items/{good}").json["title"] == "Tên mới"
    assert browse_as(cast.phuc).get(f"/api/v1/library/items/{foreign}").json["title"] == "Của người khác"


def test_the_upload_page_says_its_limit_in_whole_words(browse_as: Enter, cast: Cast):
    page = browse_as(cast.lan).get("/library/upload?lang=en").text
    assert "Up to 2 GB each." in page and "2048 MB" not in page
    assert [upload_limit(size) for size in (500, 1024, 1536)] == ["500 MB", "1 GB", "1,5 GB"]
