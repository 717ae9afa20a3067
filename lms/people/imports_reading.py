"""From the bytes of an uploaded list to rows of text. Pure and suspicious: sizes, rows and nesting are limited."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from zipfile import BadZipFile

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.vietnamese import tidy

LARGEST = 3_000_000
LARGEST_UNPACKED = 60_000_000
LARGEST_RATIO = 200
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 40
LONGEST_CELL = 300
TITLE_ROWS = 12  # what may stand above the headings

Line = tuple[int, list[str]]


def read_table(data: bytes) -> list[Line]:
    """Return the rows of a CSV or XLSX file as (line number, cells); empty rows are left out. Raises Invalid."""
    if not data.strip():
        raise Invalid({"file": _("The file is empty. Choose another one.")})
    if len(data) > LARGEST:
        raise Invalid({"file": _("The file is too large. Split it into lists of at most 5,000 people.")})
    rows = _xlsx_rows(data) if data.startswith(b"PK\x03\x04") else _csv_rows(data)
    found: list[Line] = []
    for number, cells in rows:
        if any(cells):
            found.append((number, cells))
        if len(found) > MOST_ROWS + TITLE_ROWS:
            raise Invalid({"file": _("The list has more than 5,000 rows. Split it.")})
    return found


def _csv_rows(data: bytes) -> Iterator[Line]:
    text = decode_text(data)
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        text = "\n" + "\n".join(lines[1:])  # Excel's own hint; the empty line keeps the numbers right
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text))
    try:
        for cells in reader:
            yield reader.line_num, [_clean(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Invalid({"file": _unreadable()}) from error


def decode_text(data: bytes) -> str:
    """Return the text of a list in UTF-8, UTF-16 or the old Vietnamese code page 1258. Raises Invalid."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data[:200].count(0) > len(data[:200]) // 4:
        encodings = ("utf-16-be",) if data[0] == 0 else ("utf-16-le",)
    else:
        encodings = ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid({"file": _unreadable()})


def _unreadable() -> str:
    return str(_("The file cannot be read. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx)."))


def _find_delimiter(text: str) -> str:
    """Return the sign that parts the cells: the one met most often in the first rows."""
    head = "\n".join(text.splitlines()[:TITLE_ROWS])
    return max((",", ";", "\t"), key=head.count)


def _xlsx_rows(data: bytes) -> Iterator[Line]:
    try:
        _check_package(data)
        from openpyxl import load_workbook  # 8 MB that no other page needs

        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        limit = MOST_ROWS + TITLE_ROWS + 1
        rows = sheet.iter_rows(max_row=limit, max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield number, [_clean(_shown(cell)) for cell in cells]
        book.close()
    except Invalid:
        raise
    except Exception as error:  # a hostile or broken package may break openpyxl anywhere
        raise Invalid({"file": _unreadable()}) from error


def _check_package(data: bytes) -> None:
    """Refuse packages that unpack to far more than they are, or that declare entities."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except BadZipFile as error:
        raise Invalid({"file": _unreadable()}) from error
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * len(data):
        raise Invalid(
            {"file": _("This workbook unpacks to too much. Save the list alone in a new workbook.")}
        )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")) and _declares_entities(package.read(part)):
            raise Invalid({"file": _unreadable()})


def _declares_entities(text: bytes) -> bool:
    return any(
        word.encode(code) in text
        for word in ("<!DOCTYPE", "<!ENTITY")
        for code in ("utf-8", "utf-16-le", "utf-16-be")
    )


def _shown(cell: object) -> str:
    """Return a cell as a person sees it: 12 and not 12.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _clean(cell: str) -> str:
    return tidy(cell[:LONGEST_CELL])
