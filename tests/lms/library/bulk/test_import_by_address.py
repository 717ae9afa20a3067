"""Files that a list or a table names by their address on the web: fetched by the worker, refused one by one."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Version
from lms.core import outbound
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.library.bulk import services as bulk
from lms.library.bulk.models import LibraryImport
from lms.library.storage.quotas import set_quota
from tests.cast import Cast, Person

Enter = Callable[[Person], FlaskClient]
FILES = {
    "/bai.md": ("text/markdown", "# Nước chảy\n\nQua bến.\n".encode(), {}),
    "/tai?so=2": (
        "text/markdown",
        "# Hai\n\nSông.\n".encode(),
        {"Content-Disposition": 'attachment; filename="hai.md"'},
    ),
    "/dai.md": ("text/markdown", b"# Dai\n\n" + b"Qua. " * 1000, {}),
    "/trang": ("text/html", b"<p>trang</p>", {}),
}


class Server(ThreadingHTTPServer):
    """A site with two files and a page; notes what it was asked for."""

    asked: list[str]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The site, on this machine, which counts as a place out in the world for once."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            kind, body, headers = FILES.get(self.path, ("text/plain", b"", {}))
            self.send_response(200 if self.path in FILES else 404)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    monkeypatch.setattr(outbound, "is_reachable", lambda _address: True)
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join(20)
    server.server_close()


def send(browser: FlaskClient, addresses: str = "", sheet: bytes | None = None) -> str:
    data: dict[str, object] = {"addresses": addresses} if addresses else {}
    if sheet is not None:
        data["sheet"] = (io.BytesIO(sheet), "bang.csv")
    answer = browser.post("/library/import", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def carry_out(browser: FlaskClient, where: str) -> LibraryImport:
    browser.post(f"{where}/confirm")
    run_due_jobs()
    return db.session.scalars(select(LibraryImport).order_by(LibraryImport.id.desc())).first()


def base(web: Server) -> str:
    return f"http://127.0.0.1:{web.server_port}"


def test_a_list_of_addresses_becomes_drafts_and_what_cannot_be_had_is_said(
    browse_as: Enter, cast: Cast, web: Server
):
    browser, at = browse_as(cast.lan), base(web)
    lines = ["# của tổ Toán", f"{at}/bai.md", "", f"{at}/tai?so=2", f"{at}/trang", f"{at}/mat.pdf"]
    where = send(browser, "\n".join(lines))
    assert f"{at}/bai.md" in browser.get(where).text
    assert web.asked == []
    done = carry_out(browser, where)
    assert (done.state, done.created) == ("done", 2)
    assert [(one["number"], one["code"]) for one in done.problems] == [
        (5, "page-at-address"),
        (6, "not-fetched"),
    ]
    versions = db.session.scalars(select(Version).order_by(Version.id)).all()
    assert [(one.title, one.main.filename, one.source_url) for one in versions] == [
        ("Nước chảy", "bai.md", f"{at}/bai.md"),
        ("Hai", "hai.md", f"{at}/tai?so=2"),
    ]
    assert sorted(web.asked) == sorted(["/bai.md", "/tai?so=2", "/trang", "/mat.pdf"])
    english = browser.get(f"{where}?lang=en").text
    assert "There is a page at this address, not a file." in english


def test_the_same_list_again_changes_nothing(browse_as: Enter, cast: Cast, web: Server):
    browser, lines = browse_as(cast.lan), f"{base(web)}/bai.md"
    assert carry_out(browser, send(browser, lines)).created == 1
    again = carry_out(browser, send(browser, lines))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_table_alone_names_files_by_address(browse_as: Enter, cast: Cast, web: Server):
    browser = browse_as(cast.lan)
    table = f"Tệp;Tiêu đề;Môn\n{base(web)}/bai.md;Tên của bảng;Toán\nkhong-co.md;Thiếu;\n".encode()
    where = send(browser, sheet=table)
    assert "khong-co.md" in browser.get(where).text
    done = carry_out(browser, where)
    assert [(one["number"], one["value"]) for one in done.problems] == [(3, "khong-co.md")]
    version = db.session.scalars(select(Version)).one()
    assert (done.created, version.title, version.subject) == (1, "Tên của bảng", "toan")


def test_nothing_inside_our_own_network_is_asked(
    browse_as: Enter, cast: Cast, web: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    monkeypatch.setattr(bulk, "names_inside", lambda _address: False)  # as names that turn out to lie inside
    browser = browse_as(cast.lan)
    done = carry_out(browser, send(browser, f"{base(web)}/bai.md\nhttp://169.254.169.254/latest"))
    assert [one["code"] for one in done.problems] == ["not-fetched", "not-fetched"]
    assert web.asked == []


def test_addresses_that_lie_inside_by_their_name_are_faults_of_the_preview_already(
    browse_as: Enter, cast: Cast, web: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    browser = browse_as(cast.lan)
    inside = ["http://localhost/a.md", "http://10.1.2.3/a.md", "https://[::1]/a.md", "http://may.local/a.md"]
    where = send(browser, "\n".join([*inside, "https://example.org/a.md"]))
    assert browser.get(where).text.count("Không tải được gì từ địa chỉ này") == len(inside)
    found = db.session.scalars(select(LibraryImport)).one()
    assert (found.row_count, [one["code"] for one in found.problems]) == (1, ["not-fetched"] * len(inside))
    assert web.asked == []


def test_a_place_without_room_takes_no_more(browse_as: Enter, cast: Cast, web: Server):
    with write():
        set_quota(SYSTEM, cast.school, 4000)
    browser = browse_as(cast.lan)
    done = carry_out(browser, send(browser, f"{base(web)}/bai.md\n{base(web)}/dai.md"))
    assert [one["code"] for one in done.problems] == ["no-room"]
    assert db.session.scalars(select(Version.title)).all() == ["Nước chảy"]


def test_nothing_at_all_and_too_long_a_list_are_refused(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    for addresses in (" ", "\n".join(f"https://example.org/{number}" for number in range(501))):
        answer = browser.post(
            "/library/import", data={"addresses": addresses}, content_type="multipart/form-data"
        )
        assert answer.status_code == 422
