"""The embedded engine: Whoosh as a file format for posting lists, good to about 20,000 documents.

Ready-made terms go in (see `terms.py`), posting lists come out, and ranking is ours, so results are those of the
other engines. Any damage to the files ends as SearchUnavailable with advice to rebuild: the index is never the only
holder of anything.
"""

from __future__ import annotations

import contextlib
import heapq
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh.writing import MERGE_SMALL, NO_MERGE

from content_store.errors import StoreError
from content_store.search import cursors
from content_store.search.folder_writing import FolderWriting
from content_store.search.highlight import marking_of
from content_store.search.port import (
    MISSING,
    OTHER_FORMAT,
    Document,
    Fragment,
    Hit,
    Query,
    Results,
    SearchUnavailable,
)
from content_store.search.similar import COMMON, like, rarest, telling_pairs, words_of
from content_store.search.suggestions import begun, choose, folded_phrase, phrases
from content_store.search.terms import APART, analyze, audience_tokens, facet_filters, key_of, tidy
from content_store.search.whoosh_facets import Filters
from content_store.search.whoosh_files import Folder, Generations
from content_store.search.whoosh_finding import Matches, find_matches
from content_store.search.whoosh_snapshot import SCHEMA, Card, Snapshot, row_of
from content_store.search.whoosh_writing import RowWriter
from content_store.search.wishes import Question, read_question

_DAMAGED = "The search index is damaged. Build it anew; nothing else is lost."
_WRITER_MB = 64
_ATTEMPTS = 3
_SEGMENTS = 12  # from so many on they are merged
_TIER = 1_000.0  # more than any score


class WhooshIndex(FolderWriting):
    """One named index in a folder."""

    def __init__(self, home: Path) -> None:
        """Name the folder; files are opened by the first search."""
        self._generations = Generations(home)
        self._lock = threading.RLock()
        self._folder: Path | None = None
        self._index: Any = None
        self._generation = -1
        self._snapshot: Snapshot | None = None

    def search(self, query: Query) -> Results:
        """Find; one thread at a time, as the work is all Python."""
        with self._lock, _reading():
            return _answer(self._fresh(), query)

    def suggest(self, query: Query) -> tuple[str, ...]:
        """Walk all phrases: they are held in memory."""
        begin = begun(query.text)
        if not begin:
            return ()
        with self._lock, _reading():
            snapshot = self._fresh()
            visible = snapshot.visible_to(audience_tokens(query))
            passing = _passing(snapshot, facet_filters(query))
            found = snapshot.beginning(" ".join(begin), visible, passing)
            return tuple(_as_written(snapshot, *one) for one in choose(begin, found, query.size))

    def similar(self, key: tuple[str, str], query: Query) -> tuple[Hit, ...]:
        """Add up what the pairs of the document are worth in every other."""
        with self._lock, _reading():
            snapshot = self._fresh()
            likeness = _likeness(snapshot, key)
            visible = snapshot.visible_to(audience_tokens(query))
            passing = _passing(snapshot, facet_filters(query))
            likely = [number for number in likeness if visible[number] and passing(number)]
            cards = snapshot.cards
            likely.sort(key=lambda number: (-round(likeness[number], 4), *cards[number].newest))
            return tuple(_plain_hit(snapshot, number) for number in likely[: query.size])

    def count(self) -> int:
        """How many documents there are; none where nothing was ever written."""
        with self._lock, _reading():
            if self._generations.current() is None:
                return 0
            return self._fresh().count()

    def exists(self) -> bool:
        """Whether a generation of its files is there."""
        current = self._generations.current()
        return current is not None and current.is_dir()

    def check(self) -> str | None:
        """Read all sort keys, the first and the last document; say what is wrong."""
        try:
            with self._lock, _reading():
                snapshot = self._fresh()
                for number in {0, len(snapshot.cards) - 1} if snapshot.cards else ():
                    snapshot.shown(number)
                snapshot.frequencies("folded", ("a",))
        except SearchUnavailable as error:
            return error.message
        return None if self._generations.is_of_this_format() else OTHER_FORMAT

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.close()
            self._folder = self._index = self._snapshot = None

    def _build(self, documents: Iterable[Document]) -> tuple[Path, int]:
        folder = self._generations.begin()
        writer = None
        try:
            writer = RowWriter(whoosh_index.create_in(str(folder), SCHEMA), _WRITER_MB)
            written: set[str] = set()
            for document in map(tidy, documents):
                key = key_of(document.kind, document.uuid)
                if key in written:
                    raise ValueError(f"Two documents have the same key: {document.kind} {document.uuid}.")
                written.add(key)
                writer.add_row(row_of(document, analyze(document)))
            writer.commit()
        except BaseException:
            if writer is not None:
                writer.abandon()
            self._generations.discard(folder)
            raise
        return folder, len(written)

    def _change(self, gone: tuple[str, ...], documents: Iterable[Document]) -> None:
        """Delete these keys and add these documents in one commit; the write lock is held."""
        folder = Folder(str(self._generations.current()))
        with _reading(), folder.letting_go():
            opened = folder.open_index()
            rows = [row_of(document, analyze(document)) for document in documents]
            snapshot = Snapshot(opened.reader())
            writer = RowWriter(opened, _WRITER_MB)
            try:
                for number in {number for key in gone for number in snapshot.numbers(key)}:
                    writer.delete_document(number)
                for row in rows:
                    writer.add_row(row)
            except BaseException:
                writer.abandon()
                raise
            finally:
                snapshot.close()
            writer.commit(mergetype=_merge_seldom)

    def _fresh(self) -> Snapshot:
        """The newest state; a generation may be swapped away between looking and opening, so look again then."""
        for attempt in range(_ATTEMPTS):
            folder = self._generations.current()
            if folder is None:
                self.close()
                raise SearchUnavailable(MISSING)
            try:
                return self._opened(folder)
            except (FileNotFoundError, whoosh_index.EmptyIndexError):
                self.close()
                if attempt == _ATTEMPTS - 1:
                    raise
        raise SearchUnavailable(_DAMAGED)

    def _opened(self, folder: Path) -> Snapshot:
        if folder != self._folder:
            self.close()
            files = Folder(str(folder))
            with files.letting_go():
                self._index, self._folder = files.open_index(), folder
        if self._snapshot is not None and self._generation == self._index.latest_generation():
            return self._snapshot
        with self._index.storage.letting_go():
            reader = self._index.reader()
        before = self._snapshot
        if before is not None:
            before.close()
        self._generation = reader.generation()
        self._snapshot = Snapshot(reader, before)
        return self._snapshot


def _merge_seldom(writer: Any, segments: list[Any]) -> Any:
    """Merge only once there are several segments: otherwise each commit writes the last large documents again."""
    return MERGE_SMALL(writer, segments) if len(segments) >= _SEGMENTS else NO_MERGE(writer, segments)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever damaged files make Whoosh raise (it checks nothing, so it may be anything) into one error."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise SearchUnavailable(_DAMAGED) from error


def _answer(snapshot: Snapshot, query: Query) -> Results:
    """Answer. The first page of a question without words, which everybody sees, is kept as long as the state is."""
    question, tokens, filters = read_question(query.text), audience_tokens(query), facet_filters(query)
    if question.words.folded or question.without or query.after:
        return _reckon(snapshot, query, question, tokens, filters)
    asked = (tuple(tokens), tuple(sorted(filters.items())), query.facets, query.sort, query.size)
    return snapshot.kept(asked, lambda: _reckon(snapshot, query, question, tokens, filters))


def _reckon(
    snapshot: Snapshot, query: Query, question: Question, tokens: list[str], filters: Filters
) -> Results:
    matches, meant = find_matches(snapshot, question, snapshot.visible_to(tokens))
    facets = snapshot.facets
    everything = facets.set_of(matches)
    kept = facets.numbers(facets.passing(everything, filters), matches) if filters else list(matches)
    cards = snapshot.cards
    page, cursor = _page(query, matches, cards, kept)
    marking = marking_of(meant.words)
    shown = [snapshot.shown(number) for number in page]
    hits = tuple(
        Hit(
            cards[number].kind,
            cards[number].uuid,
            4 if meant.corrected else matches[number][0],
            *marking.show(one.title, one.body, one.places, apart=matches[number][0] == APART),
        )
        for number, one in zip(page, shown, strict=True)
    )
    corrected = marking.spelling((one.title, one.body) for one in shown) if meant.corrected else None
    counts = {name: facets.count(name, everything, filters) for name in query.facets}
    return Results(hits, len(kept), counts, cursor, corrected, meant.instead)


def _as_written(snapshot: Snapshot, folded: str, number: int) -> str:
    """A phrase of a document as it is shown."""
    return next(phrase for phrase in phrases(*snapshot.said(number)) if folded_phrase(phrase) == folded)


def _passing(snapshot: Snapshot, filters: Filters) -> Callable[[int], bool]:
    """Tell of a document number whether it passes every filter."""
    if not filters:
        return lambda _number: True
    kept = snapshot.facets.passing(-1, filters)
    return lambda number: bool(kept >> number & 1)


def _likeness(snapshot: Snapshot, key: tuple[str, str]) -> dict[int, float]:
    """What each other document shares with this one; nothing where it is not there."""
    own = snapshot.numbers(key_of(*key))
    if not own:
        return {}
    shown = snapshot.shown(own[0])
    told = telling_pairs(*snapshot.said(own[0]), shown.body)
    told = rarest(told, snapshot.frequencies("folded", words_of(told)))
    few = (pair for pair, times in snapshot.frequencies("pairs", told).items() if 1 < times < COMMON)
    return like(told, {pair: list(snapshot.scores("pairs", pair)) for pair in few}, own[0])


def _plain_hit(snapshot: Snapshot, number: int) -> Hit:
    card = snapshot.cards[number]
    return Hit(card.kind, card.uuid, 0, Fragment(((snapshot.shown(number).title, False),)), ())


def _key(query: Query, matches: Matches, cards: list[Card], number: int) -> cursors.Key:
    if query.sort == "newest":
        return cards[number].newest
    if query.sort == "title":
        return cards[number].title
    tier, score = matches[number]
    return (tier, -score, *cards[number].newest)


def _page(query: Query, matches: Matches, cards: list[Card], kept: list[int]) -> tuple[list[int], str | None]:
    after = cursors.read_cursor(query.sort, query.after)
    if query.sort == "relevance" and after is None:
        kept = _foremost(query.size + 1, matches, kept)
    keyed = ((_key(query, matches, cards, number), number) for number in kept)
    later = keyed if after is None else (one for one in keyed if one[0] > after)
    page = heapq.nsmallest(query.size + 1, later)
    more = len(page) > query.size
    page = page[: query.size]
    cursor = cursors.write_cursor(query.sort, page[-1][0]) if more and page else None
    return [number for _, number in page], cursor


def _foremost(count: int, matches: Matches, kept: list[int]) -> list[int]:
    """Those that may be among the first by tier and score: whole keys of thousands would be made for nothing."""
    if len(kept) <= count:
        return kept
    ranks = [_TIER * tier - score for tier, score in map(matches.__getitem__, kept)]
    last = sorted(ranks)[count - 1]
    return [number for number, rank in zip(kept, ranks, strict=True) if rank <= last]
