"""Files that a table names by their address on the web: fetched when their row is read, a few kept at a time.

The store itself asks no network: whoever opens such a source gives it the hands that do.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from content_store.errors import RefusedFile
from content_store.importing_sheet import ImportRow, is_address
from content_store.importing_sources import Source

MOST_ADDRESSES = 500
KEPT = 10  # files at once on this machine: as many as one step of an import reads
Fetch = Callable[[str, BinaryIO], str]


def read_addresses(text: str) -> list[ImportRow]:
    """Return a row for each line of a list of addresses; empty lines and remarks (#) say nothing. Raises RefusedFile."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    rows = [ImportRow(number, line[:2000]) for number, line in lines if line and not line.startswith("#")]
    if len(rows) > MOST_ADDRESSES:
        raise RefusedFile(f"A list has at most {MOST_ADDRESSES} addresses.", code="too-many-addresses")
    return rows


class FetchedSource:
    """The files of a source, and those at addresses. `fetch` writes one to a stream and returns its name."""

    def __init__(self, inner: Source | None, fetch: Fetch) -> None:
        """Take the files that are here already, if any, and the hands."""
        self._inner, self._fetch = inner, fetch
        self.left_out = inner.left_out if inner else 0
        self._folder = tempfile.TemporaryDirectory(prefix="fetched-")
        self._known: OrderedDict[str, tuple[Path, str] | RefusedFile] = OrderedDict()
        self._count = 0

    def names(self) -> list[str]:
        """The files that are here; those at addresses are known by whoever names them."""
        return self._inner.names() if self._inner else []

    def filename(self, name: str) -> str:
        """What a file is called. Raises RefusedFile."""
        if is_address(name):
            return self._get(name)[1]
        return name if self._inner is None else self._inner.filename(name)

    def open(self, name: str) -> BinaryIO:
        """The bytes of one file. Raises RefusedFile where nothing can be fetched, KeyError where nothing is here."""
        if is_address(name):
            return self._get(name)[0].open("rb")
        if self._inner is None:
            raise KeyError(name)
        return self._inner.open(name)

    def size(self, name: str) -> int:
        """How many bytes it has."""
        if is_address(name):
            return self._get(name)[0].stat().st_size
        if self._inner is None:
            raise KeyError(name)
        return self._inner.size(name)

    def close(self) -> None:
        """Forget what was fetched."""
        self._known.clear()
        self._folder.cleanup()

    def _get(self, address: str) -> tuple[Path, str]:
        """A refusal is remembered as well: a step that fails reads its rows once more, one by one."""
        found = self._known.get(address)
        if found is None:
            while len(self._known) >= KEPT:
                _address, old = self._known.popitem(last=False)
                if not isinstance(old, RefusedFile):
                    old[0].unlink(missing_ok=True)
            found = self._known[address] = self._ask(address)
        if isinstance(found, RefusedFile):
            raise found
        return found

    def _ask(self, address: str) -> tuple[Path, str] | RefusedFile:
        self._count += 1
        path = Path(self._folder.name, str(self._count))
        try:
            with path.open("wb") as target:
                return path, self._fetch(address, target)
        except RefusedFile as error:
            path.unlink(missing_ok=True)
            return error
