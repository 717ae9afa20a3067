"""File names that arrive from outside."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_store.filenames import (
    LONGEST_BYTES,
    LONGEST_FOLDER,
    clean_filename,
    file_suffix,
    folder_of,
    title_from_filename,
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Bài 1.pdf", "Bài 1.pdf"),
        (unicodedata.normalize("NFD", "Toán đại số.docx"), "Toán đại số.docx"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\lan\bai.docx", "bai.docx"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("a\r\nb\x00c.txt", "abc.txt"),
        ("...", "file"),
        ("", "file"),
        ("CON.txt", "_CON.txt"),
        ('de "thi" <1>?.pdf', "de _thi_ _1__.pdf"),
        ("zero\u200bwidth.md", "zerowidth.md"),
    ],
)
def test_a_name_is_cleaned_and_stays_readable(sent: str, kept: str):
    assert clean_filename(sent) == kept


@given(st.text(max_size=600))
def test_whatever_is_sent_the_name_is_a_harmless_basename(sent: str):
    name = clean_filename(sent)
    assert name
    assert not set(name) & set('/\\<>:"|?*\x00\r\n')
    assert name not in (".", "..")
    assert len(name.encode()) <= LONGEST_BYTES
    assert clean_filename(name) == name


def test_a_long_name_keeps_its_suffix():
    assert clean_filename("ă" * 300 + ".pptx").endswith("ă.pptx")


def test_a_title_is_guessed_from_the_name():
    assert title_from_filename("on_tap-chuong-1.docx") == "on tap chuong 1"
    assert file_suffix("Bai.TAR.GZ") == ".gz"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Toán/Lớp 6/a.pdf", "Toán/Lớp 6"),
        (unicodedata.normalize("NFD", "Toán/Lớp 6/a.pdf"), "Toán/Lớp 6"),
        ("a.pdf", None),
        ("", None),
        ("/etc/passwd", "etc"),
        ("../../etc/./passwd", "etc"),
        (r"C:\fakepath\Toán\a.pdf", "fakepath/Toán"),
        ("a//b/ /.../c.pdf", "a/b"),
        ("x\u202ey\x00/a.pdf", "xy"),
        ("/".join(f"d{number}" for number in range(40)), "/".join(f"d{number}" for number in range(27, 39))),
    ],
)
def test_the_folders_of_a_path_are_cleaned(sent: str, kept: str | None):
    assert folder_of(sent) == kept


@given(st.text(max_size=300) | st.lists(st.text(max_size=30), max_size=30).map("/".join))
def test_whatever_is_sent_folders_are_harmless_and_bounded(sent: str):
    folder = folder_of(sent)
    assert folder is None or (
        0 < len(folder) <= LONGEST_FOLDER and unicodedata.normalize("NFC", folder) == folder
    )
    for name in (folder or "x").split("/"):
        assert name not in {"", ".", ".."} and "\\" not in name and name.isprintable()


def test_a_path_without_end_is_cut_to_its_nearest_folders():
    folder = folder_of("/".join(["Ấ" * 150] * 20000) + "/gần/a.pdf")
    assert folder is not None and len(folder) <= LONGEST_FOLDER and folder.endswith("/gần")
