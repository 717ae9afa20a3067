"""Writing Whoosh segments a posting list at a time.

Whoosh sorts single postings, each pickled to disk and asked for the length of its field: that is nine tenths of what a
segment costs. Lists are gathered by term here and written as whole blocks; the files are the same, and any Whoosh reads
them. Where memory is short, lists go to a nameless file, in order, and are joined at the end.
"""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter, sub
from pickle import dumps
from struct import Struct
from typing import IO, Any, NamedTuple

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter, W3Segment, W3TermInfo
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.system import pack_int, pack_ushort
from whoosh.writing import SegmentWriter

from content_store.search.whoosh_postings import read_lists

_NUMBERS, _SCORES = "I", "f"
_POSTING_BYTES, _TERM_BYTES = 9, 400  # what they take in memory, about
_CHUNK = 500

_BLOCK = 1024
_TERM = W3TermInfo._struct
_EXTENT = Struct("!qi")
_LENGTHS = Struct("!ii")
_SLOT = Struct("!Iq")
_FREE = _SLOT.pack(0, 0)

FILES = W3Codec(blocklimit=_BLOCK, compression=0)
"""Few long blocks, not compressed: most terms are rare, and packing each alone took most of the time."""


class Row(NamedTuple):
    """A document as the writer takes it: its terms with their scores by field, and what is kept beside them."""

    terms: Mapping[str, Sequence[tuple[str, float]]]
    card: bytes
    shown: bytes


class PostingList(NamedTuple):
    """The documents that have a term, in their order, with their scores."""

    field: str
    term: str
    numbers: array[int]
    scores: array[float]


class RowWriter(SegmentWriter):  # type: ignore[misc]  # whoosh has no types
    """Writes one segment; Whoosh's merging comes through here as well."""

    def __init__(self, index: Any, memory_mb: int) -> None:
        """Open the index for writing."""
        super().__init__(index, codec=_CODEC)
        self.pool = _Lists(memory_mb << 20)

    def add_row(self, row: Row) -> None:
        """Add a document."""
        documents, number = self.perdocwriter, self.docnum
        documents.start_doc(number)
        for field, terms in row.terms.items():
            self.pool.add(field, terms, number)
            documents.add_field(field, self.schema[field], None, len(terms))
        documents.add_column_value("card", self.schema["card"].column_type, row.card)
        documents.add_field("shown", self.schema["shown"], row.shown, 0)
        documents.finish_doc()
        self._added = True
        self.docnum += 1

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: Mapping[int, int] | None) -> None:
        """Take in the lists of a segment that is merged, without the documents that were deleted."""
        for field, term, numbers, scores in read_lists(reader):
            if docmap is None:
                moved = [number + startdoc for number in numbers]
            else:
                scores = [score for number, score in zip(numbers, scores, strict=True) if number in docmap]
                moved = [docmap[number] for number in numbers if number in docmap]
            if moved:
                self.pool.extend(field, term, moved, scores)

    def abandon(self) -> None:
        """Give up what was written, and close the files: Whoosh's own `cancel` leaves them to the garbage collector."""
        if not self.is_closed:
            for part in (self.perdocwriter, self.fieldwriter):
                part.close()
            self.cancel()


class _Lists:
    """Posting lists that grow as documents are added one after the other."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._held: dict[str, dict[str, tuple[array[int], array[float]]]] = {}
        self._runs: list[IO[bytes]] = []

    def add(self, field: str, terms: Sequence[tuple[str, float]], number: int) -> None:
        """Note the terms of a document."""
        held = self._held.setdefault(field, {})
        before = len(held)
        for term, score in terms:
            found = held.get(term)
            if found is None:
                held[term] = array(_NUMBERS, (number,)), array(_SCORES, (score,))
            else:
                found[0].append(number)
                found[1].append(score)
        self._grown(len(terms), len(held) - before)

    def extend(self, field: str, term: str, numbers: Sequence[int], scores: Sequence[float]) -> None:
        """Add to the list of a term."""
        held = self._held.setdefault(field, {})
        before = len(held)
        known = held.setdefault(term, (array(_NUMBERS), array(_SCORES)))
        known[0].extend(numbers)
        known[1].extend(scores)
        self._grown(len(numbers), len(held) - before)

    def _grown(self, postings: int, terms: int) -> None:
        self._size += postings * _POSTING_BYTES + terms * _TERM_BYTES
        if self._size > self._most:
            self._runs.append(_written(self._sorted()))
            self._held, self._size = {}, 0

    def _sorted(self) -> Iterator[PostingList]:
        for field in sorted(self._held):
            held = self._held[field]
            for term in sorted(held):
                yield PostingList(field, term, *held[term])

    def iter_postings(self) -> Iterator[PostingList]:
        """All lists in the order of field and term; earlier documents stand in earlier runs."""
        if not self._runs:
            yield from self._sorted()
            return
        runs = [*map(_read, self._runs), self._sorted()]
        for _, same in groupby(merge(*runs, key=itemgetter(0, 1)), itemgetter(0, 1)):
            first, *others = same
            for other in others:
                first.numbers.extend(other.numbers)
                first.scores.extend(other.scores)
            yield first

    def cleanup(self) -> None:
        """Let go of everything; Whoosh calls it when the segment is done or given up."""
        self._held = {}
        while self._runs:
            self._runs.pop().close()


def _written(lists: Iterator[PostingList]) -> IO[bytes]:
    """Write lists to a file that goes away by itself, whatever happens."""
    run = tempfile.TemporaryFile()  # noqa: SIM115  # read at the end, closed by cleanup
    while chunk := [(*one[:2], one.numbers.tobytes(), one.scores.tobytes()) for one in islice(lists, _CHUNK)]:
        marshal.dump(chunk, run)
    marshal.dump([], run)
    return run


def _read(run: IO[bytes]) -> Iterator[PostingList]:
    run.seek(0)
    while chunk := marshal.load(run):
        for field, term, numbers, scores in chunk:
            yield PostingList(field, term, array(_NUMBERS, numbers), array(_SCORES, scores))


class _Terms(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's table of terms, written with fewer calls."""

    def add(self, key: bytes, value: bytes) -> None:
        """Add a term; they come in their order."""
        at = self.dbfile.tell()
        self.index.append(at)
        self.dbfile.write(b"".join((_LENGTHS.pack(len(key), len(value)), key, value)))
        hashed = self.hashfn(key)
        self.buckets[hashed & 255].append((hashed, at))

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self.dbfile.tell(), slots))
            table = [_FREE] * slots
            for hashed, at in entries:
                slot = (hashed >> 8) % slots
                while table[slot] is not _FREE:
                    slot = (slot + 1) % slots
                table[slot] = _SLOT.pack(hashed, at)
            self.dbfile.write(b"".join(table))


class _ListWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes lists instead of postings: most terms have one document, and many share place and score."""

    def __init__(self, codec: W3Codec, storage: Any, segment: Any) -> None:
        """Begin the files of a segment."""
        super().__init__(codec, storage, segment)
        self._tindex.__class__ = (
            _Terms  # it has begun its file, and its own `add` is half of what a term costs
        )
        self._single: dict[tuple[int, float], tuple[bytes, bytes]] = {}

    def add_postings(self, schema: Any, _lengths: object, items: Iterator[PostingList]) -> None:
        """Write all lists."""
        at = self._postfile.tell()
        for field, lists in groupby(items, itemgetter(0)):
            self.start_field(field, schema[field])
            prefix = pack_ushort(self._fieldid)
            for _, term, numbers, scores in lists:
                info, packed = self._packed(numbers, scores)
                self._tindex.add(prefix + term.encode(), info + _EXTENT.pack(at, len(packed)))
                self._postfile.write(packed)
                at += len(packed)
            self.finish_field()

    def _packed(self, numbers: array[int], scores: array[float]) -> tuple[bytes, bytes]:
        """What the index says of a list, and the list; of single postings there are few different ones."""
        if len(numbers) > 1:
            return _told(numbers, scores), _blocks(numbers, scores)
        one = numbers[0], scores[0]
        found = self._single.get(one)
        if found is None:
            found = self._single[one] = _told(numbers, scores), _blocks(numbers, scores)
        return found


def _told(numbers: array[int], scores: array[float]) -> bytes:
    """What Whoosh notes of a term: weight, documents, lengths (none), the greatest weight, the first and last document."""
    told: bytes = _TERM.pack(False, sum(scores), len(numbers), 0, 0, max(scores), numbers[0], numbers[-1])
    return told


def _blocks(numbers: array[int], scores: array[float]) -> bytes:
    """A list as Whoosh has it in its files: blocks of gaps and scores; a negative length says that it is the last."""
    parts = [WHOOSH3_HEADER_MAGIC]
    for start in range(0, len(numbers), _BLOCK):
        some, worth = numbers[start : start + _BLOCK], scores[start : start + _BLOCK]
        gaps = (some[0], *map(sub, some[1:], some))
        alike = worth.count(worth[0]) == len(worth)
        weights = (None if worth[0] == 1.0 else worth[0]) if alike else tuple(worth)
        data = dumps((gaps, weights, None), 2)
        head = dumps((len(some), some[-1], max(worth), 0, 0, 0), 2)
        length = len(head) + len(data)
        parts += [pack_int(-length if start + _BLOCK >= len(numbers) else length), head, data]
    return b"".join(parts)


class _ListCodec(W3Codec):  # type: ignore[misc]
    """How segments are written. What is noted in the index is the plain one, for readers."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> _ListWriter:
        """Make the writer of lists."""
        return _ListWriter(self, storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        """Name a segment that plain Whoosh reads."""
        return FILES.new_segment(storage, indexname)


_CODEC = _ListCodec()
