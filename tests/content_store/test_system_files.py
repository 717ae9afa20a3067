"""What systems and office programs leave beside people's files is left out, and counted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from content_store.importing_sources import FolderSource, ZipSource
from content_store.system_files import is_system_file

LEFT = ("lớp 6/Thumbs.db", "desktop.ini", ".DS_Store", "~$bài.docx", "__MACOSX/._bài.md")


@pytest.mark.parametrize(
    ("path", "is_system"),
    [
        ("Thumbs.db", True),
        ("lớp 6/THUMBS.DB", True),
        ("a/desktop.ini", True),
        (".DS_Store", True),
        ("a/~$bài.docx", True),
        ("__MACOSX/bài.md", True),
        (".git/config", True),
        ("lớp 6/bài.md", False),
        ("thumbs.db.md", False),
        ("MACOSX/bài.md", False),
    ],
)
def test_what_systems_leave_behind_is_known_by_its_name(path: str, is_system: bool) -> None:
    assert is_system_file(path) is is_system


def test_a_folder_gives_its_files_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    for name in (*LEFT, "lớp 6/bài.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    source = FolderSource(tmp_path)
    assert (source.names(), source.left_out) == (["lớp 6/bài.md"], len(LEFT))


def test_a_zip_gives_its_files_and_counts_what_it_leaves_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("lớp 6")
        for name in (*LEFT, "lớp 6/bài.md"):
            archive.writestr(name, "x")
    source = ZipSource(tmp_path / "a.zip")
    assert (source.names(), source.left_out) == (["lớp 6/bài.md"], len(LEFT))
    source.close()
