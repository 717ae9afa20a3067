"""Whether the files of a Tantivy index are as they were written: each ends with a checksum that nobody else reads.

A file is its content, a few words of JSON with the CRC-32 of the content, the length of these words and a fixed number.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path

_NUMBER = 1337
_PIECE = 1 << 20
_SUFFIXES = {".term", ".idx", ".pos", ".fast", ".store", ".fieldnorm", ".del"}

Stamp = tuple[int, int, int]


def stamp_of(folder: Path) -> Stamp:
    """What changes with every commit."""
    told = os.stat(folder / "meta.json")
    return told.st_ino, told.st_mtime_ns, told.st_size


def damaged_file(folder: Path) -> str | None:
    """Name a file of the current state that is not as it was written; reads all of them."""
    wanted = {segment["segment_id"].replace("-", "") for segment in _meta(folder)["segments"]}
    for path in sorted(folder.iterdir()):
        if path.suffix in _SUFFIXES and path.name[:32] in wanted and not _is_whole(path):
            return path.name
    return None


def _meta(folder: Path) -> dict[str, list[dict[str, str]]]:
    meta: dict[str, list[dict[str, str]]] = json.loads((folder / "meta.json").read_bytes())
    return meta


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(size - 8)
            length, number = struct.unpack("<II", file.read(8))
            file.seek(size - 8 - length)
            told = json.loads(file.read(length))["crc"]
            file.seek(0)
            left, found = size - 8 - length, 0
            while left and (piece := file.read(min(left, _PIECE))):
                found = zlib.crc32(piece, found)
                left -= len(piece)
    except FileNotFoundError:
        return True  # merged away meanwhile
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(number == _NUMBER and found == told)
