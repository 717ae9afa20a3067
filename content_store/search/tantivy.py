"""The engine in files for big libraries on one machine: Tantivy, an optional extra, good to some 100,000 documents.

Ready-made terms go in (see `tantivy_rows.py`) and ranking is ours, so results are those of the other engines. The index
is in generations, as Whoosh's is: a rebuild fills a new one while the old one answers. Any damage to the files ends as
SearchUnavailable with advice to rebuild.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from content_store.errors import StoreError
from content_store.search.folder_writing import FolderWriting
from content_store.search.kept_answers import KeptAnswers, question
from content_store.search.port import MISSING, OTHER_FORMAT, Document, Hit, Query, Results, SearchUnavailable
from content_store.search.suggestions import begun
from content_store.search.tantivy_answers import State
from content_store.search.tantivy_files import Stamp, damaged_file, stamp_of
from content_store.search.tantivy_rows import row_of, schema_of, teach
from content_store.search.terms import analyze, key_of, tidy
from content_store.search.whoosh_files import Generations
from content_store.search.wishes import read_question

if TYPE_CHECKING:
    import tantivy

_DAMAGED = "The search index is damaged. Build it anew; nothing else is lost."
_NOT_INSTALLED = "The search engine tantivy is not installed. Install it with `pip install tantivy`."
_TOO_OLD = "The installed tantivy is too old. Bring it up to date with `pip install --upgrade tantivy`."
_BATCH_BYTES, _BUILD_BYTES = 15_000_000, 96_000_000
_ATTEMPTS = 3


class TantivyIndex(FolderWriting):
    """One named index in a folder. Searches of many threads run side by side."""

    def __init__(self, home: Path) -> None:
        """Name the folder; files are opened by the first search. Raises ValueError where the extra is missing."""
        self._library = _load()
        self._generations = Generations(home)
        self._lock = threading.Lock()
        self._kept = KeptAnswers()
        self._folder: Path | None = None
        self._index: tantivy.Index | None = None
        self._stamp: Stamp = (0, 0, 0)
        self._state: State | None = None

    def search(self, query: Query) -> Results:
        """Find. The first page of a question without words, which everybody sees, is kept as long as the state is."""
        with _reading():
            state, stamp = self._fresh()
            asked = read_question(query.text)
            if query.after or asked.words.folded or asked.without:
                return state.search(query)
            return self._kept.answer((stamp, question(query)), lambda: state.search(query))

    def suggest(self, query: Query) -> tuple[str, ...]:
        """Look up the beginning: every beginning of a title's or keyword's words is a term."""
        begin = begun(query.text)
        if not begin:
            return ()
        with _reading():
            return self._fresh()[0].suggest(query, begin)

    def similar(self, key: tuple[str, str], query: Query) -> tuple[Hit, ...]:
        """Add up what the pairs of the document are worth in every other."""
        with _reading():
            return self._fresh()[0].similar(key, query)

    def count(self) -> int:
        """How many documents there are; none where nothing was ever written."""
        with _reading():
            if self._generations.current() is None:
                return 0
            return self._fresh()[0].count()

    def exists(self) -> bool:
        """Whether a generation of its files is there."""
        current = self._generations.current()
        return current is not None and current.is_dir()

    def check(self) -> str | None:
        """Read a little of everything and compare every file with its checksum; say what is wrong."""
        try:
            with _reading():
                self._fresh()[0].probe()
                folder = self._generations.current()
                if folder is not None and damaged_file(folder) is not None:
                    return _DAMAGED
        except SearchUnavailable as error:
            return error.message
        return None if self._generations.is_of_this_format() else OTHER_FORMAT

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        with self._lock:
            self._folder = self._index = self._state = None

    def _build(self, documents: Iterable[Document]) -> tuple[Path, int]:
        folder = self._generations.begin()
        try:
            index = self._library.Index(schema_of(self._library), str(folder))
            teach(self._library, index)
            written: set[str] = set()
            with _writer(index, _BUILD_BYTES) as writer:
                for document in map(tidy, documents):
                    key = key_of(document.kind, document.uuid)
                    if key in written:
                        raise ValueError(f"Two documents have the same key: {document.kind} {document.uuid}.")
                    written.add(key)
                    writer.add_document(row_of(self._library, document, analyze(document)))
        except BaseException:
            self._generations.discard(folder)
            raise
        return folder, len(written)

    def _change(self, gone: tuple[str, ...], documents: Iterable[Document]) -> None:
        """Delete these keys and add these documents in one commit; the write lock is held."""
        rows = [row_of(self._library, document, analyze(document)) for document in documents]
        with _reading(), _writer(self._opened(self._current()), _BATCH_BYTES) as writer:
            for key in gone:
                writer.delete_documents_by_term("key", key)
            for row in rows:
                writer.add_document(row)

    def _current(self) -> Path:
        folder = self._generations.current()
        if folder is None:
            raise SearchUnavailable(MISSING)
        return folder

    def _opened(self, folder: Path) -> tantivy.Index:
        if not self._library.Index.is_compatible(str(folder)):
            raise SearchUnavailable(OTHER_FORMAT)
        index: tantivy.Index = self._library.Index.open(str(folder))
        teach(self._library, index)
        index.config_reader("manual")
        return index

    def _fresh(self) -> tuple[State, tuple[Path, Stamp]]:
        """The newest state; a generation may be swapped away between looking and opening, so look again then."""
        for attempt in range(_ATTEMPTS):
            folder = self._current()
            try:
                return self._newest(folder)
            except Exception:
                if attempt == _ATTEMPTS - 1 or folder == self._generations.current():
                    raise
        raise SearchUnavailable(_DAMAGED)

    def _newest(self, folder: Path) -> tuple[State, tuple[Path, Stamp]]:
        """Open a generation, or take in what was committed since; the stamp is read first: a state may be newer."""
        with self._lock:
            stamp = stamp_of(folder)
            if self._state is None or self._index is None or folder != self._folder:
                self._folder = self._index = self._state = None
                self._index = self._opened(folder)
            elif stamp == self._stamp:
                return self._state, (folder, stamp)
            self._index.reload()
            self._state = State(self._library, self._index)
            self._folder, self._stamp = folder, stamp
            return self._state, (folder, stamp)


def _load() -> ModuleType:
    """The library, only where it is asked for."""
    try:
        library = importlib.import_module("tantivy")  # an extra
    except ImportError as error:
        raise ValueError(_NOT_INSTALLED) from error
    if not hasattr(library.Searcher, "terms_with_prefix"):
        raise ValueError(_TOO_OLD)
    return library


@contextlib.contextmanager
def _writer(index: tantivy.Index, heap: int) -> Iterator[tantivy.IndexWriter]:
    """Write in one commit, and see merges through; on any error nothing is written."""
    writer = index.writer(heap, 1)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    writer.commit()
    writer.wait_merging_threads()


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever damaged files make Tantivy raise, a panic among it, into one error."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise SearchUnavailable(_DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SearchUnavailable(_DAMAGED) from error
