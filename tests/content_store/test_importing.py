"""Many files with a table: what is read, what is refused row by row, and that repeating changes nothing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from content_store import importing
from content_store.errors import RefusedFile, StoreError
from content_store.importing_checks import check_files, list_left_over
from content_store.importing_sheet import ImportRow, read_sheet
from content_store.importing_sources import FolderSource, ZipSource
from content_store.models import Collection, CollectionItem, Item
from content_store.store import ContentStore
from content_store.values import Metadata

HEAD = "Tên tệp;Tiêu đề;Môn học;Lớp;Giấy phép;Tác giả;Bộ sưu tập"
ROW = "toan/1.md;Phân số;Toán;6-7, người lớn;CC BY 4.0;Lan;Toán 6"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "files"
    (root / "toan").mkdir(parents=True)
    (root / "toan" / "1.md").write_text("# Một\n\nHai phân số bằng nhau.\n", encoding="utf-8")
    (root / "toan" / "2.md").write_text("# Hai\n\nRút gọn phân số.\n", encoding="utf-8")
    (root / ".an").write_text("x", encoding="utf-8")
    return root


def describe_folder(folder: Path, *rows: str) -> tuple[FolderSource, list[ImportRow]]:
    (folder / "metadata.csv").write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8-sig")
    source, found = importing.open_import(folder)
    assert isinstance(source, FolderSource)
    return source, found


def run(store: ContentStore, source: FolderSource | ZipSource, rows: list[ImportRow]) -> list[str]:
    ready = importing.prepare_rows(store, rows, source)
    return [importing.write_or_refuse(store, one, owner="user:1").deed for one in ready]


def count(store: ContentStore, model: type) -> int:
    return store.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_row_says_over_the_file_what_it_says(store: ContentStore, folder: Path):
    source, rows = describe_folder(folder, ROW)
    assert importing.check_rows(rows, source.names()) == []
    assert run(store, source, rows) == ["create"]
    item = store.session.scalars(select(Item)).one()
    version = store.get(item.uuid)
    assert (version.title, version.subject, version.license_id) == ("Phân số", "toan", "CC-BY-4.0")
    assert (version.grades, version.authors, item.state) == ([6, 7, 0], ["Lan"], "draft")
    assert store.session.scalars(select(Collection.title)).all() == ["Toán 6"]


def test_the_same_table_again_makes_nothing_twice_and_takes_over_what_changed(
    store: ContentStore, folder: Path
):
    source, rows = describe_folder(folder, ROW, "toan/2.md;Rút gọn;Toán;6;;;Toán 6")
    assert run(store, source, rows) == ["create", "create"]
    assert run(store, source, rows) == ["same", "same"]
    source, rows = describe_folder(folder, ROW.replace("Phân số", "Phân số bằng nhau"), "toan/2.md;Rút gọn")
    assert run(store, source, rows) == ["update", "same"]
    (folder / "toan" / "2.md").write_text("# Hai\n\nRút gọn phân số, bản mới.\n", encoding="utf-8")
    source, rows = describe_folder(folder, ROW.replace("Phân số", "Phân số bằng nhau"), "toan/2.md;Rút gọn")
    assert run(store, source, rows) == ["same", "update"]
    assert (count(store, Item), count(store, Collection), count(store, CollectionItem)) == (2, 1, 2)


def test_bytes_the_owner_has_already_are_described_and_not_doubled(store: ContentStore, folder: Path):
    data = (folder / "toan" / "1.md").read_bytes()
    store.add(owner="user:1", files=store.prepare([importing.NewFile("cu.md", io.BytesIO(data))]))
    source, rows = describe_folder(folder, ROW)
    assert run(store, source, rows) == ["update"]
    assert count(store, Item) == 1


def test_another_owner_makes_items_of_their_own(store: ContentStore, folder: Path):
    source, rows = describe_folder(folder, ROW)
    ready = importing.prepare_rows(store, rows, source)
    deeds = [importing.write_or_refuse(store, ready[0], owner=owner).deed for owner in ("user:1", "user:2")]
    assert deeds == ["create", "create"] and count(store, Item) == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("vang.md;X", "missing-in-files"),
        ("toan/1.md;X;Toánn", "unknown-subject"),
        ("toan/1.md;X;Toán;13", "unknown-grade"),
        ("toan/1.md;X;Toán;6;GPL", "unknown-license"),
        (";Chỉ có tên", "row-without-file"),
        ("../../etc/passwd;X", "missing-in-files"),
    ],
)
def test_what_is_wrong_is_told_by_line_before_anything_is_written(folder: Path, row: str, code: str):
    source, rows = describe_folder(folder, ROW, row)
    (problem,) = importing.check_rows(rows, source.names())
    assert (problem.number, problem.code) == (3, code)


def test_every_fault_of_a_row_is_told_at_once(folder: Path):
    source, rows = describe_folder(folder, ROW, "vang.md;X;Toánn;66;GPL")
    found = importing.check_rows(rows, source.names())
    assert {problem.number for problem in found} == {3}
    assert [problem.code for problem in found] == [
        "missing-in-files", "unknown-subject", "unknown-grade", "unknown-license"
    ]  # fmt: skip


def test_a_dry_run_looks_into_the_files_and_names_those_that_no_row_names(folder: Path):
    (folder / "trong.docx").write_bytes(b"")
    (folder / "la.exe").write_bytes(b"MZ\x90\x00" * 60)
    source, rows = describe_folder(folder, ROW, "trong.docx;Trống", "la.exe;Lạ")
    found = {problem.number: problem.code for problem in check_files(rows, source)}
    assert found[3] == "empty-file" and set(found) == {3, 4}
    assert list_left_over(rows, source.names()) == ["toan/2.md"]


def test_a_table_among_the_materials_that_describes_no_files_is_a_material(folder: Path):
    (folder / "inflammation-01.csv").write_text("0,1,3\n2,4,1\n", encoding="utf-8")
    _, rows = importing.open_import(folder)
    assert [row.file for row in rows] == ["inflammation-01.csv", "toan/1.md", "toan/2.md"]
    (folder / "metadata.csv").write_text("0,1,3\n2,4,1\n", encoding="utf-8")
    with pytest.raises(StoreError):
        importing.open_import(folder)


def test_two_rows_about_one_file_are_told(folder: Path):
    source, rows = describe_folder(folder, ROW, ROW)
    assert [problem.code for problem in importing.check_rows(rows, source.names())] == ["double-row"]


def test_a_bad_file_spoils_only_its_own_row(store: ContentStore, folder: Path):
    (folder / "hong.pdf").write_bytes(b"%PDF-1.7\nnot really")
    source, rows = importing.open_import(folder)
    assert run(store, source, rows) == ["error", "create", "create"]
    assert count(store, Item) == 2


def test_without_a_table_every_file_speaks_for_itself(folder: Path):
    _, rows = importing.open_import(folder)
    assert [row.file for row in rows] == ["toan/1.md", "toan/2.md"]


def test_a_workbook_is_read_like_a_table(tmp_path: Path):
    book = Workbook()
    book.active.append(["Danh sách học liệu"])
    book.active.append(["File", None, "Grades", "Title"])
    book.active.append(["a/b.pdf", None, 6, "Phân số"])
    book.save(tmp_path / "b.xlsx")
    (row,) = read_sheet(tmp_path / "b.xlsx")
    assert (row.number, row.file, row.said) == (3, "a/b.pdf", {"grades": "6", "title": "Phân số"})


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PK\x03\x04 not a zip", b"\x00\x01\x02" * 50, b"file,title\n"]
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path: Path, data: bytes):
    path = tmp_path / "sheet"
    path.write_bytes(data)
    with pytest.raises(RefusedFile):
        read_sheet(path)


def zipped(tmp_path: Path, parts: dict[str, bytes]) -> Path:
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_zip_gives_its_files_without_what_systems_leave_in_it(tmp_path: Path):
    path = zipped(
        tmp_path, {"bài/1.md": b"# a", "__MACOSX/._1.md": b"x", "Thumbs.db": b"x", "~$a.docx": b"x"}
    )
    source = ZipSource(path)
    assert source.names() == ["bài/1.md"]
    with source.open("bài/1.md") as stream:
        assert stream.read() == b"# a"
    source.close()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"../out.md": b"x"}, "unsafe-names"),
        ({"big.txt": b"0" * 30_000_000}, "too-big-inside"),
    ],
)
def test_a_hostile_zip_is_refused_before_it_is_unpacked(tmp_path: Path, parts: dict[str, bytes], code: str):
    with pytest.raises(RefusedFile) as refused:
        ZipSource(zipped(tmp_path, parts))
    assert refused.value.code == code


def test_links_out_of_a_folder_are_passed_over(folder: Path, tmp_path: Path):
    (tmp_path / "secret.md").write_text("x", encoding="utf-8")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    assert "link.md" not in FolderSource(folder).names()


def test_words_of_a_list_are_known_in_both_languages_and_without_marks():
    for said in ("toan", "Toán", "TOÁN", "Mathematics"):
        row = ImportRow(1, "a.md", {"subject": said, "language": "Tiếng Việt", "type": "bài trình chiếu"})
        found = importing.describe(row, Metadata(title="x"))
        assert (found.subject, found.language, found.type) == ("toan", "vi", "slides")
    with pytest.raises(StoreError):
        importing.describe(ImportRow(1, "a.md", {"grades": "9-6"}), Metadata(title="x"))


def test_small_files_are_read_together_and_large_ones_apart(
    store: ContentStore, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    source, rows = describe_folder(folder, ROW, "toan/2.md;Rút gọn", ";Chỉ có tên", "vang.md;X")
    assert importing.take_together(rows, source) == rows
    assert importing.take_together([], source) == []
    far = [replace(rows[0], file=f"https://example.test/{number}.md") for number in range(30)]
    assert importing.take_together(far, source) == far[: importing.BATCH]
    monkeypatch.setattr(importing, "BYTES_TOGETHER", 1)
    assert importing.take_together(rows, source) == rows[:1]


def test_one_bad_file_among_many_spoils_its_own_row_only(store: ContentStore, folder: Path):
    for number in range(3, 10):
        (folder / "toan" / f"{number}.md").write_text(f"# Bài {number}\n\nSố {number}.\n", encoding="utf-8")
    (folder / "toan" / "5.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
    names = [f"toan/{number}.md;Bài {number}" for number in range(3, 10)]
    source, rows = describe_folder(folder, *names[:2], "toan/5.png;Hỏng", *names[2:])
    ready = importing.prepare_rows(store, rows, source)
    assert [one.row for one in ready] == rows
    assert [one.problem.code for one in ready if one.problem is not None] == ["corrupt"]
    assert ready[2].problem is not None and ready[2].file is None
