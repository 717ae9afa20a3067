"""The demo courses, read from the text files of `data/`.

One folder per course: `course.txt` holds the fields, `unit-1.md` and so on the lessons.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from lms.demo.content.course_text import parse_fields, parse_units
from lms.demo.content.model import DemoCourse

COURSE_FOLDERS = (
    "toan-6-phan-so",
    "khoa-hoc-tu-nhien-8",
    "tin-hoc-7-bang-tinh",
    "ki-nang-so",
    "english-at-the-quay",
)


@cache
def all_courses() -> tuple[DemoCourse, ...]:
    """Every demo course, school courses first."""
    data = files("lms.demo.content") / "data"
    return tuple(_course(data / folder) for folder in COURSE_FOLDERS)


def school_courses() -> tuple[DemoCourse, ...]:
    """The courses taught to school classes."""
    return tuple(course for course in all_courses() if not course.open)


def open_courses() -> tuple[DemoCourse, ...]:
    """The courses anyone may join from the catalogue."""
    return tuple(course for course in all_courses() if course.open)


def _course(folder: Traversable) -> DemoCourse:
    fields = parse_fields((folder / "course.txt").read_text(encoding="utf-8"))
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("unit-"))
    units = tuple(unit for name in names for unit in parse_units((folder / name).read_text(encoding="utf-8")))
    return DemoCourse(
        slug=folder.name,
        title=fields["title"],
        summary=fields["summary"],
        promise=fields["promise"],
        language=fields["language"],
        level=fields["level"],
        subject=fields["subject"],
        grades=tuple(int(grade) for grade in fields["grades"].split()),
        effort_hours=int(fields["effort_hours"]),
        cover_ink=fields["cover_ink"],
        open=fields["open"] == "yes",
        provider=fields["provider"],
        teachers=tuple(fields["teachers"].split()),
        what_you_receive=tuple(part.strip() for part in fields["what_you_receive"].split(";")),
        units=units,
    )
