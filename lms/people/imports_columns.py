"""From rows of text to rows about people: headings in Vietnamese or English, in any order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.vietnamese import fold
from lms.people.imports_reading import MOST_ROWS, TITLE_ROWS, Line

# Folded headings as schools write them. The day of birth is known so that it can be left out knowingly.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "full_name": (
        "ho ten",
        "ho va ten",
        "ho va ten hoc sinh",
        "ten hoc sinh",
        "full name",
        "name",
        "fullname",
    ),
    "family_name": ("ho", "ho dem", "ho va dem", "ho va ten dem", "ho lot", "family name", "last name"),
    "given_name": ("ten", "given name", "first name"),
    "login": ("ten dang nhap", "tai khoan", "login", "user name", "username"),
    "email": ("mail", "email", "e-mail", "thu dien tu", "dia chi mail", "mail address", "email address"),
    "role": ("vai tro", "chuc vu", "role"),
    "class_name": ("lop", "lop hoc", "ten lop", "class", "homeroom class"),
    "pupil_code": ("ma hoc sinh", "ma hs", "ma dinh danh", "pupil code", "student id", "student code"),
    "day_of_birth": ("ngay sinh", "nam sinh", "date of birth", "birthday", "day of birth"),
}
KNOWN = {word: column for column, words in HEADINGS.items() for word in words}

ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "learner": ("", "hoc sinh", "hoc vien", "hs", "learner", "pupil", "student"),
    "teacher": ("giao vien", "gv", "giang vien", "teacher"),
    "guardian": ("phu huynh", "guardian", "parent"),
    "editor": ("thu vien", "can bo thu vien", "thu thu", "editor", "librarian"),
    "reviewer": ("kiem duyet", "nguoi kiem duyet", "reviewer"),
    "school_admin": ("quan tri truong", "quan tri vien truong", "school admin", "school administrator"),
}
ROLES_BY_WORD = {word: role for role, words in ROLE_WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One person of a list, as written there; `number` is the line in the file."""

    number: int
    full_name: str = ""
    login: str = ""
    email: str = ""
    role: str = ""
    class_name: str = ""
    pupil_code: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return what a draft keeps of the row."""
        return asdict(self)

    @property
    def role_key(self) -> str | None:
        """Return the role meant (a learner when the cell is empty), None when the word is unknown."""
        return ROLES_BY_WORD.get(fold(self.role).replace("_", " ").strip())


def restore_row(kept: Mapping[str, object]) -> ImportRow:
    """Return the row that a draft kept."""
    names = {item.name for item in fields(ImportRow)}
    return ImportRow(**{name: value for name, value in kept.items() if name in names})  # type: ignore[arg-type]


def read_rows(lines: Sequence[Line]) -> list[ImportRow]:
    """Return the people of a table. Raises Invalid when no row of headings names a column of names."""
    head = next((at for at, line in enumerate(lines[:TITLE_ROWS]) if _names_people(line[1])), None)
    if head is None:
        raise Invalid(
            {"file": _("No column of names was found. Give the first row headings as in the example.")}
        )
    columns = _find_columns(lines[head][1])
    rows = [_read_row(number, cells, columns) for number, cells in lines[head + 1 :]]
    if not rows:
        raise Invalid(
            {"file": _("There is nobody below the headings. Add people, then send the file again.")}
        )
    if len(rows) > MOST_ROWS:
        raise Invalid({"file": _("The list has more than 5,000 rows. Split it.")})
    return rows


def _names_people(cells: Sequence[str]) -> bool:
    return not {"full_name", "given_name"}.isdisjoint(_find_columns(cells))


def _find_columns(cells: Sequence[str]) -> dict[str, int]:
    """Return where each known heading stands; the first of two equal ones counts."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        column = KNOWN.get(fold(cell).replace("_", " ").strip(" :*."))
        if column is not None:
            columns.setdefault(column, position)
    return columns


def _read_row(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> ImportRow:
    def cell(column: str) -> str:
        position = columns.get(column)
        return cells[position] if position is not None and position < len(cells) else ""

    parted = f"{cell('family_name')} {cell('given_name')}".strip()
    return ImportRow(
        number=number,
        full_name=cell("full_name") or parted,
        login=cell("login").lower(),
        email=cell("email").lower(),
        role=cell("role"),
        class_name=cell("class_name"),
        pupil_code=cell("pupil_code"),
    )
