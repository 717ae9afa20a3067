"""The Blobs protocol, and the staged file that every engine takes new bytes from."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from content_store.errors import BlobMissing
from content_store.links import Disposition

CHUNK = 1024 * 1024
ABANDONED_AFTER_S = 24 * 3600
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class BlobRef:
    """The name of stored bytes, and how many there are."""

    sha256: str
    size: int


class Staged:
    """Bytes on their way in: a temporary file that hashes what is written to it.

    `commit` makes it a blob, `abort` (or leaving the `with` block without a commit) removes it. In
    between it is an ordinary file at `path`, so a format can be inspected before anything is kept.
    """

    def __init__(self, folder: Path, keep: Callable[[Staged], None]) -> None:
        """Open a temporary file in `folder`; `keep` is the engine's step that makes it a blob."""
        descriptor, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
        self.path = Path(name)
        self.size = 0
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()
        self._keep = keep
        self.origin: str | None = None
        """A kept part with these very bytes, which the storage may make the blob of by itself."""
        self.release: Callable[[], None] | None = None
        """Called once when the bytes are kept or forgotten."""

    @property
    def sha256(self) -> str:
        """The hash of what was written so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def finish(self) -> None:
        """Put everything written so far safely on the disk; no more can be written."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def commit(self) -> BlobRef:
        """Make it a blob. Doing so twice, or for bytes already stored, changes nothing."""
        self.finish()
        if self.path.exists():
            self._keep(self)
            self.path.unlink(missing_ok=True)
            self._let_go()
        return BlobRef(self.sha256, self.size)

    def abort(self) -> None:
        """Forget the bytes; harmless after a commit. On a full disk even closing fails, and the file must go."""
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)
        self._let_go()

    def _let_go(self) -> None:
        release, self.release = self.release, None
        if release is not None:
            release()

    def __enter__(self) -> Staged:
        """Stage inside a `with` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget whatever was not committed."""
        self.abort()


@dataclass(frozen=True)
class PartLink:
    """Where a browser may put one piece by itself: an address, and the headers that stand under its signature."""

    url: str
    headers: dict[str, str]


class Blobs(Protocol):
    """Stored bytes. Reading a name that is not there raises `BlobMissing`."""

    def stage(self) -> Staged:
        """A new staged file, to be committed into this store."""

    def put(self, stream: BinaryIO) -> BlobRef:
        """Store a stream in flat memory; storing the same bytes again changes nothing."""

    def open(self, sha256: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from `start` up to, but without, `end`."""

    def size(self, sha256: str) -> int:
        """How many bytes there are."""

    def exists(self, sha256: str) -> bool:
        """Whether the blob is stored."""

    def stored_at(self, sha256: str) -> datetime:
        """When the blob was last put; putting it again starts its time anew."""

    def delete(self, sha256: str) -> None:
        """Remove the blob; harmless if it is not there."""

    def list(self) -> Iterator[str]:
        """The name of every stored blob."""

    def keep_part(self, name: str, staged: Staged) -> None:
        """Keep a piece of an unfinished upload aside, under 32 hex digits. It is no blob."""

    def open_part(self, name: str) -> BinaryIO:
        """The bytes of a kept piece. Raises `BlobMissing`."""

    def size_of_part(self, name: str) -> int:
        """How many bytes a kept piece has. Raises `BlobMissing`."""

    def part_link(self, name: str, *, size: int, sha256: str, expires_s: int) -> PartLink | None:
        """An address to put exactly these bytes under that name, or None where they must come through us."""

    def gather(self, parts: Sequence[tuple[str, int]]) -> str | None:
        """Make one part of several (name, size) inside the storage; its name, or None where it cannot be done there."""

    def drop_part(self, name: str) -> None:
        """Remove a kept piece; harmless if it is not there."""

    def list_parts(self) -> Iterator[str]:
        """The name of every kept piece."""

    def link(
        self, sha256: str, *, filename: str, media_type: str, expires_s: int, disposition: Disposition
    ) -> str | None:
        """An address signed by the storage itself, or None where our file server must serve it."""

    def origin(self) -> str | None:
        """Where browsers load from and send to when addresses are signed by the storage; None where there is none."""

    def refuses_page(self, origin: str) -> bool | None:
        """Whether browsers on pages of `origin` may not send here; None where they never do."""

    def require_ready(self) -> None:
        """Raises StoreError where nothing could be stored now, for whoever is about to send; cheap while all is well."""

    def check(self) -> str | None:
        """None if blobs can be written and read, else one sentence that says what is wrong."""


def copy_into(staged: Staged, stream: BinaryIO) -> BlobRef:
    """Copy a stream into a staged file and commit it; an interrupted one leaves nothing behind."""
    with staged:
        while data := stream.read(CHUNK):
            staged.write(data)
        return staged.commit()


def sweep_folder(folder: Path, *, older_than_s: float = ABANDONED_AFTER_S) -> int:
    """Remove the staged files of crashed writers; returns how many there were."""
    removed = 0
    for path in folder.glob("incoming-*"):
        try:
            if time.time() - path.stat().st_mtime >= older_than_s:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed


def is_sha256(name: str) -> bool:
    """Whether a name can be that of a blob."""
    return _SHA256.fullmatch(name) is not None


def is_part(name: str) -> bool:
    """Whether a name can be that of a part."""
    return _PART.fullmatch(name) is not None


def require_part(name: str) -> str:
    """Refuse a name that is none of a part, before it can become part of a path."""
    if not is_part(name):
        raise BlobMissing(part=name[:64])
    return name


def require_sha256(name: str) -> str:
    """Refuse a name that is no hash, before it can become part of a path."""
    if not is_sha256(name):
        raise BlobMissing(sha256=name[:64])
    return name
