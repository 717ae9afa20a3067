"""What a dry run looks at besides the table: the files themselves, as far as their first bytes tell, and those left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from content_store.errors import StoreError
from content_store.formats.sniff import HEAD, refuse_programs
from content_store.importing import Problem
from content_store.importing_sheet import ImportRow
from content_store.importing_sources import Source, find_sheet


def check_files(rows: Sequence[ImportRow], source: Source) -> list[Problem]:
    """What is wrong with the files that rows name: nothing in them, or a program."""
    there = set(source.names())
    found = (_check_file(row, source) for row in rows if row.file in there)
    return [problem for problem in found if problem is not None]


def _check_file(row: ImportRow, source: Source) -> Problem | None:
    if source.size(row.file) == 0:
        return Problem(row.number, "empty-file", "The file is empty.", row.file[:200])
    try:
        with source.open(row.file) as stream:
            refuse_programs(stream.read(HEAD), PurePath(row.file.lower()).suffix)
    except (StoreError, OSError) as error:
        code = error.code if isinstance(error, StoreError) else "missing-in-files"
        return Problem(row.number, code, getattr(error, "message", "It cannot be read."), row.file[:200])
    return None


def list_left_over(rows: Iterable[ImportRow], names: Sequence[str]) -> list[str]:
    """The files that no row names and that are not the table: they are not put in."""
    named = {row.file for row in rows} | {find_sheet(list(names))}
    return [name for name in names if name not in named]
