"""The accounts a visitor signs in with, and what to look at with each."""

from __future__ import annotations

from lms.demo.places import PASSWORD
from lms.people.queries import find_user

ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("lan", "teacher", "/teach: her Math 6 course, its lessons and how 6A1 and 6A2 are doing"),
    ("minh", "pupil of 6A1", "/learn: goes on in the middle of a lesson; results"),
    ("yen", "teacher of another school", "/teach: the same course with 6A1 of Rạch Dừa; spreadsheets"),
    ("ha", "school administrator", "/manage: people, classes and course runs of THCS Bến Sông"),
    ("bao", "editor (librarian)", "/library: 80 items; /library/reports, a shelf"),
    ("truc", "teacher of the learning center", "/teach: two open courses"),
    ("tu", "citizen", "/catalog: takes open courses"),
    ("hung", "guardian", "/account"),
    ("phuc", "department administrator", "/manage: the whole tree; /library/reviews"),
    ("duyen", "auditor", "reads, changes nothing"),
    ("quantri", "system administrator", "/manage and the jobs of the site"),
)


def is_built() -> bool:
    """Tell whether the demo's people are here."""
    return find_user(ACCOUNTS[-1][0]) is not None


def accounts_table() -> str:
    """Return the table of accounts for a terminal."""
    rows = [("user name", "password", "role", "look at"), *((a[0], PASSWORD, a[1], a[2]) for a in ACCOUNTS)]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )
