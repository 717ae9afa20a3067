"""How engines that lie in a folder take documents in: one writer, one commit a batch, a rebuild aside and swapped."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

from content_store.search.port import MISSING, Document, SearchUnavailable
from content_store.search.terms import key_of, tidy
from content_store.search.whoosh_files import Generations


class FolderWriting(ABC):
    """The writing half of an engine; what a commit is, each engine says itself."""

    _generations: Generations

    def put(self, documents: Iterable[Document]) -> int:
        """Write one batch; refused where there is no index yet."""
        batch = {key_of(document.kind, document.uuid): tidy(document) for document in documents}
        with self._generations.writing():
            self._need()
            self._change(tuple(batch), batch.values())
        return len(batch)

    def remove(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget these documents; those that are not there are no error."""
        gone = tuple(key_of(kind, uuid) for kind, uuid in keys)
        with self._generations.writing():
            self._need()
            self._change(gone, ())

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new generation, then point at it; on any error the old one stays."""
        with self._generations.writing():
            folder, count = self._build(documents)
            self._generations.adopt(folder)
        return count

    def _need(self) -> None:
        """An index that was lost is built whole again, not begun with what is at hand."""
        if self._generations.current() is None:
            raise SearchUnavailable(MISSING)

    @abstractmethod
    def _build(self, documents: Iterable[Document]) -> tuple[Path, int]:
        """Write a generation of its own; return its folder and how many documents it has. The write lock is held."""

    @abstractmethod
    def _change(self, gone: tuple[str, ...], documents: Iterable[Document]) -> None:
        """Delete these keys and add these documents in one commit; the write lock is held."""
