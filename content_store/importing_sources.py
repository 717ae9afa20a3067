"""Where imported files lie: a folder, or a zip that was checked before any part of it is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from content_store.errors import TooLarge
from content_store.formats.archives import Archive
from content_store.formats.refusals import refusal
from content_store.formats.values import Limits
from content_store.importing_sheet import SHEETS, tidy_path
from content_store.system_files import is_system_file

GIB = 1 << 30
LIMITS = Limits(inside_bytes=8 * GIB, inside_count=20_000)
_UTF8_NAME = 0x800


class Source(Protocol):
    """Files by relative path."""

    left_out: int
    """How many files of systems lie among them, which are passed over."""

    def names(self) -> list[str]:
        """Every file, in order, without what systems leave among them."""

    def open(self, name: str) -> BinaryIO:
        """The bytes of one file."""

    def size(self, name: str) -> int:
        """How many bytes it has."""

    def filename(self, name: str) -> str:
        """What the file is called."""


class FolderSource:
    """Files of a folder on this machine; links that lead out of it are passed over."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self._root = root.resolve()
        self.left_out = 0
        self._paths = dict(self._walk())

    def names(self) -> list[str]:
        """Every file, in order."""
        return list(self._paths)

    def open(self, name: str) -> BinaryIO:
        """The bytes of one file."""
        return self._paths[name].open("rb")

    def size(self, name: str) -> int:
        """How many bytes it has."""
        return self._paths[name].stat().st_size

    def filename(self, name: str) -> str:
        """Its path."""
        return name

    def _walk(self) -> Iterator[tuple[str, Path]]:
        for path in sorted(self._root.rglob("*")):
            name = tidy_path(path.relative_to(self._root).as_posix())
            if not path.is_file() or not path.resolve().is_relative_to(self._root):
                continue
            if is_system_file(name):
                self.left_out += 1
            else:
                yield name, path


class ZipSource:
    """Files of a zip. What one part gives is bounded by what the directory of the zip says of it."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        """Check the whole directory first: count, sizes, ratio, nesting, names. Raises RefusedFile."""
        Archive(path, limits)
        self._zip = zipfile.ZipFile(path)
        files = {tidy_path(_name_of(entry)): entry for entry in self._zip.infolist() if not entry.is_dir()}
        self._entries = {name: entry for name, entry in files.items() if not is_system_file(name)}
        self.left_out = len(files) - len(self._entries)

    def names(self) -> list[str]:
        """Every file, in order."""
        return sorted(self._entries)

    def open(self, name: str) -> BinaryIO:
        """The bytes of one file."""
        entry = self._entries[name]
        try:
            return io.BufferedReader(_Bounded(self._zip.open(entry), entry.file_size))
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise refusal("corrupt") from error

    def size(self, name: str) -> int:
        """How many bytes the directory says it has."""
        return self._entries[name].file_size

    def filename(self, name: str) -> str:
        """Its path in the zip."""
        return name

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


class _Bounded(io.RawIOBase):
    """A part of a zip that may not give more than it said."""

    def __init__(self, part: IO[bytes], size: int) -> None:
        self._part, self._left = part, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._part.read(len(buffer))
        except Exception as error:  # zlib, lzma and bz2 each raise their own kind for damaged data
            raise refusal("corrupt", reason=type(error).__name__) from error
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge("A file in the archive is larger than it says.", code="too-big-inside")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._part.close()
        super().close()


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 without saying so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return entry.filename


def find_sheet(names: list[str]) -> str | None:
    """The table that lies among the files: the only one at the top, or one that is named as such."""
    tables = [name for name in names if "/" not in name and name.lower().endswith(SHEETS)]
    named = next(filter(is_named_sheet, tables), None)
    return named or (tables[0] if len(tables) == 1 and len(names) > 1 else None)


def is_named_sheet(name: str) -> bool:
    """Whether a table says by its name that it describes the others."""
    return name.lower().rpartition(".")[0] in {"metadata", "hoc-lieu", "index"}
