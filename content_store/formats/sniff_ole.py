"""The container of older office files: which kind it is, whether it is locked, whether macros are inside."""

from __future__ import annotations

import struct
from pathlib import Path

from content_store.formats.refusals import refusal

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_ROOT = "Root Entry".encode("utf-16-le")
_HEAD, _DIRECTORY = 1 << 20, 64 << 10


def sniff_ole(path: Path, suffix: str) -> tuple[str, tuple[str, ...]]:
    """(media type, warnings); refuses a document behind a password, and a container in which nothing stands."""
    names = _names(path)
    if _LOCKED in names:
        raise refusal("encrypted")
    warnings = ("programs-inside",) if _MACROS in names else ()
    if not warnings and _ROOT not in names:
        raise refusal("corrupt")
    return _TYPES.get(suffix, "application/x-ole-storage"), warnings


def _names(path: Path) -> bytes:
    """The beginning, and the directory of names, which stands behind the content of a large file."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        if len(head) < 52:
            return head
        shift, sector = struct.unpack("<H", head[30:32])[0], struct.unpack("<I", head[48:52])[0]
        if shift not in (9, 12):
            return head
        stream.seek((sector + 1) << shift)
        return head + stream.read(_DIRECTORY)
