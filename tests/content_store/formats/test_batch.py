"""Several files read by shared processes: the same answers as one by one, and one broken file harms no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from content_store.errors import RefusedFile
from content_store.formats import inspect, inspect_many

TEXTS = {
    "a.md": "# Phân số\n\nMột phần hai.",
    "b.csv": "ngày,mưa\n1,20\n2,35\n",
    "c.html": "<h1>Bến</h1><p>Nước lớn</p>",
}


def write_files(folder: Path) -> list[tuple[Path, str]]:
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [(folder / name, name) for name in TEXTS]


def test_many_files_are_read_as_each_alone(tmp_path):
    files = write_files(tmp_path)
    assert inspect_many(files) == [inspect(path, name) for path, name in files]


def test_a_broken_file_among_others_is_named(tmp_path):
    files = write_files(tmp_path)
    broken = tmp_path / "d.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
    with pytest.raises(RefusedFile) as refused:
        inspect_many([*files, (broken, "d.png")])
    assert refused.value.params["filename"] == "d.png"


def test_an_empty_file_is_refused_before_anything_starts(tmp_path):
    (tmp_path / "e.md").write_bytes(b"")
    with pytest.raises(RefusedFile) as refused:
        inspect_many([*write_files(tmp_path), (tmp_path / "e.md", "e.md")])
    assert refused.value.code == "empty"
