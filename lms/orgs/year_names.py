"""What a homeroom class is called a school year later: 6A1 → 7A1. Pure guesses, for people to correct."""

from __future__ import annotations

import re
from datetime import date

from lms.core.vietnamese import fold, tidy

NAME = re.compile(r"(?P<before>\D*?)(?P<grade>\d{1,2})(?P<after>(?:\D.*)?)", re.DOTALL)
BEFORE = frozenset({"", "lop", "khoi", "class", "grade"})
LAST_GRADES = frozenset({5, 9, 12})  # the last ones of primary, lower and upper secondary school
HIGHEST = 12
YEAR_BEGINS = 8  # August: the month in which the new school year takes over


def grade_of(name: str) -> int | None:
    """Return the grade that the name of a class begins with, None for names of another kind."""
    found = NAME.fullmatch(tidy(name))
    if found is None or fold(found["before"]).strip() not in BEFORE:
        return None
    grade = int(found["grade"])
    return grade if 1 <= grade <= HIGHEST else None


def next_class_name(name: str) -> str | None:
    """Return the name a grade higher; None when there is no grade in it or none above."""
    grade, found = grade_of(name), NAME.fullmatch(tidy(name))
    if grade is None or found is None or grade == HIGHEST:
        return None
    return f"{found['before']}{grade + 1}{found['after']}"


def next_class_code(code: str | None, old_name: str, new_name: str, year: int) -> str | None:
    """Return the old code with the new name (and the new year, if the old one stands in it) in the old one's place."""
    if not code or old_name not in code:
        return None
    return code.replace(old_name, new_name, 1).replace(str(year), str(year + 1), 1)


def school_year_of(day: date) -> int:
    """Return the year in which the school year of this day began."""
    return day.year if day.month >= YEAR_BEGINS else day.year - 1


def first_day_after(year: int) -> date:
    """Return the day on which the school year after `year` usually takes over."""
    return date(year + 1, YEAR_BEGINS, 1)
