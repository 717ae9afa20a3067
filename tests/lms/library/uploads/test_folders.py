"""The folders a file lay in are kept with its draft, shown to its owner, and propose subject and grade."""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content_store.models import Item
from lms.core.db import db, write
from lms.library import queries, services
from lms.library.proposals import prefill
from tests.cast import Cast, Person
from tests.factories.library import make_item, prepare_text

Enter = Callable[[Person], FlaskClient]
TEXT = "Một trang không nói gì về môn nào.\n".encode()
JSON = {"Accept": "application/json"}


def kept() -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Item.folder).order_by(Item.id)))


def put(browser: FlaskClient, filename: str, **fields: str) -> None:
    data = {**fields, "file": (io.BytesIO(TEXT + filename.encode()), filename)}
    answer = browser.post("/library/upload", data=data, content_type="multipart/form-data", headers=JSON)
    assert answer.json["files"][0]["ok"], answer.text


def said(**metadata: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items())


def test_a_script_says_where_a_file_lay_and_a_plain_form_says_it_by_the_name(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    put(browser, "a.md", path=unicodedata.normalize("NFD", "Toán/Lớp 6/a.md"))
    put(browser, "Ngữ văn/Lớp 7/b.md")
    put(browser, "c.md")
    put(browser, "d.md", path="../../etc/./C:/Đề thi/d.md")
    assert kept() == ["Toán/Lớp 6", "Ngữ văn/Lớp 7", None, "etc/Đề thi"]


def test_an_upload_in_pieces_keeps_its_folder(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(TEXT))}
    headers["Upload-Metadata"] = said(filename="a.md", relativePath="Toán/Lớp 6/a.md")
    where = browser.post("/library/tus/", headers=headers).headers["Location"]
    piece = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    assert browser.patch(where, data=TEXT, headers=piece).status_code == 204
    assert browser.post(f"{where}/draft").json["files"][0]["ok"]
    assert kept() == ["Toán/Lớp 6"]


def test_folders_propose_subject_and_grade_and_only_their_owner_sees_them(
    browse_as: Enter, client: FlaskClient, cast: Cast
):
    browser = browse_as(cast.lan)
    put(browser, "phieu.md", path="Toán/Lớp 6/phieu.md")
    page = browser.get("/library/mine?lang=en").text
    assert "Guessed from the file, please check: Mathematics, Grade 6" in page
    assert '<span class="sr">Folder: </span>Toán/Lớp 6' in page
    uuid = db.session.scalar(select(Item.uuid))
    with write():
        services.publish_item(cast.lan.actor, uuid, scope="public")
    for address in (f"/library/{uuid}", f"/api/v1/library/items/{uuid}"):
        assert "Toán/Lớp 6" not in client.get(address).text


@pytest.mark.parametrize(
    ("folder", "subject", "grades"),
    [
        ("Toán/Lớp 6", "toan", (6,)),
        ("Tài liệu/Lớp 7/Toán/Chương 1", "toan", (7,)),
        ("Môn Tin học/Khối 8", "tin-hoc", (8,)),
        ("Linh tinh/Năm 2024", None, ()),
        (None, None, ()),
    ],
)
def test_folders_speak_by_the_rules_of_every_other_clue(
    cast: Cast, folder: str | None, subject: str | None, grades: tuple[int, ...]
):
    with write():
        file = prepare_text(TEXT.decode(), "a.md")
        version = services.add_item(cast.lan.actor, [file], folder=folder)
    form = prefill([queries.get_item(cast.lan.actor, version.item.uuid)])[version.id]
    assert (form.subject, tuple(form.grades)) == (subject, grades)


def test_a_file_in_the_folder_of_another_subject_speaks_for_itself(cast: Cast):
    with write():
        file = prepare_text("# Phiếu\n\nMôn Ngữ văn lớp 9\n", "van.md")
        version = services.add_item(cast.lan.actor, [file], folder="Toán/Lớp 6")
    form = prefill([queries.get_item(cast.lan.actor, version.item.uuid)])[version.id]
    assert (form.subject, tuple(form.grades)) == ("ngu-van", (9,))


def test_what_has_a_subject_is_not_guessed_over_by_its_folder(cast: Cast):
    version = make_item(cast.lan.actor, "Bài", scope=None, subject="vat-li", grades=(10,))
    with write():
        db.session.merge(version.item).folder = "Toán/Lớp 6"
    form = prefill([queries.get_item(cast.lan.actor, version.item.uuid)])[version.id]
    assert (form.subject, list(form.grades)) == ("vat-li", [10])
