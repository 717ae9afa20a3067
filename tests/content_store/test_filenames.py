"""File names that arrive from outside."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_store.filenames import LONGEST_BYTES, clean_filename, file_suffix, title_from_filename


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
