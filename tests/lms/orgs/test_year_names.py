"""What classes are called a year later."""

from __future__ import annotations

from datetime import date

import pytest

from lms.orgs.year_names import first_day_after, grade_of, next_class_code, next_class_name, school_year_of


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("6A1", "7A1"),
        ("9b", "10b"),
        ("10 Toán", "11 Toán"),
        ("Lớp 6A", "Lớp 7A"),
        ("Class 5.2", "Class 6.2"),
        ("khối 11", "khối 12"),
        ("12A1", None),  # nothing above
        ("CLB Cờ vua", None),
        ("Lá 1", None),  # a number that is no grade
        ("2026 hè", None),
        ("0A", None),
        ("13B", None),
        ("", None),
    ],
)
def test_a_class_is_called_a_grade_higher(name: str, later: str | None):
    assert next_class_name(name) == later


def test_the_grade_is_read_from_the_name():
    assert [grade_of(name) for name in ("6A1", "Lớp 12 Văn", "Mầm 2")] == [6, 12, None]


def test_a_code_keeps_its_form():
    assert next_class_code("ND-6A1-2026", "6A1", "7A1", 2026) == "ND-7A1-2027"
    assert next_class_code("X77", "6A1", "7A1", 2026) is None
    assert next_class_code(None, "6A1", "7A1", 2026) is None


def test_a_school_year_begins_in_august():
    assert school_year_of(date(2026, 7, 31)) == 2025
    assert school_year_of(date(2026, 8, 1)) == 2026
    assert first_day_after(2026) == date(2027, 8, 1)
