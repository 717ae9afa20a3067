"""Importing lists of people: what is read, what is shown, what is written, what is never written twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select

from lms.cli import cli
from lms.core import clock
from lms.core.actor import SYSTEM
from lms.core.db import db, write
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.jobs import Job, claim_job, run_due_jobs, run_job
from lms.orgs.services import close_org
from lms.people import imports
from lms.people.imports_columns import ImportRow, read_rows
from lms.people.imports_model import ImportDraft
from lms.people.imports_plan import count_deeds, plan_rows
from lms.people.imports_reading import read_table
from lms.people.models import User
from lms.people.queries import find_user_by_external_id, list_grants, list_members
from lms.people.services import deactivate_user
from tests.factories.people import actor_of, make_user
from tests.lms.manage.conftest import Staff

Browse = Callable[[User | None], FlaskClient]

LIST = (
    "STT;Họ và tên;Lớp;Mã học sinh;Ngày sinh\n1;Nguyễn Ngọc Ánh;6A1;HS1;01/02/2014\n2;Đỗ Quốc Bảo;6A2;HS2;\n"
)


def rows_of(text: str) -> list[ImportRow]:
    return imports.read_people(text.encode())


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(target)
    return target.getvalue()


@pytest.fixture
def ready(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """The sector, with quick hashes: hashing has tests of its own."""
    monkeypatch.setattr(imports, "hash_password", lambda _password: "hash")
    return staff


def write_list(staff: Staff, text: str) -> ImportDraft:
    rows = rows_of(text)
    with write():
        draft = imports.draft_import(actor_of(staff.ha), staff.sector.school, rows)
        imports.confirm_import(actor_of(staff.ha), draft)
    assert run_due_jobs() >= 1
    return db.session.get_one(ImportDraft, draft.id, populate_existing=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_lists_are_read_in_every_encoding_and_with_every_delimiter(encoding: str, sign: str):
    text = LIST.replace(";", sign)
    rows = imports.read_people(text.encode(encoding))
    assert [(row.full_name, row.class_name, row.pupil_code) for row in rows] == [
        ("Nguyễn Ngọc Ánh", "6A1", "HS1"),
        ("Đỗ Quốc Bảo", "6A2", "HS2"),
    ]
    assert rows[0].number == 2


def test_the_old_code_page_is_read_and_composed():
    text = "Ho\u0323 va\u0300 tên;Lớp\nĐô\u0303 Quô\u0301c Bảo;6A1\n".replace("ớ", "ơ\u0301").replace(
        "ả", "a\u0309"
    )
    assert imports.read_people(text.encode("cp1258"))[0].full_name == "Đỗ Quốc Bảo"


def test_english_headings_any_order_and_rows_above_the_headings():
    text = "School list,,\n\nclass,Email,full_name,role\n6A1,an@example.vn,An Le,pupil\n"
    row = rows_of(text)[0]
    assert (row.full_name, row.email, row.class_name, row.role_key) == (
        "An Le",
        "an@example.vn",
        "6A1",
        "learner",
    )
    assert row.number == 4


def test_family_and_given_names_may_stand_in_two_columns():
    assert rows_of("Họ đệm,Tên\nNguyễn Ngọc,Ánh\n")[0].full_name == "Nguyễn Ngọc Ánh"


def test_a_workbook_is_read_with_numbers_as_people_see_them():
    data = workbook(
        ("Họ tên", "Mã học sinh", "Lớp"),
        ("Lê An", 123456.0, "6A1"),
        (None, None, None),
        ("Tô Bình", 7, "6A2"),
    )
    rows = imports.read_people(data)
    assert [(row.full_name, row.pupil_code, row.number) for row in rows] == [
        ("Lê An", "123456", 2),
        ("Tô Bình", "7", 4),
    ]


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    return target.getvalue()


def _entities() -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(workbook(("Họ tên",), ("An",)))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + data
            package.writestr(part.filename, data)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b"PK\x03\x04 broken",
        b"x" * 3_100_000,
        "không có cột nào\nAn\n".encode(),
        "Họ tên\n".encode(),
        _bomb(),
        _entities(),
        ("Họ tên\n" + "An\n" * 5_100).encode(),
        b"full name\n" + b'"' + b"a" * 200_000,
    ],
    ids=[
        "empty",
        "blank",
        "picture",
        "broken",
        "large",
        "no-names",
        "nobody",
        "bomb",
        "entities",
        "rows",
        "cell",
    ],
)
def test_a_hostile_or_useless_file_is_refused_in_words(act: Flask, data: bytes):
    with pytest.raises(Invalid) as refused:
        imports.read_people(data)
    assert refused.value.fields["file"]


def test_a_plan_says_row_by_row_what_would_happen(ready: Staff):
    text = (
        "full name,class,role,login,pupil code,email\n"
        "Ánh,6A1,,,HS1,\n"  # new
        "Trần Quang Minh,6A1,,minh,,\n"  # known, in place
        "Trần Quang Minh,6A2,,,HS9,\n"  # another Minh: a code of one's own
        "Bảo,9Z,,,,\n"  # no such class
        "Cúc,6A1,hiệu trưởng,,,\n"  # no such role
        "Dung,6A1,,lan2 x,,\n"  # no user name
        "Én,6A1,,benkia,,\n"  # someone of the other school
        "Giang,,school administrator,,,\n"  # more than one may give
        ",6A1,,,,\n"
        "Ánh,6A1,,,HS1,\n"  # twice
        "Hạnh,6A1,,,,not-mail\n"
    )
    school = ready.sector.school
    steps = plan_rows(actor_of(ready.ha), school, rows_of(text))
    assert [step.deed for step in steps] == ["create", "same", "create"] + ["error"] * 8
    assert all(step.note for step in steps[3:])
    assert count_deeds(steps) == {"create": 2, "update": 0, "same": 1, "error": 8}


def test_a_plan_costs_the_same_number_of_queries_for_a_long_list(ready: Staff, query_count):
    school, actor = ready.sector.school, actor_of(ready.ha)
    head = "full name,class,pupil code\n"
    with query_count() as few:
        plan_rows(actor, school, rows_of(head + "An,6A1,H0\n"))
    with query_count() as many:
        plan_rows(actor, school, rows_of(head + "".join(f"An,6A1,H{n}\n" for n in range(400))))
    assert len(many) <= len(few) + 1


def test_what_was_shown_is_written_and_the_same_list_twice_makes_nobody_twice(ready: Staff):
    first = write_list(ready, LIST)
    assert (first.state, first.created, first.rows) == ("done", 2, [])
    anh = find_user_by_external_id("pupil_code", "HS1")
    assert anh is not None and anh.login == "anhnn" and anh.must_change_password
    assert "Nguyễn Ngọc Ánh" in [one.full_name for one in list_members(ready.sector.class_6a1.id)]
    count = db.session.scalar(select(func.count()).select_from(User))
    again = write_list(ready, LIST)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert db.session.scalar(select(func.count()).select_from(User)) == count


def test_a_list_without_codes_twice_makes_nobody_twice(ready: Staff):
    text = "Họ tên,Lớp\nVõ Thị Sáu,6A1\n"
    assert write_list(ready, text).created == 1
    assert write_list(ready, text).unchanged == 1


def test_a_new_name_and_a_new_class_update_the_person_with_the_code(ready: Staff):
    write_list(ready, LIST)
    done = write_list(ready, "Họ tên,Lớp,Mã học sinh\nNguyễn Ngọc Ảnh,6A2,HS1\n")
    assert (done.created, done.updated) == (0, 1)
    anh = find_user_by_external_id("pupil_code", "HS1")
    assert anh is not None and anh.full_name == "Nguyễn Ngọc Ảnh"
    assert [org.name for grant, org in list_grants(anh) if grant.role == "learner"] == ["6A2"]


def test_a_teacher_of_a_class_teaches_at_the_school_too_and_gets_a_letter(ready: Staff, act: Flask):
    write_list(ready, "Họ tên,Lớp,Vai trò,Mail\nVũ Thị Thu,6A1,Giáo viên,thu@example.vn\n")
    run_due_jobs()
    thu = db.session.scalar(select(User).where(User.email == "thu@example.vn"))
    assert thu is not None
    assert [(g.role, org.name) for g, org in list_grants(thu)] == [
        ("teacher", "THCS Nguyễn Du"),
        ("teacher", "6A1"),
    ]
    assert [letter.to for letter in act.extensions["mailer"].letters] == ["thu@example.vn"]


def test_the_same_code_in_another_school_is_another_pupil(ready: Staff):
    write_list(ready, LIST)
    steps = plan_rows(
        actor_of(ready.other_admin), ready.sector.other_school, rows_of("Họ tên,Mã học sinh\nKhác,HS1\n")
    )
    assert [step.deed for step in steps] == ["create"]


def test_a_killed_import_goes_on_where_it_stood(ready: Staff, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    text = "Họ tên,Lớp,Mã học sinh\n" + "".join(f"Người {n},6A1,K{n}\n" for n in range(5))
    with write():
        draft = imports.draft_import(actor_of(ready.ha), ready.sector.school, rows_of(text))
        imports.confirm_import(actor_of(ready.ha), draft)
    job_id = draft.job_id or 0
    claim_job(job_id)
    steps = iter([None])

    def die(*_values: object) -> None:
        if next(steps, "dead") == "dead":
            raise KeyboardInterrupt

    monkeypatch.setattr(imports, "report_progress", die)
    with pytest.raises(KeyboardInterrupt):
        imports.run_import(draft.id)
    db.session.rollback()
    kept = db.session.get_one(ImportDraft, draft.id, populate_existing=True)
    assert (kept.next_row, kept.created, kept.state) == (4, 4, "queued")
    monkeypatch.undo()
    monkeypatch.setattr(imports, "hash_password", lambda _password: "hash")
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert run_job(job_id)
    done = db.session.get_one(ImportDraft, draft.id, populate_existing=True)
    assert (done.created, done.state) == (5, "done")
    job = db.session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.done, job.total) == ("done", 5, 5)


def test_a_row_that_cannot_be_written_leaves_the_others(ready: Staff):
    text = "Họ tên,Lớp,Tên đăng nhập\nMột,6A1,mot\nHai,6A1,hai\n"
    with write():
        draft = imports.draft_import(actor_of(ready.ha), ready.sector.school, rows_of(text))
        imports.confirm_import(actor_of(ready.ha), draft)
    make_user("Ai Đó", login="mot", home_org=ready.sector.other_school)  # taken meanwhile
    run_due_jobs()
    done = db.session.get_one(ImportDraft, draft.id, populate_existing=True)
    assert (done.created, [one["number"] for one in done.problems]) == (1, [2])


def test_an_administrator_who_was_closed_meanwhile_writes_nothing(ready: Staff):
    with write():
        draft = imports.draft_import(actor_of(ready.ha), ready.sector.school, rows_of(LIST))
        imports.confirm_import(actor_of(ready.ha), draft)
        deactivate_user(SYSTEM, ready.ha)
    run_due_jobs()  # the import, and the news that it failed
    assert db.session.scalar(select(Job.state).where(Job.id == draft.job_id)) == "failed"
    assert find_user_by_external_id("pupil_code", "HS1") is None


def test_a_draft_belongs_to_its_maker_and_ends_after_a_day(ready: Staff):
    ha = actor_of(ready.ha)
    with write():
        draft = imports.draft_import(ha, ready.sector.school, rows_of(LIST))
    assert imports.get_draft(ha, draft.uuid).id == draft.id
    with pytest.raises(NotFound):
        imports.get_draft(actor_of(ready.other_admin), draft.uuid)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        with pytest.raises(NotFound):
            imports.get_draft(ha, draft.uuid)
        with write():
            imports.draft_import(ha, ready.sector.school, rows_of(LIST))
        assert db.session.scalar(select(func.count()).select_from(ImportDraft)) == 1


@pytest.mark.parametrize("who", ["lan", "minh", "other_admin"])
def test_only_administrators_of_the_place_import(ready: Staff, who: str):
    with write(), pytest.raises(NotAllowed):
        imports.draft_import(actor_of(getattr(ready, who)), ready.sector.school, rows_of(LIST))


def test_nobody_is_imported_into_a_closed_unit(ready: Staff):
    with write():
        close_org(SYSTEM, ready.sector.class_6a2)
    steps = plan_rows(SYSTEM, ready.sector.school, rows_of("Họ tên,Lớp\nAn,6A2\n"))
    assert [step.deed for step in steps] == ["error"]


def test_the_page_shows_first_and_writes_what_it_showed(ready: Staff, browse: Browse):
    client, school = browse(ready.ha), ready.sector.school
    path = f"/manage/orgs/{school.uuid}/import"
    assert client.get(path).status_code == 200
    sent = {"file": (io.BytesIO((LIST + "3;Sai Lớp;9Z;HS3;\n").encode()), "danh sách.csv")}
    answer = client.post(path, data=sent)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Nguyễn Ngọc Ánh" in page and "9Z" in page and "danh sách.csv" in page
    assert find_user_by_external_id("pupil_code", "HS1") is None
    assert browse(ready.other_admin).get(answer.location).status_code == 404
    assert browse(ready.other_admin).post(f"{answer.location}/confirm").status_code == 404
    for _twice in range(2):
        assert client.post(f"{answer.location}/confirm").status_code == 303
    assert "<progress" in client.get(answer.location).text
    assert run_due_jobs() == 1
    db.session.rollback()
    done = client.get(answer.location).text
    assert find_user_by_external_id("pupil_code", "HS1") is not None
    assert "4" in done and "<progress" not in done


def test_a_wrong_file_keeps_the_page_and_says_why(ready: Staff, browse: Browse):
    client, path = browse(ready.ha), f"/manage/orgs/{ready.sector.school.uuid}/import"
    assert client.post(path, data={}).status_code == 422
    answer = client.post(path, data={"file": (io.BytesIO(b"PK\x03\x04"), "x.xlsx")})
    assert answer.status_code == 422 and "f-file-error" in answer.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_example_can_be_imported_as_it_is(ready: Staff, browse: Browse, language: str):
    answer = browse(ready.ha).get(f"/manage/imports/example.csv?lang={language}")
    rows = read_rows(read_table(answer.data))
    steps = plan_rows(actor_of(ready.ha), ready.sector.school, rows)
    assert [step.deed for step in steps] == ["create"] * 3


def test_the_command_line_imports_the_same_way(ready: Staff, act: Flask, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST + "3;Sai Lớp;9Z;HS3;\n", encoding="utf-8")
    run = act.test_cli_runner().invoke
    people = cli.commands["people"]
    dry = run(people, ["import", str(path), "--org", "ND", "--dry-run"])
    assert dry.exit_code == 1 and "create 2" in dry.output and "line 4" in dry.output
    assert find_user_by_external_id("pupil_code", "HS1") is None
    done = run(people, ["import", str(path), "--org", "ND"])
    assert done.exit_code == 1 and "create 2" in done.output
    assert find_user_by_external_id("pupil_code", "HS1") is not None
    again = run(people, ["import", str(path), "--org", "ND"])
    assert "same 2" in again.output
