"""Open a zip without trusting it: names, counts, sizes and ratios are checked before any part is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from content_store.formats.refusals import refusal
from content_store.formats.values import Limits

_SMALL = 10 << 20
_NESTED_BYTES = 32 << 20
_MOST_NESTED = 50
_ZIP = b"PK\x03\x04"


class Archive:
    """A checked zip. `read` never gives more than the limit, whatever the directory of the zip claims."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open and check the whole directory, and the archives inside it."""
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise refusal("corrupt") from error
        _check(self._zip, limits, depth=1)
        self.names: tuple[str, ...] = tuple(self._zip.namelist())
        self._known = frozenset(self.names)

    def __contains__(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._known

    def size(self, name: str) -> int:
        """Bytes the part claims to hold."""
        return self._zip.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        """The bytes of one part; raises for a missing, damaged or over-large one."""
        return _read(self._zip, name, self._limits.part_bytes)


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as part:
            data = part.read(most + 1)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise refusal("corrupt") from error
    except Exception as error:
        # zlib, lzma and bz2 each raise their own kind for damaged data.
        raise refusal("corrupt", reason=type(error).__name__) from error
    if len(data) > most:
        raise refusal("too-big-inside")
    return data


def _check(archive: zipfile.ZipFile, limits: Limits, depth: int) -> None:
    entries = archive.infolist()
    if len(entries) > limits.inside_count or depth > limits.inside_depth:
        raise refusal("too-big-inside")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise refusal("encrypted")
    if any(_points_outside(entry.filename) for entry in entries):
        raise refusal("unsafe-names")
    inside = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if inside > limits.inside_bytes or (inside > _SMALL and inside / packed > limits.inside_ratio):
        raise refusal("too-big-inside")
    _check_nested(archive, entries, limits, depth)


def _check_nested(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits, depth: int
) -> None:
    """Bombs hide one level down: look into archives inside, as deep as the limit says."""
    looked_at = 0
    for entry in entries:
        if not 22 <= entry.file_size <= _NESTED_BYTES or looked_at >= _MOST_NESTED:
            continue
        if _starts_as_zip(archive, entry):
            looked_at += 1
            try:
                inner = zipfile.ZipFile(io.BytesIO(_read(archive, entry.filename, _NESTED_BYTES)))
            except zipfile.BadZipFile:
                continue
            with inner:
                _check(inner, limits, depth + 1)


def _starts_as_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(entry) as part:
            return part.read(4) == _ZIP
    except Exception as error:
        # As in `_read`: every compressor has its own error, and all mean the same here.
        raise refusal("corrupt", reason=type(error).__name__) from error


def _points_outside(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or plain[1:2] == ":" or ".." in plain.split("/") or "\x00" in plain
