"""Blobs in a folder: `ab/cd/abcd…`, written aside and renamed into place."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from content_store.blobs.port import (
    ABANDONED_AFTER_S,
    BlobRef,
    PartLink,
    Staged,
    copy_into,
    is_part,
    require_part,
    require_sha256,
    sweep_folder,
)
from content_store.errors import BlobMissing
from content_store.links import Disposition


class LocalBlobs:
    """The engine for one machine, or for several that share a network folder."""

    def __init__(self, root: Path) -> None:
        """Use `root`, creating it, and sweep what crashed writers left behind."""
        self.root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._parts = root / "parts"
        self.sweep()

    @classmethod
    def from_url(cls, url: str) -> LocalBlobs:
        """Open `file:///folder`."""
        return cls(Path(unquote(urlsplit(url).path)))

    def sweep(self, *, older_than_s: float = ABANDONED_AFTER_S) -> int:
        """Remove half-written files that nobody has touched for a day."""
        return sweep_folder(self._incoming, older_than_s=older_than_s)

    def stage(self) -> Staged:
        """A staged file on the same file system, so that committing is one rename."""
        return Staged(self._incoming, self._keep)

    def put(self, stream: BinaryIO) -> BlobRef:
        """Store a stream."""
        return copy_into(self.stage(), stream)

    def open(self, sha256: str, *, start: int = 0, end: int | None = None) -> BinaryIO:
        """The bytes from `start` up to `end`."""
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None
        file.seek(start)
        return file if end is None else io.BufferedReader(_Bounded(file, max(0, end - start)))

    def size(self, sha256: str) -> int:
        """How many bytes there are."""
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None

    def exists(self, sha256: str) -> bool:
        """Whether the blob is stored."""
        return self._path(sha256).is_file()

    def stored_at(self, sha256: str) -> datetime:
        """When the blob was last put."""
        try:
            return datetime.fromtimestamp(self._path(sha256).stat().st_mtime, UTC)
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None

    def delete(self, sha256: str) -> None:
        """Remove the blob."""
        self._path(sha256).unlink(missing_ok=True)

    def list(self) -> Iterator[str]:
        """The name of every stored blob, in order."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            yield path.name

    def keep_part(self, name: str, staged: Staged) -> None:
        """Move the staged file among the parts."""
        target = self._parts / require_part(name)
        self._parts.mkdir(exist_ok=True)
        staged.finish()
        staged.path.replace(target)
        _sync_folder(self._parts)

    def open_part(self, name: str) -> BinaryIO:
        """The bytes of a kept piece."""
        try:
            return (self._parts / require_part(name)).open("rb")
        except FileNotFoundError:
            raise BlobMissing(part=name) from None

    def size_of_part(self, name: str) -> int:
        """How many bytes a kept piece has."""
        try:
            return (self._parts / require_part(name)).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(part=name) from None

    def part_link(self, name: str, *, size: int, sha256: str, expires_s: int) -> PartLink | None:
        """None: a folder takes nothing by itself."""
        return None

    def gather(self, parts: Sequence[tuple[str, int]]) -> str | None:
        """None: reading the pieces is what joining them would cost."""
        return None

    def drop_part(self, name: str) -> None:
        """Remove a kept piece."""
        (self._parts / require_part(name)).unlink(missing_ok=True)

    def list_parts(self) -> Iterator[str]:
        """The name of every kept piece, in order."""
        names = (path.name for path in self._parts.glob("*"))
        yield from sorted(name for name in names if is_part(name))

    def link(
        self, sha256: str, *, filename: str, media_type: str, expires_s: int, disposition: Disposition
    ) -> str | None:
        """None: a folder cannot serve itself."""
        return None

    def origin(self) -> str | None:
        """None: the file server serves."""
        return None

    def refuses_page(self, origin: str) -> bool | None:
        """None: no page sends here."""
        return None

    def require_ready(self) -> None:
        """A folder is told of by its first byte, at no cost."""

    def check(self) -> str | None:
        """Write, read back and remove a small file."""
        try:
            with self.stage() as staged:
                staged.write(b"check")
                staged.finish()
                if staged.path.read_bytes() != b"check":
                    return f"The folder {self.root} does not give back what was written to it."
        except OSError as error:
            reason = error.strerror or error
            return f"The folder {self.root} cannot be written: {reason}. Check its owner and free space."
        return None

    def _path(self, sha256: str) -> Path:
        name = require_sha256(sha256)
        return self.root / name[:2] / name[2:4] / name

    def _keep(self, staged: Staged) -> None:
        """Put even what is there already in its place: that heals a damaged file, and renews its time."""
        target = self._path(staged.sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            for folder in (target.parent.parent, self.root):
                _sync_folder(folder)
        staged.path.chmod(0o440)
        staged.path.replace(target)
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Bounded(io.RawIOBase):
    """A file that ends early."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file = file
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
