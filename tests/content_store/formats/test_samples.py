"""The real material: every file of it is read, and says what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from content_store.formats import inspect

pytestmark = pytest.mark.slow

_EXPECTED = [
    ("office/hoi-quy-softmax.pdf", "pdf", "Hồi quy Softmax", "vi"),
    ("office/dai-so-tuyen-tinh.docx", "docx", "Đại số tuyến tính", "vi"),
    ("office/xac-suat.pptx", "pptx", "Xác suất", "vi"),
    ("office/python-intro.odt", "odt", "Python Fundamentals", "en"),
    ("office/inflammation-01.csv", "csv", "inflammation 01", None),
    ("vi/preliminaries-calculus.md", "markdown", "Calculus (Giải tích)", "vi"),
    ("vi/img/cat-dog-pixels.png", "image", "cat dog pixels", None),
    ("vi/img/neuron.svg", "image", "neuron", None),
    ("en/02-numpy.md", "markdown", "Analyzing Patient Data", "en"),
    ("epub/wasteland.epub", "epub", "The Waste Land", "en"),
    ("epub/childrens-literature.epub", "epub", "Children's Literature", "en"),
    ("cmi5/single_au_basic_responsive.zip", "cmi5", "Introduction to Geology - Responsive Style", "en"),
    ("video/mountains.mp4", "video", "mountains", None),
]


@pytest.mark.parametrize(("name", "kind", "title", "language"), _EXPECTED)
def test_a_real_file_says_what_it_is(
    samples: Path, name: str, kind: str, title: str, language: str | None
) -> None:
    seen = inspect(samples / name, Path(name).name)
    assert (seen.format, seen.title, seen.language) == (kind, title, language)


def test_formulas_of_the_real_documents_become_mathml(samples: Path) -> None:
    word = inspect(samples / "office/giai-tich.docx", "giai-tich.docx").reading_html or ""
    deck = inspect(samples / "office/xac-suat.pptx", "xac-suat.pptx").reading_html or ""
    assert word.count("<math") == 102
    assert deck.count("<math") == 174


def test_a_large_mathematics_book_is_read_within_the_limits(samples: Path) -> None:
    seen = inspect(samples / "epub/linear-algebra.epub", "linear-algebra.epub")
    assert (seen.title, seen.authors, seen.pages) == (
        "A First Course in Linear Algebra",
        ("Robert A. Beezer",),
        93,
    )
    assert "<math>" in (seen.reading_html or "")


def test_the_licenses_inside_real_books_are_recognized(samples: Path) -> None:
    assert inspect(samples / "epub/wasteland.epub", "w.epub").license_id == "CC-BY-SA-3.0"
    assert inspect(samples / "epub/childrens-literature.epub", "c.epub").license_id == "public-domain"
