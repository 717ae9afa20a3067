"""CSV: encoding and delimiter sniffed, the first rows as a table."""

from __future__ import annotations

import csv
import re
from html import escape
from itertools import islice
from pathlib import Path

from content_store.formats.decode import read_text
from content_store.formats.sniff import Sniffed
from content_store.formats.values import Draft, Limits

_SHOWN_ROWS, _SHOWN_COLUMNS, _SHOWN_LETTERS = 200, 60, 300
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d%?\Z")
_LONGEST_NUMBER = 40


def read(path: Path, sniffed: Sniffed, limits: Limits) -> Draft:
    """A first row without numbers above a row with some is taken as the header."""
    draft = Draft("csv", sniffed.media_type)
    content = read_text(path, draft, limits)
    csv.field_size_limit(limits.source_bytes)
    lines = content.split("\n")
    rows = csv.reader((line + "\n" for line in lines), delimiter=_delimiter(lines))
    shown = [row for row in islice(rows, _SHOWN_ROWS + 1) if any(cell.strip() for cell in row)]
    header = shown[0] if _has_header(shown) else []
    draft.outline = [cell for cell in header if cell.strip()][:_SHOWN_COLUMNS]
    draft.html = _table(header, shown[1:] if header else shown)
    draft.text = content
    if len(lines) > len(shown) + 1 or any(len(row) > _SHOWN_COLUMNS for row in shown):
        draft.warn("rows-truncated")
    return draft


def _delimiter(lines: list[str]) -> str:
    """The mark that divides the first lines most evenly."""
    sample = [line for line in lines[:30] if line.strip()]

    def score(mark: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(sample, delimiter=mark)]
        return (len(set(counts)) == 1 and counts[0] > 1, min(counts, default=0))

    return max(_DELIMITERS, key=score) if sample else ","


def _has_header(rows: list[list[str]]) -> bool:
    if len(rows) < 2 or any(map(_is_number, rows[0])):
        return False
    return all(cell.strip() for cell in rows[0]) or any(map(_is_number, rows[1]))


def _is_number(cell: str) -> bool:
    bare = cell.strip()
    return len(bare) <= _LONGEST_NUMBER and _NUMBER.match(bare) is not None


def _table(header: list[str], rows: list[list[str]]) -> str:
    head = f"<thead>{_row(header, 'th')}</thead>" if header else ""
    return f"<table>{head}<tbody>{''.join(_row(row, 'td') for row in rows[:_SHOWN_ROWS])}</tbody></table>"


def _row(cells: list[str], tag: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    opening = f"<{tag}{scope}>"
    return (
        f"<tr>{''.join(opening + escape(_shown(cell)) + f'</{tag}>' for cell in cells[:_SHOWN_COLUMNS])}</tr>"
    )


def _shown(cell: str) -> str:
    return cell if len(cell) <= _SHOWN_LETTERS else cell[:_SHOWN_LETTERS] + "…"
