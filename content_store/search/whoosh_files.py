"""The files of a Whoosh index: generations in folders of their own, a pointer to the current one, a lock for writing.

A rebuild fills a new folder and then moves the pointer by one atomic rename. Readers look at the pointer before each
search, so every process notices by itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.util.filelock import FileLock, try_for

from content_store.search.port import SearchBusy
from content_store.search.terms import FORMAT

_POINTER = "CURRENT"
_LOCK = "WRITING"
_WAIT_S = 10.0
_PREFIX = f"g{FORMAT}-"


class Folder(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of one generation; Whoosh leaves open what it finds damaged, so they can be let go here."""

    def __init__(self, folder: str) -> None:
        """Name the folder; it must be there."""
        super().__init__(folder)
        self._opened: list[Any] = []

    def open_file(self, name: str, **kwargs: Any) -> Any:
        """Open a file as Whoosh asks for it and keep in mind that it is open."""
        opened = super().open_file(name, **kwargs)
        self._opened = [*self._still_open(), opened]
        return opened

    @contextlib.contextmanager
    def letting_go(self) -> Iterator[None]:
        """Close the files that an error leaves open."""
        try:
            yield
        except BaseException:
            for opened in self._still_open():
                opened.close()
            raise

    def _still_open(self) -> list[Any]:
        return [opened for opened in self._opened if not opened.is_closed]


class Generations:
    """The folder of one named index."""

    def __init__(self, home: Path) -> None:
        """Name the folder; nothing is made before something is written."""
        self._home = home
        self._thread_lock = threading.Lock()

    def current(self) -> Path | None:
        """The folder of the current generation, nothing where none was ever written."""
        try:
            name = (self._home / _POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return self._home / name

    def is_of_this_format(self) -> bool:
        """Whether the current generation was built by a release that writes as this one does."""
        current = self.current()
        return current is not None and current.name.startswith(_PREFIX)

    def begin(self) -> Path:
        """Make the folder of a generation that nobody reads yet."""
        folder = self._home / f"{_PREFIX}{uuid.uuid4().hex}"
        folder.mkdir(parents=True)
        return folder

    def adopt(self, folder: Path) -> None:
        """Make this generation the current one and delete all others."""
        fresh = self._home / f"{_POINTER}.new"
        fresh.write_text(folder.name, encoding="ascii")
        os.replace(fresh, self._home / _POINTER)
        for other in self._home.glob("g*-*"):
            if other != folder:
                self.discard(other)

    def discard(self, folder: Path) -> None:
        """Delete a generation; what another process still holds open (Windows) goes with the next rebuild."""
        shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write, among threads and processes."""
        self._home.mkdir(parents=True, exist_ok=True)
        if not self._thread_lock.acquire(timeout=_WAIT_S):
            raise SearchBusy
        try:
            lock = FileLock(str(self._home / _LOCK))
            if not try_for(lock.acquire, timeout=_WAIT_S):
                raise SearchBusy
            try:
                yield
            finally:
                lock.release()
        finally:
            self._thread_lock.release()
