"""The table that describes files to import: CSV or a workbook, headings in Vietnamese or English, in any order.

Pure and suspicious: the workbook is read as a checked archive and plain XML, bounded in rows, columns and letters.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from content_store.errors import RefusedFile, TooLarge
from content_store.formats.archives import Archive
from content_store.formats.decode import decode_bytes
from content_store.formats.office import part_xml, relationships
from content_store.formats.values import Limits
from content_store.formats.xml_safe import find_local, text_of

LARGEST = 8_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 40
LONGEST_CELL = 5_000
TITLE_ROWS = 12
SHEETS = (".csv", ".tsv", ".xlsx")

_ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)
_LIMITS = Limits(inside_bytes=100 << 20, inside_count=500, part_bytes=24 << 20)
Line = tuple[int, list[str]]

# Folded headings as people write them.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "file": ("file", "filename", "file name", "path", "tep", "ten tep", "file hoc lieu", "duong dan"),
    "key": ("key", "id", "code", "ma", "ma hoc lieu"),
    "title": ("title", "name", "tieu de", "ten", "ten hoc lieu", "ten bai"),
    "description": ("description", "summary", "mo ta", "tom tat", "gioi thieu"),
    "subject": ("subject", "mon", "mon hoc"),
    "grades": ("grade", "grades", "lop", "khoi", "khoi lop"),
    "type": ("type", "kind", "loai", "loai hoc lieu", "dang"),
    "license": ("license", "licence", "giay phep", "ban quyen"),
    "language": ("language", "ngon ngu"),
    "authors": ("author", "authors", "tac gia", "nguoi soan"),
    "source": ("source", "source url", "url", "address", "nguon", "lien ket", "dia chi"),
    "keywords": ("keyword", "keywords", "tags", "tu khoa"),
    "collection": ("collection", "bo suu tap"),
}
_KNOWN = {word: column for column, words in HEADINGS.items() for word in words}


@dataclass(frozen=True)
class ImportRow:
    """One row of the table: its line, the file it is about, and what it says of it by column."""

    number: int
    file: str = ""
    said: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the row is known by when the same table comes again: its key, its file, or its address."""
        return (self.said.get("key") or self.file or self.said.get("source", ""))[:300]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be kept until the rows are written."""
        return asdict(self)


def is_address(text: str) -> bool:
    """Whether a row names its file by where it lies on the web."""
    return _ADDRESS.match(text) is not None


def fold(text: str) -> str:
    """Words without marks and case, as headings and labels are compared."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[_\-–./:*]+", " ", letters).split())


def read_sheet(path: Path) -> list[ImportRow]:
    """The rows of a table. Raises RefusedFile for one that cannot be read, or that describes no files."""
    lines = list(_lines(path))
    head = next((at for at, (_, cells) in enumerate(lines[:TITLE_ROWS]) if _is_head(cells)), None)
    if head is None:
        raise RefusedFile(
            "No column of file names or titles was found. Give the first row headings.", code="no-headings"
        )
    columns = _columns(lines[head][1])
    rows = [_row(number, cells, columns) for number, cells in lines[head + 1 :] if any(cells)]
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"A table has at most {MOST_ROWS} rows. Split it.", code="too-many-rows")
    if not rows:
        raise RefusedFile("There is nothing below the headings.", code="no-rows")
    return rows


def _lines(path: Path) -> Iterator[Line]:
    if path.stat().st_size > LARGEST:
        raise TooLarge("The table is too large. Split it.", code="too-many-rows")
    with path.open("rb") as stream:
        is_package = stream.read(4) == b"PK\x03\x04"
    return _workbook_lines(path) if is_package else _csv_lines(path.read_bytes())


def _csv_lines(data: bytes) -> Iterator[Line]:
    text = decode_bytes(data)
    if text is None:
        raise RefusedFile("The table cannot be read. Save it as CSV (UTF-8) or .xlsx.", code="bad-table")
    first = text.lstrip().splitlines()[:TITLE_ROWS]
    if first and first[0].lower().startswith("sep="):
        text = "\n" + text.partition("\n")[2]
    delimiter = max((",", ";", "\t"), key="\n".join(first[1:] if len(first) > 1 else first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [_clean(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise RefusedFile(
            "The table cannot be read. Save it as CSV (UTF-8) or .xlsx.", code="bad-table"
        ) from error


def _workbook_lines(path: Path) -> Iterator[Line]:
    """The first sheet of a workbook: shared strings, inline strings and numbers are all that a table needs."""
    archive = Archive(path, _LIMITS)
    try:
        book = part_xml(archive, "xl/workbook.xml")
        targets = relationships(archive, "xl/workbook.xml")
        sheet = find_local(book, "sheet")[0]
        key = next(str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))
        root = part_xml(archive, targets[key][1])
    except (IndexError, KeyError, StopIteration) as error:
        raise RefusedFile("The workbook has no sheet that can be read.", code="bad-table") from error
    shared: list[str] = []
    if "xl/sharedStrings.xml" in archive:
        shared = [_string(one) for one in find_local(part_xml(archive, "xl/sharedStrings.xml"), "si")]
    for place, row in enumerate(find_local(root, "row"), start=1):
        number = str(row.get("r", ""))
        yield int(number) if number.isdigit() else place, _cells(row, shared)


def _cells(row: Any, shared: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for place, cell in enumerate(find_local(row, "c")):
        column = _column(str(cell.get("r", "")), place)
        if column >= MOST_COLUMNS:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _clean(_value(cell, shared))
    return cells


def _column(reference: str, place: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        return place
    column = 0
    for letter in letters[0]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _value(cell: Any, shared: Sequence[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _string(cell)
    value = next((text_of(one) for one in find_local(cell, "v")), "")
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    return value.removesuffix(".0") if kind in (None, "n") else value


def _string(element: Any) -> str:
    """The text of a rich string, without the readings that Japanese tables put above words."""
    return "".join(text_of(one) for one in find_local(element, "t"))


def _clean(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell[:LONGEST_CELL]).replace("\x00", "")
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _is_head(cells: Sequence[str]) -> bool:
    return not {"file", "title"}.isdisjoint(_columns(cells).values())


def _columns(cells: Sequence[str]) -> dict[int, str]:
    """What stands in each known column; the first of two equal headings counts."""
    found: dict[int, str] = {}
    for position, cell in enumerate(cells):
        column = _KNOWN.get(fold(cell))
        if column is not None and column not in found.values():
            found[position] = column
    return found


def _row(number: int, cells: Sequence[str], columns: Mapping[int, str]) -> ImportRow:
    said = {columns[position]: cell for position, cell in enumerate(cells) if position in columns and cell}
    file = said.pop("file", "")
    return ImportRow(number, file if is_address(file) else tidy_path(file), said)


def tidy_path(path: str) -> str:
    """A relative path as archives and folders name it: slashes forward, NFC, no dot in front."""
    plain = unicodedata.normalize("NFC", path).replace("\\", "/").strip()
    return posixpath.normpath(plain).lstrip("/") if plain else ""
