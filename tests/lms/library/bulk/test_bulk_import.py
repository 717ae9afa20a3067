"""Putting many items in: looked at first, written by the worker, safe to repeat and to kill."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content_store import importing
from content_store.models import Item, Version
from lms.core.db import db, write
from lms.core.jobs import run_due_jobs
from lms.library.bulk import services as bulk_imports
from lms.library.bulk.cli import cli
from lms.library.bulk.models import LibraryImport
from lms.library.uploads.tus_drafts import sweep_uploads
from tests.cast import Cast, Person

Enter = Callable[[Person], FlaskClient]
TABLE = "Tệp;Tiêu đề;Môn;Lớp\na/1.md;Bài một;Toán;6\na/2.md;Bài hai;Toánn;6\na/3.md;Bài ba;;\nkhong.md;Bài bốn;;\n"


def packed(files: int = 3, table: str | None = TABLE) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(1, files + 1):
            archive.writestr(f"a/{number}.md", f"# Số {number}\n\nNội dung bài {number}.\n")
        if table is not None:
            archive.writestr("metadata.csv", table)
    return data.getvalue()


def send(browser: FlaskClient, archive: bytes, sheet: bytes | None = None, lang: str = "vi"):
    data = {"archive": (io.BytesIO(archive), "bai.zip")}
    if sheet is not None:
        data["sheet"] = (io.BytesIO(sheet), "bang.csv")
    return browser.post(f"/library/import?lang={lang}", data=data, content_type="multipart/form-data")


def count_items() -> int:
    return db.session.scalar(select(func.count()).select_from(Item)) or 0


def kept_archives(app: Flask) -> list[str]:
    return list(app.extensions["blobs"].list_parts())


@pytest.fixture(autouse=True)
def _no_archives_of_before(act: Flask) -> None:
    for name in list(act.extensions["blobs"].list_parts()):
        act.extensions["blobs"].drop_part(name)


def test_what_would_happen_is_shown_row_by_row_and_nothing_is_written(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    answer = send(browser, packed())
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Toánn" in page and "khong.md" in page and "Bài một" in page
    assert count_items() == 0
    english = browser.get(f"{answer.location}?lang=en").text
    assert "Choose a subject of the list." in english and "This file is not among the files." in english


def test_a_file_that_no_row_names_is_told_and_takes_no_rows_place(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    table = "Tệp;Tiêu đề\na/1.md;Bài một\na/2.md;Bài hai\na/3.md;Bài ba\n"
    where = send(browser, packed(files=5, table=table)).location
    page = browser.get(f"{where}?lang=en").text
    assert "a/4.md" in page and "a/5.md" in page
    drafted = db.session.scalars(select(LibraryImport)).one()
    assert drafted.row_count == len(drafted.rows) == 3
    browser.post(f"{where}/confirm")
    run_due_jobs()
    assert set(db.session.scalars(select(Version.title))) == {"Bài một", "Bài hai", "Bài ba"}


def test_a_confirmed_import_makes_drafts_once_and_repeating_it_changes_nothing(
    browse_as: Enter, cast: Cast, app: Flask
):
    browser = browse_as(cast.lan)
    where = send(browser, packed()).location
    assert len(kept_archives(app)) == 1
    for _again in range(2):
        assert browser.post(f"{where}/confirm").status_code == 303
    running = browser.get(where).text
    assert "data-watch" in running and "http-equiv" not in running
    run_due_jobs()
    assert "data-watch" not in browser.get(where).text
    titles = db.session.scalars(select(Version.title).order_by(Version.id)).all()
    assert titles == ["Bài một", "Bài ba"]
    item = db.session.scalars(select(Item)).first()
    assert (item.owner, item.home, item.state) == (
        f"user:{cast.lan.user.uuid}",
        str(cast.school.uuid),
        "draft",
    )
    assert kept_archives(app) == []
    second = send(browser, packed()).location
    browser.post(f"{second}/confirm")
    run_due_jobs()
    assert count_items() == 2
    done = db.session.scalars(select(LibraryImport).order_by(LibraryImport.id.desc())).first()
    assert (done.state, done.created, done.updated, done.unchanged) == ("done", 0, 0, 2)


def test_an_import_that_is_killed_goes_on_where_it_stood(
    browse_as: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    browser = browse_as(cast.lan)
    where = send(browser, packed(7, None)).location
    browser.post(f"{where}/confirm")
    monkeypatch.setattr(importing, "READ_TOGETHER", 2)
    prepare, calls = importing.prepare_rows, []

    def dying(store, rows, source):
        calls.append(len(rows))
        if len(calls) == 3:
            raise SystemExit("killed")
        return prepare(store, rows, source)

    monkeypatch.setattr(importing, "prepare_rows", dying)
    draft = db.session.scalars(select(LibraryImport)).one()
    draft_id = draft.id
    with pytest.raises(SystemExit):
        bulk_imports.import_items(draft_id)
    db.session.rollback()
    assert count_items() == 4
    bulk_imports.import_items(draft_id)
    db.session.rollback()
    done = db.session.get_one(LibraryImport, draft_id, populate_existing=True)
    assert (done.state, done.created, count_items()) == ("done", 7, 7)
    assert sum(calls) == 4 + 2 + 3


def test_a_zip_without_a_table_is_unpacked_into_drafts(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    where = send(browser, packed(2, None)).location
    browser.post(f"{where}/confirm")
    run_due_jobs()
    assert set(db.session.scalars(select(Version.title))) == {"Số 1", "Số 2"}


def test_a_table_beside_the_zip_counts_before_the_one_in_it(browse_as: Enter, cast: Cast):
    browser = browse_as(cast.lan)
    where = send(browser, packed(), b"File,Title\na/2.md,Beside\n").location
    browser.post(f"{where}/confirm")
    run_due_jobs()
    assert db.session.scalars(select(Version.title)).all() == ["Beside"]


@pytest.mark.parametrize(
    ("archive", "sheet", "says"),
    [
        (b"no zip at all", None, "Choose a zip file."),
        (b"PK\x03\x04broken", None, "damaged"),
        (packed(), b"nothing,of,use\n1,2,3\n", "No column of files or titles"),
        (packed(0, None), None, "There is no file in the zip."),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    browse_as: Enter, cast: Cast, app: Flask, archive: bytes, sheet: bytes | None, says: str
):
    answer = send(browse_as(cast.lan), archive, sheet, "en")
    assert answer.status_code == 422 and says in answer.text
    assert kept_archives(app) == [] and count_items() == 0


def test_an_import_is_its_makers_alone_and_pupils_make_none(browse_as: Enter, cast: Cast):
    where = send(browse_as(cast.lan), packed()).location
    other = browse_as(cast.phuc)
    assert other.get(where).status_code == 404
    assert other.post(f"{where}/confirm").status_code == 404
    pupil = browse_as(cast.minh)
    assert pupil.get("/library/import").status_code == 403
    assert send(pupil, packed()).status_code == 403


def test_what_was_not_confirmed_is_forgotten_after_a_day_with_its_zip(
    browse_as: Enter, cast: Cast, app: Flask
):
    send(browse_as(cast.lan), packed())
    sweep_uploads()
    assert len(kept_archives(app)) == 1
    with write():
        db.session.scalars(select(LibraryImport)).one().expires_at -= timedelta(hours=30)
    sweep_uploads()
    assert kept_archives(app) == []
    assert db.session.scalar(select(func.count()).select_from(LibraryImport)) == 0


def test_the_example_table_can_be_sent_as_it_is(browse_as: Enter, cast: Cast, tmp_path: Path):
    for lang in ("vi", "en"):
        data = browse_as(cast.lan).get(f"/library/import/example.csv?lang={lang}").data
        path = tmp_path / f"{lang}.csv"
        path.write_bytes(data)
        rows = importing.read_sheet(path)
        assert len(rows) == 1 and len(rows[0].said) >= 9
        assert importing.check_rows(rows, [rows[0].file]) == []


def test_a_folder_on_the_server_is_put_in_by_command(app: Flask, cast: Cast, tmp_path: Path):
    (tmp_path / "1.md").write_text("# Một\n\nchữ\n", encoding="utf-8")
    (tmp_path / "2.md").write_text("# Hai\n\nchữ\n", encoding="utf-8")
    login = cast.lan.login
    command = ["import", str(tmp_path), "--owner", login]
    dry = app.test_cli_runner().invoke(cli, [*command, "--dry-run"])
    assert dry.exit_code == 0 and "create 2" in dry.output and count_items() == 0
    done = app.test_cli_runner().invoke(cli, command)
    assert done.exit_code == 0 and "create 2" in done.output
    again = app.test_cli_runner().invoke(cli, command)
    assert "same 2" in again.output
    db.session.rollback()
    assert count_items() == 2
